// A recording that is decoded piece by piece.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "formats/file_set.hpp"
#include "formats/large.hpp"
#include "recording/recording.hpp"

namespace telltale::formats {

class RecordStream {
public:
    virtual ~RecordStream() = default;

    /// Everything but samples and annotations; the leads are empty.
    Recording recording;
    /// Samples in each lead.
    std::int64_t length = 0;

    /// Appends the next piece to the leads: as many samples to each. Adding none is the end.
    [[nodiscard]] virtual Result<void> read(std::span<std::vector<float>> leads) = 0;
    /// Adds annotations to the finished recording, at the rate that it has now, and cuts its end
    /// where the file says so.
    virtual void finish(Recording& finished) = 0;
};

/// About the size of a piece, in bytes of the file.
inline constexpr std::int64_t piece_bytes = 4 << 20;

/// The record of a WFDB header whose signal files are among `large` or `files`. Null where it
/// cannot be read in pieces, or where no file of it is large; `used` and the file set then stay as
/// they are. The header and its annotations count as used.
[[nodiscard]] Result<std::unique_ptr<RecordStream>> open_wfdb_stream(
    int header, FileSet& files, std::span<const NamedSource> large, std::vector<bool>& used);

/// An EDF, EDF+C or BDF file; null where it is none of these.
[[nodiscard]] Result<std::unique_ptr<RecordStream>> open_edf_stream(const NamedSource& source);

}  // namespace telltale::formats
