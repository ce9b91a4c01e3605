// The analysis stepper: one recording through one model. The caller runs the network (ONNX
// Runtime natively, ONNX Runtime Web in the browser) between next_batch() and accept().
//
//     auto analysis = Analysis::open(recording, card, options);
//     while (!analysis->detect_some()) report(analysis->progress());
//     while (auto batch = analysis->next_batch(512)) analysis->accept(run(*batch));
//     for (const ClassifiedBeat& beat : analysis->beats()) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "beats/detector.hpp"
#include "classify/card.hpp"
#include "recording/recording.hpp"

namespace telltale::classify {

struct AnalysisOptions {
    std::string lead;  ///< Lead to classify on, by name; empty follows the card.
    /// Where the beats are, instead of detecting them (evaluation on annotated beats).
    std::optional<std::vector<beats::Beat>> given_beats;
};

/// One input tensor of the network, row-major float32.
struct TensorView {
    std::string_view name;
    std::span<const std::int64_t> shape;  ///< With the true batch size.
    std::span<const float> data;
};

/// What the network is to be run on. The views stay valid until accept().
struct Batch {
    std::vector<TensorView> inputs;
    std::size_t beats = 0;
};

struct ClassifiedBeat {
    std::int64_t sample = 0;       ///< R peak, at the recording's sampling rate.
    float detection_confidence = 1.0F;
    int label = -1;                ///< Index into the card's classes; -1 until classified.
    std::span<const float> probabilities;  ///< One a class; empty until classified.
};

struct Progress {
    double detection = 0;       ///< 0 to 1
    double classification = 0;  ///< 0 to 1
};

class Analysis {
public:
    /// `recording` must outlive the analysis. An error if the card asks for what the recording
    /// cannot give (no sampling rate, no such lead).
    [[nodiscard]] static Result<Analysis> open(const Recording& recording, Card card,
                                               AnalysisOptions options = {});

    /// Detects beats in the next stretch (some seconds of computing at most); true when done.
    [[nodiscard]] bool detect_some();
    /// The next beats to classify, at most `max_beats`; nothing when all are done.
    /// Windows are cut when asked for: memory is one batch.
    [[nodiscard]] std::optional<Batch> next_batch(std::size_t max_beats);
    /// The network's output for the last batch, [beats, classes] row-major. An error if the size
    /// is wrong or a value is not finite; the batch can then be asked for again.
    [[nodiscard]] Result<void> accept(std::span<const float> output);

    [[nodiscard]] Progress progress() const;
    [[nodiscard]] std::vector<ClassifiedBeat> beats() const;
    /// Beats per class, in the card's order.
    [[nodiscard]] std::vector<std::size_t> counts() const;
    [[nodiscard]] std::size_t lead() const { return lead_; }
    [[nodiscard]] const Card& card() const { return card_; }

private:
    Analysis() = default;
    const Recording* recording_ = nullptr;
    Card card_;
    std::size_t lead_ = 0;
    // The rest is the implementer's.
};

}  // namespace telltale::classify
