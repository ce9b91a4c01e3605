// WFDB signal files, as the specification signal(5) of the WFDB Applications Guide defines them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "formats/file_set.hpp"
#include "formats/flac.hpp"
#include "formats/wfdb_header.hpp"

namespace telltale::formats::wfdb {

/// Signals that share a signal file: consecutive in the header, their samples interleaved.
struct Group {
    std::span<const std::byte> bytes;  ///< From the byte offset on.
    std::size_t first_signal = 0;
    std::size_t signals = 0;
    std::int64_t samples_per_frame = 0;  ///< Sum over the group's signals.
    std::int64_t frames = 0;             ///< Whole frames that the bytes hold.
    int format = 0;
    bool damaged = false;            ///< Bytes that should hold more frames do not.
    std::optional<FlacStream> flac;  ///< At its start, for the formats 508, 516 and 524.
};

/// Where a single-segment header's samples lie. Nothing is decoded or allocated yet.
struct Plan {
    std::vector<Group> groups;
    std::int64_t frames = 0;  ///< Frames that can be read: no more than the bytes hold.
};

/// Finds the signal files of the header. An error names the file that is missing or no signal
/// file; a truncated file is a warning. Signals of format 0 (none) belong to no group.
[[nodiscard]] Result<Plan> plan_signals(const Header& header, FileSet& files,
                                        std::vector<std::string>& warnings);

/// Whole lines of ASCII at the start of a signal file: samples practically never look like that.
[[nodiscard]] bool is_ascii_table(std::string_view start);

/// Samples that `bytes` bytes of a format hold; 0 for formats that are not plain (FLAC).
[[nodiscard]] std::int64_t samples_in(int format, std::uint64_t bytes);

/// The smallest piece of a plain format that starts on a whole byte; {0, 0} for others.
struct Unit {
    int samples = 0, bytes = 0;
};
[[nodiscard]] Unit unit_of(int format);

/// Warns where a file of `frames` frames holds fewer than the header says, or far more.
void compare_length(const Header& header, const std::string& file, std::int64_t frames,
                    std::vector<std::string>& warnings);

/// Reads a group's ADC values front to back, as they lie in a plain signal file: frame by frame,
/// in each frame signal by signal.
class GroupReader {
public:
    GroupReader(const Header& header, const Group& group);

    /// The next whole frames, as many as fill `out`. No more than group.frames in all.
    void read(std::span<std::int32_t> out);

private:
    void read_flac(std::span<std::int32_t> out);
    void sum_up(std::span<std::int32_t> out);  // format 8 holds differences

    const Group& group_;
    std::span<const Signal> signals_;
    std::int64_t next_ = 0;               // sample of the file
    std::vector<std::uint32_t> running_;  // format 8: each signal's value so far
    std::optional<FlacStream> flac_;
    std::size_t at_ = 0;  // sample of the stream's block
};

/// The ADC value that marks a missing sample; INT64_MAX where the format has none.
[[nodiscard]] std::int64_t missing_value(int format);

/// Decodes the plan's groups: `out[s]` is filled with frames * samples_per_frame physical values
/// of signal s, (adc - baseline) / gain, NaN where missing; an empty span leaves the signal out.
/// `gains` and `baselines` hold one value a signal. A checksum that does not hold is a warning.
void decode_signals(const Header& header, const Plan& plan, std::span<const double> gains,
                    std::span<const std::int32_t> baselines, std::span<const std::span<float>> out,
                    std::vector<std::string>& warnings);

}  // namespace telltale::formats::wfdb
