// What the names and units of channels say about them.
#pragma once

#include <string>
#include <string_view>

namespace telltale::formats {

/// What a channel's name says.
enum class NameKind {
    ecg,    ///< A lead of the field ("II", "V1", "LL-RA") or what calls itself ECG in any language.
    maybe,  ///< What may be an ECG: "EXG1", "Heart", and names that say two things ("ECG/EMG").
    none,   ///< Nothing: "column 2", "ch1", "A2", "signal 0".
    other,  ///< Something else: EEG, respiration, pulse, motion, a counter, a rate, a status.
};

struct NameVerdict {
    NameKind kind = NameKind::none;
    std::string_view is;  ///< Of `other`: "an EEG", "a respiration signal", ...
};

[[nodiscard]] NameVerdict kind_of_name(std::string_view name);

/// True for the names of the field ("II", "V1", "MLII") and what calls itself ECG or EKG.
[[nodiscard]] bool is_ecg_lead(std::string_view name);

/// What a unit measures, where that is no voltage: "a rate", "a pressure", ...; empty for
/// voltages, plain numbers and what is not known.
[[nodiscard]] std::string_view measured_by(std::string_view unit);

/// The name in lower case, letters with accents without them, bytes that are not UTF-8 taken as
/// Latin-1; other scripts stay.
[[nodiscard]] std::string folded(std::string_view name);

}  // namespace telltale::formats
