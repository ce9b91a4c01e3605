#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "messages/json_tree.hpp"
#include "rhythm/rhythm_message.hpp"
#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;
using namespace telltale::rhythm::tests;

TEST_CASE("24 hours of beats (time printed, not asserted)") {
    std::mt19937 random(4);
    std::vector<Beat> list;
    std::int64_t sample = 0;
    while (sample < 24 * 3'600'000) {
        list.push_back({sample, random() % 20 == 0 ? AamiClass::V : AamiClass::N});
        sample += 700 + static_cast<int>(random() % 200);
    }
    const auto start = std::chrono::steady_clock::now();
    const Summary s = summary(list, {}, {}, sample);
    const auto middle = std::chrono::steady_clock::now();
    const std::size_t bytes = messages::tree(message_of(s)).dump().size();
    const auto end = std::chrono::steady_clock::now();
    using Seconds = std::chrono::duration<double>;
    std::printf("%zu beats: summary %.3f s, JSON %.3f s (%zu bytes)\n", list.size(),
                Seconds(middle - start).count(), Seconds(end - middle).count(), bytes);
    CHECK(s.beats == list.size());
    CHECK(s.hours.size() == 25);
}
