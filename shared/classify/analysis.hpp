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
#include "classify/features.hpp"
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
    /// its beats are prepared all together with the first batch.
    [[nodiscard]] std::optional<Batch> next_batch(std::size_t max_beats);
    /// The network's output for the last batch, [batch.beats, classes] row-major. An error if the
    /// size is wrong or a value is not finite; the batch can then be asked for again. `embedding`
    /// is the card's second output for the batch, [batch.beats, embedding_length], where it has
    /// one; a caller that has no use for embeddings() may leave it out.
    [[nodiscard]] Result<void> accept(std::span<const float> output,
                                      std::span<const float> embedding = {});

    [[nodiscard]] Progress progress() const;
    /// The beats found so far, in time order; the views stay valid until the next accept().
    [[nodiscard]] std::vector<ClassifiedBeat> beats() const;
    /// Of the beats classified so far, row-major: the network's output, [beats, classes], and what
    /// its last layer judged by, [beats, card().output.embedding_length]: empty where the card has
    /// none or the caller left it out.
    [[nodiscard]] std::span<const float> outputs() const { return outputs_; }
    [[nodiscard]] std::span<const float> embeddings() const { return embeddings_; }
    /// Beats per class, in the card's order.
    [[nodiscard]] std::vector<std::size_t> counts() const;
    /// What the reader of the results should know: another lead taken than the card prefers,
    /// samples filled in.
    [[nodiscard]] std::vector<std::string> warnings() const;
    /// The lead that beats are classified on, and marked on while it shows them.
    [[nodiscard]] std::size_t lead() const { return lead_; }
    /// The leads that beats are looked for on, that one first; none where beats were given.
    [[nodiscard]] const std::vector<std::size_t>& searched_leads() const { return searched_leads_; }
    /// The leads that beats are classified on, lead() first.
    [[nodiscard]] const std::vector<std::size_t>& read_leads() const { return read_leads_; }
    [[nodiscard]] const Card& card() const { return card_; }

private:
    Analysis() = default;
    [[nodiscard]] std::span<const float> samples() const {
        return recording_->leads[lead_].samples;
    }
    void choose_read_leads(bool one_lead);
    [[nodiscard]] std::vector<std::span<const float>> searched(std::size_t first,
                                                               std::size_t count) const;
    void take_detected();
    void find_pacing();
    void prepare_beats();
    void fill_batch(std::size_t max_beats);

    const Recording* recording_ = nullptr;
    Card card_;
    std::size_t lead_ = 0;
    std::vector<std::string> warnings_;

    std::optional<beats::Detector> detector_;  // none once all beats are known
    std::vector<std::size_t> searched_leads_, read_leads_;
    std::size_t searched_ = 0;  // samples that the detector has seen
    beats::DetectorOptions detector_options_;

    std::vector<std::int64_t> positions_;
    std::vector<float> confidences_;
    std::vector<bool> paced_;  // once all beats are known
    std::size_t spikes_ = 0;   // marks that lay on a pacemaker's spike and are gone
    // Of the beats classified so far; probabilities_ has a row of classes for each.
    std::vector<int> labels_;
    std::vector<float> probabilities_, outputs_, embeddings_;
    std::vector<bool> filled_;

    // Sequence models: all beats on each lead that is read, until the last one is named, and
    // whether samples of theirs were filled in.
    std::vector<PreparedBeats> prepared_;
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
