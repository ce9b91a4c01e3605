#include "data/heartbeat.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>

#include "data/files.hpp"
#include "sha256.hpp"
#include "support/data.hpp"

using namespace telltale;

TEST_CASE("SHA-256 of the standard's own example") {
    tests::Sha256 sha;
    sha.add("abc");
    CHECK(sha.digest() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("the heartbeat data set is rebuilt to the last byte") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const auto heartbeat = data::read_heartbeat(mitdb);
    REQUIRE(heartbeat);
    REQUIRE(heartbeat->beats.size() == data::heartbeat_beats);

    std::array<std::size_t, 5> all{};
    std::array<std::size_t, 5> test{};
    for (const data::HeartbeatBeat& beat : heartbeat->beats) {
        ++all[static_cast<std::size_t>(beat.label)];
        if (beat.test) ++test[static_cast<std::size_t>(beat.label)];
    }
    CHECK(all == std::array<std::size_t, 5>{90589, 2779, 7236, 803, 8039});
    CHECK(test == std::array<std::size_t, 5>{18118, 556, 1448, 162, 1608});

    const std::vector<std::size_t> order = data::heartbeat_test_order();
    REQUIRE(order.size() == 21892);
    tests::Sha256 sha;
    for (const std::size_t beat : order) {
        CHECK(heartbeat->beats[beat].test);
        std::string line;
        char text[32];
        const auto add = [&](double value) {
            const int size = std::snprintf(text, sizeof text, "%.18e", value);
            line.append(text, static_cast<std::size_t>(size));
        };
        for (const float value : heartbeat->window(beat)) {
            add(value);
            line += ',';
        }
        add(static_cast<double>(heartbeat->beats[beat].label));
        line += '\n';
        sha.add(line);
    }
    // Of the test file in circulation (mitbih_test.csv, 102 892 400 bytes).
    CHECK(sha.digest() == "f3fdb3fd318275e653fac082b617d8c1ef09fca619a0606dc22c863451c77333");
}

TEST_CASE("a folder without MIT-BIH records says so") {
    const auto heartbeat = data::read_heartbeat("/nonexistent");
    REQUIRE_FALSE(heartbeat);
    CHECK(heartbeat.error().message.find("100.hea") != std::string::npos);
}
