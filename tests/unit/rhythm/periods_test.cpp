// Days and nights by the clock.
#include <catch2/catch_test_macros.hpp>

#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;

namespace {

/// One beat a second, ventricular ones in the first hour.
Summary of(double hours, std::optional<double> begun_s) {
    const auto seconds = static_cast<std::int64_t>(hours * 3600);
    std::vector<Beat> list;
    for (std::int64_t i = 1; i < seconds; ++i)
        list.push_back({i * 100, i < 3600 && i % 10 == 0 ? AamiClass::V : AamiClass::N});
    const auto s =
        analyse({.beats = list, .sampling_rate = 100, .length = seconds * 100, .begun_s = begun_s});
    REQUIRE(s);
    return *s;
}

}  // namespace

TEST_CASE("days go from 6 to 22 o'clock, nights from 22 to 6") {
    // From 20:30 for 36 hours: a day's end, a night, a day, a night and the next day's beginning.
    const Summary s = of(36, 20.5 * 3600);
    REQUIRE(s.periods.size() == 5);
    const std::vector<double> hours = {1.5, 8, 16, 8, 2.5};
    std::size_t beats = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        const Hour& f = s.periods[i].figures;
        CHECK(s.periods[i].night == (i % 2 == 1));
        CHECK(f.last - f.first == static_cast<std::int64_t>(hours[i] * 360'000));
        CHECK(f.first == (i == 0 ? 0 : s.periods[i - 1].figures.last));
        beats += f.beats;
    }
    CHECK(beats == s.beats);
    CHECK(*s.periods[0].figures.ventricular == 359);
    CHECK(*s.periods[1].figures.ventricular == 0);
    CHECK(*s.periods[2].figures.mean_bpm == 60);
}

TEST_CASE("without a clock, or of less than six hours, there is no day and no night") {
    CHECK(of(8, std::nullopt).periods.empty());
    CHECK(of(5, 0.0).periods.empty());
    // A hair before the hour does not hang, and is no period of its own worth a name.
    CHECK(of(7, 6 * 3600 - 1e-9).periods.size() <= 2);
}
