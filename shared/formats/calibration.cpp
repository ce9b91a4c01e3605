#include "formats/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <vector>

#include "formats/text.hpp"

namespace telltale::formats {

double millivolts_per(std::string_view unit) {
    unit = trimmed(unit);
    const std::string name = lower(unit);
    if (name == "mv" || name == "millivolt" || name == "millivolts") return 1;
    // The micro sign comes as U+00B5, as the Greek letter U+03BC, or as a Latin-1 byte.
    if (name == "uv" || name == "\xC2\xB5v" || name == "\xCE\xBCv" || name == "\xB5v" ||
        name == "microvolt" || name == "microvolts")
        return 0.001;
    if (name == "nv") return 0.000001;
    if (name == "v" || name == "volt" || name == "volts") return 1000;
    return 0;
}

std::string_view likely_unit(std::span<const float> samples) {
    std::vector<float> some;
    const std::size_t stride = std::max<std::size_t>(1, samples.size() / 20000);
    for (std::size_t i = 0; i < samples.size(); i += stride)
        if (!std::isnan(samples[i])) some.push_back(samples[i]);
    if (some.empty()) return {};
    std::ranges::sort(some);
    const double range = some[some.size() - 1 - some.size() / 200] - some[some.size() / 200];
    if (!(range > 0)) return some.front() == some.back() ? std::string_view{} : "mV";
    return range > 30 ? "\u00B5V" : range < 0.03 ? "V" : "mV";
}

bool usable_gain(double gain) {
    return std::isfinite(gain) && std::abs(gain) >= 1e-9 && std::abs(gain) <= 1e15;
}

double to_millivolts(Lead& lead, std::string_view unit, bool may,
                     std::vector<std::string>& warnings) {
    double mv = millivolts_per(unit);
    if (mv == 0 && unit.empty() && may) {
        if (const std::string_view likely = likely_unit(lead.samples); !likely.empty()) {
            mv = millivolts_per(likely);
            lead.calibration.assumed = true;
            warnings.push_back(std::format(
                "{}: the file gives no unit; {} is assumed from the size of the numbers.",
                lead.name, likely));
        }
    }
    if (mv > 0 && mv != 1)
        for (float& v : lead.samples) v = static_cast<float>(v * mv);
    lead.unit = mv > 0 ? "mV" : std::string(unit);
    return mv;
}

}  // namespace telltale::formats
