// Recordings as patients: what sequence models learn from. Real ones are read here, synthetic
// ones are made from them (synthetic_rhythm.hpp, synthetic_signal.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "recording/error.hpp"

namespace telltale::train {

/// Labels of beats: AAMI N, S, V, F in this order, which is that of the networks' outputs.
inline constexpr std::uint8_t label_n = 0, label_s = 1, label_v = 2, label_f = 3;
/// A beat that nothing is learnt from. Reference class Q: counted as an error where it is judged.
inline constexpr std::uint8_t label_q = 4;
/// Left out of learning and judging (synthetic beats whose class would be a guess).
inline constexpr std::uint8_t label_unknown = 255;
inline constexpr std::size_t sequence_classes = 4;

struct PatientBeat {
    std::int64_t sample = 0;
    std::uint8_t label = label_n;
    bool fibrillation = false;  ///< Within annotated atrial fibrillation or flutter.
};

struct Patient {
    std::string name;      ///< Of the record that it is, or is made from.
    std::string database;  ///< The name of that record's folder: "mitdb", "svdb".
    double sampling_rate = 0;
    /// mV; the lead that most resembles lead II (MLII where there is one) comes first.
    std::vector<std::vector<float>> leads;
    std::vector<PatientBeat> beats;  ///< In time order.
};

/// One record, annotated beats and both leads; where it may lie below `folder`:
/// data::folder_of_record.
[[nodiscard]] Result<Patient> read_patient(const std::filesystem::path& folder,
                                           const std::string& name);

/// Records 201 and 202 are one person: the name that stands for both.
[[nodiscard]] std::string person_of(const std::string& record);

}  // namespace telltale::train
