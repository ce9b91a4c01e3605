// telltale models: the models there are.
#include <format>

#include "cli/commands.hpp"
#include "cli/model_files.hpp"
#include "cli/output.hpp"

namespace telltale::cli {

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
    if (options.json) print_json(Json{{"folder", models_folder().string()}, {"models", list}});
    return good ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
