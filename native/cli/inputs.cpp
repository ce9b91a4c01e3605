#include "cli/inputs.hpp"

#include <algorithm>
#include <cctype>
#include <format>
#include <set>
#include <system_error>

#include "data/files.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

std::string lower_extension(const fs::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

bool is_file(const fs::path& path) {
    std::error_code code;
    return fs::is_regular_file(path, code);
}

// Adds a header and everything it names, each file once.
Result<void> add_header(const fs::path& header, std::set<fs::path>& known,
                        std::vector<LoadedFile>& files) {
    if (!known.insert(header).second) return {};
    auto bytes = data::read_file(header);
    if (!bytes) return std::unexpected(bytes.error());
    files.push_back({header.string(), std::move(*bytes)});
    // A header that cannot be parsed brings nothing; the reader will say why.
    const auto named = formats::wfdb_signal_files({header.string(), files.back().bytes});
    for (const std::string& name : named.value_or(std::vector<std::string>{})) {
        const fs::path path = header.parent_path() / name;
        if (!is_file(path)) continue;
        if (lower_extension(path) == ".hea") {
            if (auto added = add_header(path, known, files); !added) return added;
        } else if (known.insert(path).second) {
            auto content = data::read_file(path);
            if (!content) return std::unexpected(content.error());
            files.push_back({path.string(), std::move(*content)});
        }
    }
    fs::path annotations = header;
    annotations.replace_extension(".atr");
    if (is_file(annotations) && known.insert(annotations).second) {
        auto content = data::read_file(annotations);
        if (!content) return std::unexpected(content.error());
        files.push_back({annotations.string(), std::move(*content)});
    }
    return {};
}

}  // namespace

Result<std::vector<LoadedFile>> load(const fs::path& path) {
    std::vector<LoadedFile> files;
    std::set<fs::path> known;
    fs::path header = path;
    const std::string extension = lower_extension(path);
    if (extension == ".dat" || extension == ".atr" || extension == ".mat") {
        header.replace_extension(".hea");
    } else if (!fs::exists(path)) {
        header += ".hea";
    }
    if (lower_extension(header) == ".hea" && is_file(header)) {
        if (auto added = add_header(header, known, files); !added)
            return std::unexpected(added.error());
        if (header != path && fs::exists(path) && !known.contains(path)) {
            // The header beside this file does not speak of it: let the readers say so.
            auto bytes = data::read_file(path);
            if (!bytes) return std::unexpected(bytes.error());
            files.push_back({path.string(), std::move(*bytes)});
        }
        return files;
    }
    auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    files.push_back({path.string(), std::move(*bytes)});
    return files;
}

formats::ReadResult read(const std::vector<LoadedFile>& files,
                         const formats::ReadOptions& options) {
    std::vector<formats::NamedBytes> named;
    named.reserve(files.size());
    for (const LoadedFile& file : files) named.push_back({file.name, file.bytes});
    formats::ReadResult result = formats::read_recordings(named, options);
    for (Error& error : result.errors)
        if (formats::needs_sampling_rate(error)) error.message += " (--rate HZ)";
    return result;
}

formats::ReadResult open(const fs::path& path, const formats::ReadOptions& options) {
    const auto files = load(path);
    if (!files) return {.errors = {files.error()}};
    formats::ReadResult result = read(*files, options);
    if (result.recordings.empty() && result.beat_sets.empty() && result.errors.empty())
        result.errors.push_back({path.string(), "", "no recording in this file"});
    return result;
}

Result<std::vector<fs::path>> annotated_records(const fs::path& folder,
                                                const std::string& annotator) {
    std::error_code code;
    if (!fs::is_directory(folder, code)) return fail(folder.string(), "", "no such folder");
    std::vector<fs::path> headers;
    for (const auto& entry : fs::directory_iterator(folder, code)) {
        fs::path path = entry.path();
        if (lower_extension(path) != ".hea") continue;
        if (is_file(fs::path(path).replace_extension(annotator))) headers.push_back(path);
    }
    if (code) return fail(folder.string(), "", "cannot be read: " + code.message());
    if (headers.empty())
        return fail(folder.string(), "",
                    std::format("no record with reference annotations here, expected NAME.hea with "
                                "NAME.{}",
                                annotator));
    std::ranges::sort(headers);
    return headers;
}

}  // namespace telltale::cli
