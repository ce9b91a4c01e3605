#include "formats/calibration.hpp"

#include <cmath>

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

bool usable_gain(double gain) {
    return std::isfinite(gain) && std::abs(gain) >= 1e-9 && std::abs(gain) <= 1e15;
}

}  // namespace telltale::formats
