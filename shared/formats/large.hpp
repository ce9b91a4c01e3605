// Files that are too large to be held beside the samples they give: read in pieces, straight into
// the samples, and where even those do not fit, at half the rate, or a quarter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "formats/file_set.hpp"
#include "formats/formats.hpp"

namespace telltale::formats {

/// Bytes that are fetched when they are asked for: a file on disk, a File of the browser.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Fills `out` from byte `offset` on; false if they cannot be read.
    [[nodiscard]] virtual bool read(std::uint64_t offset, std::span<std::byte> out) = 0;
};

struct NamedSource {
    std::string name;
    ByteSource* source = nullptr;
};

struct LargeOptions {
    ReadOptions read;
    /// What the samples of one recording may take, in bytes; 0: anything. A recording that takes
    /// more is brought to half its rate, as often as needed, down to `lowest_rate`; then refused.
    std::uint64_t most_sample_bytes = 0;
    double lowest_rate = 200;  ///< Hz
    /// What all files that cannot be read in pieces may take together, in bytes; 0: anything.
    std::uint64_t most_whole_bytes = 0;
};

/// One signal file or EDF that is read in pieces; see record_stream.hpp.
class RecordStream;

/// Reads a set of files of which some are large. In pieces: the plain signal formats of WFDB
/// (single segment, one rate, no skew) but 8, EDF, EDF+C and BDF. Everything else is read whole,
/// as read_recordings() does, if its size is allowed; refused before any memory is touched if not.
class LargeReader {
public:
    /// `files` are small and in memory, as `large` they must live as long as the reader.
    LargeReader(std::span<const NamedBytes> files, std::span<const NamedSource> large,
                const LargeOptions& options);
    LargeReader(const LargeReader&) = delete;
    LargeReader& operator=(const LargeReader&) = delete;
    ~LargeReader();

    /// Reads one more piece, a few MB; true when there are no more.
    [[nodiscard]] bool read_some();
    /// From 0 to 1: the share of the pieces that is read.
    [[nodiscard]] double progress() const;
    /// Reads what remains and gives everything that was found; once.
    [[nodiscard]] ReadResult take();

private:
    struct Job;
    void add(const std::string& file, Result<std::unique_ptr<RecordStream>> stream);
    [[nodiscard]] static Result<bool> read_piece(Job& job);

    std::span<const NamedBytes> files_;
    std::span<const NamedSource> large_;
    LargeOptions options_;
    FileSet set_;
    std::vector<bool> large_used_;
    std::vector<std::unique_ptr<Job>> jobs_;
    std::size_t current_ = 0;
    ReadResult result_;
};

}  // namespace telltale::formats
