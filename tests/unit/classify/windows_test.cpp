#include "classify/windows.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

using namespace telltale::classify;

namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();
using Values = std::vector<float>;
using Positions = std::vector<std::int64_t>;

InputCard next_beats(double rate, std::size_t length, Scaling scaling = Scaling::none) {
    return {.sampling_rate = rate,
            .window = WindowKind::to_next_beats,
            .next_fraction = 0.2,
            .length = length,
            .scaling = scaling};
}

InputCard centred(double rate, double before, double after, std::size_t length,
                  Scaling scaling = Scaling::none) {
    return {.sampling_rate = rate,
            .window = WindowKind::centred,
            .before = before,
            .after = after,
            .length = length,
            .scaling = scaling};
}

// Sample i has the value i.
Values ramp(std::size_t size) {
    Values values(size);
    std::iota(values.begin(), values.end(), 0.0F);
    return values;
}

Values cut(const InputCard& input, double rate, const Values& samples, const Positions& positions,
           std::size_t index, std::size_t* filled = nullptr) {
    Values out(input.length, gap);
    const WindowInfo info = cut_window(input, rate, samples, positions, index, out);
    if (filled) *filled = info.filled;
    return out;
}

}  // namespace

TEST_CASE("a window to the next beats takes every third sample of 360 Hz") {
    const Values samples = ramp(100);
    // From 10 to 25 + floor(0.2 * (41 - 25)) = 28, that one left out: 10 13 16 19 22 25.
    CHECK(cut(next_beats(120, 8), 360, samples, {10, 25, 41}, 0) ==
          Values{10, 13, 16, 19, 22, 25, 0, 0});
    // One position left: the recording's length stands in: 41 + floor(0.2 * 59) = 52.
    CHECK(cut(next_beats(120, 10), 360, samples, {10, 25, 41}, 1) ==
          Values{25, 28, 31, 34, 37, 40, 43, 46, 49, 0});
    // None left: the interval of 16 repeats: to 57 + floor(0.2 * 16) = 60.
    CHECK(cut(next_beats(120, 8), 360, samples, {10, 25, 41}, 2) ==
          Values{41, 44, 47, 50, 53, 56, 59, 0});
    // Longer than the length asked for: cut.
    CHECK(cut(next_beats(120, 3), 360, samples, {10, 25, 41}, 0) == Values{10, 13, 16});
}

TEST_CASE("the last beat's window ends with the recording; a lone beat has one second") {
    CHECK(cut(next_beats(120, 4), 360, ramp(46), {10, 25, 41}, 2) == Values{41, 44, 0, 0});
    CHECK(cut(next_beats(1, 3), 2, ramp(100), {10}, 0) == Values{10, 0, 0});
    CHECK(cut(next_beats(2, 4), 2, ramp(100), {10}, 0) == Values{10, 11, 0, 0});
}

TEST_CASE("beats at one place or out of order give an empty window, not a crash") {
    CHECK(cut(next_beats(120, 2), 360, ramp(50), {10, 10, 10}, 0) == Values{0, 0});
    CHECK(cut(next_beats(120, 2), 360, ramp(50), {30, 20, 10}, 0) == Values{0, 0});
    CHECK(cut(next_beats(120, 2), 360, ramp(50), {60, 70}, 0) == Values{0, 0});
    CHECK(cut(next_beats(120, 2), 360, ramp(50), {-5, 70}, 0) == Values{0, 0});
    CHECK(cut(next_beats(120, 2), 360, ramp(50), {10}, 5) == Values{0, 0});
    CHECK(cut(next_beats(120, 2), 360, {}, {10}, 0) == Values{0, 0});
}

TEST_CASE("other rates are sampled on the straight line between samples") {
    // 100 Hz at 125 Hz: every 0.8 samples, to 8 + floor(0.2 * 10) = 10.
    CHECK(cut(next_beats(125, 14), 100, ramp(30), {0, 8, 18}, 0) ==
          Values{0, 0.8F, 1.6F, 2.4F, 3.2F, 4, 4.8F, 5.6F, 6.4F, 7.2F, 8, 8.8F, 9.6F, 0});
    // 250 Hz at 100 Hz: every 2.5 samples of 0 10 0 10 ...
    const Values zigzag = {0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10};
    CHECK(cut(next_beats(100, 4), 250, zigzag, {0, 8, 12}, 0) == Values{0, 5, 10, 5});
}

TEST_CASE("min_max counts what is cut off, but not the padding") {
    Values samples = {2, 4, 3, 10, 1, 1, 1, 1};
    // 2 4 3 10, of which two are kept; extremes 2 and 10.
    CHECK(cut(next_beats(1, 2, Scaling::min_max), 1, samples, {0, 4}, 0) == Values{0, 0.25F});
    CHECK(cut(next_beats(1, 2, Scaling::min_max), 1, samples, {0, 3, 7}, 0) == Values{0, 1});
    CHECK(cut(next_beats(1, 4, Scaling::min_max), 1, samples, {4, 6, 8}, 0) == Values{0, 0, 0, 0});
    samples = {5, 6, 7, 5, 5};
    CHECK(cut(next_beats(1, 5, Scaling::min_max), 1, samples, {0, 3, 5}, 0) ==
          Values{0, 0.5F, 1, 0, 0});
}

TEST_CASE("z_score has mean 0 and deviation 1 over the values, and is 0 where they are all alike") {
    CHECK(cut(next_beats(1, 4, Scaling::z_score), 1, {1, 3, 1, 3, 9, 9}, {0, 4, 5}, 0) ==
          Values{-1, 1, -1, 1});
    // The padding stays 0 and does not count.
    CHECK(cut(next_beats(1, 6, Scaling::z_score), 1, {1, 3, 1, 3, 9, 9}, {0, 4, 5}, 0) ==
          Values{-1, 1, -1, 1, 0, 0});
    CHECK(cut(next_beats(1, 2, Scaling::z_score), 1, {7, 7, 7}, {0, 2}, 0) == Values{0, 0});
}

TEST_CASE("a centred window starts where its seconds say and repeats the ends") {
    CHECK(cut(centred(10, 0.2, 0.3, 5), 10, ramp(30), {10}, 0) == Values{8, 9, 10, 11, 12});
    CHECK(cut(centred(10, 0.2, 0.3, 5), 10, ramp(30), {1}, 0) == Values{0, 0, 1, 2, 3});
    CHECK(cut(centred(10, 0.2, 0.3, 5), 10, ramp(30), {28}, 0) == Values{26, 27, 28, 29, 29});
    // Half the rate: every second sample; twice the rate: half samples.
    CHECK(cut(centred(5, 0.4, 0.6, 5), 10, ramp(30), {10}, 0) == Values{6, 8, 10, 12, 14});
    CHECK(cut(centred(20, 0.1, 0.1, 4), 10, ramp(30), {10}, 0) == Values{9, 9.5F, 10, 10.5F});
    CHECK(cut(centred(10, 0.2, 0.3, 5, Scaling::min_max), 10, ramp(30), {10}, 0) ==
          Values{0, 0.25F, 0.5F, 0.75F, 1});
}

TEST_CASE("missing samples are filled in, and told") {
    std::size_t filled = 0;
    const InputCard input = next_beats(1, 6);
    CHECK(cut(input, 1, {1, gap, gap, 4, 5, 6, 7, 8}, {0, 6, 8}, 0, &filled) ==
          Values{1, 2, 3, 4, 5, 6});
    CHECK(filled == 2);
    CHECK(cut(input, 1, {gap, gap, 3, 4, 5, gap, 7, 8}, {0, 6, 8}, 0, &filled) ==
          Values{3, 3, 3, 4, 5, 5});
    CHECK(filled == 3);
    CHECK(cut(input, 1, Values(8, gap), {0, 6, 8}, 0, &filled) == Values(6, 0));
    CHECK(filled == 6);
    CHECK(cut(input, 1, ramp(8), {0, 6, 8}, 0, &filled) == ramp(6));
    CHECK(filled == 0);
    // Scaled after it is filled in.
    CHECK(cut(next_beats(1, 3, Scaling::min_max), 1, {2, gap, 4, 0, 0}, {0, 3, 5}, 0) ==
          Values{0, 0.5F, 1});
    CHECK(cut(centred(1, 1, 2, 3, Scaling::z_score), 1, {gap, gap, gap}, {1}, 0) ==
          Values{0, 0, 0});
}

TEST_CASE("nothing that is not finite leaves a window") {
    constexpr float inf = std::numeric_limits<float>::infinity();
    constexpr float max = std::numeric_limits<float>::max();
    const std::vector<Values> hostile = {{inf, -inf, gap, max, -max, 0, 1, 2},
                                         {max, -max, max, -max, 1e30F, -1e30F, 0, 0},
                                         {1e18F, -1e18F, 1e18F, -1e18F, 1, 2, 3, 4},
                                         {1e-45F, 0, -1e-45F, 0, 0, 0, 0, 0}};
    for (const Values& samples : hostile)
        for (const Scaling scaling : {Scaling::none, Scaling::min_max, Scaling::z_score})
            for (const double rate : {1.0, 0.7, 2.3})
                for (const InputCard& input :
                     {next_beats(rate, 9, scaling), centred(rate, 3, 3, 6, scaling)})
                    for (const float value : cut(input, 1, samples, {2, 5, 7}, 0))
                        CHECK(std::isfinite(value));
}

TEST_CASE("min_max of ADC values is the exact float32 quotient") {
    const Values samples = {995, 1011, 872, 1187, 900};
    const Values out = cut(next_beats(1, 4, Scaling::min_max), 1, samples, {0, 4}, 0);
    for (std::size_t i = 0; i < 4; ++i) CHECK(out[i] == (samples[i] - 872.0F) / 315.0F);
}

TEST_CASE("a band-pass takes away what is slow, alike for each beat wherever the lead begins") {
    // A beat each second on a slope: 360 Hz, 40 s.
    Values samples(40 * 360);
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<float>(i) * 0.001F + (i % 360 < 5 ? 1.0F : 0.0F);
    InputCard input = centred(360, 0.25, 0.25, 180);
    input.band_pass_low = 0.5;
    input.band_pass_high = 40;
    const Positions positions = {20 * 360, 25 * 360};
    const Values a = cut(input, 360, samples, positions, 0);
    const Values b = cut(input, 360, samples, positions, 1);
    for (std::size_t k = 0; k < a.size(); ++k) CHECK(std::fabs(a[k] - b[k]) < 0.01F);
    CHECK(std::fabs(a[0]) < 0.1F);  // the slope stood at 7 there
    CHECK(a[92] > 0.3F);
    // Only some seconds around the beat matter.
    const Values part(samples.begin() + 15 * 360, samples.begin() + 25 * 360);
    const Values c = cut(input, 360, part, {5 * 360}, 0);
    CHECK(c == a);
}

TEST_CASE("band-passed windows tell what was missing, and stay finite at the ends") {
    Values samples(3600, 1.0F);
    samples[1800] = gap;
    samples[1801] = gap;
    InputCard input = centred(180, 0.5, 0.5, 180, Scaling::min_max);
    input.band_pass_low = 0.5;
    input.band_pass_high = 40;
    std::size_t filled = 0;
    cut(input, 360, samples, {1800}, 0, &filled);
    CHECK(filled == 2);
    for (const std::int64_t at :
         {std::int64_t{0}, std::int64_t{3599}, std::int64_t{-500}, std::int64_t{1} << 40})
        for (const float value : cut(input, 360, samples, {at}, 0)) CHECK(std::isfinite(value));
    cut(input, 360, samples, {600}, 0, &filled);
    CHECK(filled == 0);
}

TEST_CASE("denoising comes before scaling") {
    Values samples(2000);
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = (i % 2 == 0 ? 0.01F : -0.01F) + (i > 990 && i < 1010 ? 1.0F : 0.0F);
    InputCard input = centred(360, 0.5, 0.5, 360, Scaling::min_max);
    const Values noisy = cut(input, 360, samples, {1000}, 0);
    input.denoise = Denoise::db4;
    const Values clean = cut(input, 360, samples, {1000}, 0);
    CHECK(*std::ranges::max_element(clean) == 1.0F);
    CHECK(*std::ranges::min_element(clean) == 0.0F);
    const auto roughness = [](const Values& v) {
        float sum = 0;
        for (std::size_t k = 20; k < 120; ++k) sum += std::fabs(v[k + 1] - v[k]);
        return sum;
    };
    CHECK(roughness(clean) < 0.2F * roughness(noisy));
}
