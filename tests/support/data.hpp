// Real recordings for tests: in $TELLTALE_DATA, else in ../shared/data beside the repository.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/formats.hpp"

namespace telltale::tests {

/// A file with its content, and a view of both for the readers.
struct File {
    std::string name;
    std::vector<std::byte> bytes;
    [[nodiscard]] formats::NamedBytes named() const { return {name, bytes}; }
};

/// The folder of the public databases, if it is there.
[[nodiscard]] std::optional<std::filesystem::path> data_folder();

/// A path below the data folder, if it exists: data_path("mitdb/100.hea").
[[nodiscard]] std::optional<std::filesystem::path> data_path(const std::string& below);

/// Reads a whole file; its name is kept relative to `base` if that is given. An unreadable file
/// ends the test program with a message.
[[nodiscard]] File read_file(const std::filesystem::path& path,
                             const std::filesystem::path& base = {});

/// Every file of a folder (not below it) whose stem is `stem`, or all of them if it is empty, in
/// name order.
[[nodiscard]] std::vector<File> read_files(const std::filesystem::path& folder,
                                           const std::string& stem = {});

[[nodiscard]] std::vector<formats::NamedBytes> named(const std::vector<File>& files);

/// Text as a file.
[[nodiscard]] File text_file(std::string name, const std::string& text);

}  // namespace telltale::tests

/// Skips a Catch2 test case where the real data is not there; else gives the path.
#define TELLTALE_REAL_DATA(variable, below)                                                   \
    const auto variable##_found = telltale::tests::data_path(below);                          \
    if (!variable##_found)                                                                    \
        SKIP("no " below " in $TELLTALE_DATA or ../shared/data: real recordings not tested"); \
    const std::filesystem::path variable = *variable##_found
