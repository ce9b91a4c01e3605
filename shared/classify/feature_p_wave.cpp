#include "classify/feature_p_wave.hpp"

#include <algorithm>
#include <cmath>

#include "classify/feature_math.hpp"
#include "classify/feature_parts.hpp"
#include "classify/features.hpp"

namespace telltale::classify {
namespace {

constexpr int half = 7;
constexpr std::size_t bump_size = 2 * half + 1;

// exp(-k^2 / (2 * 2.8^2)) for k = 0 to 7, written out: a library's exp may differ in its last bit.
constexpr std::array<float, half + 1> gaussian = {1.0F,        0.93821560F, 0.77483743F,
                                                  0.56327935F, 0.36044779F, 0.20303280F,
                                                  0.10066890F, 0.04393693F};

struct Bump {
    std::array<float, bump_size> values{};
    float norm = 0;
};

Bump make_bump() {
    Bump bump;
    for (int k = -half; k <= half; ++k)
        bump.values[static_cast<std::size_t>(k + half)] =
            gaussian[static_cast<std::size_t>(k < 0 ? -k : k)];
    bump.norm = centre(bump.values.data(), bump_size);  // symmetric: no slope to remove
    return bump;
}

struct Fit {
    float best = -1, lag = 0, height = 0, worst = 1;
};

Fit fit_bumps(const float* window, int first, int last, const Bump& bump) {
    Fit fit;
    for (int lag = first; lag <= last; ++lag) {
        const Part part{lag - half, lag + half + 1};
        float x[bump_size];
        std::copy_n(part.of(window), bump_size, x);
        const float xx = detrend(x, bump_size);
        const float product = dot(x, bump.values.data(), bump_size);
        const float like = correlation_of(product, xx, bump.norm);
        if (like > fit.best) {
            fit.best = like;
            fit.lag = static_cast<float>(lag);
            fit.height = product / bump.norm;
        }
        fit.worst = std::min(fit.worst, like);
    }
    return fit;
}

}  // namespace

std::array<float, p_values> measure_p_wave(const float* window) {
    const Bump bump = make_bump();
    const float qrs = peak_to_peak(qrs_part.of(window), qrs_part.size());
    float p[p_part.size()];
    std::copy_n(p_part.of(window), p_part.size(), p);
    const float squares = detrend(p, p_part.size());
    const auto [low, high] = std::minmax_element(p, p + p_part.size());
    const float extreme = *high >= -*low ? *high : *low;
    float quietest = 1e6F;
    for (int at = -58; at + 8 <= p_part.last; ++at) {
        float x[8];
        std::copy_n(Part{at, at + 8}.of(window), 8, x);
        quietest = std::min(quietest, centre(x, 8));
    }
    const auto sd = [](float sum, std::size_t n) {
        return std::sqrt(sum / static_cast<float>(n)) + 0.001F;
    };
    const Fit near = fit_bumps(window, -33, -14, bump);
    const Fit far = fit_bumps(window, -58, -34, bump);
    return {log_of((*high - *low + 0.001F) / (qrs + 0.001F)),
            log_of(sd(squares, p_part.size()) / sd(quietest, 8)),
            extreme / (qrs + 0.001F),
            near.best,
            near.lag / 12.8F,
            near.height / (qrs + 0.001F),
            near.worst,
            far.best,
            far.height / (qrs + 0.001F),
            far.worst};
}

}  // namespace telltale::classify
