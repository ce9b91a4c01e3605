// WFDB headers (.hea), as the specification header(5) of the WFDB Applications Guide defines them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/formats.hpp"

namespace telltale::formats::wfdb {

/// One signal line.
struct Signal {
    std::string file;           ///< Signal file; "~" where there is none (layout headers).
    int format = 0;             ///< 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, ...
    int samples_per_frame = 1;  ///< 1 to 65536
    std::int64_t skew = 0;      ///< Frames by which this signal lags behind.
    std::int64_t offset = 0;    ///< Bytes to skip at the start of the signal file.
    double gain = 0;            ///< ADC units per `unit`; 0 = uncalibrated.
    std::optional<std::int32_t> baseline;  ///< ADC value of 0; `adc_zero` if not given.
    std::string unit = "mV";
    std::int32_t adc_zero = 0;
    std::optional<std::int32_t> initial;   ///< First sample; `adc_zero` if not given.
    std::optional<std::int64_t> checksum;  ///< Sum of all samples, modulo 2^16.
    std::string description;
};

/// One line of a multi-segment header.
struct Segment {
    std::string name;         ///< Record name; "~" for a gap.
    std::int64_t length = 0;  ///< Frames
};

struct Header {
    std::string file;         ///< The header file, as the user knows it.
    std::string name;         ///< Record name.
    double frame_rate = 250;  ///< Frames a second.
    bool frame_rate_given = false;
    std::optional<std::int64_t> length;  ///< Frames, if given (0 counts as not given).
    std::optional<StartTime> start;
    std::vector<Signal> signals;
    std::vector<Segment> segments;  ///< Not empty: a multi-segment record.
    std::vector<std::string> comments;
    std::vector<std::string> warnings;
};

/// True if the text reads like a header: a record line, then signal lines of known formats.
[[nodiscard]] bool looks_like_header(const NamedBytes& file);

/// True if the file is named a header (.hea), or looks like one.
[[nodiscard]] bool is_header(const NamedBytes& file);

[[nodiscard]] Result<Header> parse_header(const NamedBytes& file);

}  // namespace telltale::formats::wfdb
