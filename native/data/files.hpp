// Whole files in and out. The front door of native/data together with heartbeat.hpp.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "recording/error.hpp"

namespace telltale::data {

/// The content of a regular file. Errors name the file and the system's reason.
[[nodiscard]] Result<std::vector<std::byte>> read_file(const std::filesystem::path& path);

/// Whether there is anything at `path`, a regular file, or a folder. What cannot be looked at (in a
/// folder that may not be entered, a name that is too long) is not there; reading it tells why.
[[nodiscard]] bool exists(const std::filesystem::path& path);
[[nodiscard]] bool is_file(const std::filesystem::path& path);
[[nodiscard]] bool is_folder(const std::filesystem::path& path);

/// Makes a folder and those above it, where they are not there.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& folder);

/// One name for all the ways to write `path`, as far as the system can tell.
[[nodiscard]] std::filesystem::path canonical(const std::filesystem::path& path);

/// What is put between a file's name and its end while it is being written: ".part-".
inline constexpr std::string_view part_mark = ".part-";

/// Writes a file whole: first beside its final name, under one that nobody else has (other
/// processes and machines may write the same file at once), then moved there when it is on the
/// disk. So nobody ever sees half of it; a process that is killed leaves only NAME.part-*.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path,
                                      std::span<const std::byte> bytes);
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace telltale::data
