#include "recording/recording.hpp"

#include <cmath>

namespace telltale {

std::int32_t Lead::adc(std::size_t i) const {
    return static_cast<std::int32_t>(
               std::lround(static_cast<double>(samples[i]) * calibration.gain)) +
           calibration.baseline;
}

std::optional<std::size_t> Recording::lead_index(std::string_view lead_name) const {
    for (std::size_t i = 0; i < leads.size(); ++i)
        if (leads[i].name == lead_name || leads[i].original_name == lead_name) return i;
    return std::nullopt;
}

}  // namespace telltale
