// From time stamps to a sampling rate and the place of every sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace telltale::formats {

/// Samples that are missing before a row.
struct TimeGap {
    std::size_t row = 0;  ///< In the order of `order`.
    std::int64_t samples = 0;
};

struct TimeAxis {
    double rate = 0;  ///< Hz, between the gaps.
    /// The rows in the order of time; empty where they are in order.
    std::vector<std::uint32_t> order;
    std::vector<TimeGap> gaps;
    std::vector<std::string> warnings;
};

struct StampOptions {
    /// Seconds of one unit of the stamps; 0: not told, then the one that gives the rate of an ECG.
    double unit_s = 0;
    /// Hz, where the file tells its rate too: gaps are measured by it if the stamps agree within 2
    /// %.
    std::optional<double> told_rate;
    /// Samples that gaps may add in all; 0: a hundred times the rows.
    std::size_t most_missing = 0;
};

/// One stamp a row (NaN where a row has none). Stamps may be rounded as far as to whole seconds, be
/// the same for all samples of a packet, or be counted up from each packet's arrival. The rate is
/// fitted by least squares between gaps, after a start from the median slope, and is the round one
/// where that is within the stamps' own uncertainty. A gap is a lasting shift of the stamps against
/// the count of rows, not one that later rows catch up with. Packets that were written in another
/// order than that of time are put in order. Nothing if the stamps do not go up.
[[nodiscard]] std::optional<TimeAxis> time_axis(std::vector<double> stamps,
                                                const StampOptions& options);

/// Times of day without a date, in seconds: midnight, where they fall by most of a day, is passed.
void pass_midnight(std::vector<double>& stamps);

/// How uneven the stamps are: the share of steps that are far from the usual one; 1 if they stand
/// still or go down. Of several columns of stamps the most even is a sensor's own clock.
[[nodiscard]] double unevenness(const std::vector<double>& stamps);

}  // namespace telltale::formats
