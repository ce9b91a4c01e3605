// How networks did on patients that they had not seen.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "train/loop/scores.hpp"
#include "train/sequence/patient.hpp"
#include "train/sequence/synthetic_rhythm.hpp"

namespace telltale::train {

/// A beat of a real recording, named by networks that had not seen its patient.
struct HeldBeat {
    std::string record;
    std::size_t index = 0;  ///< Of the record's beats, in time order.
    std::uint8_t label = 0, given = 0;
    float probability = 0;  ///< Of the class given.
};

/// The classes that sequence models are judged by.
[[nodiscard]] inline std::vector<std::string> sequence_class_names() {
    return {"N", "S", "V", "F", "Q"};
}

/// How the networks did on what they had not seen.
struct HeldOut {
    Confusion real{sequence_class_names()};      ///< Q is never answered.
    std::map<std::string, Confusion> by_record;  ///< Real recordings.
    std::map<std::string, Confusion> by_database;
    /// The same beats by the first lead alone, where the networks join leads.
    std::map<std::string, Confusion> first_lead_by_database;
    std::map<RhythmKind, Confusion> by_kind;  ///< Synthetic ones.
    std::vector<HeldBeat> beats;              ///< Real ones.
    std::vector<float> log_probabilities;     ///< Of `beats`: [beats, sequence_classes]
    /// What is added to each class's logit, so that S and V are found as often as falsely named.
    std::array<double, sequence_classes> bias{};
    double temperature = 1;
    double doubt_below = 0;        ///< Beats whose best probability is below it are doubtful.
    double accuracy_certain = 0;   ///< Of the beats that are not doubtful.
    double accuracy_doubtful = 0;  ///< Of those that are.
};

}  // namespace telltale::train
