#include "data/files.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <format>
#include <memory>
#include <system_error>

namespace telltale::data {
namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using Handle = std::unique_ptr<std::FILE, Close>;

std::unexpected<Error> system_failure(const std::filesystem::path& path, std::string_view what) {
    return fail(path.string(), "", std::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

Result<std::vector<std::byte>> read_file(const std::filesystem::path& path) {
    std::error_code code;
    const auto status = std::filesystem::status(path, code);
    if (!std::filesystem::exists(status)) return fail(path.string(), "", "no such file");
    if (!std::filesystem::is_regular_file(status))
        return fail(path.string(), "",
                    std::filesystem::is_directory(status) ? "this is a folder, expected a file"
                                                          : "not a regular file");
    const auto size = std::filesystem::file_size(path, code);
    if (code) return fail(path.string(), "", "cannot be read: " + code.message());
    const Handle file(std::fopen(path.c_str(), "rb"));
    if (!file) return system_failure(path, "cannot be opened");
    std::vector<std::byte> bytes(size);
    const std::size_t got = size == 0 ? 0 : std::fread(bytes.data(), 1, bytes.size(), file.get());
    if (got != bytes.size()) return system_failure(path, "cannot be read to its end");
    return bytes;
}

Result<void> write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    std::filesystem::path partial = path;
    partial += std::format(".part{}", ::getpid());
    Handle file(std::fopen(partial.c_str(), "wb"));
    if (!file) return system_failure(path, "cannot be written");
    bool good =
        bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
    good = std::fclose(file.release()) == 0 && good;
    std::error_code code;
    if (good) std::filesystem::rename(partial, path, code);
    if (good && !code) return {};
    const auto failure = code ? fail(path.string(), "", "cannot be written: " + code.message())
                              : system_failure(path, "cannot be written");
    std::filesystem::remove(partial, code);
    return failure;
}

Result<void> write_file(const std::filesystem::path& path, std::string_view text) {
    return write_file(path, std::as_bytes(std::span(text)));
}

}  // namespace telltale::data
