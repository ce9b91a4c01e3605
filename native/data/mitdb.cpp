#include "data/mitdb.hpp"

#include <utility>
#include <vector>

#include "data/files.hpp"
#include "formats/formats.hpp"

namespace telltale::data {

namespace fs = std::filesystem;

Result<fs::path> mitdb_folder(const fs::path& folder) {
    for (const fs::path& candidate : {folder, folder / "mitdb"})
        if (fs::exists(candidate / "100.hea")) return candidate;
    return fail(folder.string(), "",
                "the records of the MIT-BIH Arrhythmia Database are not here, expected 100.hea to "
                "234.hea in this folder or in its folder mitdb");
}

Result<Recording> read_record(const fs::path& folder, const std::string& name) {
    constexpr std::array<std::string_view, 3> extensions = {".hea", ".dat", ".atr"};
    std::array<std::vector<std::byte>, 3> content;
    std::vector<formats::NamedBytes> files;
    for (std::size_t i = 0; i < content.size(); ++i) {
        const fs::path path = folder / (name + std::string(extensions[i]));
        auto bytes = read_file(path);
        if (!bytes) return std::unexpected(bytes.error());
        content[i] = std::move(*bytes);
        files.push_back({path.string(), content[i]});
    }
    formats::ReadResult read = formats::read_recordings(files);
    if (!read.errors.empty()) return std::unexpected(read.errors.front());
    if (read.recordings.empty() || read.recordings[0].leads.empty())
        return fail(files[0].name, "", "the record has no signal");
    Recording& recording = read.recordings[0];
    if (recording.annotations.empty())
        return fail(files[2].name, "",
                    recording.warnings.empty() ? "holds no annotations" : recording.warnings[0]);
    return std::move(recording);
}

}  // namespace telltale::data
