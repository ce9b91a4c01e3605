// From stamps to a rate and a place for every sample: rounded, gapped, packed and out of order.
#include "formats/time_axis.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "formats/stamps.hpp"

using namespace telltale;
using Catch::Approx;
using formats::StampOptions;
using formats::time_axis;

namespace {

using Times = std::vector<double>;

// Stamps of samples at `rate` Hz, in seconds, as `stamp` writes them; those of which `lost` says
// so are not there.
Times stamps(
    std::size_t count, double rate, const std::function<double(double)>& stamp,
    const std::function<bool(std::size_t)>& lost = [](std::size_t) { return false; }) {
    Times times;
    for (std::size_t i = 0; i < count; ++i)
        if (!lost(i)) times.push_back(stamp(static_cast<double>(i) / rate));
    return times;
}

double exact(double t) {
    return t;
}
std::int64_t missing(const formats::TimeAxis& axis) {
    std::int64_t sum = 0;
    for (const auto& gap : axis.gaps) sum += gap.samples;
    return sum;
}

}  // namespace

TEST_CASE("even stamps give the rate in every unit") {
    for (const double rate : {100.0, 128.0, 130.0, 250.0, 360.0, 511.5, 1000.0})
        for (const double unit : {1.0, 1e-3, 1e-6, 1e-9}) {
            INFO(rate << " Hz, unit " << unit);
            const Times times = stamps(2000, rate, [&](double t) { return 1.7e9 + t / unit; });
            const auto told = time_axis(times, {.unit_s = unit});
            REQUIRE(told);
            // 1.7e9 s in ns leaves 256 ns.
            CHECK(told->rate == Approx(rate).epsilon(1e-6));
            CHECK(told->gaps.empty());
            CHECK(told->order.empty());
            CHECK(told->warnings.empty());
            const auto found = time_axis(times, {});
            REQUIRE(found);
            CHECK(found->rate == Approx(rate).epsilon(1e-6));
            CHECK(found->warnings.size() == (unit == 1 ? 0 : 1));
        }
}

TEST_CASE("whole milliseconds, centiseconds and seconds do not bend the rate, gap or no gap") {
    for (const double rate :
         {125.0, 128.0, 130.0, 200.0, 250.0, 256.0, 300.0, 360.0, 500.0, 512.0, 2000.0})
        for (const double grain : {0.001, 0.01, 1.0})
            for (const double gap_s : {0.0, 3.0}) {
                if (grain == 0.01 && rate > 1000) continue;
                INFO(rate << " Hz in steps of " << grain << " s, gap " << gap_s << " s");
                const auto first = static_cast<std::size_t>(20 * rate);
                const auto end = first + static_cast<std::size_t>(gap_s * rate);
                const Times times = stamps(
                    static_cast<std::size_t>(60 * rate), rate,
                    [&](double t) { return std::floor(t / grain + 1e-6) * grain; },
                    [&](std::size_t i) { return i >= first && i < end; });
                const auto axis = time_axis(times, {.unit_s = 1});
                REQUIRE(axis);
                CHECK(axis->rate == rate);
                CHECK(axis->order.empty());
                REQUIRE(axis->gaps.size() == (gap_s > 0 ? 1 : 0));
                if (gap_s == 0) continue;
                CHECK(axis->gaps[0].row == first);
                CHECK(std::abs(static_cast<double>(axis->gaps[0].samples) - gap_s * rate) <=
                      1 + grain * (grain < 1 ? rate : 0));
            }
}

TEST_CASE("lost samples and packets stand at their places, and the rate stays") {
    // One sample here and there, and packets of 73.
    const auto lost = [](std::size_t i) {
        return i == 500 || i == 501 || (i / 73 == 20) || (i / 73 >= 60 && i / 73 < 63) ||
               i / 73 == 80;
    };
    for (const auto& [name, stamp] :
         {std::pair<const char*, double (*)(double)>{"exact", exact},
          {"ms", [](double t) { return std::floor(t * 1000) / 1000; }}}) {
        INFO(name);
        const auto axis = time_axis(stamps(7300, 130, stamp, lost), {.unit_s = 1});
        REQUIRE(axis);
        CHECK(axis->rate == 130);
        REQUIRE(axis->gaps.size() == 4);
        CHECK(axis->gaps[0].row == 500);
        CHECK(axis->gaps[0].samples == 2);
        CHECK(axis->gaps[1].row == 73 * 20 - 2);
        CHECK(axis->gaps[1].samples == 73);
        CHECK(axis->gaps[2].samples == 3 * 73);
        CHECK(axis->gaps[3].samples == 73);
        REQUIRE(axis->warnings.size() == 1);
        CHECK(axis->warnings[0].starts_with("The time column has 4 gaps, the first at 3.8 s"));
    }
}

TEST_CASE("stamps of packets: one for all samples, or counted up from the arrival") {
    const auto packet = [](double t) { return std::floor(t * 130 / 73 + 1e-9) * 73 / 130; };
    const auto counted = [&](double t) { return packet(t) + (t - packet(t)) * 130 * 0.001; };
    for (const auto& [name, stamp] :
         {std::pair<const char*, std::function<double(double)>>{"same", packet},
          {"counted", counted}}) {
        INFO(name);
        const Times whole =
            stamps(2600, 130, [&](double t) { return std::round(1000 * stamp(t)); });
        const auto axis = time_axis(whole, {.unit_s = 1e-3});
        REQUIRE(axis);
        CHECK(axis->rate == 130);
        CHECK(axis->gaps.empty());
        const Times gapped = stamps(
            5110, 130, [&](double t) { return std::round(1000 * stamp(t)); },
            [](std::size_t i) { return i / 73 == 30 || i / 73 == 31; });
        const auto with_gap = time_axis(gapped, {.unit_s = 1e-3});
        REQUIRE(with_gap);
        CHECK(with_gap->rate == 130);
        REQUIRE(with_gap->gaps.size() == 1);
        CHECK(with_gap->gaps[0].row == 73 * 30);
        CHECK(with_gap->gaps[0].samples == 146);
    }
}

TEST_CASE("packets that arrive late and are caught up with are no gap; lost ones are") {
    std::mt19937 engine(11);
    Times late;
    std::vector<std::size_t> rows;
    for (std::size_t p = 0; p < 200; ++p) {
        if (p == 100 || p == 150) continue;  // lost
        const double wait = p == 50   ? 1.2
                            : p == 51 ? 0.65
                            : p == 52 ? 0.11
                                      : static_cast<double>(engine() % 120) / 1000;
        for (int i = 0; i < 73; ++i) late.push_back(static_cast<double>(p) * 73 / 130 + wait);
    }
    const auto axis = time_axis(late, {.unit_s = 1});
    REQUIRE(axis);
    CHECK(axis->rate == Approx(130).epsilon(0.002));
    REQUIRE(axis->gaps.size() == 2);
    CHECK(axis->gaps[0].row == 73 * 100);
    CHECK(axis->gaps[0].samples == 73);
    CHECK(axis->gaps[1].samples == 73);
}

TEST_CASE("packets out of order are sorted; a clock that is set back is not") {
    Times times = stamps(2600, 130, exact);
    std::rotate(times.begin() + 260, times.begin() + 286,
                times.begin() + 312);  // two packets of 26
    std::rotate(times.begin() + 1040, times.begin() + 1066, times.begin() + 1118);
    const auto axis = time_axis(times, {.unit_s = 1});
    REQUIRE(axis);
    CHECK(axis->rate == 130);
    CHECK(axis->gaps.empty());
    REQUIRE(axis->order.size() == 2600);
    for (std::size_t i = 0; i < 2600; ++i)
        if (times[axis->order[i]] != static_cast<double>(i) / 130) FAIL(i);
    CHECK(axis->warnings ==
          std::vector<std::string>{
              "The rows were not in the order of their time in 2 places; they are put in order."});

    Times back = stamps(2000, 250, exact);
    for (std::size_t i = 1000; i < 2000; ++i) back[i] -= 3.5;
    const auto set_back = time_axis(back, {.unit_s = 1});
    REQUIRE(set_back);
    CHECK(set_back->rate == 250);
    CHECK(set_back->order.empty());
    CHECK(set_back->gaps.empty());
    CHECK(set_back->warnings ==
          std::vector<std::string>{
              "The time column falls back in 1 places; the rows are taken as they stand."});
}

TEST_CASE("midnight, rows without a stamp, a told rate, and gaps beyond reason") {
    Times night = stamps(5000, 250, [](double t) { return std::fmod(86390 + t, 86400); });
    formats::pass_midnight(night);
    const auto axis = time_axis(night, {.unit_s = 1});
    REQUIRE(axis);
    CHECK(axis->rate == 250);
    CHECK(axis->warnings.empty());

    Times holes = stamps(5000, 250, exact);
    for (std::size_t i = 100; i < 5000; i += 97)
        holes[i] = std::numeric_limits<double>::quiet_NaN();
    CHECK(time_axis(holes, {.unit_s = 1})->rate == 250);
    CHECK(time_axis(holes, {.unit_s = 1})->gaps.empty());

    const Times times = stamps(5000, 250.6, exact);
    CHECK(time_axis(times, {.unit_s = 1, .told_rate = 250})->rate == 250);
    const auto other = time_axis(times, {.unit_s = 1, .told_rate = 500});
    CHECK(other->rate == 500);
    CHECK(other->warnings ==
          std::vector<std::string>{
              "The file says 500 Hz, its time column 250.6 Hz; the former is taken."});

    Times far = stamps(500, 250, exact);
    for (std::size_t i = 250; i < 500; ++i) far[i] += 1e6;
    const auto refused = time_axis(far, {.unit_s = 1});
    REQUIRE(refused);
    CHECK(refused->rate == 250);
    CHECK(missing(*refused) == 0);
    CHECK(refused->warnings.size() == 1);
}

TEST_CASE("stamps that tell nothing give nothing") {
    CHECK_FALSE(time_axis({}, {}));
    CHECK_FALSE(time_axis({1}, {}));
    CHECK_FALSE(time_axis(Times(100, 5), {}));
    CHECK_FALSE(time_axis(Times(100, std::numeric_limits<double>::quiet_NaN()), {}));
    Times noise;
    std::mt19937 engine(1);
    for (int i = 0; i < 1000; ++i) noise.push_back(static_cast<double>(engine() % 1000));
    CHECK_FALSE(time_axis(noise, {}));
    Times down = stamps(100, 10, [](double t) { return -t; });
    CHECK_FALSE(time_axis(down, {}));
}

TEST_CASE("a unit that cannot be right is said and mended") {
    const auto axis =
        time_axis(stamps(1000, 250, [](double t) { return t * 1e9; }), {.unit_s = 1e-3});
    REQUIRE(axis);
    CHECK(axis->rate == 250);
    REQUIRE(axis->warnings.size() == 1);
    CHECK(axis->warnings[0].contains("taken as ns instead"));
}

TEST_CASE("dates and times as cells write them") {
    const auto seconds = [](std::string_view cell) {
        const auto stamp = formats::stamp_of(cell);
        INFO(cell);
        REQUIRE(stamp);
        return stamp->seconds;
    };
    constexpr double day = 19787 * 86400.0;  // 2024-03-05
    CHECK(seconds("10:15:30.25") == 36930.25);
    CHECK(seconds("10:15:30,25") == 36930.25);
    CHECK(seconds("10:15:30:250") == 36930.25);
    CHECK(seconds("0:01.5") == 1.5);
    CHECK(seconds("12:00:00.5 AM") == 0.5);
    CHECK(seconds("1:02:03 PM") == 46923);
    CHECK(seconds("2024-03-05T10:15:30.25Z") == day + 36930.25);
    CHECK(seconds("2024-03-05 10:15:30.25+01:00") == day + 36930.25);
    CHECK(seconds("05.03.2024 10:15:30,25") == day + 36930.25);
    CHECK(seconds("03/05/2024 10:15:30 AM") == day + 36930);
    CHECK(seconds("25/03/2024") == day + 20 * 86400);
    CHECK(seconds("05-Mar-2024 10:15") == day + 36900);
    CHECK(seconds("2024-03-05") == day);
    for (const char* text : {"", "12", "1.5", "-1,5", "8E", "x10:15", "10:", "2024-13-05", "1.2.3",
                             "a:b:c", "10:15:30 x", "2024-03-05 99999999999999999999999:10"}) {
        INFO(text);
        CHECK_FALSE(formats::stamp_of(text));
    }
    const auto start = formats::start_of(*formats::stamp_of("2024-02-29 23:59:58.5"));
    REQUIRE(start);
    CHECK(start->year == 2024);
    CHECK(start->month == 2);
    CHECK(start->day == 29);
    CHECK(start->hour == 23);
    CHECK(start->minute == 59);
    CHECK(start->second == 58.5);
}
