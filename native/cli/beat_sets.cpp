#include "cli/beat_sets.hpp"

#include <algorithm>
#include <format>

#include "classify/beat_rows.hpp"

namespace telltale::cli {
namespace {

constexpr std::size_t batch_beats = 512;

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
    auto rows = classify::BeatRows::open(set, model.card);
    if (!rows) return std::unexpected(rows.error());
    ProgressLine progress;
    while (const auto batch = rows->next_batch(batch_beats)) {
        const auto output = session.run(*batch);
        if (!output) return std::unexpected(output.error());
        if (auto done = rows->accept(*output); !done) return std::unexpected(done.error());
        progress.show(std::format("{} of {} beats", rows->given().size(), set.size()));
    }
    NamedBeats named;
    named.given.assign(rows->given().begin(), rows->given().end());
    named.probabilities.assign(rows->probabilities().begin(), rows->probabilities().end());
    if (const auto truth = classify::classes_of_labels(set, model.card.classes)) {
        named.confusion.emplace(model.card.classes);
        for (std::size_t i = 0; i < set.size(); ++i)
            named.confusion->add((*truth)[static_cast<std::size_t>(set.labels[i])], named.given[i]);
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
