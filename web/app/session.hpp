// What the window knows about the recording on screen: plain data, filled by messages and drawn
// by the views.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "findings.hpp"
#include "messages/model.hpp"
#include "messages/notices.hpp"
#include "messages/recording.hpp"
#include "messages/review.hpp"
#include "recording/clock.hpp"
#include "signal_store.hpp"

namespace telltale::window {

using messages::EditsInfo;
using messages::ModelEntry;
using messages::ModelInfo;
using messages::ProgressInfo;
using messages::ProviderInfo;
using Explanation = messages::ExplanationInfo;

struct RecordingInfo {
    std::string name;
    std::optional<StartTime> start;  ///< where the file tells it
    double sampling_rate = 0;        ///< Hz
    double length = 0;               ///< samples in each lead
    std::vector<messages::LeadInfo> leads;
    std::vector<std::string> warnings;
    bool has_reference = false;
};

inline constexpr std::uint8_t not_classified = 255;

struct Beats {
    std::vector<double> sample;
    std::vector<std::uint8_t> label;   ///< index into ModelInfo::labels
    std::vector<float> probabilities;  ///< [beats, classes], empty without a model
    std::size_t classes = 0;
    /// 1 where the label, or the beat, is a person's word; 2 where it is another one than the
    /// model's since it follows from a person's answers about other beats.
    std::vector<std::uint8_t> person = {};
    std::vector<std::uint8_t> doubtful = {};  ///< 1 where the model's card calls it doubtful

    [[nodiscard]] std::size_t size() const { return sample.size(); }
    [[nodiscard]] bool by_person(std::size_t beat) const {
        return beat < person.size() && person[beat] == 1;
    }
    [[nodiscard]] bool by_answers(std::size_t beat) const {
        return beat < person.size() && person[beat] == 2;
    }
};

struct Reference {
    std::vector<double> sample;
    std::vector<std::uint8_t> aami;  ///< 0..4 = N S V F Q
    /// Whether the reference beat has a beat of ours of the same class within 150 ms.
    enum class Agreement : std::uint8_t { same, other_class, missed };
    std::vector<Agreement> agreement;
};

/// What another model calls the beats: beside the first, to compare.
struct SecondModel {
    std::string name, title, lead;
    std::vector<std::string> classes;
    std::vector<double> sample;
    std::vector<int> label;  ///< index into its classes; -1: not classified
    /// EC57 matrix [reference][found] over N S V F Q O X; empty without a reference.
    std::vector<std::vector<double>> matrix;

    [[nodiscard]] std::string_view class_name(std::size_t beat) const {
        return beat < label.size() && label[beat] >= 0 &&
                       static_cast<std::size_t>(label[beat]) < classes.size()
                   ? std::string_view(classes[static_cast<std::size_t>(label[beat])])
                   : std::string_view();
    }
};

/// The two classes that a model holds most likely for a beat, and how likely.
struct TwoBest {
    std::size_t best = 0, second = 0;
    double best_share = 0, second_share = 0;
};

struct Session {
    std::optional<RecordingInfo> recording;
    Findings findings;
    EditsInfo edits;
    /// Whether the browser keeps the review; nothing before there is one.
    std::optional<decltype(messages::StorageInfo::state)> storage;
    std::optional<messages::QuestionInfo> question;  ///< only while a person is asked
    std::optional<SecondModel> second;
    std::optional<Explanation> explanation;
    std::vector<std::string> analysis_warnings;
    /// Grows with every change of beats, reference or findings, so that views know what to redo.
    std::size_t revision = 0;
    SignalStore signals;
    Beats beats;
    Reference reference;
    std::optional<ModelInfo> model;
    std::vector<std::string> model_names, sample_names, recording_names;
    std::vector<ModelEntry> models;  ///< as model_names; by groups
    std::string current_model;
    std::size_t current_recording = 0;
    ProviderInfo provider;
    ProgressInfo progress;
    std::string error;
    std::string notice;

    double summary_seconds = 0;
    /// Counts per label of the model.
    std::vector<std::size_t> counts;
    /// Heart rate over the recording: beats a minute in equal stretches, NaN where unknown.
    std::vector<float> heart_rate;

    /// Takes beats over, and derives counts, agreement and heart rate from them.
    void set_beats(Beats b);
    void set_reference(Reference r);
    /// The name of a beat's class: "N"; "" before it is classified.
    [[nodiscard]] const std::string& class_name(std::size_t beat) const;
    /// True for beats that a reader wants to see: classified, and not the first class, N.
    [[nodiscard]] bool is_notable(std::size_t beat) const;
    /// By the clock: "09:51:24"; empty where the file does not tell when it began.
    [[nodiscard]] std::string clock_at(double sample, bool tenths = false) const;
    /// "0:24:39", or "0:24:39 (09:51:24)".
    [[nodiscard]] std::string place_of(double sample, bool tenths = false) const;
    /// Nothing where there are no probabilities, or fewer than two classes.
    [[nodiscard]] std::optional<TwoBest> two_best(std::size_t beat) const;
    /// True where the model's card calls its answer doubtful, and no person has spoken.
    [[nodiscard]] bool is_doubtful(std::size_t beat) const;
    /// Whether a model learnt from the recording in use; its figures there say nothing then.
    [[nodiscard]] bool learnt_from_this(std::string_view model) const;
    /// What a person noted on a beat; nullptr if nothing.
    [[nodiscard]] const std::string* note_on(std::size_t beat) const;
    /// RR interval before a beat in seconds; nothing for the first.
    [[nodiscard]] std::optional<double> interval_before(std::size_t beat) const;
    /// Mean heart rate in beats a minute over all beats.
    [[nodiscard]] std::optional<double> mean_heart_rate() const;

private:
    void compare();
};

}  // namespace telltale::window
