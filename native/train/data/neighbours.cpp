#include "train/data/neighbours.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <thread>

namespace telltale::train {

namespace {

// Rows are compared in tiles of the widest registers' width: `tile` rows of one side, transposed so
// that one value of each lies side by side, against `block` rows of the other.
constexpr std::size_t tile = 16;
constexpr std::size_t block = 4;

using Lane = float __attribute__((vector_size(tile * sizeof(float))));

/// Squared distances of `block` rows to a tile's rows. The order of additions is the same whatever
/// the machine's registers; with -ffp-contract=off so are the sums.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
void compare(const float* const* rows, const float* transposed, std::size_t width, float* out) {
    Lane sums[block] = {};
    for (std::size_t k = 0; k < width; ++k) {
        Lane column;
        __builtin_memcpy(&column, transposed + k * tile, sizeof column);
        for (std::size_t b = 0; b < block; ++b) {
            const Lane d = column - rows[b][k];
            sums[b] += d * d;
        }
    }
    __builtin_memcpy(out, sums, sizeof sums);
}

struct Near {
    float distance = std::numeric_limits<float>::infinity();
    std::uint32_t place = 0;
    bool operator<(const Near& other) const {
        return distance != other.distance ? distance < other.distance : place < other.place;
    }
};

}  // namespace

std::vector<std::uint32_t> nearest_neighbours(const DataSet& data,
                                              std::span<const std::size_t> rows, std::size_t k,
                                              int threads) {
    const std::size_t n = rows.size();
    const std::size_t width = data.width();
    std::vector<std::uint32_t> result(n * k);
    if (k == 0) return result;

    const std::size_t tiles = (n + tile - 1) / tile;
    std::vector<float> transposed(tiles * tile * width);
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = data.row(rows[i]);
        float* const out = transposed.data() + i / tile * tile * width + i % tile;
        for (std::size_t v = 0; v < width; ++v) out[v * tile] = row[v];
    }

    // A piece of rows at a time meets all tiles, so that a tile is read from the cache.
    constexpr std::size_t piece = 64;
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        std::vector<Near> best(piece * k);
        for (;;) {
            const std::size_t first = piece * next.fetch_add(1);
            if (first >= n) return;
            const std::size_t count = std::min(piece, n - first);
            std::ranges::fill(best, Near{});
            for (std::size_t t = 0; t < tiles; ++t) {
                const std::size_t in_tile = std::min(tile, n - t * tile);
                for (std::size_t b = 0; b < count; b += block) {
                    std::array<const float*, block> pointers{};
                    for (std::size_t j = 0; j < block; ++j) {
                        pointers[j] = data.row(rows[first + std::min(b + j, count - 1)]).data();
                    }
                    std::array<float, block * tile> distances{};
                    compare(pointers.data(), transposed.data() + t * tile * width, width,
                            distances.data());
                    for (std::size_t j = 0; j < block && b + j < count; ++j) {
                        Near* const list = best.data() + (b + j) * k;
                        for (std::size_t i = 0; i < in_tile; ++i) {
                            const Near found{distances[j * tile + i],
                                             static_cast<std::uint32_t>(t * tile + i)};
                            if (found.place == first + b + j || !(found < list[k - 1])) continue;
                            std::size_t at = k - 1;
                            for (; at > 0 && found < list[at - 1]; --at) list[at] = list[at - 1];
                            list[at] = found;
                        }
                    }
                }
            }
            for (std::size_t i = 0; i < count * k; ++i) result[first * k + i] = best[i].place;
        }
    };
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    return result;
}

}  // namespace telltale::train
