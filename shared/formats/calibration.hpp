// Units of voltage and gains that make sense.
#pragma once

#include <span>
#include <string_view>

namespace telltale::formats {

/// How many mV one of that unit is ("mV" 1, "uV" 0.001, "V" 1000); 0 for what is no voltage.
[[nodiscard]] double millivolts_per(std::string_view unit);

/// The unit that makes an ECG of these numbers: "mV", "\u00B5V" or "V" by the range in which all
/// but the outermost hundredth lie; empty where no two numbers differ.
[[nodiscard]] std::string_view likely_unit(std::span<const float> samples);

/// True for a gain that samples can be divided by: not 0, finite, and of a credible size.
[[nodiscard]] bool usable_gain(double gain);

}  // namespace telltale::formats
