#include "cli/inputs.hpp"

#include <algorithm>
#include <cctype>
#include <format>
#include <fstream>
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

// From this size on a file is read in pieces where its format allows.
constexpr std::uintmax_t large_file = 64 << 20;

class FileSource : public formats::ByteSource {
public:
    explicit FileSource(const fs::path& path)
        : stream_(path, std::ios::binary), size_(fs::file_size(path, code_)) {}
    [[nodiscard]] bool good() const { return stream_.good() && !code_; }
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> out) override {
        stream_.clear();
        stream_.seekg(static_cast<std::streamoff>(offset));
        stream_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
        return stream_.good();
    }

private:
    std::error_code code_;
    std::ifstream stream_;
    std::uint64_t size_;
};

Result<LoadedFile> load_file(const fs::path& path) {
    std::error_code code;
    if (fs::is_regular_file(path, code) && fs::file_size(path, code) >= large_file) {
        auto source = std::make_shared<FileSource>(path);
        if (source->good()) return LoadedFile{path.string(), {}, std::move(source)};
    }
    auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return LoadedFile{path.string(), std::move(*bytes), nullptr};
}

// Every file below the folder, by name.
Result<std::vector<LoadedFile>> load_folder(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code code;
    for (auto it = fs::recursive_directory_iterator(folder, code);
         !code && it != fs::recursive_directory_iterator(); it.increment(code))
        if (data::is_file(it->path())) paths.push_back(it->path());
    if (code) return fail(folder.string(), "", "cannot be read: " + code.message());
    std::ranges::sort(paths);
    std::vector<LoadedFile> files;
    for (const fs::path& path : paths) {
        auto file = load_file(path);
        if (!file) return std::unexpected(file.error());
        files.push_back(std::move(*file));
    }
    return files;
}

// Adds a header and everything it names, each file once.
Result<void> add_header(const fs::path& header, std::set<fs::path>& known,
                        std::vector<LoadedFile>& files) {
    if (!known.insert(header).second) return {};
    auto loaded = load_file(header);
    if (!loaded) return std::unexpected(loaded.error());
    files.push_back(std::move(*loaded));
    // A header that cannot be parsed brings nothing; the reader will say why.
    const auto named = formats::wfdb_signal_files({header.string(), files.back().bytes});
    for (const std::string& name : named.value_or(std::vector<std::string>{})) {
        const fs::path path = header.parent_path() / name;
        if (!data::is_file(path)) continue;
        if (lower_extension(path) == ".hea") {
            if (auto added = add_header(path, known, files); !added) return added;
        } else if (known.insert(path).second) {
            auto content = load_file(path);
            if (!content) return std::unexpected(content.error());
            files.push_back(std::move(*content));
        }
    }
    fs::path annotations = header;
    annotations.replace_extension(".atr");
    if (data::is_file(annotations) && known.insert(annotations).second) {
        auto content = load_file(annotations);
        if (!content) return std::unexpected(content.error());
        files.push_back(std::move(*content));
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
    } else if (!data::exists(path)) {
        header += ".hea";
    }
    if (lower_extension(header) == ".hea" && data::is_file(header)) {
        if (auto added = add_header(header, known, files); !added)
            return std::unexpected(added.error());
        if (header != path && data::exists(path) && !known.contains(path)) {
            // The header beside this file does not speak of it: let the readers say so.
            auto file = load_file(path);
            if (!file) return std::unexpected(file.error());
            files.push_back(std::move(*file));
        }
        return files;
    }
    if (data::is_folder(path)) return load_folder(path);
    auto file = load_file(path);
    if (!file) return std::unexpected(file.error());
    files.push_back(std::move(*file));
    // What some formats put beside it: annotations, a description, samples.
    for (const auto& [of, ending] :
         {std::pair{".ecg", ".ann"}, {".txt", ".inf"}, {".inf", ".txt"}}) {
        const fs::path beside = fs::path(path).replace_extension(ending);
        if (extension != of || !data::is_file(beside)) continue;
        auto other = load_file(beside);
        if (!other) return std::unexpected(other.error());
        files.push_back(std::move(*other));
    }
    return files;
}

formats::ReadResult read(const std::vector<LoadedFile>& files,
                         const formats::ReadOptions& options) {
    std::vector<formats::NamedBytes> named;
    std::vector<formats::NamedSource> large;
    for (const LoadedFile& file : files) {
        if (file.source)
            large.push_back({file.name, file.source.get()});
        else
            named.push_back({file.name, file.bytes});
    }
    formats::ReadResult result = formats::LargeReader(named, large, {.read = options}).take();
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
        if (data::is_file(fs::path(path).replace_extension(annotator))) headers.push_back(path);
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
