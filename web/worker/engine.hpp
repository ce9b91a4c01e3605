// What the page's worker asks of the core, in plain C++: open files, choose a recording, step an
// analysis, hand out levels of detail, samples, beats and exports. One Engine serves one page.
// It knows nothing of JavaScript; bindings.cpp is the thin layer that does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/analysis.hpp"
#include "classify/beat_rows.hpp"
#include "classify/card.hpp"
#include "classify/explain.hpp"
#include "edits.hpp"
#include "formats/large.hpp"
#include "recording/recording.hpp"
#include "report/findings.hpp"
#include "signal/pyramid.hpp"
#include "signal/quality.hpp"

namespace telltale::page {

/// Beats as the window takes them: plain arrays, one entry a beat.
struct BeatArrays {
    std::vector<double> sample;          ///< R peak, samples of the recording.
    std::vector<std::uint8_t> label;     ///< Index into Engine::labels(); 255: not classified yet.
    std::vector<float> probabilities;    ///< [beats, classes] row-major; 0 where not classified.
    std::vector<std::uint8_t> person;    ///< 1 where the label, or the beat, is a person's word.
    std::vector<std::uint8_t> doubtful;  ///< 1 where the model's card calls its answer doubtful.
};

/// Reference beats: only annotations that are beats, with their AAMI class 0..4 = N S V F Q.
struct ReferenceArrays {
    std::vector<double> sample;
    std::vector<std::uint8_t> aami;
};

/// All members of a cluster drawn over each other on the classified lead: how many of them pass
/// through each cell of a picture.
struct ClusterDensity {
    std::size_t columns = 0, rows = 0;  ///< Rows from the top.
    float low = 0, high = 0;            ///< mV around each member's median, bottom and top.
    double first_s = 0, last_s = 0;     ///< Left and right edge, seconds from the mark.
    std::vector<float> counts;          ///< [rows, columns]
};

class Engine {
public:
    // --- files ---------------------------------------------------------------------------------
    /// Room for a file of that many bytes, to be filled before open_files(). Null if there is not
    /// enough memory, and for an empty file.
    [[nodiscard]] std::byte* add_file(std::string name, std::size_t bytes);
    /// A large file that stays where it is: it is read in pieces by read_some().
    void add_source(std::string name, std::shared_ptr<formats::ByteSource> source);
    /// Drops what was added and not yet opened.
    void forget_files();
    /// Reads one more piece of the large files; true when there are no more. open_files() comes
    /// after it.
    [[nodiscard]] bool read_some(double sampling_rate = 0);
    /// From 0 to 1.
    [[nodiscard]] double read_progress() const;
    /// Reads what was added and frees its bytes. The recordings found wait for choose(); what is
    /// in use stays until then.
    struct Opened {
        /// What there is to choose from.
        struct Entry {
            std::string name, leads;  ///< leads: "MLII, V1"
            double seconds = 0;
            bool has_reference = false;
        };
        std::vector<Entry> recordings;
        /// Sets of beats that are cut out already, for choose_set().
        struct Set {
            std::string name;
            std::size_t beats = 0;
        };
        std::vector<Set> beat_sets;
        std::vector<Error> errors;
        /// A file could be read if its sampling rate were known.
        bool needs_sampling_rate = false;
    };
    /// `sampling_rate` in Hz is for files that do not tell theirs; 0 where nobody said.
    Opened open_files(double sampling_rate = 0);
    /// Takes a recording of the last open_files() into use; false if there is no such one. The
    /// others stay and can be chosen later.
    [[nodiscard]] bool choose(std::size_t index);
    /// Takes a synthetic recording into use: the same samples everywhere.
    void use_synthetic(double seconds);

    // --- the recording in use ------------------------------------------------------------------
    [[nodiscard]] const Recording* recording() const { return recording_; }
    /// The window's "recording" message as JSON, without "samples"; empty if none is in use.
    [[nodiscard]] std::string recording_json() const;
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
    /// The window's "model" message as JSON; "lead" is the one that is classified.
    [[nodiscard]] std::string model_json() const;

    /// Starts on the recording in use, with the model in use. An empty lead name follows the
    /// card. Beats that were found before on the same lead are not looked for again.
    [[nodiscard]] Result<void> start(const std::string& lead);
    /// A slice of detection; true when done.
    [[nodiscard]] bool detect_some();
    [[nodiscard]] std::optional<classify::Batch> next_batch(std::size_t max_beats);
    [[nodiscard]] Result<void> accept(std::span<const float> output);
    [[nodiscard]] classify::Progress progress() const;
    [[nodiscard]] BeatArrays beats() const;
    /// What the reader of the results should know.
    [[nodiscard]] std::vector<std::string> warnings() const;
    /// The window's "summary" message as JSON, without "seconds"; counts are one a label.
    [[nodiscard]] std::string summary_json() const;

    // --- sets of beats -------------------------------------------------------------------------
    /// Takes a set of the last open_files() into use; false if there is no such one. A recording in
    /// use stays.
    [[nodiscard]] bool choose_set(std::size_t index);
    /// Starts naming its beats with that model, which need not be the one of the recordings. An
    /// error if it takes no such beats.
    [[nodiscard]] Result<void> start_set(std::span<const std::byte> onnx, std::string_view file);
    [[nodiscard]] const std::optional<classify::Card>& set_card() const { return set_card_; }
    /// How much that model is worth on beats of patients it has never seen, by its card: the
    /// larger, the better; below 0 where the card has no such figure.
    [[nodiscard]] double set_model_worth() const;
    [[nodiscard]] std::optional<classify::Batch> next_set_batch(std::size_t max_beats);
    [[nodiscard]] Result<void> accept_set(std::span<const float> output);
    /// As JSON: {"name","width","label_names","labels","warnings"} and, once they are named,
    /// {"model","classes","given","best","truth","confusion"}, where best is each beat's largest
    /// probability and confusion counts [label's class][given class]; null where the labels are no
    /// classes of the model. Empty if no set is in use.
    [[nodiscard]] std::string beat_set_json() const;
    /// The values of all beats, row after row.
    [[nodiscard]] std::span<const float> beat_set_values() const;

    // --- what it means -------------------------------------------------------------------------
    // Each is a message of the window as JSON, empty where there is nothing to say. All of it is
    // about the beats as beats() gives them, a person's changes included.
    /// Judges the signal of one more lead; true when that of all is known.
    [[nodiscard]] bool assess_some();
    /// "quality": poor and unreadable stretches; looked for once a recording.
    [[nodiscard]] std::string quality_json();
    /// Works out the rhythm and groups the beats by shape, for the messages that follow: first the
    /// one, then the other.
    [[nodiscard]] Result<void> find();
    [[nodiscard]] Result<void> find_rhythm();
    /// False where the groups stay as they are: no beat has come, gone or moved since.
    [[nodiscard]] Result<bool> find_clusters();
    /// "rhythm": heart rate, pauses, ectopy, variability, hours, events.
    [[nodiscard]] std::string rhythm_json() const;
    /// "clusters": the beats grouped by shape.
    [[nodiscard]] std::string clusters_json() const;
    /// "comparison": against the recording's reference annotations.
    [[nodiscard]] std::string comparison_json() const;
    /// The clusters' members overlaid.
    [[nodiscard]] std::size_t cluster_count() const {
        return findings_ ? findings_->clusters.clusters.size() : 0;
    }
    [[nodiscard]] ClusterDensity cluster_density(std::size_t cluster) const;

    // --- review --------------------------------------------------------------------------------
    /// A change by a person, as one of
    ///     {"action":"relabel","beats":[3,4],"class":"V"}
    ///     {"action":"relabel_cluster","cluster":0,"class":"V"}
    ///     {"action":"add","sample":1234,"class":"N","snap":1} {"action":"remove","beats":[3]}
    ///     {"action":"move","beat":3,"sample":1240}       {"action":"notes","text":"..."}
    ///     {"action":"beat_note","beat":3,"text":"..."}
    ///     {"action":"undo"} {"action":"redo"}
    /// where beats are indices of beats(), and snap puts the beat on the largest deflection within
    /// 60 ms on the classified lead. An error says what is wrong with it.
    [[nodiscard]] Result<void> edit(std::string_view json);
    /// The window's "edits" message: how many, the notes, what could be undone and done again.
    [[nodiscard]] std::string edits_json() const;
    /// What tells this recording from others: 16 hex digits made from its samples.
    [[nodiscard]] const std::string& fingerprint();
    /// The review as a session file: fingerprint, recording, model and its version, changes, notes.
    [[nodiscard]] std::string session_json();
    /// Takes over a session file's review. An error names `file`: it is none, or belongs to another
    /// recording.
    [[nodiscard]] Result<void> open_session(std::string_view json, std::string_view file);

    // --- conversion ----------------------------------------------------------------------------
    /// What the recording's file says, as JSON (recording_json.hpp); empty if none is in use.
    [[nodiscard]] std::string info_json() const;
    /// The recording in another format: "wfdb", "edf" or "signals" (conversion.hpp).
    [[nodiscard]] Result<std::vector<std::byte>> convert(std::string_view kind) const;

    // --- a second opinion ----------------------------------------------------------------------
    /// Another model on the beats as they are now, beside the first: it changes nothing.
    [[nodiscard]] Result<void> use_second(std::span<const std::byte> onnx, std::string_view file);
    void drop_second() { second_.reset(); }
    [[nodiscard]] const classify::Card* second_card() const {
        return second_ ? &second_->card() : nullptr;
    }
    [[nodiscard]] std::optional<classify::Batch> next_second_batch(std::size_t max_beats);
    [[nodiscard]] Result<void> accept_second(std::span<const float> output);
    /// The window's "second" message: what the other model calls each beat; and, against the
    /// reference, what it has right.
    [[nodiscard]] std::string second_json() const;

    // --- why this class ------------------------------------------------------------------------
    /// What the network is to be run on to explain a beat of beats(); an error where there is none.
    [[nodiscard]] Result<classify::Batch> explain(std::size_t beat);
    /// The window's "explanation" message, from the network's output.
    [[nodiscard]] Result<std::string> explained(std::span<const float> output);

    // --- exports -------------------------------------------------------------------------------
    /// "csv", "json", "atr", "edf" (the signal with the beats as annotations), "session", or "html"
    /// once find() has run; nothing for other kinds or when there is nothing to export. The report
    /// shows strips of `strips`, in samples, or of the gravest events where there are none.
    [[nodiscard]] std::optional<std::vector<std::byte>> export_as(
        std::string_view kind, std::span<const std::int64_t> strips = {});

private:
    struct File {
        std::string name;
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };
    struct Source {
        std::string name;
        std::shared_ptr<formats::ByteSource> source;
    };
    // What LargeReader looks at while it reads.
    struct Reading {
        std::vector<formats::NamedBytes> files;
        std::vector<formats::NamedSource> large;
        std::unique_ptr<formats::LargeReader> reader;
    };
    void begin_reading(double sampling_rate);
    struct Detected {
        std::size_t lead = 0;
        std::vector<beats::Beat> beats;
    };
    void use(const Recording* recording);
    /// What reports are made from. `input` looks at `beats`: it may be moved, not copied.
    struct Report {
        std::vector<report::Beat> beats;
        report::Input input;
    };
    [[nodiscard]] Report report() const;
    [[nodiscard]] std::vector<Edits::Beat> reviewed() const;
    [[nodiscard]] std::int64_t largest_near(std::int64_t sample) const;
    /// The "roc" of comparison_json(): one curve a class of the model that the reference knows.
    [[nodiscard]] nlohmann::ordered_json roc_json(const report::Input& input) const;

    std::vector<File> files_;
    std::vector<Source> sources_;
    std::optional<Reading> reading_;
    std::vector<Recording> found_;             // by the last open_files(), until the first choose()
    std::vector<formats::BeatSet> beat_sets_;  // by the last open_files()
    std::optional<std::size_t> set_;           // in use
    std::optional<classify::Card> set_card_;
    std::optional<classify::BeatRows> rows_;
    std::vector<Recording> recordings_;  // to choose from; recording_ points into it
    Recording synthetic_;
    const Recording* recording_ = nullptr;
    std::vector<std::optional<signal::Pyramid>> pyramids_;  // one a lead
    std::optional<classify::Card> card_;
    std::vector<std::string> labels_;
    std::optional<classify::Analysis> analysis_;
    std::optional<Detected> detected_;
    std::vector<std::vector<signal::PoorStretch>> assessed_;  // leads judged so far
    std::optional<signal::RecordingQuality> quality_;
    std::optional<report::Findings> findings_;
    std::vector<std::int64_t> clustered_;  // samples of the beats that the clusters are about
    std::optional<classify::Analysis> second_;
    std::optional<classify::Explainer> explainer_;
    std::vector<std::int64_t> explained_;  // samples of the beats that explainer_ knows
    Edits edits_;
    std::string fingerprint_;  // empty until asked for
};

}  // namespace telltale::page
