#include "support/data.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace telltale::tests {
namespace fs = std::filesystem;

std::optional<fs::path> data_folder() {
    std::error_code ignored;
    if (const char* set = std::getenv("TELLTALE_DATA"); set && *set) {
        if (fs::is_directory(set, ignored)) return fs::path(set);
        return std::nullopt;
    }
    const fs::path beside = fs::path(TELLTALE_SOURCE_DIR) / ".." / "shared" / "data";
    if (fs::is_directory(beside, ignored)) return beside;
    return std::nullopt;
}

std::optional<fs::path> data_path(const std::string& below) {
    const auto folder = data_folder();
    std::error_code ignored;
    if (!folder || !fs::exists(*folder / below, ignored)) return std::nullopt;
    return *folder / below;
}

File read_file(const fs::path& path, const fs::path& base) {
    std::ifstream stream(path, std::ios::binary | std::ios::ate);
    if (!stream) {
        std::fprintf(stderr, "cannot read %s\n", path.string().c_str());
        std::exit(2);
    }
    File file;
    file.name = base.empty() ? path.filename().string() : fs::relative(path, base).string();
    file.bytes.resize(static_cast<std::size_t>(stream.tellg()));
    stream.seekg(0);
    stream.read(reinterpret_cast<char*>(file.bytes.data()),
                static_cast<std::streamsize>(file.bytes.size()));
    return file;
}

std::vector<File> read_files(const fs::path& folder, const std::string& stem) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file() && (stem.empty() || entry.path().stem() == stem))
            paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<File> files;
    for (const fs::path& path : paths) files.push_back(read_file(path));
    return files;
}

std::vector<formats::NamedBytes> named(const std::vector<File>& files) {
    std::vector<formats::NamedBytes> result;
    for (const File& file : files) result.push_back(file.named());
    return result;
}

File text_file(std::string name, const std::string& text) {
    File file{std::move(name), {}};
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    file.bytes.assign(data, data + text.size());
    return file;
}

}  // namespace telltale::tests
