#include "workspace/trial.hpp"

#include <cmath>
#include <format>

#include "beats/detector.hpp"
#include "classify/probabilities.hpp"
#include "rhythm/rhythm_analysis.hpp"
#include "synth/synth.hpp"

namespace telltale::workspace {
namespace {

constexpr double beats_s = 12, rhythm_s = 30;
constexpr std::size_t most_beats = 256;

}  // namespace

Result<Trial> Trial::open(std::span<const std::byte> onnx, std::string_view file) {
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    Trial trial;
    const bool beats = classify::names_beats(*card);
    const Recording recording =
        synth::make({.duration_s = beats ? beats_s : rhythm_s, .pvc_share = 0.2});
    if (beats) {
        auto analysis = classify::Analysis::open(recording, *card, {});
        if (!analysis) return std::unexpected(analysis.error());
        const auto batch = analysis->next_batch(most_beats);
        if (!batch) return fail("", "", "the self-test recording gave no beats");
        trial.keep(*batch);
    } else {
        auto found = beats::detect(recording);
        if (!found) return std::unexpected(found.error());
        auto analysis = rhythm::RhythmAnalysis::open(recording, *card, std::move(*found));
        if (!analysis) return std::unexpected(analysis.error());
        const auto batch = analysis->next_batch();
        if (!batch) return fail("", "", "the self-test recording gave no seconds");
        trial.keep(*batch);
    }
    trial.card_ = std::move(*card);
    return trial;
}

void Trial::keep(const classify::Batch& batch) {
    for (const classify::TensorView& input : batch.inputs)
        inputs_.push_back({std::string(input.name),
                           {input.shape.begin(), input.shape.end()},
                           {input.data.begin(), input.data.end()}});
    rows_ = batch.beats;
    first_ = batch.first;
    kept_ = batch.kept;
}

classify::Batch Trial::batch() const {
    classify::Batch batch{.inputs = {}, .beats = rows_, .first = first_, .kept = kept_};
    for (const Input& input : inputs_)
        batch.inputs.push_back({input.name, input.shape, input.values});
    return batch;
}

Result<std::vector<float>> Trial::probabilities(std::span<const float> output) const {
    const std::size_t classes = card_.classes.size();
    if (output.size() != rows_ * classes)
        return fail(
            "", "",
            std::format("the network gave {} values for {} {}, expected {}", output.size(), rows_,
                        classify::names_beats(card_) ? "beats" : "seconds", rows_ * classes));
    for (const float value : output)
        if (!std::isfinite(value))
            return fail("", "", "the network gave a value that is no number");
    std::vector<float> probabilities(output.size());
    for (std::size_t row = 0; row < rows_; ++row)
        classify::to_probabilities(card_.output, output.subspan(row * classes, classes),
                                   std::span(probabilities).subspan(row * classes, classes));
    return probabilities;
}

}  // namespace telltale::workspace
