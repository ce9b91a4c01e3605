// How long the trainer's own computing takes: exact neighbours for SMOTE at the size of a published
// protocol's largest class.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "train/data/neighbours.hpp"
#include "train/loop/random.hpp"

int main(int argc, char** argv) {
    using namespace telltale::train;
    const std::size_t rows = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20000;
    const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
    constexpr std::int64_t width = 360;
    DataSet set;
    set.shape = {.channels = 1, .length = width};
    set.values.resize(rows * static_cast<std::size_t>(width));
    Random random(1);
    for (float& value : set.values) value = static_cast<float>(random.uniform());
    set.labels.resize(rows);
    std::vector<std::size_t> all(rows);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto start = std::chrono::steady_clock::now();
    const auto near = nearest_neighbours(set, all, 5, threads);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double products = static_cast<double>(rows) * static_cast<double>(rows) * width;
    std::printf(
        "5 nearest of %zu rows of %lld values, %d thread(s): %.2f s, %.1f billion squared "
        "differences a second\n",
        rows, static_cast<long long>(width), threads, seconds, products / seconds * 1e-9);
    return near.size() == rows * 5 ? 0 : 1;
}
