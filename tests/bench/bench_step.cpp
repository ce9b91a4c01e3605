// How many beats a second a network learns, by itself: steps of forward, loss, backward and Adam on
// made-up beats that are in memory, one thread; the processor's time, not the clock's on the wall.
// No recipe and no data are needed.
//
//     bench_step [NETWORK...]
#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "train/loop/kept_memory.hpp"
#include "train/loop/no_denormals.hpp"
#include "train/networks/module.hpp"
#include "train/networks/networks.hpp"

using namespace telltale::train;

namespace {

struct Case {
    const char* network;
    std::int64_t length, classes, batch;  // as in the recipes
};
constexpr Case cases[] = {{"ann-14", 360, 13, 64},   {"cnn-14", 360, 13, 64},
                          {"lstm-14", 360, 13, 128}, {"cnn-lstm", 187, 5, 32},
                          {"cnn-skip", 187, 5, 32},  {"cnn-gru-se", 140, 5, 32},
                          {"cnn-bilstm", 180, 5, 64}};

double beats_per_second(const Case& c) {
    const auto network = make_network(c.network, {.channels = 1, .length = c.length}, c.classes);
    if (!network) return 0;
    torch::manual_seed(1);
    Module module(*network);
    module.train();
    torch::optim::Adam adam(module.parameters(), torch::optim::AdamOptions(1e-3));
    const torch::Tensor x = torch::rand({c.batch, 1, c.length});
    const torch::Tensor y = torch::randint(c.classes, {c.batch}, torch::kLong);
    double best = 0, sum = 0;
    // Two seconds, the first step aside: LibTorch prepares its kernels in it.
    for (int step = 0; step < 3 || sum < 2; ++step) {
        const std::clock_t start = std::clock();
        adam.zero_grad();
        const torch::Tensor loss = torch::nn::functional::cross_entropy(module.forward(x), y);
        loss.backward();
        adam.step();
        if (!(loss.item<double>() < 100)) return 0;
        const double s = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        if (step > 0) sum += s;
        best = std::max(best, static_cast<double>(c.batch) / s);
    }
    return best;
}

}  // namespace

int main(int argc, char** argv) {
    keep_freed_memory();
    const NoDenormals guard;
    at::set_num_threads(1);
    const std::vector<std::string> wanted(argv + 1, argv + argc);
    for (const Case& c : cases) {
        if (!wanted.empty() && !std::ranges::contains(wanted, std::string(c.network))) continue;
        std::printf("%-10s batches of %3lld: %8.0f beats/s (fastest step)\n", c.network,
                    static_cast<long long>(c.batch), beats_per_second(c));
        std::fflush(stdout);
    }
    return 0;
}
