#include "classify/beat_rows.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "classify/probabilities.hpp"

namespace telltale::classify {

Result<BeatRows> BeatRows::open(const formats::BeatSet& set, const Card& card) {
    const InputCard& input = card.input;
    std::int64_t values = 1;
    for (std::size_t i = 1; i < input.shape.size(); ++i) values *= input.shape[i];
    if (input.kind != InputKind::window || set.width != input.length ||
        values != static_cast<std::int64_t>(set.width))
        return fail(set.name, "",
                    input.kind == InputKind::window
                        ? std::format("its beats have {} values, the model {} takes {}", set.width,
                                      card.name, values)
                        : std::format("its beats are cut out already, the model {} takes whole "
                                      "recordings",
                                      card.name));
    if (std::ranges::any_of(set.values, [](float v) { return !std::isfinite(v); }))
        return fail(set.name, "", "values are missing; a model needs all of a beat");
    BeatRows rows;
    rows.set_ = &set;
    rows.card_ = &card;
    rows.shape_ = input.shape;
    return rows;
}

std::optional<Batch> BeatRows::next_batch(std::size_t max_beats) {
    const std::size_t first = given_.size();
    handed_out_ = std::min(max_beats, set_->size() - first);
    if (handed_out_ == 0) return std::nullopt;
    shape_[0] = static_cast<std::int64_t>(handed_out_);
    Batch batch;
    batch.inputs.push_back(
        {card_->input.name, shape_,
         std::span(set_->values).subspan(first * set_->width, handed_out_ * set_->width)});
    batch.beats = batch.kept = handed_out_;
    return batch;
}

Result<void> BeatRows::accept(std::span<const float> output) {
    const std::size_t classes = card_->classes.size();
    if (handed_out_ == 0 || output.size() != handed_out_ * classes)
        return fail(set_->name, "",
                    std::format("the network gave {} values, expected {} for each of {} beats",
                                output.size(), classes, handed_out_));
    for (std::size_t i = 0; i < handed_out_; ++i) {
        const auto row = output.subspan(i * classes, classes);
        given_.push_back(static_cast<std::size_t>(std::ranges::max_element(row) - row.begin()));
        probabilities_.resize(probabilities_.size() + classes);
        to_probabilities(card_->output, row, std::span(probabilities_).last(classes));
    }
    handed_out_ = 0;
    return {};
}

std::optional<std::vector<std::size_t>> classes_of_labels(const formats::BeatSet& set,
                                                          std::span<const std::string> classes) {
    std::vector<std::size_t> by_name, by_number;
    std::size_t lowest = classes.size(), highest = 0;
    for (const std::string& label : set.label_names) {
        const auto at = std::ranges::find(classes, label);
        if (at != classes.end()) by_name.push_back(static_cast<std::size_t>(at - classes.begin()));
        const bool digits = !label.empty() && label.size() < 4 &&
                            label.find_first_not_of("0123456789") == std::string::npos;
        if (!digits) continue;
        std::size_t value = 0;
        for (const char c : label) value = 10 * value + static_cast<std::size_t>(c - '0');
        by_number.push_back(value);
        lowest = std::min(lowest, value);
        highest = std::max(highest, value);
    }
    if (by_name.size() == set.label_names.size()) return by_name;
    const std::size_t from = lowest > 0 && highest == classes.size() ? 1 : 0;
    if (by_number.size() != set.label_names.size() || highest >= classes.size() + from)
        return std::nullopt;
    for (std::size_t& number : by_number) number -= from;
    return by_number;
}

}  // namespace telltale::classify
