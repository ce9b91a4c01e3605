#include "data/wave_marks.hpp"

#include "data/files.hpp"
#include "formats/formats.hpp"

namespace telltale::data {

namespace {

namespace fs = std::filesystem;

Result<std::vector<evaluate::MarkedWave>> read_marks(const fs::path& path, double rate) {
    const auto bytes = read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto annotations = formats::read_wfdb_annotations({path.string(), *bytes});
    if (!annotations) return std::unexpected(annotations.error());
    return evaluate::marked_waves(*annotations, rate);
}

}  // namespace

Result<std::optional<WaveReference>> read_wave_reference(const fs::path& folder,
                                                         const std::string& name,
                                                         const Recording& recording) {
    WaveReference reference;
    for (const Lead& lead : recording.leads) {
        const fs::path path = folder / (name + "." + lead.original_name);
        if (!data::exists(path)) break;
        auto marks = read_marks(path, recording.sampling_rate);
        if (!marks) return std::unexpected(marks.error());
        reference.marks.push_back(std::move(*marks));
    }
    reference.by_lead =
        !recording.leads.empty() && reference.marks.size() == recording.leads.size();
    if (reference.by_lead) return reference;
    const fs::path path = folder / (name + ".q1c");
    if (!data::exists(path)) return std::nullopt;
    auto marks = read_marks(path, recording.sampling_rate);
    if (!marks) return std::unexpected(marks.error());
    reference.marks = {std::move(*marks)};
    return reference;
}

}  // namespace telltale::data
