#include "recording/clock.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string_view>

using namespace telltale;

TEST_CASE("a length of time has hours always, and is cut off") {
    CHECK(elapsed(0) == "0:00:00");
    CHECK(elapsed(1479) == "0:24:39");
    CHECK(elapsed(59.97, 1) == "0:00:59.9");
    CHECK(elapsed(0.3, 1) == "0:00:00.3");
    CHECK(elapsed(90000.0625, 3) == "25:00:00.062");
    CHECK(elapsed(-5) == "0:00:00");
    CHECK(elapsed(std::nan("")) == "–");
    CHECK(elapsed(std::numeric_limits<double>::infinity()) == "–");
}

TEST_CASE("the clock goes over midnight, months and leap days") {
    const StartTime start{
        .year = 2024, .month = 2, .day = 28, .hour = 23, .minute = 59, .second = 58.5};
    CHECK(date_and_time(later(start, 0), 1) == "2024-02-28 23:59:58.5");
    CHECK(date_and_time(later(start, 2)) == "2024-02-29 00:00:00");
    CHECK(date_and_time(later(start, 86402), 0, 'T') == "2024-03-01T00:00:00");
    CHECK(place(start, 3601.5, 1) == "1:00:01.5 (01:00:00.0)");
    CHECK(place(std::nullopt, 61) == "0:01:01");
    // Without a date, round at midnight. A date that there is not is left as it is.
    CHECK(date_and_time(later({.hour = 23, .minute = 30}, 3600)) == "00:30:00");
    CHECK(date_and_time(later({.year = 2023, .month = 2, .day = 30, .hour = 1}, 60)) ==
          "2023-02-30 01:01:00");
}

TEST_CASE("a time that was written is read again") {
    for (const std::string_view text : {"2024-02-28 23:59:58", "09:51:24", "1999-12-31T00:00:00"}) {
        CAPTURE(text);
        const auto time = read_date_and_time(text);
        REQUIRE(time);
        CHECK(date_and_time(*time, 0, text.contains('T') ? 'T' : ' ') == text);
    }
    CHECK(date_and_time(*read_date_and_time("09:51:24.250"), 3) == "09:51:24.250");
    for (const char* text :
         {"", "9:51", "2024-05-03", "2024-05-03 ab:cd:ef", "xx:yy:zz", "09:51:2"}) {
        CAPTURE(text);
        CHECK_FALSE(read_date_and_time(text));
    }
}
