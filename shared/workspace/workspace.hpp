// One person's work on recordings: open files, choose a recording, step an analysis, review its
// beats, hand out levels of detail, samples, beats, findings and exports. The front door of
// shared/workspace, and the end of the way of the data.
//
// What belongs to one recording goes with it. What is worked out from the beats is valid as long as
// these are what they were (AnalysisRun::revision(), Edits::revision()): nothing here joins the
// beats of one analysis with what was found in those of another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/analysis.hpp"
#include "classify/card.hpp"
#include "classify/explain.hpp"
#include "messages/findings.hpp"
#include "messages/intervals.hpp"
#include "messages/model.hpp"
#include "messages/notices.hpp"
#include "messages/recording.hpp"
#include "messages/review.hpp"
#include "morphology/clusters.hpp"
#include "morphology/density.hpp"
#include "recording/recording.hpp"
#include "report/gaps.hpp"
#include "report/report.hpp"
#include "rhythm/episodes.hpp"
#include "rhythm/known.hpp"
#include "rhythm/rhythm.hpp"
#include "rhythm/rhythm_analysis.hpp"
#include "signal/pyramid.hpp"
#include "signal/quality.hpp"
#include "waves/wave_analysis.hpp"
#include "workspace/analysis_run.hpp"
#include "workspace/assistant.hpp"
#include "workspace/beat_set_naming.hpp"
#include "workspace/derived.hpp"
#include "workspace/edits.hpp"
#include "workspace/intake.hpp"
#include "workspace/steps.hpp"

namespace telltale::workspace {

class Workspace {
public:
    // --- files ---------------------------------------------------------------------------------
    /// What a person hands over; open_files() reads it.
    [[nodiscard]] Intake& intake() { return intake_; }
    [[nodiscard]] const Intake& intake() const { return intake_; }
    /// Reads what was added. The recordings found wait for choose(); what is in use stays until
    /// then. `sampling_rate` in Hz is for files that do not tell theirs; 0 where nobody said.
    Opened open_files(double sampling_rate = 0);
    /// Takes a recording of the last open_files() into use; false if there is no such one. The
    /// others stay and can be chosen later.
    [[nodiscard]] bool choose(std::size_t index);
    /// Takes a recording into use that outlives its use here.
    void use_recording(const Recording& recording) { use(&recording); }
    /// Takes a synthetic recording into use: the same samples everywhere.
    void use_synthetic(double seconds);

    // --- the recording in use ------------------------------------------------------------------
    [[nodiscard]] const Recording* recording() const { return work_.recording; }
    /// Of the recording in use; there is one.
    [[nodiscard]] messages::RecordingInfo recording_info() const;
    [[nodiscard]] messages::RecordingFacts facts() const;
    /// Levels of detail of a lead, finest first; built when first asked for.
    [[nodiscard]] const signal::Pyramid& pyramid(std::size_t lead);
    /// Samples of a lead in mV; the range is cut to what there is.
    [[nodiscard]] std::span<const float> samples(std::size_t lead, double first,
                                                 double count) const;
    [[nodiscard]] ReferenceArrays reference() const;

    // --- model and analysis --------------------------------------------------------------------
    /// Takes the card of an ONNX file into use. An analysis under way is dropped.
    [[nodiscard]] Result<void> use_model(std::span<const std::byte> onnx, std::string_view file);
    [[nodiscard]] const std::optional<classify::Card>& card() const { return card_; }
    /// What a beat can be called: the model's classes, then those of AAMI (N S V F Q) that the
    /// model does not know and a person may give all the same.
    [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }
    /// Of the model in use; there is one.
    [[nodiscard]] messages::ModelInfo model_info() const;

    /// Starts on the recording in use, with the model in use. An empty lead name follows the
    /// card. Beats that were found before on the same lead are not looked for again.
    [[nodiscard]] Result<void> start(const std::string& lead);
    /// The steps of the analysis.
    [[nodiscard]] AnalysisRun& run() { return work_.run; }
    [[nodiscard]] const AnalysisRun& run() const { return work_.run; }
    [[nodiscard]] classify::Progress progress() const;
    [[nodiscard]] BeatArrays beats() const;
    /// What the reader of the results should know.
    [[nodiscard]] std::vector<std::string> warnings() const;
    /// Without `seconds`.
    [[nodiscard]] messages::SummaryInfo summary_info() const;

    // --- sets of beats -------------------------------------------------------------------------
    /// Takes a set of the last open_files() into use; false if there is no such one. A recording in
    /// use stays.
    [[nodiscard]] bool choose_set(std::size_t index);
    [[nodiscard]] BeatSetNaming& beat_set() { return beat_set_; }
    [[nodiscard]] const BeatSetNaming& beat_set() const { return beat_set_; }

    // --- which rhythm holds when ---------------------------------------------------------------
    // A network of its own says it of each second, once for the beats that the analysis found. What
    // it said stays while these do; with the beats as they are named, and as a person changes
    // them, it becomes the course that the findings below tell. Until then they say nothing of it.
    /// Begins with the rhythm model of an ONNX file. What was said of these beats before stays
    /// said: next_rhythm_batch() has nothing then. An error while beats are still to be found or
    /// named, where no lead can be judged, or where the file holds no rhythm model.
    [[nodiscard]] Result<void> start_rhythm(std::span<const std::byte> onnx, std::string_view file);
    /// Nothing when all is said.
    [[nodiscard]] std::optional<classify::Batch> next_rhythm_batch();
    [[nodiscard]] Result<void> accept_rhythm(std::span<const float> output);
    /// Null where no rhythm model is being asked.
    [[nodiscard]] const classify::Card* rhythm_card() const {
        return work_.asking ? &work_.asking->card() : nullptr;
    }
    /// From 0 to 1.
    [[nodiscard]] double rhythm_progress() const {
        return work_.asking ? work_.asking->progress() : 1;
    }
    /// Null where it is not known for the beats as they are.
    [[nodiscard]] const rhythm::RhythmCourse* course() const;

    // --- where P, QRS and T are ----------------------------------------------------------------
    // A network of its own marks them, once for the beats that the analysis found. What it marked
    // stays while these do; the intervals are those of the beats as they are named now.
    /// Begins with the wave model of an ONNX file. What was marked of these beats before stays:
    /// next_wave_batch() has nothing then. Errors as start_rhythm().
    [[nodiscard]] Result<void> start_waves(std::span<const std::byte> onnx, std::string_view file);
    /// Nothing when all is marked.
    [[nodiscard]] std::optional<classify::Batch> next_wave_batch();
    [[nodiscard]] Result<void> accept_waves(std::span<const float> output);
    /// Null where no wave model is being asked.
    [[nodiscard]] const classify::Card* wave_card() const {
        return work_.measuring ? &work_.measuring->card() : nullptr;
    }
    /// From 0 to 1.
    [[nodiscard]] double wave_progress() const {
        return work_.measuring ? work_.measuring->progress() : 1;
    }
    /// Nothing where no waves are known of the beats as they were found.
    [[nodiscard]] std::optional<messages::WavesInfo> waves_info() const;
    [[nodiscard]] std::optional<messages::IntervalsInfo> intervals_info() const;

    // --- what it means -------------------------------------------------------------------------
    // Nothing where it is not known for the beats as they are now. All of it is about the beats as
    // beats() gives them, a person's changes included.
    /// Judges the signal of one more lead; true when that of all is known.
    [[nodiscard]] bool assess_some();
    [[nodiscard]] std::optional<messages::QualityInfo> quality_info() const;
    /// Null before all leads are judged.
    [[nodiscard]] const signal::RecordingQuality* quality() const {
        return work_.quality ? &*work_.quality : nullptr;
    }
    /// Works out the rhythm and groups the beats by shape, for the messages that follow. What is
    /// known is not worked out again. An error while beats are still to be found, or are named in
    /// part.
    [[nodiscard]] Result<void> find();
    [[nodiscard]] Result<void> find_rhythm();
    /// The rhythm as rhythm_info() tells it, but heart rate variability, which takes longer, is as
    /// it was known last. For the moment until find_rhythm().
    [[nodiscard]] Result<messages::RhythmInfo> rhythm_at_once();
    /// False where the groups stay as they are: no beat has come, gone or moved since.
    [[nodiscard]] Result<bool> find_clusters();
    [[nodiscard]] std::optional<messages::RhythmInfo> rhythm_info() const;
    [[nodiscard]] std::optional<messages::ClustersInfo> clusters_info() const;
    /// Against the recording's reference annotations; nothing where there are none.
    [[nodiscard]] std::optional<messages::ComparisonInfo> comparison_info() const;
    /// The clusters' members overlaid.
    [[nodiscard]] std::size_t cluster_count() const;
    [[nodiscard]] morphology::ClusterDensity cluster_density(std::size_t cluster) const;

    // --- review --------------------------------------------------------------------------------
    /// An error says what is wrong with the change; nothing is changed then.
    [[nodiscard]] Result<void> edit(const messages::Edit& edit);
    [[nodiscard]] messages::EditsInfo edits_info() const;
    /// Which beat to ask about next, and what each answer so far has moved. An error while beats
    /// are still to be found or named.
    [[nodiscard]] Result<messages::QuestionInfo> question_info() const;
    /// What tells this recording from others: 16 hex digits made from its samples.
    [[nodiscard]] const std::string& fingerprint();
    /// The review as a session file: fingerprint, recording, model and its version, changes, notes.
    [[nodiscard]] std::string session_json();
    /// Takes over a session file's review. An error names `file`: it is none, or belongs to another
    /// recording.
    [[nodiscard]] Result<void> open_session(std::string_view json, std::string_view file);
    /// The same, where the steps that can be undone stay: for changes from another place that are
    /// joined with those made here.
    [[nodiscard]] Result<void> adopt_session(std::string_view json, std::string_view file);
    /// Whether open_session() would take it; changes nothing.
    [[nodiscard]] Result<void> check_session(std::string_view json, std::string_view file);

    // --- a second opinion ----------------------------------------------------------------------
    /// Another model on the beats as they are now, beside the first: it changes nothing.
    [[nodiscard]] Result<void> use_second(std::span<const std::byte> onnx, std::string_view file);
    void drop_second() { work_.second.reset(); }
    [[nodiscard]] const classify::Card* second_card() const {
        return work_.second ? &work_.second->card() : nullptr;
    }
    [[nodiscard]] std::optional<classify::Batch> next_second_batch(std::size_t max_beats);
    [[nodiscard]] Result<void> accept_second(std::span<const float> output);
    /// Nothing where no second model is in use.
    [[nodiscard]] std::optional<messages::SecondInfo> second_info() const;

    // --- why this class ------------------------------------------------------------------------
    /// What the network is to be run on to explain a beat of beats(); an error where there is none.
    [[nodiscard]] Result<classify::Batch> explain(std::size_t beat);
    /// From the network's output.
    [[nodiscard]] Result<messages::ExplanationInfo> explained(std::span<const float> output);

    /// What reports are made from; `input` looks at `beats`. Good until the analysis changes.
    struct Report {
        std::vector<report::Beat> beats;
        report::Input input;

        Report() = default;
        Report(const Report& other) : beats(other.beats), input(other.input) {
            input.beats = beats;
        }
        Report(Report&&) = default;
        Report& operator=(Report&&) = default;
    };
    /// Of the recording in use, as its beats are now.
    [[nodiscard]] Report report() const { return now(); }

    // --- exports -------------------------------------------------------------------------------
    /// The recording as its file gave it, in another format: "wfdb", "edf" or "signals"
    /// (conversion.hpp).
    [[nodiscard]] Result<std::vector<std::byte>> convert(std::string_view kind) const;
    /// "csv", "json", "atr", "edf_beats" (the signal with these beats as its annotations), "waves"
    /// (P, QRS and T as WFDB annotations), "waves_csv",
    /// "session", or "html"; the error is a sentence for the person. What a report needs is worked
    /// out where it is not known. It shows strips of `strips`, in samples, or of the gravest events
    /// where there are none.
    [[nodiscard]] Result<std::vector<std::byte>> export_as(
        std::string_view kind, std::span<const std::int64_t> strips = {});

private:
    /// What the beats are: what was worked out from other ones is no longer valid.
    struct BeatsRevision {
        std::uint64_t run = 0, edits = 0;
        bool judged = false;    ///< Which rhythm holds when is known of them,
        bool measured = false;  ///< and where their waves are.
        bool operator==(const BeatsRevision&) const = default;
    };
    /// Of the beats that an explanation looks at: where they are, and of which start.
    struct Explained {
        std::uint64_t started = 0;
        std::vector<std::int64_t> samples;
        bool operator==(const Explained&) const = default;
    };
    /// The beats of the analysis with a person's changes laid over them.
    struct LaidOver {
        std::vector<Edits::Beat> beats;
        std::vector<std::int64_t> samples;
    };
    /// What intervals rest on: the waves, the beats that are conducted as usual, and where the
    /// atria flutter or fibrillate.
    struct Measured {
        std::uint64_t found = 0;
        std::vector<bool> normal;
        std::vector<Interval> no_p;
        bool operator==(const Measured&) const = default;
    };
    /// What a wave network marked.
    struct FoundWaves {
        std::string model, version;
        double measured_s = 0;  ///< Of the recording.
        std::vector<std::size_t> lead_indices;
        std::vector<waves::WaveMarks> leads;
        waves::WaveMarks joined;
        std::vector<std::int64_t> r_peaks;
    };
    /// All that belongs to the recording in use.
    struct Work {
        const Recording* recording = nullptr;
        std::vector<std::optional<signal::Pyramid>> pyramids;    // one a lead
        std::vector<std::vector<signal::PoorStretch>> assessed;  // leads judged so far
        std::optional<signal::RecordingQuality> quality;
        AnalysisRun run;
        Edits edits;
        std::optional<std::vector<Interval>> missing;  // seconds that no lead shows
        mutable Assistant assistant;
        // Made when asked for, and good as long as the beats are what they were.
        mutable Derived<std::vector<classify::ClassifiedBeat>, std::uint64_t> found;
        mutable Derived<std::vector<std::string>, std::uint64_t> warnings;
        mutable Derived<LaidOver, BeatsRevision> laid_over;
        mutable Derived<Report, BeatsRevision> now;
        mutable Derived<report::Gaps, std::vector<std::int64_t>> gaps;  // of the beats' samples
        mutable Derived<messages::IntervalsInfo, Measured> intervals;
        rhythm::Known known;
        std::optional<rhythm::RhythmAnalysis> asking;
        Derived<rhythm::RhythmAnswers, std::uint64_t> answers;        // of the beats as found
        Derived<std::vector<rhythm::Rhythm>, std::uint64_t> seconds;  // by these alone
        mutable Derived<rhythm::RhythmCourse, BeatsRevision> course;  // made when asked for
        Derived<rhythm::Summary, BeatsRevision> rhythm;
        std::optional<rhythm::Hrv> hrv;  // as it was known last
        std::optional<waves::WaveAnalysis> measuring;
        Derived<FoundWaves, std::uint64_t> waves;                           // of the beats as found
        Derived<morphology::Clusters, std::vector<std::int64_t>> clusters;  // of the beats' samples
        std::optional<classify::Analysis> second;
        Derived<classify::Explainer, Explained> explainer;
        std::string fingerprint;  // empty until asked for
    };
    void use(const Recording* recording);
    /// The answers to questions, about the beats of the analysis.
    [[nodiscard]] std::vector<classify::Answer> answers(std::span<const Edits::Beat> beats) const;
    /// The beats as the answers leave them; null where there are none, or beats are still to be
    /// named.
    [[nodiscard]] const classify::Adapted* adapted(std::span<const Edits::Beat> beats) const;
    /// Gives a beat of the analysis, that nobody named, what follows from the answers about others.
    void follow(const classify::Adapted& adapted, const classify::ClassifiedBeat& found,
                std::size_t source, report::Beat& beat) const;
    /// The beats, a person's changes over the analysis's; counts these in `review`.
    [[nodiscard]] std::vector<report::Beat> named(report::Review& review) const;
    /// report(), until the beats change.
    [[nodiscard]] const Report& now() const;
    [[nodiscard]] const std::vector<classify::ClassifiedBeat>& found_beats() const;
    [[nodiscard]] Result<rhythm::Summary> read_rhythm(const rhythm::Options& options);
    /// Around these beats, which are report::rhythm_beats(); the signal is judged.
    [[nodiscard]] report::Gaps gaps(std::span<const rhythm::Beat> beats) const;
    /// What a person says of stretches: their rhythms, and where nothing can be read.
    [[nodiscard]] std::vector<rhythm::RhythmEpisode> asserted() const;
    [[nodiscard]] std::vector<Interval> called_dark() const;
    /// Of the beats whose waves were measured; nothing before they are.
    [[nodiscard]] std::vector<rhythm::QrsWidth> qrs_widths() const;
    [[nodiscard]] Result<void> load_review(std::string_view json, std::string_view file,
                                           Edits::Steps steps, Edits& edits);
    /// Where the atria flutter or fibrillate there are no P waves, whatever looks like one.
    [[nodiscard]] std::vector<Interval> no_p() const;
    [[nodiscard]] waves::WaveMarks told_waves(const FoundWaves& found) const;
    [[nodiscard]] Result<std::vector<std::byte>> export_waves(bool csv) const;
    [[nodiscard]] const LaidOver& laid_over() const;
    [[nodiscard]] const std::vector<Edits::Beat>& reviewed() const { return laid_over().beats; }
    [[nodiscard]] const std::vector<std::int64_t>& marks() const { return laid_over().samples; }
    [[nodiscard]] BeatsRevision revision() const {
        return {work_.run.revision(), work_.edits.revision(),
                work_.answers.get(work_.run.found()) != nullptr && work_.quality.has_value(),
                work_.waves.get(work_.run.found()) != nullptr};
    }
    [[nodiscard]] Explained explained_now() const { return {work_.run.started(), marks()}; }
    /// Nothing while the beats are whole: all found, and all of them named or none.
    [[nodiscard]] Result<void> whole() const;

    Intake intake_;
    BeatSetNaming beat_set_;
    Recording synthetic_;
    std::optional<classify::Card> card_;
    std::vector<std::string> labels_;
    Work work_;
};

}  // namespace telltale::workspace
