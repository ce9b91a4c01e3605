// What a workflow gives its host: something to tell the window, or something to do and to answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "classify/analysis.hpp"
#include "messages/recording.hpp"
#include "morphology/density.hpp"
#include "recording/recording.hpp"

namespace telltale::workspace {

/// Beats as the window takes them: plain arrays, one entry a beat.
struct BeatArrays {
    std::vector<double> sample;        ///< R peak, samples of the recording.
    std::vector<std::uint8_t> label;   ///< Index into Workspace::labels(); 255: not classified.
    std::vector<float> probabilities;  ///< [beats, classes] row-major; 0 where not classified.
    std::size_t classes = 0;           ///< Of the model.
    /// 1 where the label, or the beat, is a person's word; 2 where the label is another one than
    /// the model's since it follows from a person's answers about other beats.
    std::vector<std::uint8_t> person;
    std::vector<std::uint8_t> doubtful;  ///< 1 where the model's card calls its answer doubtful.
};

/// Reference beats: only annotations that are beats, with their AAMI class 0..4 = N S V F Q.
struct ReferenceArrays {
    std::vector<double> sample;
    std::vector<std::uint8_t> aami;
};

// --- to tell -------------------------------------------------------------------------------------

/// A message of shared/messages as JSON.
struct TellMessage {
    std::string json;
};
/// One of Workspace::pyramid(lead)'s levels; valid until the next request.
struct TellLevel {
    std::size_t lead = 0;
    std::size_t level = 0;
};
struct TellBeats {
    BeatArrays beats;
};
struct TellReference {
    ReferenceArrays reference;
};
/// A cluster's members over each other.
struct TellDensity {
    std::size_t cluster = 0;
    morphology::ClusterDensity density;
};
struct TellBeatSet {
    messages::BeatSetFacts facts;
    std::vector<float> values;  ///< [beats, width]
};
/// The review as a session file. `changed`: it is to be kept; else it is as it was kept.
struct TellReview {
    std::string session;
    bool changed = false;
};
/// A model that a person gave has passed its trial: it is `name` from now on.
struct TellModelTaken {
    std::string name, file;
};

// --- to do, and to answer ------------------------------------------------------------------------

/// The files of an OpenJob, into the intake. The answer's text names the first that is read in
/// pieces, if there is any.
struct NeedFiles {};
/// A model's bytes: one of the list, or a file of an OpenJob by its name.
struct NeedModel {
    std::string name;
    bool of_job = false;
};
/// The review that is kept of the recording; the answer's text is a session file, or empty. Where
/// `given` is not, that is gone on with, and to be kept.
struct NeedReview {
    std::string fingerprint, given;
};
/// What a network is asked for: hosts keep those that name beats and rhythms, and the one that
/// marks waves, open.
enum class Purpose : std::uint8_t { beats, rhythm, waves, second, set, trial };
/// Its bytes were given before.
struct OpenNetwork {
    std::string model;
    Purpose purpose = Purpose::beats;
};
/// The answer has one tensor for each of `outputs`. The batch stays valid until then.
struct RunNetwork {
    std::string model;
    Purpose purpose = Purpose::beats;
    classify::Batch batch;
    std::vector<std::string> outputs;
};

/// Nothing is asked; the host may look at what else is to do.
struct Working {};
/// There is nothing to do until the next request, or before what was asked is answered.
struct Idle {};

using Step = std::variant<Idle, Working, TellMessage, TellLevel, TellBeats, TellReference,
                          TellDensity, TellBeatSet, TellReview, TellModelTaken, NeedFiles,
                          NeedModel, NeedReview, OpenNetwork, RunNetwork>;

/// One output of a network.
struct NetworkOutput {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;  ///< Row-major.
};

/// To what was asked; what is not concerned stays empty.
struct Answer {
    std::vector<std::byte> bytes;
    std::string text;
    std::vector<NetworkOutput> outputs;
};

}  // namespace telltale::workspace
