// Units of voltage and gains that make sense.
#pragma once

#include <string_view>

namespace telltale::formats {

/// How many mV one of that unit is ("mV" 1, "uV" 0.001, "V" 1000); 0 for what is no voltage.
[[nodiscard]] double millivolts_per(std::string_view unit);

/// True for a gain that samples can be divided by: not 0, finite, and of a credible size.
[[nodiscard]] bool usable_gain(double gain);

}  // namespace telltale::formats
