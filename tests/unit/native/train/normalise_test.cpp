// The normalisation with its neighbours against LibTorch's operators one after the other.
#include "torch_and_catch.hpp"

#include "train/data/normalise.hpp"

#include <limits>

#include "train/networks/module.hpp"

using namespace telltale::train;
using torch::Tensor;

namespace {

Tensor plain(Tensor x, const Tensor& weight, const Tensor& bias, const Tensor& mean,
             const Tensor& variance, const NormaliseOptions& o) {
    if (o.relu_before) x = torch::relu(x);
    x = torch::batch_norm(x, weight, bias, mean, variance, true, 0.1, 1e-5, false);
    if (o.relu_after) x = torch::relu(x);
    if (o.kernel == 1 && o.stride == 1) return x;
    const auto lowest = -std::numeric_limits<float>::infinity();
    return torch::max_pool2d(torch::constant_pad_nd(x, {o.pads.left, o.pads.right}, lowest),
                             {1, o.kernel}, {1, o.stride});
}

void check_near(const Tensor& got, const Tensor& expected) {
    REQUIRE(got.sizes() == expected.sizes());
    const double size = std::max(1.0, expected.abs().max().item<double>());
    CHECK((got - expected).abs().max().item<double>() <= 2e-5 * size);
}

void compare(const Tensor& values, const NormaliseOptions& options) {
    CAPTURE(values.sizes(), options.relu_before, options.relu_after, options.kernel,
            options.stride);
    const std::int64_t channels = values.size(1);
    torch::manual_seed(4);
    struct Side {
        Tensor x, weight, bias, mean, variance, y;
    };
    const Tensor w = torch::randn({channels}), b = torch::randn({channels});
    const auto leaf = [](const Tensor& t) { return t.detach().clone().requires_grad_(true); };
    const auto side = [&] {
        return Side{
            leaf(values), leaf(w), leaf(b), torch::zeros({channels}), torch::ones({channels}), {}};
    };
    Side ours = side(), theirs = side();
    ours.y = normalise(ours.x, ours.weight, ours.bias, ours.mean, ours.variance, options);
    theirs.y = plain(theirs.x, theirs.weight, theirs.bias, theirs.mean, theirs.variance, options);
    check_near(ours.y, theirs.y);
    check_near(ours.mean, theirs.mean);
    check_near(ours.variance, theirs.variance);
    const Tensor gradient = torch::randn(theirs.y.sizes());
    ours.y.backward(gradient);
    theirs.y.backward(gradient);
    check_near(ours.x.grad(), theirs.x.grad());
    check_near(ours.weight.grad(), theirs.weight.grad());
    check_near(ours.bias.grad(), theirs.bias.grad());
}

}  // namespace

TEST_CASE("a normalisation with its neighbours is LibTorch's operators one after the other") {
    const NormaliseOptions pools[] = {
        {},
        {.kernel = 2, .stride = 2},
        {.kernel = 3, .stride = 2, .pads = {.left = 0, .right = 1}},
        {.kernel = 3, .stride = 3, .pads = {.left = 1, .right = 1}},
        {.kernel = 2, .stride = 3},  // rows that no window holds
    };
    torch::manual_seed(3);
    // Rounded values: windows whose largest value appears twice, and zeros before a ReLU.
    const Tensor rough = torch::round(torch::randn({5, 7, 1, 41}) * 2);
    const Tensor fine = torch::randn({3, 16, 1, 64}) * 3 + 20;  // far from 0 for its spread
    for (NormaliseOptions o : pools) {
        for (const bool before : {false, true}) {
            for (const bool after : {false, true}) {
                o.relu_before = before;
                o.relu_after = after;
                compare(rough, o);
                compare(rough.contiguous(torch::MemoryFormat::ChannelsLast), o);
                compare(fine, o);
            }
        }
    }
    compare(torch::randn({64, 33}), {.relu_before = true});
    compare(torch::randn({3, 5}), {.relu_after = true});
}

TEST_CASE("what a normalisation gives does not depend on the threads") {
    torch::manual_seed(6);
    const Tensor x = torch::randn({16, 8, 1, 50});
    const auto run = [&](int threads) {
        at::set_num_threads(threads);
        const Tensor in = x.clone().requires_grad_(true);
        const Tensor weight = torch::ones({8}).requires_grad_(true);
        const Tensor y =
            normalise(in, weight, torch::zeros({8}).requires_grad_(true), torch::zeros({8}),
                      torch::ones({8}), {.relu_before = true, .kernel = 2, .stride = 2});
        (y * y).sum().backward();
        at::set_num_threads(1);
        return torch::cat({y.detach().flatten(), in.grad().flatten(), weight.grad()});
    };
    CHECK(torch::equal(run(1), run(2)));
}

TEST_CASE("values that are no numbers stay visible behind a normalisation") {
    Tensor x = torch::randn({2, 3, 1, 8});
    x[1][2][0][5] = std::numeric_limits<float>::quiet_NaN();
    const Tensor y =
        normalise(x, torch::ones({3}), torch::zeros({3}), torch::zeros({3}), torch::ones({3}),
                  {.relu_before = true, .relu_after = true, .kernel = 2, .stride = 2});
    CHECK(y.select(1, 2).isnan().all().item<bool>());
    CHECK_FALSE(y.slice(1, 0, 2).isnan().any().item<bool>());
}

TEST_CASE("a module computes blocks only where nobody else reads what is inside") {
    // The first ReLU has two readers, the second normalisation feeds the output.
    Network net({.channels = 2, .length = 12});
    const Value shared = net.relu(net.conv(net.input(), {.channels = 3, .kernel = 3}));
    Value x = net.max_pool(net.relu(net.batch_norm(net.conv(shared, {.channels = 3}))), 2, 2);
    const Value kept = net.max_pool(net.batch_norm(shared), 2, 2);
    x = net.global_average(net.add(x, kept));
    net.output(net.batch_norm(x));
    torch::manual_seed(8);
    Module module(net);
    module.train();
    const Tensor in = torch::randn({6, 2, 12});
    const auto w = [&](Value v, const char* what) { return module.weight(net[v], what); };
    const auto norm = [&](const Tensor& t, Value v) {
        return torch::batch_norm(t, w(v, "weight"), w(v, "bias"), {}, {}, true, 0.1, 1e-5, false);
    };
    const auto pool = [](const Tensor& t) { return torch::max_pool2d(t, {1, 2}, {1, 2}); };
    const Tensor a = torch::relu(torch::conv2d(in.unsqueeze(2), w(1, "weight"), w(1, "bias")));
    const Tensor b = pool(torch::relu(norm(torch::conv2d(a, w(3, "weight"), w(3, "bias")), 4)));
    const Tensor expected = norm((b + pool(norm(a, 7))).mean({2, 3}), net.output());
    check_near(module.forward(in), expected);
    const auto parameters = module.parameters();
    const Tensor direction = torch::randn(expected.sizes());
    const auto theirs = torch::autograd::grad({(expected * direction).sum()}, parameters);
    const auto ours = torch::autograd::grad({(module.forward(in) * direction).sum()}, parameters);
    for (std::size_t i = 0; i < ours.size(); ++i) check_near(ours[i], theirs[i]);
}
