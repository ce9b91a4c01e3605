// Results as files: beats as CSV, as JSON, and as WFDB annotations. The front door of
// shared/report. It knows no network and no detector; the caller fills in plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/review.hpp"
#include "recording/annotation.hpp"
#include "recording/recording.hpp"
#include "rhythm/rhythm.hpp"

namespace telltale::report {

/// A beat with what a model said of it.
struct Beat {
    std::int64_t sample = 0;               ///< R peak, at the recording's sampling rate.
    int label = -1;                        ///< Index into the classes; -1: found, not classified.
    std::span<const float> probabilities;  ///< One a class of the model, or empty.
    float confidence = 1;                  ///< Of the detection, 0 to 1.
    bool doubtful = false;                 ///< Whether the class is one to look at again.
    bool paced = false;                    ///< A pacemaker's: its class is Q (as_paced()).
    bool person = false;                   ///< The class, or the beat, is a person's word.
    bool follows = false;   ///< The class follows from a person's answers about others.
    std::string note = {};  ///< What a person remarked on it.
};

/// What a person has done to the beats of a model, counted against it.
struct Review {
    std::size_t renamed = 0;    ///< Beats that the model calls otherwise, or not at all.
    std::size_t added = 0;      ///< Beats that it does not have.
    std::size_t removed = 0;    ///< Beats of it that are gone. A beat moved far is one of each.
    std::size_t confirmed = 0;  ///< Beats of its class that a person looked at.
    std::size_t moved = 0;      ///< Beats that follow from answers about others, and change by it.
    std::size_t marked = 0;     ///< Stretches that a person called something.

    [[nodiscard]] std::size_t total() const {
        return renamed + added + removed + confirmed + moved + marked;
    }
};

/// "3 renamed, 1 added, 2 removed, 5 confirmed, 40 moved by answers, 2 marked stretches"; empty
/// where a person did nothing. The one way in which pages and files tell it.
[[nodiscard]] std::string in_words(const Review& review);

/// What a report is made from. Nothing here names a patient; the caller keeps it so.
struct Input {
    std::string recording;                ///< Name of the recording.
    double sampling_rate = 0;             ///< Hz
    std::optional<StartTime> start = {};  ///< When it began, where the file tells.
    std::int64_t samples = 0;             ///< Length of the recording, in samples of one lead.
    std::string lead;                     ///< The lead that was classified.
    std::string detector;                 ///< Name of the detector, with its version if it has one.
    std::string model;                    ///< Name of the model; empty if beats were only detected.
    std::string model_version;
    std::vector<std::string> classes;  ///< That the model knows.
    /// Classes that a person gave and the model does not know: their labels follow those of
    /// `classes`.
    std::vector<std::string> more_classes = {};
    std::span<const Beat> beats;  ///< In time order.
    std::vector<std::string> warnings;
    std::string notes = {};  ///< What a person remarked on the recording.
    /// Which rhythm holds when; none where nobody judged it. It must outlive the input.
    const rhythm::RhythmCourse* course = nullptr;
    Review review = {};
    std::vector<messages::CalledStretch> marked = {};  ///< By a person, in time order.
};

/// Makes a pacemaker's beat of `beat`: of class Q, which joins `more` where neither list has it,
/// and without a probability, for no model has said so.
void as_paced(Beat& beat, const std::vector<std::string>& classes, std::vector<std::string>& more);

/// The name of a beat's class; empty where it has none.
[[nodiscard]] std::string_view class_name(const Input& input, const Beat& beat);

/// The annotation codes of beats by their class: those named like AAMI's or like a WFDB mnemonic
/// get that code, others are unclassifiable.
class BeatCodes {
public:
    explicit BeatCodes(const Input& input);
    [[nodiscard]] Code of(const Beat& beat) const { return entry(beat).code; }
    /// Nothing where it is no beat.
    [[nodiscard]] std::optional<AamiClass> aami(const Beat& beat) const { return entry(beat).aami; }

private:
    struct Entry {
        Code code;
        std::optional<AamiClass> aami;
    };
    [[nodiscard]] const Entry& entry(const Beat& beat) const {
        const auto label = static_cast<std::size_t>(beat.label);
        if (beat.label < 0 || label >= usual_.size()) return none_;
        return beat.paced ? paced_[label] : usual_[label];
    }
    std::vector<Entry> usual_, paced_;  ///< By label.
    Entry none_;
};

/// One line a beat: "time_s,sample,class,p_N,...,detection_confidence,doubtful,by"; "doubtful" is 0
/// or 1, "by" is model, person, pacing, or answers (the class follows from answers about other
/// beats). Where the recording's start is known, a column "clock_time" follows
/// ("2024-05-03T09:51:24.120", or the time alone), and where there are notes on beats a column
/// "note". Lines end in "\n".
[[nodiscard]] std::string beats_csv(const Input& input);

/// One JSON object: recording, model, summary (duration, beats, heart rate, beats a class) and
/// beats; a person's notes and marked stretches where there are any. What is unknown is null, never
/// 0.
[[nodiscard]] std::string beats_json(const Input& input);

/// The beats as annotations, after a note at sample 0 that names detector and model. Classes
/// named like AAMI's (N S V F Q) or like a WFDB mnemonic get that code; beats of other classes
/// are "unclassifiable" with the class as their text, and so are beats without a class. Notes on
/// beats are their text; notes on stretches are notes where these begin. Episodes of the course
/// begin with a rhythm change ("+" with "(AFIB";
/// "(OTHER" where none of WFDB's names holds); ventricular fibrillation stands between "[" and "]".
[[nodiscard]] std::vector<Annotation> annotations(const Input& input);

}  // namespace telltale::report
