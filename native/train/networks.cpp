#include "networks.hpp"

#include <array>
#include <format>
#include <stdexcept>

namespace telltale::train {

namespace {

/// Four convolution blocks with two skips. Skips are pooled to the length of the block that they
/// join (averages of four, which is what two halvings by pooling leave of the length), then
/// brought to its channels by a 1 x 1 convolution.
Network cnn_skip(Shape input, std::int64_t classes) {
    Network net(input);
    const auto block = [&](Value x, std::int64_t channels) {
        x = net.conv(x, {.channels = channels, .kernel = 5, .pads = {2, 2}});
        x = net.max_pool(net.relu(net.batch_norm(x)), 2, 2);
        return net.dropout(x, 0.2);
    };
    const auto skip = [&](Value from, Value to) {
        const Value pooled = net.average_pool(from, 4, 4);
        return net.add(to, net.conv(pooled, {.channels = net.shape(to).channels}));
    };
    const Value first = block(net.input(), 32);
    Value x = skip(net.input(), block(first, 64));
    x = skip(first, block(x, 128));
    x = block(x, 256);
    x = net.dropout(net.relu(net.linear(net.flatten(x), 128)), 0.3);
    net.output(net.linear(x, classes));
    return net;
}

struct Entry {
    std::string_view name;
    Network (*make)(Shape, std::int64_t);
};
constexpr std::array<Entry, 1> entries = {{{"cnn-skip", cnn_skip}}};

}  // namespace

std::vector<std::string> network_names() {
    std::vector<std::string> names;
    for (const Entry& e : entries) names.emplace_back(e.name);
    return names;
}

Result<Network> make_network(std::string_view name, Shape input, std::int64_t classes) {
    std::string known;
    for (const Entry& e : entries) {
        known += std::format("{}{}", known.empty() ? "" : ", ", e.name);
        if (e.name != name) continue;
        try {
            return e.make(input, classes);
        } catch (const std::logic_error& error) {
            return fail("", std::format("network {}", name),
                        std::format("does not fit an input of {} x {}: {}", input.channels,
                                    input.length, error.what()));
        }
    }
    return fail("", "", std::format("there is no network '{}', expected one of {}", name, known));
}

}  // namespace telltale::train
