// A WFDB record whose signal files are read in pieces.
#include <algorithm>
#include <array>
#include <format>

#include "formats/record_stream.hpp"
#include "formats/text.hpp"
#include "formats/wfdb_leads.hpp"
#include "formats/wfdb_record.hpp"
#include "formats/wfdb_signals.hpp"

namespace telltale::formats {
namespace {

// Frames in a piece are a multiple of this, so that each starts on a whole unit of any format.
constexpr std::int64_t grain = 6;

// A signal file and the signals in it.
struct Part {
    wfdb::Group group;  // without bytes
    std::string name;
    ByteSource* source = nullptr;       // if it is large,
    std::span<const std::byte> memory;  // else its bytes
    std::int64_t offset = 0;
    std::vector<std::byte> piece;

    [[nodiscard]] std::int64_t size() const {
        return source ? static_cast<std::int64_t>(source->size())
                      : static_cast<std::int64_t>(memory.size());
    }
};

// Whether the samples are a text, which reading the file whole refuses with a word about it.
bool starts_as_text(const Part& part) {
    std::array<std::byte, 512> start{};
    const std::int64_t left = part.size() - part.offset;
    const std::span<std::byte> out =
        std::span(start).first(static_cast<std::size_t>(std::min<std::int64_t>(512, left)));
    if (part.source == nullptr)
        return wfdb::is_ascii_table(
            as_text(part.memory.subspan(static_cast<std::size_t>(part.offset), out.size())));
    return part.source->read(static_cast<std::uint64_t>(part.offset), out) &&
           wfdb::is_ascii_table(as_text(out));
}

class WfdbStream : public RecordStream {
public:
    WfdbStream(wfdb::Header header, std::vector<Part> parts, FileSet& files)
        : header_(std::move(header)), parts_(std::move(parts)), files_(files) {
        recording.name = header_.name;
        recording.start = header_.start;
        recording.comments = header_.comments;
        recording.warnings = header_.warnings;
        if (!header_.frame_rate_given) recording.warnings.push_back(wfdb::assumed_rate);
        recording.sampling_rate = header_.frame_rate * header_.signals[0].samples_per_frame;
        gains_.resize(header_.signals.size(), 1);
        baselines_.resize(header_.signals.size());
        std::int64_t most = 0;
        for (const Part& part : parts_) {
            for (std::size_t i = 0; i < part.group.signals; ++i) {
                const std::size_t s = part.group.first_signal + i;
                recording.leads.push_back(
                    wfdb::describe(header_.signals[s], s + 1, recording.warnings));
                gains_[s] = recording.leads.back().calibration.gain;
                baselines_[s] = recording.leads.back().calibration.baseline;
                lead_of_.push_back(s);
            }
            wfdb::compare_length(header_, part.name, part.group.frames, recording.warnings);
            most = std::max(most, part.group.frames);
        }
        frames_ = header_.length.value_or(most);
        for (const Part& part : parts_) frames_ = std::min(frames_, part.group.frames);
        recording.damaged = header_.length && frames_ < *header_.length;
        width_ = header_.signals[0].samples_per_frame;
        length = frames_ * width_;
        // Checksums cover the whole; a piece has none.
        header_.length.reset();
    }

    Result<void> read(std::span<std::vector<float>> leads) override {
        std::int64_t size = 0;  // of a frame in memory, about
        for (const Part& part : parts_) size += 2 * part.group.samples_per_frame;
        const std::int64_t whole = std::max<std::int64_t>(1, piece_bytes / size / grain) * grain;
        const std::int64_t frames = std::min(whole, frames_ - next_);
        if (frames <= 0) return {};
        wfdb::Plan plan{.groups = {}, .frames = frames};
        for (Part& part : parts_) {
            if (auto done = fetch(part, frames); !done) return done;
            wfdb::Group group = part.group;
            group.bytes = part.piece;
            group.frames = frames;
            plan.groups.push_back(std::move(group));
        }
        std::vector<std::span<float>> out(header_.signals.size());
        for (std::size_t l = 0; l < leads.size(); ++l) {
            const std::size_t before = leads[l].size();
            leads[l].resize(before + static_cast<std::size_t>(frames * width_));
            out[lead_of_[l]] = std::span(leads[l]).subspan(before);
        }
        std::vector<std::string> none;
        wfdb::decode_signals(header_, plan, gains_, baselines_, out, none);
        next_ += frames;
        return {};
    }

    void finish(Recording& finished) override { wfdb::read_annotations(header_, files_, finished); }

private:
    // The part's bytes of the next `frames` frames.
    Result<void> fetch(Part& part, std::int64_t frames) {
        const wfdb::Unit unit = wfdb::unit_of(part.group.format);
        const auto bytes_before = [&](std::int64_t frame) {
            return (frame * part.group.samples_per_frame + unit.samples - 1) / unit.samples *
                   unit.bytes;
        };
        const std::int64_t first = part.offset + bytes_before(next_);
        const std::int64_t end = std::min(part.offset + bytes_before(next_ + frames), part.size());
        part.piece.resize(static_cast<std::size_t>(end - first));
        if (part.source == nullptr) {
            std::ranges::copy(
                part.memory.subspan(static_cast<std::size_t>(first), part.piece.size()),
                part.piece.begin());
        } else if (!part.source->read(static_cast<std::uint64_t>(first), part.piece)) {
            return fail(part.name, std::format("byte {}", first), "it cannot be read any more");
        }
        return {};
    }

    wfdb::Header header_;
    std::vector<Part> parts_;
    FileSet& files_;
    std::vector<double> gains_;
    std::vector<std::int32_t> baselines_;
    std::vector<std::size_t> lead_of_;  // the signal of each lead
    std::int64_t frames_ = 0, width_ = 1, next_ = 0;
};

int find_large(std::span<const NamedSource> large, std::string_view folder, std::string_view name) {
    const std::string wanted = lower(file_of(name));
    int only = -1, count = 0;
    for (std::size_t i = 0; i < large.size(); ++i) {
        if (lower(file_of(large[i].name)) != wanted) continue;
        if (folder_of(large[i].name) == folder) return static_cast<int>(i);
        only = static_cast<int>(i);
        ++count;
    }
    return count == 1 ? only : -1;
}

}  // namespace

Result<std::unique_ptr<RecordStream>> open_wfdb_stream(int index, FileSet& files,
                                                       std::span<const NamedSource> large,
                                                       std::vector<bool>& used) {
    const NamedBytes& file = files[static_cast<std::size_t>(index)];
    auto parsed = wfdb::parse_header(file);
    if (!parsed || !parsed->segments.empty()) return nullptr;
    const wfdb::Header& header = *parsed;
    const std::string_view folder = folder_of(header.file);
    std::vector<Part> parts;
    std::vector<int> taken_large, taken;
    for (std::size_t s = 0; s < header.signals.size();) {
        const wfdb::Signal& first = header.signals[s];
        const wfdb::Unit unit = wfdb::unit_of(first.format);
        if (unit.samples == 0 || first.format == 8) return nullptr;
        Part part;
        part.group = {.bytes = {}, .first_signal = s, .format = first.format};
        for (; s < header.signals.size() && header.signals[s].file == first.file; ++s) {
            const wfdb::Signal& signal = header.signals[s];
            if (signal.format != first.format || signal.skew != 0 ||
                signal.samples_per_frame != header.signals[0].samples_per_frame)
                return nullptr;
            ++part.group.signals;
            part.group.samples_per_frame += signal.samples_per_frame;
        }
        if (const int l = find_large(large, folder, first.file); l >= 0) {
            const auto at = static_cast<std::size_t>(l);
            part.name = large[at].name;
            part.source = large[at].source;
            taken_large.push_back(l);
        } else if (const int small = files.find(folder, first.file); small >= 0) {
            part.name = files[static_cast<std::size_t>(small)].name;
            part.memory = files[static_cast<std::size_t>(small)].bytes;
            taken.push_back(small);
        } else {
            return nullptr;  // whoever reads it whole says what is missing
        }
        part.offset = first.offset;
        if (part.offset >= part.size()) return nullptr;
        part.group.frames =
            wfdb::samples_in(first.format, static_cast<std::uint64_t>(part.size() - part.offset)) /
            part.group.samples_per_frame;
        if (part.group.frames == 0 || starts_as_text(part)) return nullptr;
        parts.push_back(std::move(part));
    }
    const auto twice = [](std::vector<int> indices) {
        std::ranges::sort(indices);
        return std::ranges::adjacent_find(indices) != indices.end();
    };
    if (taken_large.empty() || twice(taken_large) || twice(taken)) return nullptr;
    for (const int l : taken_large) used[static_cast<std::size_t>(l)] = true;
    for (const int small : taken) files.use(small);
    files.use(index);
    return std::make_unique<WfdbStream>(std::move(*parsed), std::move(parts), files);
}

}  // namespace telltale::formats
