// Units of voltage and gains that make sense.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/recording.hpp"

namespace telltale::formats {

/// How many mV one of that unit is ("mV" 1, "uV" 0.001, "V" 1000); 0 for what is no voltage.
[[nodiscard]] double millivolts_per(std::string_view unit);

/// The unit that makes an ECG of these numbers: "mV", "\u00B5V" or "V" by the range in which all
/// but the outermost hundredth lie; empty where no two numbers differ.
[[nodiscard]] std::string_view likely_unit(std::span<const float> samples);

/// Brings a lead's samples from `unit` to mV, names the unit, and gives how many mV one of it is;
/// 0, and the unit as the file says, for what is no voltage. Where the file gives none and one
/// `may` be assumed, the one that makes an ECG of the numbers is, with a warning.
double to_millivolts(Lead& lead, std::string_view unit, bool may,
                     std::vector<std::string>& warnings);

/// True for a gain that samples can be divided by: not 0, finite, and of a credible size.
[[nodiscard]] bool usable_gain(double gain);

}  // namespace telltale::formats
