// Layers against values worked out by hand, or by plain loops over the formulas.
#include "torch_and_catch.hpp"

#include "train/networks/module.hpp"

#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <vector>

#include "train/networks/gru.hpp"
#include "train/networks/networks.hpp"

using namespace telltale::train;
using torch::Tensor;

namespace {

std::vector<float> values(const Tensor& t) {
    const Tensor c = t.detach().contiguous();
    return {c.const_data_ptr<float>(), c.const_data_ptr<float>() + c.numel()};
}

void check_near(const std::vector<float>& got, const std::vector<float>& expected,
                float margin = 1e-5F) {
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        CAPTURE(i, got[i], expected[i]);
        CHECK(std::abs(got[i] - expected[i]) <= margin);
    }
}

/// Puts values into a parameter or buffer of the network's last layer.
void put(Module& module, const char* suffix, const std::vector<float>& v) {
    const torch::NoGradGuard guard;
    const Tensor w = module.weight(module.network().layers().back(), suffix);
    REQUIRE(w.defined());
    w.copy_(torch::tensor(v).view(w.sizes()));
}

Tensor input(std::vector<float> v, std::int64_t channels, std::int64_t length) {
    return torch::tensor(v).view({-1, channels, length});
}

}  // namespace

TEST_CASE("convolution: explicit pads, stride, and the bias") {
    Network net({.channels = 1, .length = 4});
    net.conv(net.input(), {.channels = 2, .kernel = 3, .stride = 1, .pads = {1, 1}});
    Module module(net);
    put(module, "weight", {1, 2, 3, 0, 1, 0});
    put(module, "bias", {10, 0});
    // 1 2 3 4: out[i] = x[i-1] + 2 x[i] + 3 x[i+1] + 10, and x itself.
    check_near(values(module.forward(input({1, 2, 3, 4}, 1, 4))), {18, 24, 30, 21, 1, 2, 3, 4});

    Network odd({.channels = 1, .length = 4});
    odd.conv(odd.input(), {.channels = 1, .kernel = 2, .stride = 2, .pads = {1, 0}, .bias = false});
    Module uneven(odd);
    put(uneven, "weight", {1, 10});
    // Windows [0 1], [2 3]; the 4 is left over.
    check_near(values(uneven.forward(input({1, 2, 3, 4}, 1, 4))), {10, 32});
}

TEST_CASE("pooling: padding never wins, and the rest is left") {
    Network net({.channels = 1, .length = 5});
    net.max_pool(net.input(), 3, 2, {0, 1});
    Module module(net);
    // Windows [-1 -2 -3], [-3 -4 -5] and no more: (5 + 1 - 3) / 2 + 1 = 2.
    check_near(values(module.forward(input({-1, -2, -3, -4, -5}, 1, 5))), {-1, -3});

    Network mean({.channels = 1, .length = 5});
    mean.average_pool(mean.input(), 2, 2);
    Module average(mean);
    check_near(values(average.forward(input({1, 3, 5, 9, 100}, 1, 5))), {2, 7});

    Network all({.channels = 2, .length = 2});
    all.global_average(all.input());
    Module global(all);
    check_near(values(global.forward(input({1, 3, 10, 30}, 2, 2))), {2, 20});
}

TEST_CASE("linear, flatten, batch normalisation, scale") {
    Network net({.channels = 2, .length = 2});
    net.linear(net.flatten(net.input()), 2);
    Module module(net);
    put(module, "weight", {1, 2, 3, 4, 0, 0, 0, 1});
    put(module, "bias", {0.5F, 0});
    check_near(values(module.forward(input({1, 2, 3, 4}, 2, 2))), {30.5F, 4});

    Network norm({.channels = 1, .length = 2});
    norm.batch_norm(norm.input());
    Module normal(norm);
    put(normal, "weight", {3});
    put(normal, "bias", {1});
    put(normal, "mean", {2});
    put(normal, "variance", {4});
    normal.eval();
    check_near(values(normal.forward(input({2, 6}, 1, 2))), {1, 7}, 1e-4F);
    // Learning, it takes the batch's own moments: mean 4, variance 4.
    normal.train();
    check_near(values(normal.forward(input({2, 6}, 1, 2))), {-2, 4}, 1e-4F);

    Network gate({.channels = 2, .length = 2});
    gate.scale(gate.input(), gate.global_average(gate.input()));
    Module scaled(gate);
    check_near(values(scaled.forward(input({1, 3, 0, 1}, 2, 2))), {2, 6, 0, 0.5F});
}

TEST_CASE("LSTM and GRU follow their equations") {
    constexpr std::int64_t in = 2, length = 3, units = 2;
    const auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    const Tensor x = input({0.5F, -1.0F, 0.25F, 2.0F, 0.0F, -0.5F}, in, length);
    torch::manual_seed(3);
    for (const bool lstm : {true, false}) {
        CAPTURE(lstm);
        Network net({.channels = in, .length = length});
        const RecurrentOptions options{.units = units, .sequences = true};
        lstm ? net.lstm(net.input(), options) : net.gru(net.input(), options);
        Module module(net);
        module.eval();
        const Layer& layer = net.layers().back();
        const auto w = values(module.weight(layer, "input"));
        const auto r = values(module.weight(layer, "hidden"));
        const auto b = values(module.weight(layer, "bias"));
        const auto rb = values(module.weight(layer, "hidden_bias"));
        if (lstm) check_near(rb, std::vector<float>(rb.size()), 0.0F);

        std::array<double, units> h{}, c{};
        std::vector<float> expected(static_cast<std::size_t>(units * length));
        for (std::int64_t t = 0; t < length; ++t) {
            const auto from_input = [&](std::size_t row) {
                double sum = b[row];
                for (std::int64_t k = 0; k < in; ++k) {
                    sum += w[row * in + static_cast<std::size_t>(k)] * x[0][k][t].item<double>();
                }
                return sum;
            };
            const auto from_hidden = [&](std::size_t row) {
                double sum = rb[row];
                for (std::size_t k = 0; k < units; ++k) sum += r[row * units + k] * h[k];
                return sum;
            };
            std::array<double, units> next{};
            for (std::size_t u = 0; u < units; ++u) {
                const auto gate = [&](std::size_t g) {
                    return from_input(g * units + u) + from_hidden(g * units + u);
                };
                if (lstm) {  // gates i, f, g, o
                    c[u] = sigmoid(gate(1)) * c[u] + sigmoid(gate(0)) * std::tanh(gate(2));
                    next[u] = sigmoid(gate(3)) * std::tanh(c[u]);
                } else {  // gates r, z, n; the reset gate after the matrix product
                    const std::size_t n = 2 * units + u;
                    const double candidate =
                        std::tanh(from_input(n) + sigmoid(gate(0)) * from_hidden(n));
                    const double z = sigmoid(gate(1));
                    next[u] = (1 - z) * candidate + z * h[u];
                }
            }
            h = next;
            for (std::size_t u = 0; u < units; ++u) {
                expected[u * length + static_cast<std::size_t>(t)] = static_cast<float>(h[u]);
            }
        }
        check_near(values(module.forward(x)), expected);
    }
}

TEST_CASE("an LSTM that starts as Keras starts has orthogonal gates and a forget bias of 1") {
    torch::manual_seed(3);
    Network net({.channels = 2, .length = 5});
    net.lstm(net.input(), {.units = 4});
    const Module module(net, Start::keras);
    const Layer& layer = module.network().layers().back();
    check_near(values(module.weight(layer, "bias")),
               {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    for (std::int64_t gate = 0; gate < 4; ++gate) {
        const Tensor w = module.weight(layer, "hidden").slice(0, 4 * gate, 4 * gate + 4);
        check_near(values(torch::matmul(w, w.t())),
                   {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
    }
    const double bound = std::sqrt(6.0 / (2 + 16));
    CHECK(module.weight(layer, "input").abs().max().item<double>() <= bound);
    CHECK(module.weight(layer, "input").abs().max().item<double>() > 0.8 * bound);
}

TEST_CASE("a network that starts as Keras starts has Glorot's weights and no biases") {
    torch::manual_seed(3);
    Network net({.channels = 2, .length = 30});
    const Value conv = net.conv(net.input(), {.channels = 8, .kernel = 3});
    const Value gru = net.gru(conv, {.units = 4});
    const Value linear = net.linear(gru, 6);
    const Module module(net, Start::keras);
    for (const auto& item : module.named_parameters()) {
        CAPTURE(item.key());
        if (item.key().find("bias") != std::string::npos) {
            CHECK(item.value().abs().max().item<double>() == 0);
        }
    }
    const auto largest = [&](Value v, const char* what) {
        return module.weight(net[v], what).abs().max().item<double>();
    };
    const auto near = [](double value, double bound) {
        return value <= bound && value > 0.8 * bound;
    };
    CHECK(near(largest(conv, "weight"), std::sqrt(6.0 / ((2 + 8) * 3))));
    CHECK(near(largest(gru, "input"), std::sqrt(6.0 / (8 + 12))));
    CHECK(near(largest(linear, "weight"), std::sqrt(6.0 / (4 + 6))));
    const Tensor w = module.weight(net[gru], "hidden");  // [12, 4]
    check_near(values(torch::matmul(w.t(), w)), values(torch::eye(4)));
}

TEST_CASE("our GRU and LibTorch's give the same values and gradients") {
    torch::manual_seed(11);
    const std::int64_t batch = 3, steps = 9, inputs = 5, units = 7;
    const bool reverse = GENERATE(false, true);
    std::vector<Tensor> of_ours, of_theirs;
    for (const auto& sizes : std::vector<std::vector<std::int64_t>>{{batch, steps, inputs},
                                                                    {3 * units, inputs},
                                                                    {3 * units, units},
                                                                    {3 * units},
                                                                    {3 * units}}) {
        of_ours.push_back(torch::randn(sizes).set_requires_grad(true));
        of_theirs.push_back(of_ours.back().detach().clone().set_requires_grad(true));
    }
    const Tensor ours =
        gru_steps(of_ours[0], of_ours[1], of_ours[2], of_ours[3], of_ours[4], reverse);
    const Tensor& x = of_theirs[0];
    const Tensor turned = reverse ? x.flip(1) : x;
    const Tensor run = std::get<0>(torch::gru(
        turned, torch::zeros({1, batch, units}),
        {of_theirs[1], of_theirs[2], of_theirs[3], of_theirs[4]}, true, 1, 0.0, true, false, true));
    const Tensor theirs = reverse ? run.flip(1) : run;
    check_near(values(ours), values(theirs));
    const Tensor pull = torch::randn({batch, steps, units});
    (ours * pull).sum().backward();
    (theirs * pull).sum().backward();
    for (std::size_t i = 0; i < of_ours.size(); ++i) {
        CAPTURE(i);
        check_near(values(of_ours[i].grad()), values(of_theirs[i].grad()), 1e-4F);
    }
}

TEST_CASE("a bidirectional layer's last values are each direction's last step") {
    Network all({.channels = 1, .length = 4}), last({.channels = 1, .length = 4});
    all.lstm(all.input(), {.units = 3, .bidirectional = true, .sequences = true});
    last.lstm(last.input(), {.units = 3, .bidirectional = true});
    torch::manual_seed(5);
    Module a(all);
    torch::manual_seed(5);
    Module b(last);
    const Tensor x = input({1, -2, 3, 0.5F}, 1, 4);
    const Tensor steps = a.forward(x).squeeze(2);  // [1, 6, 4]
    const Tensor expected =
        torch::cat({steps.slice(1, 0, 3).select(2, 3), steps.slice(1, 3, 6).select(2, 0)}, 1);
    check_near(values(b.forward(x)), values(expected));
}

TEST_CASE(
    "dropout drops its share, keeps the mean, repeats with its seed, and only while learning") {
    Network net({.channels = 4, .length = 500});
    net.dropout(net.input(), 0.2);
    Module module(net);
    const Tensor x = torch::ones({20, 4, 500});
    module.seed_dropout(9);
    const auto first = values(module.forward(x));
    const auto second = values(module.forward(x));
    CHECK(first != second);
    module.seed_dropout(9);
    CHECK(values(module.forward(x)) == first);
    std::size_t dropped = 0;
    for (const float v : first) {
        if (v == 0.0F)
            ++dropped;
        else
            CHECK(v == Catch::Approx(1.25));
    }
    // 40 000 values: 0.2 within five standard errors.
    CHECK(std::abs(static_cast<double>(dropped) / 40000.0 - 0.2) < 5 * 0.002);
    module.eval();
    CHECK(values(module.forward(x)) == values(x));
}

TEST_CASE("gradients of every kind of layer agree with differences") {
    at::set_num_threads(1);
    Network net({.channels = 1, .length = 12});
    Value x = net.conv(net.input(), {.channels = 4, .kernel = 3, .pads = {1, 1}});
    const Value skip = net.average_pool(x, 2, 2);
    x = net.max_pool(net.sigmoid(net.batch_norm(x)), 2, 2);
    x = net.add(x, skip);
    x = net.scale(x, net.sigmoid(net.linear(net.global_average(x), 4)));
    x = net.gru(net.lstm(x, {.units = 3, .bidirectional = true, .sequences = true}), {.units = 4});
    net.output(net.linear(net.relu(x), 3));
    torch::manual_seed(11);
    Module module(net);
    module.train();
    const Tensor in = torch::randn({6, 1, 12});
    const Tensor truth = torch::tensor({0, 1, 2, 0, 1, 2});
    const auto loss = [&] {
        return torch::nn::functional::cross_entropy(module.forward(in), truth);
    };
    module.zero_grad();
    loss().backward();
    const torch::NoGradGuard guard;
    for (const auto& item : module.named_parameters()) {
        CAPTURE(item.key());
        const Tensor p = item.value();
        REQUIRE(p.grad().defined());
        // Along the gradient itself, so that single precision suffices.
        const Tensor g = p.grad().clone();
        const double norm = g.norm().item<double>();
        if (norm < 1e-6) {
            // A bias before batch normalisation cannot matter.
            CHECK(item.key() == "conv1_bias");
            continue;
        }
        const Tensor direction = g / norm;
        const double step = 1e-2;
        p.add_(direction, step);
        const double up = loss().item<double>();
        p.sub_(direction, 2 * step);
        const double down = loss().item<double>();
        p.add_(direction, step);
        CHECK((up - down) / (2 * step) == Catch::Approx(norm).epsilon(0.03).margin(2e-4));
    }
}

TEST_CASE("every parameter of cnn-skip learns") {
    torch::manual_seed(1);
    Module module(*make_network("cnn-skip", {.channels = 1, .length = 187}, 5));
    module.train();
    const Tensor logits = module.forward(torch::rand({8, 1, 187}));
    CHECK(logits.sizes() == std::vector<std::int64_t>{8, 5});
    torch::nn::functional::cross_entropy(logits, torch::arange(8) % 5).backward();
    std::int64_t count = 0;
    for (const auto& item : module.named_parameters()) {
        CAPTURE(item.key());
        CHECK(item.value().grad().abs().max().item<double>() > 0);
        count += item.value().numel();
    }
    CHECK(count == module.network().trainable_parameters());
}
