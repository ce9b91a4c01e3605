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

/// Writes a file whole: first beside its final name, then moved there, so that nobody ever sees
/// half of it.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path,
                                      std::span<const std::byte> bytes);
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace telltale::data
