#include "cli/beat_sets.hpp"

#include <algorithm>
#include <cmath>
#include <format>

namespace telltale::cli {
namespace {

constexpr std::size_t batch_beats = 512;

// The class of each of the set's labels; nothing unless every label is one.
std::optional<std::vector<std::size_t>> classes_of_labels(
    const formats::BeatSet& set, const std::vector<std::string>& classes) {
    std::vector<std::size_t> by_name, by_number;
    std::size_t lowest = classes.size(), highest = 0;
    for (const std::string& label : set.label_names) {
        const auto at = std::ranges::find(classes, label);
        if (at != classes.end()) by_name.push_back(static_cast<std::size_t>(at - classes.begin()));
        const bool digits = !label.empty() && label.size() < 4 &&
                            label.find_first_not_of("0123456789") == std::string::npos;
        if (!digits) continue;
        by_number.push_back(static_cast<std::size_t>(std::stoul(label)));
        lowest = std::min(lowest, by_number.back());
        highest = std::max(highest, by_number.back());
    }
    if (by_name.size() == set.label_names.size()) return by_name;
    const std::size_t from = lowest > 0 && highest == classes.size() ? 1 : 0;
    if (by_number.size() != set.label_names.size() || highest >= classes.size() + from)
        return std::nullopt;
    for (std::size_t& number : by_number) number -= from;
    return by_number;
}

}  // namespace

Json label_counts(const formats::BeatSet& set) {
    std::vector<std::size_t> counts(set.label_names.size());
    for (const int label : set.labels) ++counts[static_cast<std::size_t>(label)];
    Json json = Json::object();
    for (std::size_t i = 0; i < counts.size(); ++i) json[set.label_names[i]] = counts[i];
    return json;
}

Json describe(const formats::BeatSet& set) {
    return {{"name", set.name},
            {"beats", set.size()},
            {"values", set.width},
            {"labels", label_counts(set)},
            {"warnings", set.warnings}};
}

Result<NamedBeats> name_beats(const formats::BeatSet& set, const Model& model,
                              runtime::Session& session) {
    const classify::InputCard& input = model.card.input;
    std::vector<std::int64_t> shape = input.shape;
    std::int64_t values = 1;
    for (std::size_t i = 1; i < shape.size(); ++i) values *= shape[i];
    if (set.width != input.length || values != static_cast<std::int64_t>(set.width))
        return fail(set.name, "",
                    std::format("its beats have {} values, the model {} takes {}", set.width,
                                model.card.name, values));
    if (std::ranges::any_of(set.values, [](float v) { return std::isnan(v); }))
        return fail(set.name, "", "values are missing; a model needs all of a beat");

    NamedBeats named;
    const std::size_t classes = model.card.classes.size();
    ProgressLine progress;
    for (std::size_t first = 0; first < set.size(); first += batch_beats) {
        const std::size_t count = std::min(batch_beats, set.size() - first);
        shape[0] = static_cast<std::int64_t>(count);
        classify::Batch batch;
        batch.beats = count;
        batch.inputs.push_back(
            {input.name, shape,
             std::span(set.values).subspan(first * set.width, count * set.width)});
        const auto output = session.run(batch);
        if (!output) return std::unexpected(output.error());
        for (std::size_t i = 0; i < count; ++i) {
            const auto row = output->subspan(i * classes, classes);
            const float largest = *std::ranges::max_element(row);
            named.given.push_back(static_cast<std::size_t>(
                std::ranges::max_element(row) - row.begin()));
            if (!model.card.output.logits) {
                named.probabilities.insert(named.probabilities.end(), row.begin(), row.end());
                continue;
            }
            double sum = 0;
            std::vector<double> powers;
            for (const float v : row) {
                powers.push_back(std::exp((v - largest) / model.card.output.temperature));
                sum += powers.back();
            }
            for (const double power : powers)
                named.probabilities.push_back(static_cast<float>(power / sum));
        }
        progress.show(std::format("{} of {} beats", named.given.size(), set.size()));
    }
    if (const auto truth = classes_of_labels(set, model.card.classes)) {
        named.confusion.emplace(model.card.classes);
        for (std::size_t i = 0; i < set.size(); ++i)
            named.confusion->add((*truth)[static_cast<std::size_t>(set.labels[i])],
                                 named.given[i]);
    }
    return named;
}

std::string beats_csv(const formats::BeatSet& set, const NamedBeats& named,
                      const std::vector<std::string>& classes) {
    std::string text = "row,label,class";
    for (const std::string& name : classes) text += ",p_" + name;
    text += '\n';
    for (std::size_t i = 0; i < set.size(); ++i) {
        std::string label = set.label_names[static_cast<std::size_t>(set.labels[i])];
        std::ranges::replace_if(label, [](char c) { return c == ',' || c == '"'; }, '_');
        text += std::format("{},{},{}", i + 1, label, classes[named.given[i]]);
        for (std::size_t c = 0; c < classes.size(); ++c)
            text += std::format(",{:.6f}", named.probabilities[i * classes.size() + c]);
        text += '\n';
    }
    return text;
}

}  // namespace telltale::cli
