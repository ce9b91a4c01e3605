// Files inside zip archives, and files compressed by gzip.
#pragma once

#include <deque>
#include <vector>

#include "formats/formats.hpp"

namespace telltale::formats {

/// Files as they are, or as they were inside an archive. Must not be copied: the files' bytes may
/// lie in `storage`.
struct OpenedFiles {
    std::vector<NamedBytes> files;
    std::size_t plain = 0;  ///< The first so many were handed over; the rest come from archives.
    std::deque<std::vector<std::byte>> storage;
};

/// Opens the archives among the files; what they hold is named "archive.zip/inside/100.hea".
/// Archives in archives stay closed. What is damaged, encrypted, or would grow to more than 100
/// times its size is an error; but a file that only begins as an archive does and is not named so
/// is taken as it is, since samples may begin like that.
[[nodiscard]] OpenedFiles open_archives(std::span<const NamedBytes> files,
                                        std::vector<Error>& errors);

/// A zip archive of these files, uncompressed. An error if it would take more than 4 GB.
[[nodiscard]] Result<std::vector<std::byte>> write_zip(std::span<const NamedBytes> files);

}  // namespace telltale::formats
