#include "formats/resample.hpp"

#include <algorithm>

namespace telltale::formats {

void stretch(std::vector<float>& samples, std::int64_t from_width, std::int64_t to_width,
             std::int64_t frames) {
    std::vector<float> result(static_cast<std::size_t>(frames * to_width));
    const auto last = static_cast<std::int64_t>(samples.size()) - 1;
    for (std::int64_t i = 0; i < frames * to_width; ++i) {
        const std::int64_t at = i * from_width;
        const std::int64_t left = std::min(at / to_width, last);
        const float a = samples[static_cast<std::size_t>(left)];
        const float b = samples[static_cast<std::size_t>(std::min(left + 1, last))];
        const float share = static_cast<float>(at % to_width) / static_cast<float>(to_width);
        result[static_cast<std::size_t>(i)] = share == 0 ? a : a + (b - a) * share;
    }
    samples = std::move(result);
}

}  // namespace telltale::formats
