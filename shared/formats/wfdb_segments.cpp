#include "formats/wfdb_segments.hpp"

#include <algorithm>
#include <format>
#include <limits>
#include <set>

#include "formats/text.hpp"

namespace telltale::formats::wfdb {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// A segment with its header and where it starts; no header for a gap or a missing segment.
struct Piece {
    std::string name;
    std::optional<Header> header;
    std::int64_t first = 0, length = 0;  // frames
};

struct Pieces {
    std::vector<Piece> pieces;
    std::optional<Header> layout;
    std::vector<std::string> missing;  // names of segments without a header
    std::int64_t frames = 0;
};

Result<Pieces> find_pieces(const Header& master, FileSet& files) {
    Pieces result;
    const std::string_view folder = folder_of(master.file);
    std::set<int> taken;
    for (const Segment& segment : master.segments) {
        Piece piece{.name = segment.name, .first = result.frames, .length = segment.length};
        result.frames += segment.length;
        if (result.frames < 0 || result.frames > (std::int64_t{1} << 52))
            return fail(master.file, "", "the lengths of its segments do not add up");
        const int index = segment.name == "~" ? -1 : files.find(folder, segment.name + ".hea");
        if (index >= 0) {
            if (!taken.insert(index).second)
                return fail(master.file, std::format("segment {}", quoted(segment.name)),
                            "it is listed twice");
            files.use(index);
            auto header = parse_header(files[index]);
            if (!header) return std::unexpected(header.error());
            // No segment of a segment: that could go round in circles.
            if (!header->segments.empty())
                return fail(master.file, std::format("segment {}", quoted(segment.name)),
                            "it is a record of several segments itself, expected a single one");
            if (segment.length == 0 && result.pieces.empty() && !result.layout)
                result.layout = std::move(*header);
            else
                piece.header = std::move(*header);
        } else if (segment.name != "~") {
            result.missing.push_back(segment.name);
        }
        if (segment.length > 0) result.pieces.push_back(std::move(piece));
    }
    return result;
}

// What may be spent on gaps: files say how long they are in a few bytes.
std::int64_t most_samples(const FileSet& files) {
    std::int64_t bytes = 0;
    for (const NamedBytes& file : files.files())
        bytes += static_cast<std::int64_t>(file.bytes.size());
    return 32 * bytes + (1 << 20);
}

void put(std::vector<Lead>& leads, Leads&& part, const Piece& piece, std::int64_t width,
         bool by_name) {
    for (std::size_t s = 0; s < part.leads.size(); ++s) {
        const Lead& from = part.leads[s];
        auto to = leads.end();
        if (by_name)
            to = std::ranges::find(leads, from.original_name, &Lead::original_name);
        else if (s < leads.size())
            to = leads.begin() + static_cast<std::ptrdiff_t>(s);
        if (to == leads.end() || to->unit != from.unit) continue;
        const std::int64_t frames = std::min(part.frames, piece.length);
        float* out = to->samples.data() + piece.first * width;
        if (part.samples_per_frame == width) {
            std::copy_n(from.samples.begin(), frames * width, out);
        } else {
            // A segment of another rate: the nearest earlier sample.
            for (std::int64_t i = 0; i < frames * width; ++i)
                out[i] = from.samples[static_cast<std::size_t>(i * part.samples_per_frame / width)];
        }
    }
}

}  // namespace

Result<Leads> read_segments(const Header& master, FileSet& files,
                            std::vector<std::string>& warnings) {
    auto found = find_pieces(master, files);
    if (!found) return std::unexpected(found.error());
    std::vector<Piece>& pieces = found->pieces;

    // What follows the last segment that is here is only a claim.
    std::int64_t frames = 0, width = 1;
    const Header* first = found->layout ? &*found->layout : nullptr;
    for (const Piece& piece : pieces) {
        if (!piece.header) continue;
        frames = piece.first + piece.length;
        if (!first) first = &*piece.header;
        for (const Signal& signal : piece.header->signals)
            width = std::max<std::int64_t>(width, signal.samples_per_frame);
    }
    if (frames == 0)
        return fail(
            master.file, "",
            found->missing.empty()
                ? std::string("none of its segments holds samples")
                : std::format("its segment {} is missing, expected {} beside the header",
                              quoted(found->missing[0]), quoted(found->missing[0] + ".hea")));

    Leads result{.samples_per_frame = width};
    for (std::size_t s = 0; s < first->signals.size(); ++s) {
        // The layout tells only what there may be; its signals are described by the segments.
        std::vector<std::string> ignored;
        result.leads.push_back(describe(first->signals[s], s + 1, ignored));
    }
    if (result.leads.empty()) return fail(first->file, "", "it describes no signals");
    const std::int64_t most =
        most_samples(files) / (static_cast<std::int64_t>(result.leads.size()) * width);
    if (frames > most) {
        std::int64_t kept = 0;
        for (const Piece& piece : pieces)
            if (piece.first + piece.length <= most) kept = piece.first + piece.length;
        frames = kept;
        if (frames == 0)
            return fail(master.file, "", "it announces far more samples than its files can hold");
        warnings.push_back(
            "The record's files hold far fewer samples than it announces; its end is left out.");
        result.cut_short = true;
    }

    std::size_t filled = 0;
    std::optional<Error> failure;
    std::set<std::string> said;
    for (Lead& lead : result.leads)
        lead.samples.assign(static_cast<std::size_t>(frames * width), nan);
    for (Piece& piece : pieces) {
        if (!piece.header || piece.first + piece.length > frames) continue;
        piece.header->length = std::min(piece.header->length.value_or(piece.length), piece.length);
        std::vector<std::string> its_warnings;
        auto part = read_leads(*piece.header, files, its_warnings);
        for (std::string& warning : its_warnings)
            if (said.size() < 20 && said.insert(warning).second)
                warnings.push_back(piece.name + ": " + std::move(warning));
        if (!part) {
            if (!failure) failure = part.error();
            found->missing.push_back(piece.name);
            continue;
        }
        result.cut_short = result.cut_short || part->cut_short;
        put(result.leads, std::move(*part), piece, width, found->layout.has_value());
        ++filled;
    }
    if (filled == 0)
        return std::unexpected(
            failure.value_or(Error{master.file, "", "none of its segments could be read"}));
    if (!found->missing.empty())
        warnings.push_back(std::format(
            "{} of {} segments are missing (the first is {}); their samples are missing too.",
            found->missing.size(), master.segments.size(), found->missing[0]));
    result.cut_short = result.cut_short || !found->missing.empty();
    result.frames = frames;
    return result;
}

}  // namespace telltale::formats::wfdb
