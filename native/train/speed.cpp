#include "speed.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "classify/card.hpp"
#include "data/files.hpp"
#include "machine.hpp"
#include "random.hpp"
#include "runtime/session.hpp"

namespace telltale::train {

namespace {
constexpr std::int64_t windows_a_run = 256;
}

Result<nlohmann::ordered_json> measure_speed(const std::filesystem::path& onnx, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto bytes = data::read_file(onnx);
    if (!bytes) return std::unexpected(bytes.error());
    const auto card = classify::read_card(*bytes, onnx.string());
    if (!card) return std::unexpected(card.error());
    auto session = runtime::Session::open(*bytes, *card, onnx.string(), {.threads = 1});
    if (!session) return std::unexpected(session.error());

    const bool sequence = card->input.kind == classify::InputKind::sequence;
    // A sequence's context is run too, but classifies nothing.
    const auto beats =
        sequence ? static_cast<std::int64_t>(card->input.chunk) : windows_a_run;
    const std::int64_t rows =
        sequence ? beats + 2 * static_cast<std::int64_t>(card->input.context) : beats;
    std::vector<std::int64_t> shape = card->input.shape;
    if (shape.empty()) return fail(onnx.string(), "", "its card tells no shape of the input");
    shape[0] = sequence ? 1 : rows;
    if (sequence && shape.size() > 1) shape[1] = rows;
    std::size_t size = 1;
    for (const std::int64_t n : shape) size *= static_cast<std::size_t>(std::max<std::int64_t>(n, 1));
    std::vector<float> values(size);
    Random random(1);
    for (float& v : values) v = static_cast<float>(random.uniform());

    classify::Batch batch;
    batch.beats = static_cast<std::size_t>(rows);
    batch.inputs.push_back({card->input.name, shape, values});
    // The fastest run: what else the machine does meanwhile only makes runs slower.
    double fastest = std::numeric_limits<double>::infinity();
    const auto start = Clock::now();
    for (int run = 0; run < 5 || Clock::now() - start < std::chrono::duration<double>(seconds);
         ++run) {
        const auto began = Clock::now();
        if (const auto output = session->run(batch); !output) {
            return std::unexpected(output.error());
        }
        const double took = std::chrono::duration<double>(Clock::now() - began).count();
        if (run > 0) fastest = std::min(fastest, took);  // the first one warms up
    }
    return nlohmann::ordered_json{{"beats_per_s", static_cast<double>(beats) / fastest},
                                  {"beats_a_run", beats},
                                  {"threads", 1},
                                  {"model_version", card->version},
                                  {"bytes", bytes->size()},
                                  {"onnx_runtime", runtime::runtime_version()},
                                  {"machine", machine_facts()}};
}

}  // namespace telltale::train
