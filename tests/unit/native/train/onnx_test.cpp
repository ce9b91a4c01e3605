// The ONNX graph against the LibTorch module, through the ONNX Runtime that the page runs.
#include "torch_and_catch.hpp"

#include "train/export/onnx.hpp"

#include <functional>

#include "runtime/agreement.hpp"
#include "runtime/session.hpp"
#include "train/networks/module.hpp"
#include "train/networks/networks.hpp"

using namespace telltale;
using namespace telltale::train;
using torch::Tensor;

namespace {

classify::Card card_for(const Network& net) {
    const Shape in = net.shape(net.input());
    classify::Card card;
    card.name = card.title = "test";
    for (std::int64_t c = 0; c < net.shape(net.output()).channels; ++c) {
        card.classes.push_back("c" + std::to_string(c));
    }
    card.input.sampling_rate = 100;
    card.input.window = classify::WindowKind::to_next_beats;
    card.input.length = static_cast<std::size_t>(in.channels * in.length);
    card.input.name = "beats";
    card.input.shape = {-1, in.channels, in.length};
    card.output.name = "logits";
    return card;
}

/// A module whose batch normalisation has seen something, so that folding has work to do.
Module seasoned(const Network& net) {
    Module module(net);
    module.train();
    const torch::NoGradGuard guard;
    const Shape in = net.shape(net.input());
    for (int i = 0; i < 5; ++i) module.forward(torch::randn({32, in.channels, in.length}) * 2 + 1);
    for (const auto& item : module.named_parameters()) {
        if (item.key().starts_with("batch_norm"))
            item.value().add_(torch::randn_like(item.value()), 0.3);
    }
    module.eval();
    return module;
}

Result<std::string> export_of(const Network& net, const Module& module) {
    return onnx_model(
        net,
        [&](const Layer& layer, std::string_view suffix) {
            const Tensor t = module.weight(layer, suffix).detach().contiguous();
            return std::vector<float>(t.const_data_ptr<float>(),
                                      t.const_data_ptr<float>() + t.numel());
        },
        card_for(net));
}

/// Checks batches of several sizes; both runtimes must agree as export demands, or must not where
/// the module is changed after its export.
void check_agreement(const Network& net, const std::function<void(Module&)>& change = {}) {
    const bool same = !change;
    torch::manual_seed(21);
    Module module = seasoned(net);
    const auto bytes = export_of(net, module);
    REQUIRE(bytes);
    const auto card = classify::read_card(std::as_bytes(std::span(*bytes)), "test.onnx");
    REQUIRE(card);
    CHECK(card->classes == card_for(net).classes);
    auto session = runtime::Session::open(std::as_bytes(std::span(*bytes)), *card, "test.onnx",
                                          {.threads = 1});
    REQUIRE(session);
    const Shape in = net.shape(net.input());
    const torch::NoGradGuard guard;
    if (change) change(module);
    for (const std::int64_t batch : {1, 7, 64}) {
        const Tensor x = torch::randn({batch, in.channels, in.length});
        const Tensor y = module.forward(x).contiguous();
        classify::Batch b;
        b.beats = static_cast<std::size_t>(batch);
        const std::vector<std::int64_t> shape = x.sizes().vec();
        b.inputs.push_back(
            {"beats", shape, {x.const_data_ptr<float>(), static_cast<std::size_t>(x.numel())}});
        const auto out = session->run(b);
        REQUIRE(out);
        REQUIRE(out->size() == static_cast<std::size_t>(y.numel()));
        const runtime::Agreement agreement = runtime::compare_outputs(
            card->output, card->classes.size(),
            {y.const_data_ptr<float>(), static_cast<std::size_t>(y.numel())}, *out);
        CAPTURE(batch, agreement.probabilities, agreement.logits, agreement.logits_limit);
        CHECK(agreement.good() == same);
        // Not because everything is alike: answers differ from beat to beat.
        if (batch > 1 && same) {
            CHECK(y.std(0, false).max().item<double>() > 100 * agreement.logits);
        }
    }
}

}  // namespace

TEST_CASE("every network gives the same answers in LibTorch and ONNX Runtime") {
    for (const std::string& name : network_names()) {
        CAPTURE(name);
        // Short rows, so that the recurrent ones are quick too.
        const auto net = make_network(name, {.channels = 1, .length = 90}, 5);
        REQUIRE(net);
        check_agreement(*net);
    }
}

TEST_CASE("uneven pads, strides, two channels and unfolded normalisation survive the export") {
    Network net({.channels = 2, .length = 21});
    Value x = net.conv(net.input(), {.channels = 6, .kernel = 4, .stride = 2, .pads = {1, 2}});
    x = net.max_pool(x, 3, 2, {0, 1});
    x = net.batch_norm(x);  // not behind a convolution
    const Value kept = net.conv(x, {.channels = 6, .kernel = 1, .bias = false});
    x = net.add(net.batch_norm(kept), kept);  // a convolution with two readers
    net.output(net.linear(net.flatten(net.average_pool(x, 2, 2)), 3, false));
    check_agreement(net);
}

TEST_CASE("recurrent layers survive the export") {
    for (const bool lstm : {true, false}) {
        for (const bool both : {false, true}) {
            CAPTURE(lstm, both);
            Network net({.channels = 3, .length = 9});
            const auto layer = [&](Value x, bool sequences) {
                const RecurrentOptions o{.units = 5, .bidirectional = both, .sequences = sequences};
                return lstm ? net.lstm(x, o) : net.gru(x, o);
            };
            net.output(net.linear(layer(layer(net.input(), true), false), 4));
            check_agreement(net);
        }
    }
}

TEST_CASE("a graph that is not the module's is refused") {
    Network net({.channels = 3, .length = 9});
    net.output(net.linear(net.lstm(net.input(), {.units = 5}), 4));
    const Layer& lstm = net.layers()[1];
    check_agreement(net, [&](Module& m) {  // two gates in each other's place
        const Tensor w = m.weight(lstm, "input");
        w.copy_(torch::cat({w.slice(0, 5, 10), w.slice(0, 0, 5), w.slice(0, 10)}));
    });
    check_agreement(net, [&](Module& m) { m.weight(lstm, "hidden").mul_(1.05); });

    const auto skip = make_network("cnn-skip", {.channels = 1, .length = 90}, 5);
    REQUIRE(skip);
    const auto norm = std::ranges::find(skip->layers(), Op::batch_norm, &Layer::op);
    check_agreement(*skip, [&](Module& m) { m.weight(*norm, "mean").add_(0.05); });
}

TEST_CASE("squeeze and excitation survives the export") {
    Network net({.channels = 4, .length = 16});
    const Value squeezed = net.relu(net.linear(net.global_average(net.input()), 2, false));
    const Value x = net.scale(net.input(), net.sigmoid(net.linear(squeezed, 4, false)));
    net.output(net.linear(net.global_average(net.add(x, net.input())), 3));
    check_agreement(net);
}

TEST_CASE("batch normalisation behind a convolution is folded into it") {
    const auto net = make_network("cnn-skip", {.channels = 1, .length = 187}, 5);
    torch::manual_seed(2);
    const Module module(*net);
    const auto bytes = export_of(*net, module);
    REQUIRE(bytes);
    CHECK(bytes->find("BatchNormalization") == std::string::npos);
    CHECK(bytes->find("Dropout") == std::string::npos);
    // Weights of 4 bytes, and little else.
    CHECK(bytes->size() < 582213 * 4 + 20000);
}
