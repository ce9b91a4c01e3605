#include "data/mitdb.hpp"

#include <format>
#include <span>
#include <utility>
#include <vector>

#include "data/files.hpp"
#include "formats/formats.hpp"

namespace telltale::data {

namespace fs = std::filesystem;

Result<fs::path> mitdb_folder(const fs::path& folder) {
    for (const fs::path& candidate : {folder, folder / "mitdb"})
        if (data::exists(candidate / "100.hea")) return candidate;
    return fail(folder.string(), "",
                "the records of the MIT-BIH Arrhythmia Database are not here, expected 100.hea to "
                "234.hea in this folder or in its folder mitdb");
}

Result<fs::path> folder_of_record(const fs::path& folder, const std::string& name) {
    for (const fs::path& candidate : {folder, folder / "mitdb", folder / "svdb"})
        if (data::exists(candidate / (name + ".hea"))) return candidate;
    return fail(folder.string(), "",
                std::format("record {0} is not here, expected {0}.hea in this folder or in its "
                            "folders mitdb and svdb",
                            name));
}

namespace {

Result<Recording> read_files(const fs::path& folder, const std::string& name,
                             std::span<const std::string_view> endings) {
    std::vector<std::vector<std::byte>> content;
    std::vector<formats::NamedBytes> files;
    content.reserve(endings.size());  // the files refer to it
    for (const std::string_view ending : endings) {
        const fs::path path = folder / (name + std::string(ending));
        auto bytes = read_file(path);
        if (!bytes) return std::unexpected(bytes.error());
        content.push_back(std::move(*bytes));
        files.push_back({path.string(), content.back()});
    }
    formats::ReadResult read = formats::read_recordings(files);
    if (!read.errors.empty()) return std::unexpected(read.errors.front());
    if (read.recordings.empty() || read.recordings[0].leads.empty())
        return fail(files[0].name, "", "the record has no signal");
    return std::move(read.recordings[0]);
}

}  // namespace

Result<Recording> read_record(const fs::path& folder, const std::string& name) {
    constexpr std::array<std::string_view, 3> endings = {".hea", ".dat", ".atr"};
    auto recording = read_files(folder, name, endings);
    if (!recording) return recording;
    if (recording->annotations.empty())
        return fail((folder / (name + ".atr")).string(), "",
                    recording->warnings.empty() ? "holds no annotations" : recording->warnings[0]);
    return recording;
}

Result<Recording> read_signal(const fs::path& folder, const std::string& name,
                              std::string_view ending) {
    return read_files(folder, name, std::array{std::string_view(".hea"), ending});
}

}  // namespace telltale::data
