#include "data/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <format>
#include <memory>
#include <random>
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

bool write_whole(int descriptor, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

// Some file systems have nothing to wait for, and say so.
bool on_disk(int descriptor) {
    return ::fsync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;
}

}  // namespace

Result<std::vector<std::byte>> read_file(const std::filesystem::path& path) {
    std::error_code code;
    const auto status = std::filesystem::status(path, code);
    if (status.type() == std::filesystem::file_type::none)
        return fail(path.string(), "", "cannot be read: " + code.message());
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

bool exists(const std::filesystem::path& path) {
    std::error_code code;
    return std::filesystem::exists(path, code);
}

bool is_file(const std::filesystem::path& path) {
    std::error_code code;
    return std::filesystem::is_regular_file(path, code);
}

bool is_folder(const std::filesystem::path& path) {
    std::error_code code;
    return std::filesystem::is_directory(path, code);
}

Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (is_folder(folder)) return {};
    return fail(folder.string(), "",
                "this folder cannot be made: " +
                    (code ? code.message() : std::string("there is a file of that name")));
}

std::filesystem::path canonical(const std::filesystem::path& path) {
    std::error_code code;
    std::filesystem::path found = std::filesystem::weakly_canonical(path, code);
    return code ? path.lexically_normal() : found;
}

Result<void> write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    std::filesystem::path partial;
    int descriptor = -1;
    do {
        partial = path;
        partial += std::format("{}{:08x}", part_mark, std::random_device{}());
        descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EEXIST);
    if (descriptor < 0) return system_failure(path, "cannot be written");
    bool good = write_whole(descriptor, bytes) && on_disk(descriptor);
    if (const int why = errno; ::close(descriptor) != 0)
        good = false;
    else
        errno = why;
    if (good && ::rename(partial.c_str(), path.c_str()) == 0) return {};
    const auto failure = system_failure(path, "cannot be written");
    ::unlink(partial.c_str());
    return failure;
}

Result<void> write_file(const std::filesystem::path& path, std::string_view text) {
    return write_file(path, std::as_bytes(std::span(text)));
}

}  // namespace telltale::data
