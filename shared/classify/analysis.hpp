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
    /// Lead to find beats and classify on, by name. Empty: beats are found on all ECG leads, and
    /// classified on the one that the card prefers.
    std::string lead;
    /// Where the beats are, instead of detecting them (evaluation on annotated beats). They are
    /// put in time order; those outside the recording are left out.
    std::optional<std::vector<beats::Beat>> given_beats;
    beats::DetectorOptions detector;
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
    std::size_t beats = 0;  ///< Rows of output that accept() expects: beats and their context.
    std::size_t first = 0;  ///< Of these rows, those from `first` on...
    std::size_t kept = 0;   ///< ...are the beats that the batch classifies.
};

struct ClassifiedBeat {
    std::int64_t sample = 0;  ///< R peak, at the recording's sampling rate.
    float detection_confidence = 1.0F;
    int label = -1;                        ///< Index into the card's classes; -1 until classified.
    bool filled = false;                   ///< The recording lacked samples of its window.
    bool doubtful = false;                 ///< By the card's rule, or because it is filled.
    bool paced = false;                    ///< A pacemaker's (pacing.hpp), whatever the label says.
    std::span<const float> probabilities;  ///< One a class; empty until classified.
};

struct Progress {
    double detection = 0;       ///< 0 to 1
    double classification = 0;  ///< 0 to 1
};

class Analysis {
public:
    /// `recording` must outlive the analysis. An error if the recording lacks what is needed
    /// (samples, a sampling rate from 50 to 10 000 Hz, the lead asked for) or the card is not one
    /// that parse_card would give.
    [[nodiscard]] static Result<Analysis> open(const Recording& recording, Card card,
                                               AnalysisOptions options = {});

    /// Detects beats in the next stretch (well under a second of computing); true when done.
    [[nodiscard]] bool detect_some();
    /// The next beats to classify, at most `max_beats`; nothing when all are done. The same ones
    /// again if they were not accepted. Ends the detection first if that is still to do.
    /// Windows are cut when asked for: memory is one batch. A sequence model's batch is one piece
    /// of the recording, [1, beats, features], as long as its card says whatever `max_beats` is;
    /// its features are made for all beats with the first batch.
    [[nodiscard]] std::optional<Batch> next_batch(std::size_t max_beats);
    /// The network's output for the last batch, [batch.beats, classes] row-major. An error if the
    /// size is wrong or a value is not finite; the batch can then be asked for again.
    [[nodiscard]] Result<void> accept(std::span<const float> output);

    [[nodiscard]] Progress progress() const;
    /// The beats found so far, in time order; the views stay valid until the next accept().
    [[nodiscard]] std::vector<ClassifiedBeat> beats() const;
    /// Beats per class, in the card's order.
    [[nodiscard]] std::vector<std::size_t> counts() const;
    /// What the reader of the results should know: another lead taken than the card prefers,
    /// samples filled in.
    [[nodiscard]] std::vector<std::string> warnings() const;
    /// The lead that beats are classified on, and marked on while it shows them.
    [[nodiscard]] std::size_t lead() const { return lead_; }
    /// The leads that beats are looked for on, that one first; none where beats were given.
    [[nodiscard]] const std::vector<std::size_t>& searched_leads() const { return searched_leads_; }
    [[nodiscard]] const Card& card() const { return card_; }

private:
    Analysis() = default;
    [[nodiscard]] std::span<const float> samples() const {
        return recording_->leads[lead_].samples;
    }
    void take_detected();
    void find_pacing();
    void prepare_features();
    void fill_batch(std::size_t max_beats);

    const Recording* recording_ = nullptr;
    Card card_;
    std::size_t lead_ = 0;
    std::vector<std::string> warnings_;

    std::optional<beats::Detector> detector_;  // none once all beats are known
    std::vector<std::size_t> searched_leads_;
    std::size_t searched_ = 0;  // samples that the detector has seen

    std::vector<std::int64_t> positions_;
    std::vector<float> confidences_;
    std::vector<bool> paced_;  // once all beats are known
    std::size_t spikes_ = 0;   // marks that lay on a pacemaker's spike and are gone
    // Of the beats classified so far; probabilities_ has a row of classes for each.
    std::vector<int> labels_;
    std::vector<float> probabilities_;
    std::vector<bool> filled_;

    // Sequence models: features of all beats, once made, and whether samples were filled in.
    bool prepared_ = false;
    std::vector<float> features_;
    std::vector<bool> features_filled_;

    // The batch that is out: rows in all, and those that are kept.
    std::size_t batch_beats_ = 0;
    std::size_t batch_first_ = 0;
    std::size_t batch_kept_ = 0;
    std::vector<bool> batch_filled_;
    std::vector<float> batch_data_;
    std::vector<std::int64_t> batch_shape_;
};

}  // namespace telltale::classify
