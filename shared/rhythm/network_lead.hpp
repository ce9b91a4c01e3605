// A lead as the rhythm network looks at it: 100 values a second whatever the recording's rate,
// without its baseline.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace telltale::rhythm {

/// Values a second of a NetworkLead.
inline constexpr std::size_t network_rate = 100;

struct NetworkLead {
    std::vector<float> x;        ///< mV, network_rate values for each second.
    std::vector<float> missing;  ///< For each second the share of its samples that are none.

    [[nodiscard]] std::size_t seconds() const { return missing.size(); }
};

/// Whole seconds that a recording is judged in: its length rounded, at least one.
[[nodiscard]] std::size_t network_seconds(std::size_t samples, double rate);

/// `samples` in mV at `rate` Hz (50 to 10 000). Each value is the mean of the lead over its 10 ms,
/// then a Butterworth high-pass of order 2 at 0.5 Hz takes the baseline out. Samples that are none
/// (NaN, or beyond any ECG) hold the value before; so does what the last second lacks. Every value
/// is finite, and the same on every machine. Linear time.
[[nodiscard]] NetworkLead network_lead(std::span<const float> samples, double rate);

}  // namespace telltale::rhythm
