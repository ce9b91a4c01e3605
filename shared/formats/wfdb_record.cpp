#include "formats/wfdb_record.hpp"

#include <algorithm>
#include <format>

#include "formats/text.hpp"
#include "formats/wfdb_annotations.hpp"
#include "formats/wfdb_leads.hpp"
#include "formats/wfdb_segments.hpp"

namespace telltale::formats::wfdb {
namespace {

// True if the file holds annotations and nothing else has used it.
bool claim_annotations(FileSet& files, int i) {
    if (files.used(i) ||
        (lower(extension_of(files[i].name)) != "atr" && !looks_like_annotations(files[i])))
        return false;
    files.use(i);
    return true;
}

}  // namespace

// NAME.atr, else the first other annotation file that has beats.
void read_annotations(const Header& header, FileSet& files, Recording& recording) {
    const std::string_view stem = stem_of(header.file);
    const std::string_view folder = folder_of(header.file);
    int chosen = -1;
    for (const int i : files.with_stem(stem)) {
        if (folder_of(files[i].name) != folder || !claim_annotations(files, i)) continue;
        const bool reference = lower(extension_of(files[i].name)) == "atr";
        if (reference || chosen < 0) chosen = i;
    }
    if (chosen < 0) return;
    const NamedBytes& file = files[chosen];
    auto annotations = read_wfdb_annotations(file);
    if (!annotations) {
        recording.warnings.push_back("The annotations are left out. " +
                                     annotations.error().to_string() + ".");
        recording.damaged = true;
        return;
    }
    if (lower(extension_of(file.name)) != "atr")
        recording.warnings.push_back(
            std::format("The annotations come from {}; they may be no reference.", file.name));
    const double rate = time_resolution(*annotations).value_or(header.frame_rate);
    rescale(*annotations, recording.sampling_rate / rate);
    const auto length = static_cast<std::int64_t>(recording.length());
    const std::size_t outside = std::erase_if(
        *annotations, [&](const Annotation& a) { return a.sample < 0 || a.sample >= length; });
    if (outside > 0)
        recording.warnings.push_back(
            std::format("{} annotations of {} lie outside the recording; they are left out.",
                        outside, file.name));
    std::ranges::stable_sort(*annotations, {}, &Annotation::sample);
    recording.annotations = std::move(*annotations);
}

Result<Recording> read_record(const Header& header, FileSet& files) {
    Recording recording;
    recording.name = header.name;
    recording.start = header.start;
    recording.comments = header.comments;
    recording.warnings = header.warnings;
    if (!header.frame_rate_given) recording.warnings.push_back(assumed_rate);
    auto leads = header.segments.empty() ? read_leads(header, files, recording.warnings)
                                         : read_segments(header, files, recording.warnings);
    if (!leads) {
        // What belongs to a recording that cannot be read is not reported a second time.
        for (const int i : files.with_stem(stem_of(header.file)))
            if (folder_of(files[i].name) == folder_of(header.file)) claim_annotations(files, i);
        return std::unexpected(leads.error());
    }
    recording.leads = std::move(leads->leads);
    recording.damaged = leads->cut_short;
    recording.sampling_rate = header.frame_rate * static_cast<double>(leads->samples_per_frame);
    read_annotations(header, files, recording);
    return recording;
}

}  // namespace telltale::formats::wfdb
