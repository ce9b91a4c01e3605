#include "train/networks/networks.hpp"

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

/// Three convolution blocks, two LSTM layers, three dense ones; Keras order (the activation comes
/// before the normalisation).
Network cnn_lstm(Shape input, std::int64_t classes) {
    Network net(input);
    const auto block = [&](Value x, std::int64_t kernel, std::int64_t pool) {
        x = net.batch_norm(net.relu(net.conv(x, {.channels = 64, .kernel = kernel})));
        return net.max_pool(x, pool, 2, same_pads(net.shape(x).length, pool, 2));
    };
    Value x = block(net.input(), 6, 3);
    x = block(block(x, 3, 2), 3, 2);
    x = net.lstm(net.lstm(x, {.units = 64, .sequences = true}), {.units = 32});
    x = net.relu(net.linear(net.relu(net.linear(x, 64)), 32));
    net.output(net.linear(x, classes));
    return net;
}

/// Convolutions with two squeeze-and-excitation blocks, then a GRU.
Network cnn_gru_se(Shape input, std::int64_t classes) {
    Network net(input);
    const auto conv = [&](Value x, std::int64_t channels, std::int64_t kernel,
                          std::int64_t stride = 1) {
        const Pads pads = same_pads(net.shape(x).length, kernel, stride);
        return net.relu(
            net.conv(x, {.channels = channels, .kernel = kernel, .stride = stride, .pads = pads}));
    };
    const auto pool = [&](Value x, std::int64_t stride) {
        return net.max_pool(x, stride, stride, same_pads(net.shape(x).length, stride, stride));
    };
    const auto excite = [&](Value x, std::int64_t squeezed) {
        const std::int64_t channels = net.shape(x).channels;
        const Value weak = net.relu(net.linear(net.global_average(x), squeezed, false));
        return net.scale(x, net.sigmoid(net.linear(weak, channels, false)));
    };
    Value x = pool(net.batch_norm(conv(net.input(), 128, 50, 3)), 3);
    x = excite(pool(net.batch_norm(conv(x, 32, 7)), 2), 4);
    x = pool(conv(conv(x, 32, 10), 128, 5, 2), 2);
    x = conv(x, 512, 5);
    x = net.gru(net.add(x, excite(x, 32)), {.units = 128});
    x = net.relu(net.linear(net.dropout(x, 0.3), 512));
    net.output(net.linear(net.dropout(x, 0.3), classes));
    return net;
}

/// Three convolution blocks and two bidirectional LSTM layers; the widths are ours.
Network cnn_bilstm(Shape input, std::int64_t classes) {
    Network net(input);
    Value x = net.input();
    for (const std::int64_t channels : {32, 64, 128}) {
        x = net.conv(x, {.channels = channels, .kernel = 5, .pads = {2, 2}});
        x = net.max_pool(net.relu(net.batch_norm(x)), 2, 2);
    }
    x = net.lstm(x, {.units = 64, .bidirectional = true, .sequences = true});
    x = net.dropout(net.lstm(x, {.units = 64, .bidirectional = true}), 0.3);
    x = net.dropout(net.relu(net.linear(x, 64)), 0.3);
    net.output(net.linear(x, classes));
    return net;
}

Network ann_14(Shape input, std::int64_t classes) {
    Network net(input);
    Value x = net.flatten(net.input());
    for (const std::int64_t width : {256, 128}) {
        x = net.dropout(net.batch_norm(net.relu(net.linear(x, width))), 0.3);
    }
    x = net.dropout(net.relu(net.linear(x, 64)), 0.2);
    net.output(net.linear(x, classes));
    return net;
}

Network cnn_14(Shape input, std::int64_t classes) {
    Network net(input);
    const auto block = [&](Value x, std::int64_t channels, std::int64_t kernel) {
        return net.batch_norm(net.relu(net.conv(x, {.channels = channels, .kernel = kernel})));
    };
    Value x = net.max_pool(block(net.input(), 64, 5), 2, 2);
    x = net.global_average(block(net.max_pool(block(x, 128, 5), 2, 2), 256, 3));
    x = net.dropout(net.relu(net.linear(x, 128)), 0.4);
    net.output(net.linear(x, classes));
    return net;
}

Network lstm_14(Shape input, std::int64_t classes) {
    Network net(input);
    Value x = net.dropout(net.lstm(net.input(), {.units = 64, .sequences = true}), 0.3);
    x = net.dropout(net.lstm(x, {.units = 128}), 0.3);
    net.output(net.linear(net.relu(net.linear(x, 64)), classes));
    return net;
}

struct Entry {
    std::string_view name;
    Network (*make)(Shape, std::int64_t);
};
constexpr std::array<Entry, 7> entries = {{{"cnn-lstm", cnn_lstm},
                                           {"cnn-skip", cnn_skip},
                                           {"cnn-gru-se", cnn_gru_se},
                                           {"cnn-bilstm", cnn_bilstm},
                                           {"ann-14", ann_14},
                                           {"cnn-14", cnn_14},
                                           {"lstm-14", lstm_14}}};

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
