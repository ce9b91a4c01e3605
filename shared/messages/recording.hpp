// What is told of recordings: those that files hold, the one on screen, and what its file says.
// Lengths and places are in samples, times in s, rates in Hz.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/fields.hpp"

namespace telltale::messages {

struct LeadInfo {
    std::string name, unit;
    bool calibration_assumed = false;  ///< The file did not tell its gain.
    TELLTALE_MESSAGE(LeadInfo, name, unit, calibration_assumed)
};

/// The recording on screen. It starts over: levels, beats and reference of the one before go.
struct RecordingInfo {
    Is<"recording"> type;
    std::string name;
    double sampling_rate = 0;
    std::int64_t length = 0;  ///< Of each lead.
    std::vector<LeadInfo> leads;
    /// "2024-05-03 09:51:24.000", or the time alone; absent where the file does not tell.
    std::optional<std::string> start;
    std::vector<std::string> warnings;
    bool has_reference = false;
    TELLTALE_MESSAGE(RecordingInfo, type, name, sampling_rate, length, leads, start, warnings,
                     has_reference)
};

struct LeadFacts {
    std::string name, original_name, unit;
    double gain = 0;
    std::int64_t baseline = 0;
    bool gain_assumed = false;
    TELLTALE_MESSAGE(LeadFacts, name, original_name, unit, gain, baseline, gain_assumed)
};

/// What the recording's file says. Comments may name the patient: they are shown, never exported.
struct RecordingFacts {
    std::string name;
    Nullable<double> sampling_rate;  ///< Null where the file has none.
    std::size_t samples = 0;
    Nullable<double> duration_s;
    Nullable<std::string> start;
    std::vector<LeadFacts> leads;
    std::size_t annotations = 0;
    std::map<std::string, std::size_t> beats;  ///< By WFDB's codes: {"N": 70, "V": 2}
    std::vector<std::string> comments, warnings;
    bool damaged = false;
    TELLTALE_MESSAGE(RecordingFacts, name, sampling_rate, samples, duration_s, start, leads,
                     annotations, beats, comments, warnings, damaged)
};

/// A recording to choose.
struct RecordingEntry {
    std::string name;
    std::string leads;  ///< "MLII, V1"
    double seconds = 0;
    bool has_reference = false;
    TELLTALE_MESSAGE(RecordingEntry, name, leads, seconds, has_reference)
};

/// A set of beats to choose.
struct BeatSetEntry {
    std::string name;
    std::size_t beats = 0;
    TELLTALE_MESSAGE(BeatSetEntry, name, beats)
};

/// What files held, and what is wrong with them.
struct OpenedFiles {
    std::vector<RecordingEntry> recordings;
    std::vector<BeatSetEntry> beat_sets;
    std::vector<std::string> errors;
    bool needs_sampling_rate = false;  ///< A file could be read if its sampling rate were known.
    TELLTALE_MESSAGE(OpenedFiles, recordings, beat_sets, errors, needs_sampling_rate)
};

/// What the last files held. `fresh` of them are new: the recordings of the files before stay where
/// these hold none. `names` is the names of all, recordings first. Sent before RecordingInfo.
struct RecordingsInfo {
    Is<"recordings"> type;
    std::vector<std::string> names;
    std::vector<RecordingEntry> entries;
    std::vector<BeatSetEntry> sets;
    std::size_t fresh = 0, current = 0;
    TELLTALE_MESSAGE(RecordingsInfo, type, names, entries, sets, fresh, current)
};

/// A file of beats that are cut out already, and what a model calls them; without their values.
struct BeatSetFacts {
    std::string name;
    std::size_t index = 0;            ///< Which of the last files' sets it is.
    std::vector<std::string> models;  ///< That take such beats, the most trustworthy first.
    std::size_t width = 0;            ///< Values a beat.
    std::vector<std::string> label_names;
    std::vector<std::int64_t> labels;  ///< One a beat: an index of label_names.
    std::vector<std::string> warnings;
    // Absent where no model takes such beats.
    std::optional<std::string> model;
    std::optional<std::vector<std::string>> classes;
    /// One a beat: an index of classes, and how likely it is.
    std::optional<std::vector<std::size_t>> given;
    std::optional<std::vector<float>> best;
    /// The class that each of label_names stands for; absent where the labels are no classes of the
    /// model.
    std::optional<std::vector<std::size_t>> truth;
    /// Counts [label's class][given class]; absent likewise.
    std::optional<std::vector<std::vector<std::size_t>>> confusion;
    std::optional<std::string> not_named;  ///< Why the beats are not named.
    TELLTALE_MESSAGE(BeatSetFacts, name, index, models, width, label_names, labels, warnings, model,
                     classes, given, best, truth, confusion, not_named)
};

}  // namespace telltale::messages
