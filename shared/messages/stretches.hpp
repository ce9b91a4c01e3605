// What a person can call a stretch of a recording.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace telltale::messages {

struct StretchName {
    std::string_view name;   ///< WFDB's name of a rhythm, or "artefact", "no_ecg", "note".
    std::string_view words;  ///< "atrial fibrillation"
    std::string_view brief;  ///< "AF", for a button.
};

/// What takes a stretch out of all figures comes first, a note last.
inline constexpr std::array<StretchName, 12> stretch_names = {
    {{"artefact", "artefact", "Artefact"},
     {"no_ecg", "no ECG", "No ECG"},
     {"N", "sinus rhythm", "Sinus"},
     {"AFIB", "atrial fibrillation", "AF"},
     {"AFL", "atrial flutter", "Flutter"},
     {"SVTA", "supraventricular tachycardia", "SVT"},
     {"VT", "ventricular tachycardia", "VT"},
     {"VFL", "ventricular flutter or fibrillation", "VF"},
     {"ASYS", "asystole", "Asystole"},
     {"P", "paced rhythm", "Paced"},
     {"other", "another rhythm", "Other"},
     {"note", "note", "Note"}}};

/// Null where there is no such name.
constexpr const StretchName* stretch_name(std::string_view name) {
    const auto* found = std::ranges::find(stretch_names, name, &StretchName::name);
    return found == stretch_names.end() ? nullptr : found;
}

}  // namespace telltale::messages
