// telltale models: the models there are.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>

#include "cli/commands.hpp"
#include "cli/model_files.hpp"
#include "cli/output.hpp"
#include "data/machine.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {
namespace {

// Beats a second that ONNX Runtime names on one thread, of numbers made up; nothing where it
// refuses the model.
Result<double> beats_per_s(const Model& model) {
    auto session =
        runtime::Session::open(model.onnx, model.card, model.path.string(), {.threads = 1});
    if (!session) return std::unexpected(session.error());
    const classify::InputCard& input = model.card.input;
    const bool sequence = input.kind == classify::InputKind::sequence;
    constexpr std::size_t beats_a_batch = 512;
    const std::size_t beats = sequence ? input.chunk + 2 * input.context : beats_a_batch;
    std::vector<std::int64_t> shape = input.shape;
    shape[0] = sequence ? 1 : static_cast<std::int64_t>(beats);
    if (sequence) shape[1] = static_cast<std::int64_t>(beats);
    std::vector<float> values(beats * input.length);
    std::uint32_t state = 1;
    for (float& value : values) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<float>(state >> 8U) * 0x1p-24F;
    }
    classify::Batch batch;
    batch.beats = beats;
    batch.inputs.push_back({input.name, shape, values});
    using Clock = std::chrono::steady_clock;
    double best = 0;
    // The best of some runs: what the processor can do when nothing else is in its way.
    for (const auto end = Clock::now() + std::chrono::seconds(2); Clock::now() < end;) {
        const auto start = Clock::now();
        if (auto output = session->run(batch); !output) return std::unexpected(output.error());
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        const std::size_t named = sequence ? input.chunk : beats;
        best = std::max(best, static_cast<double>(named) / seconds);
    }
    return best;
}

}  // namespace

int models(const ModelsOptions& options) {
    Json list = Json::array();
    bool good = true;
    if (!options.json) print(std::format("models in {}:", models_folder().string()));
    for (const auto& file : model_files()) {
        const auto model = find_model(file.string());
        if (!model) {
            good = false;
            complain(model.error());
            list.push_back({{"file", file.string()}, {"error", model.error().to_string()}});
            continue;
        }
        const classify::Card& card = model->card;
        Json metrics = Json::array();
        std::string figures;
        std::string classes;
        for (const classify::Metric& metric : card.metrics) {
            metrics.push_back({{"protocol", metric.protocol},
                               {"name", metric.name},
                               {"value", number_or_null(metric.value)}});
            // All of them are in --json; people want the two that sum up.
            if (metric.name != "accuracy" && metric.name != "macro_f1") continue;
            figures +=
                std::format("\n    {} {}: {:.4f}", metric.protocol, metric.name, metric.value);
        }
        for (const std::string& name : card.classes) classes += " " + name;
        list.push_back({{"name", card.name},
                        {"title", card.title},
                        {"version", card.version},
                        {"file", file.string()},
                        {"bytes", model->onnx.size()},
                        {"classes", card.classes},
                        {"parameters", card.parameters},
                        {"training_data", card.training_data},
                        {"description", card.description},
                        {"default_for", card.default_for.empty() ? Json() : Json(card.default_for)},
                        {"twin", card.twin.empty() ? Json() : Json(card.twin)},
                        {"metrics", metrics}});
        if (options.speed && classify::names_beats(card)) {
            const auto speed = beats_per_s(*model);
            if (!speed) {
                good = false;
                complain(speed.error());
            } else {
                list.back()["beats_per_s"] = std::round(*speed);
                figures += std::format("\n    {:.0f} beats/s on one thread", *speed);
            }
        }
        if (options.json) continue;
        if (!card.twin.empty())
            figures += std::format("\n    its figures on patients it has not seen: those of {}",
                                   card.twin);
        print(std::format(
            "  {} {}: {}{}\n    classes{}; {} parameters{}", file.stem().string(), card.version,
            card.title,
            card.default_for.empty() ? "" : std::format(" (the default for {})", card.default_for),
            classes, card.parameters, figures));
    }
    if (options.json) {
        Json json{{"folder", models_folder().string()}, {"models", list}};
        if (options.speed) {
            json["machine"] = data::machine_name();
            json["runtime"] = "ONNX Runtime " + runtime::runtime_version();
        }
        print_json(json);
    }
    return good ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
