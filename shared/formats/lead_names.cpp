#include "formats/lead_names.hpp"

#include <algorithm>
#include <utility>

#include "formats/formats.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

// The names of the field, as they are written.
constexpr std::string_view known[] = {
    "I",  "II", "III", "aVR", "aVL",  "aVF", "V1",   "V2",    "V3",   "V4",   "V5",
    "V6", "V7", "V8",  "V9",  "V3R",  "V4R", "V5R",  "V6R",   "Vx",   "Vy",   "Vz",
    "X",  "Y",  "Z",   "V",   "MCL1", "MLI", "MLII", "MLIII", "ECG1", "ECG2", "ECG3"};
constexpr std::pair<std::string_view, std::string_view> spelled[] = {
    {"di", "I"}, {"dii", "II"}, {"diii", "III"}, {"d1", "I"},    {"d2", "II"},    {"d3", "III"},
    {"l1", "I"}, {"l2", "II"},  {"l3", "III"},   {"lead1", "I"}, {"lead2", "II"}, {"lead3", "III"}};

std::string_view match(std::string_view key) {
    for (const std::string_view lead : known)
        if (lower(lead) == key) return lead;
    for (const auto& [spelling, lead] : spelled)
        if (spelling == key) return lead;
    return {};
}

}  // namespace

std::string normalised_lead_name(std::string_view name) {
    // Letters and digits alone, in lower case, with and without a leading "ecg" or "lead".
    const std::string_view whole = trimmed(name);
    std::string key;
    for (const char c : lower(whole))
        if (is_digit(c) || (c >= 'a' && c <= 'z')) key += c;
    if (const auto found = match(key); !found.empty()) return std::string(found);
    for (const std::string_view prefix : {"mdcecglead", "ecglead", "ecg", "lead"}) {
        if (!key.starts_with(prefix)) continue;
        const auto found = match(std::string_view(key).substr(prefix.size()));
        if (!found.empty()) return std::string(found);
    }
    return std::string(whole);
}

bool is_ecg_lead(std::string_view name) {
    const std::string text = lower(name);
    if (text.contains("ecg") || text.contains("ekg")) return true;
    const std::string normal = normalised_lead_name(name);
    return std::ranges::find(known, normal) != std::end(known);
}

}  // namespace telltale::formats
