#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>

#include "train/networks/networks.hpp"

using namespace telltale::train;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("cnn-skip has the published number of parameters") {
    const auto net = make_network("cnn-skip", {.channels = 1, .length = 187}, 5);
    REQUIRE(net);
    // Convolutions 192 + 10 304 + 41 088 + 164 096, normalisation 960, skips 128 + 4 224,
    // dense layers 360 576 + 645: "about 0.58 M".
    CHECK(net->trainable_parameters() == 582213);
    CHECK(net->parameters() == 582213 + 960);
    CHECK(net->shape(net->output()) == Shape{.channels = 5, .length = 0});
}

TEST_CASE("the other networks have their published numbers of parameters") {
    const auto count = [](const char* name, std::int64_t length, std::int64_t classes) {
        const auto net = make_network(name, {.channels = 1, .length = length}, classes);
        REQUIRE(net);
        return std::pair(net->parameters(), net->trainable_parameters());
    };
    CHECK(count("cnn-lstm", 187, 5) == std::pair<std::int64_t, std::int64_t>(75717, 75333));
    CHECK(count("cnn-gru-se", 140, 5).first == 743109);
    CHECK(count("ann-14", 360, 14).second == 135246);
}

TEST_CASE("layers know their shapes") {
    Network net({.channels = 2, .length = 10});
    const Value c =
        net.conv(net.input(), {.channels = 3, .kernel = 3, .stride = 2, .pads = {1, 0}});
    CHECK(net.shape(c) == Shape{3, 5});
    const Value p = net.max_pool(c, 2, 2);
    CHECK(net.shape(p) == Shape{3, 2});  // the fifth value is left
    CHECK(net.shape(net.flatten(p)) == Shape{6, 0});
    CHECK(net.shape(net.global_average(p)) == Shape{3, 0});
    CHECK(net.shape(net.lstm(p, {.units = 4, .bidirectional = true, .sequences = true})) ==
          Shape{8, 2});
    CHECK(net.shape(net.gru(p, {.units = 4})) == Shape{4, 0});
    std::set<std::string> names;
    for (const Layer& l : net.layers()) names.insert(l.name);
    CHECK(names.size() == net.layers().size());
}

TEST_CASE("same padding gives ceil(length / stride) values, the odd one to the right") {
    for (std::int64_t length = 1; length < 40; ++length) {
        for (std::int64_t kernel = 1; kernel < 9; ++kernel) {
            for (std::int64_t stride = 1; stride < 4; ++stride) {
                const Pads p = same_pads(length, kernel, stride);
                CAPTURE(length, kernel, stride, p.left, p.right);
                // Where a stride skips values no padding can be taken away.
                if (p != Pads{}) {
                    CHECK((length + p.left + p.right - kernel) / stride + 1 ==
                          (length + stride - 1) / stride);
                }
                CHECK((p.right == p.left || p.right == p.left + 1));
            }
        }
    }
}

TEST_CASE("parameters of recurrent layers are counted as the field counts them") {
    Network lstm({.channels = 64, .length = 22});
    lstm.lstm(lstm.input(), {.units = 64});
    CHECK(lstm.parameters() == 33024);  // one bias vector
    Network gru({.channels = 512, .length = 2});
    gru.gru(gru.input(), {.units = 128});
    CHECK(gru.parameters() == 246528);  // two, the reset gate comes after the product
}

TEST_CASE("mistakes in a network are found while it is built") {
    Network net({.channels = 1, .length = 4});
    CHECK_THROWS_AS(net.conv(net.input(), {.channels = 1, .kernel = 5}), std::logic_error);
    CHECK_THROWS_AS(net.linear(net.input(), 3), std::logic_error);
    CHECK_THROWS_AS(net.add(net.input(), net.flatten(net.input())), std::logic_error);
    CHECK_THROWS_AS(net.dropout(net.input(), 1.0), std::logic_error);
}

TEST_CASE("a network that does not exist or does not fit is an error that says so") {
    const auto none = make_network("cnn-skipp", {1, 187}, 5);
    REQUIRE(!none);
    CHECK_THAT(none.error().to_string(), ContainsSubstring("cnn-skipp"));
    CHECK_THAT(none.error().to_string(), ContainsSubstring("cnn-skip"));
    const auto small = make_network("cnn-skip", {1, 8}, 5);
    REQUIRE(!small);
    CHECK_THAT(small.error().to_string(), ContainsSubstring("1 x 8"));
}
