#include "workspace/beat_set_naming.hpp"

#include <utility>
#include <vector>

namespace telltale::workspace {

void BeatSetNaming::use(const formats::BeatSet& set) {
    rows_.reset();
    set_ = &set;
}

void BeatSetNaming::forget() {
    rows_.reset();
    set_ = nullptr;
}

Result<void> BeatSetNaming::start(std::span<const std::byte> onnx, std::string_view file) {
    if (set_ == nullptr) return fail("", "", "no set of beats is open");
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    rows_.reset();
    card_ = std::move(*card);
    auto rows = classify::BeatRows::open(*set_, *card_);
    if (!rows) return std::unexpected(rows.error());
    rows_ = std::move(*rows);
    return {};
}

std::optional<classify::Batch> BeatSetNaming::next_batch(std::size_t max_beats) {
    return rows_ ? rows_->next_batch(max_beats) : std::nullopt;
}

Result<void> BeatSetNaming::accept(std::span<const float> output) {
    if (!rows_) return fail("", "", "no set of beats is being named");
    return rows_->accept(output);
}

std::span<const float> BeatSetNaming::values() const {
    return set_ != nullptr ? std::span<const float>(set_->values) : std::span<const float>();
}

messages::BeatSetFacts BeatSetNaming::facts() const {
    const formats::BeatSet& set = *set_;
    messages::BeatSetFacts facts{.name = set.name,
                                 .models = {},
                                 .width = set.width,
                                 .label_names = set.label_names,
                                 .labels = {set.labels.begin(), set.labels.end()},
                                 .warnings = set.warnings};
    if (!rows_ || rows_->given().size() != set.size()) return facts;
    const std::size_t classes = card_->classes.size();
    const auto given = rows_->given();
    facts.model = card_->name;
    facts.classes = card_->classes;
    facts.given.emplace(given.begin(), given.end());
    facts.best.emplace();
    for (std::size_t i = 0; i < set.size(); ++i)
        facts.best->push_back(rows_->probabilities()[i * classes + given[i]]);
    if (const auto truth = classify::classes_of_labels(set, card_->classes)) {
        std::vector<std::vector<std::size_t>> counts(classes, std::vector<std::size_t>(classes));
        for (std::size_t i = 0; i < set.size(); ++i)
            ++counts[(*truth)[static_cast<std::size_t>(set.labels[i])]][given[i]];
        facts.truth.emplace(truth->begin(), truth->end());
        facts.confusion = std::move(counts);
    }
    return facts;
}

}  // namespace telltale::workspace
