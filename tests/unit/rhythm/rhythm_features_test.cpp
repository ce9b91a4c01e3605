#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include "rhythm/beat_features.hpp"
#include "rhythm/lead_features.hpp"
#include "rhythm/network_lead.hpp"
#include "rhythm/rhythm_features.hpp"
#include "synth/random.hpp"

using namespace telltale;
using namespace telltale::rhythm;

namespace {

// Where groups of features begin in a row.
constexpr std::size_t signal_lags = 0, spectrum = 124, flat = lead_feature_count - 3;
constexpr std::size_t intervals = lead_feature_count;
constexpr std::size_t shapes = lead_feature_count + interval_feature_count;

std::vector<float> sine(double hertz, double mv, double seconds, double rate) {
    std::vector<float> x(static_cast<std::size_t>(seconds * rate));
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<float>(
            mv * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate));
    return x;
}

/// Narrow beats at the places given, in s.
std::vector<float> beats_at(const std::vector<double>& places, double seconds, double rate) {
    std::vector<float> x(static_cast<std::size_t>(seconds * rate));
    for (std::size_t i = 0; i < x.size(); ++i)
        for (const double place : places) {
            const double t = (static_cast<double>(i) / rate - place) / 0.015;
            if (std::abs(t) < 6) x[i] += static_cast<float>(std::exp(-0.5 * t * t));
        }
    return x;
}

std::vector<beats::Beat> marks(const std::vector<double>& places, double rate) {
    std::vector<beats::Beat> result;
    for (const double place : places)
        result.push_back({.sample = static_cast<std::int64_t>(std::llround(place * rate))});
    return result;
}

float at(const SecondRows& rows, std::size_t second, std::size_t feature) {
    return rows.values.at(second * rhythm_feature_count() + feature);
}

bool all_finite(const SecondRows& rows) {
    return std::ranges::all_of(rows.values, [](float v) { return std::isfinite(v); });
}

}  // namespace

TEST_CASE("a lead is brought to 100 values a second without its baseline") {
    for (const double rate : {50.0, 128.0, 250.0, 360.0, 1000.0, 9973.0}) {
        INFO(rate);
        std::vector<float> x = sine(5, 1, 20, rate);
        for (float& v : x) v += 100;  // an offset of a converter
        const NetworkLead lead = network_lead(x, rate);
        REQUIRE(lead.seconds() == 20);
        REQUIRE(lead.x.size() == 2000);
        const auto [low, high] = std::minmax_element(lead.x.begin() + 500, lead.x.end() - 500);
        CHECK(*high > 0.85F);
        CHECK(*high < 1.1F);
        CHECK(*low < -0.85F);
    }
}

TEST_CASE("missing samples hold the value before, and are told") {
    std::vector<float> x = sine(2, 1, 10, 250);
    for (std::size_t i = 1000; i < 1500; ++i) x[i] = std::numeric_limits<float>::quiet_NaN();
    const NetworkLead lead = network_lead(x, 250);
    CHECK(lead.missing[4] == 1);
    CHECK(lead.missing[5] == 1);
    CHECK(lead.missing[3] == 0);
    CHECK(lead.missing[6] == 0);
    CHECK(std::ranges::all_of(lead.x, [](float v) { return std::isfinite(v); }));
}

TEST_CASE("a wave's period and frequency show in its features") {
    // 5 Hz: a period of 5 values at 25 Hz.
    const SecondRows rows = rhythm_rows(sine(5, 0.5, 30, 250), 250, {});
    REQUIRE(rows.seconds == 30);
    CHECK(at(rows, 15, signal_lags + 5 - 1) > 0.95F);
    CHECK(at(rows, 15, signal_lags + 10 - 1) > 0.95F);
    CHECK(std::abs(at(rows, 15, spectrum + 13) - 0.5F) < 0.03F);  // the peak, in 10 Hz
    CHECK(at(rows, 15, spectrum + 12) > 0.9F);                    // nearly all of the power
    CHECK(at(rows, 15, flat) < 0.1F);
    CHECK(rows.weight[15] == 1);
}

TEST_CASE("features do not see the lead's gain, but for those of the scale") {
    const auto quiet = rhythm_rows(sine(5, 0.5, 30, 250), 250, {});
    const auto loud = rhythm_rows(sine(5, 1.0, 30, 250), 250, {});
    for (std::size_t f = 0; f < spectrum + 15; ++f)
        CHECK(std::abs(at(quiet, 15, f) - at(loud, 15, f)) < 1e-3F);
    // log2 of the scale: twice the size is one more.
    const std::size_t scale = spectrum + 15 + 13;
    CHECK(std::abs(at(loud, 15, scale) - at(quiet, 15, scale) - 1) < 1e-4F);
}

TEST_CASE("a flat lead is not listened to beside others") {
    const SecondRows rows = rhythm_rows(std::vector<float>(7500, 0.3F), 250, {});
    CHECK(at(rows, 15, flat) == 1);
    CHECK(rows.weight[15] < 0.1F);
    CHECK(all_finite(rows));
}

TEST_CASE("intervals: regular, random and in twos") {
    constexpr double rate = 250, seconds = 60;
    std::vector<double> regular, random, twos;
    synth::Random draw(7);
    for (double t = 0.5; t < seconds - 1; t += 0.8) regular.push_back(t);
    for (double t = 0.5; t < seconds - 1; t += 0.5 + 0.6 * draw.uniform()) random.push_back(t);
    for (double t = 0.5; t < seconds - 1; t += 1.6) {
        twos.push_back(t);
        twos.push_back(t + 0.5);
    }
    const auto rows_of = [&](const std::vector<double>& places) {
        return rhythm_rows(beats_at(places, seconds, rate), rate, marks(places, rate));
    };
    const auto r = rows_of(regular), a = rows_of(random), t = rows_of(twos);
    constexpr std::size_t wide = intervals + 19;  // the window of 31 s
    CHECK(std::abs(at(r, 30, wide + 1) - std::log2(0.8F)) < 0.01F);
    CHECK(at(r, 30, wide + 3) < 0.02F);   // successive differences
    CHECK(at(r, 30, wide + 15) > 0.99F);  // all pairs alike
    CHECK(at(a, 30, wide + 3) > 0.2F);
    CHECK(at(a, 30, wide + 15) < 0.35F);
    CHECK(at(t, 30, wide + 3) > 0.5F);    // as irregular by differences as fibrillation,
    CHECK(at(t, 30, wide + 12) < 0.05F);  // but the same two intervals apart
    CHECK(at(t, 30, wide + 14) < -0.8F);
    // The beats are of one shape, each the mean.
    CHECK(at(r, 30, shapes + 21) > 0.98F);  // QRS repeats
    CHECK(at(r, 30, shapes + 26) > 0.85F);  // the least correlation
}

TEST_CASE("lost packets make no rhythm irregular") {
    // 75 a minute; every ten seconds a packet of 0.6 s is lost, some with a beat in it.
    constexpr double rate = 130, seconds = 60;
    std::vector<double> all, seen;
    for (double t = 0.5; t < seconds - 1; t += 0.8) all.push_back(t);
    std::vector<float> samples = beats_at(all, seconds, rate);
    std::vector<Interval> lost;
    for (double t = 4; t < seconds; t += 6) {
        const Interval gap{std::llround(t * rate), std::llround((t + 0.6) * rate)};
        lost.push_back(gap);
        std::fill(samples.begin() + gap.first, samples.begin() + gap.last,
                  std::numeric_limits<float>::quiet_NaN());
    }
    for (const double t : all)
        if (std::ranges::none_of(lost, [&](const Interval& gap) {
                return t * rate >= static_cast<double>(gap.first) &&
                       t * rate < static_cast<double>(gap.last);
            }))
            seen.push_back(t);
    REQUIRE(seen.size() + 4 < all.size());
    const SecondRows told = rhythm_rows(samples, rate, marks(seen, rate), lost);
    const SecondRows untold = rhythm_rows(samples, rate, marks(seen, rate));
    for (const std::size_t window : {intervals, intervals + 19}) {
        CAPTURE(window);
        CHECK(at(told, 30, window + 3) < 0.02F);   // successive differences
        CHECK(at(told, 30, window + 15) > 0.99F);  // all pairs alike
        CHECK(at(untold, 30, window + 3) > 0.2F);  // what is not said to be lost, counts
    }
    // Of no second the interval is told that a packet is lost in.
    for (std::size_t s = 0; s < told.seconds; ++s)
        for (std::size_t i = 0; i < 3; ++i) CHECK(at(told, s, intervals + 38 + i) < 1.1F);
    // Nothing changes where nothing is missing.
    const auto whole = beats_at(all, seconds, rate);
    CHECK(rhythm_rows(whole, rate, marks(all, rate), {}).values ==
          rhythm_rows(whole, rate, marks(all, rate)).values);
}

TEST_CASE("nothing makes features that are not finite") {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float huge = 9e8F;
    std::vector<std::vector<float>> hostile = {{},
                                               {1},
                                               std::vector<float>(10, nan),
                                               std::vector<float>(3000, nan),
                                               std::vector<float>(3000, huge),
                                               std::vector<float>(3000, 0)};
    std::vector<float> wild(5000), spikes(5000, 0);
    synth::Random draw(3);
    for (std::size_t i = 0; i < wild.size(); ++i) {
        wild[i] = static_cast<float>((draw.uniform() - 0.5) * 1.9e9);
        if (i % 7 == 0) wild[i] = nan;
        if (i % 911 == 0) spikes[i] = huge;
    }
    hostile.push_back(wild);
    hostile.push_back(spikes);
    hostile.push_back(std::vector<float>(5000, std::numeric_limits<float>::infinity()));
    for (const auto& samples : hostile)
        for (const double rate : {50.0, 250.0, 10000.0}) {
            std::vector<beats::Beat> beats;
            for (std::size_t i = 0; i < samples.size(); i += 40)
                beats.push_back({.sample = static_cast<std::int64_t>(i)});
            CHECK(all_finite(rhythm_rows(samples, rate, beats)));
            CHECK(all_finite(rhythm_rows(samples, rate, {})));
        }
}

TEST_CASE("beats far denser than any heart's cost bounded work") {
    std::vector<beats::Beat> beats;
    for (std::int64_t i = 0; i < 200000; ++i) beats.push_back({.sample = i});
    const auto rows = rhythm_rows(std::vector<float>(200000, 0.1F), 1000, beats);
    CHECK(all_finite(rows));
}
