#include "signal_store.hpp"

#include <cmath>
#include <limits>

#include <catch2/catch_test_macros.hpp>

using namespace telltale::window;

namespace {

struct Asked {
    std::size_t lead;
    std::int64_t first, count;
};

}  // namespace

TEST_CASE("samples are asked for once, in blocks, and drawn when all are there") {
    SignalStore store;
    store.reset(2, 100000);
    std::vector<Asked> asked;
    const auto ask = [&](std::size_t lead, std::int64_t first, std::int64_t count) {
        asked.push_back({lead, first, count});
    };
    std::vector<float> out;
    CHECK_FALSE(store.samples(1, 65000, 66000, out, ask));
    CHECK_FALSE(store.samples(1, 65000, 66000, out, ask));
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].first == 0);
    CHECK(asked[0].count == 65536);
    CHECK(asked[1].first == 65536);
    CHECK(asked[1].count == 100000 - 65536);

    store.set_samples(1, 0, std::vector<float>(65536, 1));
    CHECK_FALSE(store.samples(1, 65000, 66000, out, ask));
    store.set_samples(1, 65536, std::vector<float>(100000 - 65536, 2));
    REQUIRE(store.samples(1, 65000, 66000, out, ask));
    CHECK(out.size() == 1000);
    CHECK(out.front() == 1);
    CHECK(out.back() == 2);
    CHECK(asked.size() == 2);
}

TEST_CASE("only so many blocks are kept") {
    SignalStore store;
    store.reset(1, 200 * SignalStore::block_samples);
    for (std::int64_t b = 0; b < 200; ++b)
        store.set_samples(0, b * SignalStore::block_samples, std::vector<float>(65536, 1));
    std::vector<float> out;
    bool asked = false;
    const auto ask = [&](auto...) { asked = true; };
    CHECK(store.samples(0, 199 * SignalStore::block_samples, 199 * SignalStore::block_samples + 10,
                        out, ask));
    CHECK_FALSE(store.samples(0, 0, 10, out, ask));
    CHECK(asked);
}

TEST_CASE("columns hold the extremes of what they cover, at every level") {
    SignalStore store;
    store.reset(1, 64);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    store.set_level(0, 16, std::vector<float>{0, 1, -3, 2, nan, nan, 5, 6});
    std::vector<Range> columns;
    REQUIRE(store.columns(0, 0, 64, 2, columns));
    CHECK(columns[0].low == -3);
    CHECK(columns[0].high == 2);
    CHECK(columns[1].low == 5);
    CHECK(columns[1].high == 6);
    REQUIRE(store.columns(0, 0, 64, 4, columns));
    CHECK(std::isnan(columns[2].low));
    CHECK_FALSE(store.columns(3, 0, 64, 4, columns));
    CHECK_FALSE(store.columns(0, 64, 64, 4, columns));
}

TEST_CASE("messages that make no sense change nothing") {
    SignalStore store;
    store.reset(1, 100);
    store.set_level(7, 16, std::vector<float>{0, 1});
    store.set_level(0, 0, std::vector<float>{0, 1});
    store.set_samples(0, 5, std::vector<float>(3, 1));
    store.set_samples(0, 1 << 20, std::vector<float>(3, 1));
    std::vector<Range> columns;
    CHECK_FALSE(store.columns(0, 0, 100, 4, columns));
}
