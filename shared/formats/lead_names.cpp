#include "formats/lead_names.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "formats/encoding.hpp"
#include "formats/formats.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

using Words = std::vector<std::string>;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

// The names of the field, as they are written.
constexpr std::string_view known[] = {
    "I",   "II",  "III", "aVR", "aVL", "aVF",  "V1",    "V2",   "V3",   "V4",  "V5",
    "V6",  "V7",  "V8",  "V9",  "V3R", "V4R",  "V5R",   "V6R",  "Vx",   "Vy",  "Vz",
    "X",   "Y",   "Z",   "V",   "MLI", "MLII", "MLIII", "MCL1", "MCL6", "ML5", "CM2",
    "CM4", "CM5", "CC5", "CS5", "D4",  "-aVR", "ECG1",  "ECG2", "ECG3"};
constexpr std::pair<std::string_view, std::string_view> spelled[] = {
    {"di", "I"}, {"dii", "II"}, {"diii", "III"}, {"d1", "I"},    {"d2", "II"},    {"d3", "III"},
    {"l1", "I"}, {"l2", "II"},  {"l3", "III"},   {"lead1", "I"}, {"lead2", "II"}, {"lead3", "III"}};
// What stands before a lead's name, in several languages.
constexpr std::string_view prefixes[] = {
    "mdcecglead", "mdcecgelecpotl", "ecglead",       "ecg",        "ekglead",     "ekg",
    "lead",       "ableitung",      "derivation",    "derivacion", "derivazione", "derivacao",
    "afleiding",  "avledning",      "odprowadzenie", "kytkenta",   "svod"};
// Scripts without small letters or blanks between words: "II导联", "第I誘導", "отведение II".
constexpr std::string_view other_scripts[] = {
    "\u5BFC\u8054", "\u5C0E\u806F",
    "\u8A98\u5C0E", "\u7B2C",
    "\uC720\uB3C4", "\u30EA\u30FC\u30C9",
    "\uB9AC\uB4DC", "\u043E\u0442\u0432\u0435\u0434\u0435\u043D\u0438\u0435"};
// ECG itself, in other scripts: Chinese (both), Russian, Korean, Greek, Hebrew, Arabic.
constexpr std::string_view ecg_words[] = {
    "ecg",
    "ekg",
    "elektrokardio",
    "electrocardio",
    "elettrocardio",
    "eletrocardio",
    "\u5FC3\u7535",
    "\u5FC3\u96FB",
    "\u044D\u043A\u0433",
    "\uC2EC\uC804\uB3C4",
    "\u03B7\u03BA\u03B3",
    "\u05D0\u05E7\u05D2",
    "\u062A\u062E\u0637\u064A\u0637 \u0627\u0644\u0642\u0644\u0628"};

std::string_view match(std::string_view key) {
    for (const std::string_view lead : known) {
        std::string small = lower(lead);
        std::erase(small, '-');
        if (small == key && !lead.starts_with('-')) return lead;
    }
    for (const auto& [spelling, lead] : spelled)
        if (spelling == key) return lead;
    return {};
}

// Letters and digits alone, in lower case.
std::string key_of(std::string_view text) {
    std::string key;
    for (const char c : folded(text))
        if (is_digit(c) || (c >= 'a' && c <= 'z')) key += c;
    return key;
}

// The words of a name: runs of letters and digits, parted at blanks, signs and before a capital
// that follows a small letter ("HeartRate"); other scripts stay whole.
Words words_of(std::string_view name) {
    Words words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(folded(word));
        word.clear();
    };
    char before = 0;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            static_cast<unsigned char>(c) >= 0x80;
        if (!letter && !is_digit(c)) {
            end_word();
        } else {
            // "aVR" and "SpO2" are words of the field, not two.
            if (c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z' && word.size() > 2)
                end_word();
            word += c;
        }
        before = c;
    }
    end_word();
    return words;
}

// What names that are no ECG's are made of. A star stands for any ending; digits at the end of a
// word do not count.
struct OtherWords {
    std::string_view is;
    std::initializer_list<std::string_view> words;
};

const OtherWords other_words[] = {
    {"an EEG", {"eeg*", "fp1", "fp2", "fpz", "fz",  "cz",  "pz",   "oz",   "f3",
                "f4",   "f7",  "f8",  "t7",  "t8",  "p3",  "p4",   "p7",   "p8",
                "o1",   "o2",  "af3", "af4", "af7", "af8", "seeg", "ecog", "electroencephal*"}},
    {"an EOG", {"eog*", "heog", "veog", "loc", "roc", "eye*"}},
    {"an EMG", {"emg*", "semg", "chin*", "muscle"}},
    {"a respiration signal",
     {"resp*",  "rsp*",   "breath*",    "atem*",        "atmung*", "airflow", "flow",
      "nasal",  "thorax", "abdomen",    "abdominal",    "abdo",    "abd",     "snor*",
      "spiro*", "edr",    "ribcage",    "cannula",      "effort",  "tidal",   "pneumo*",
      "rip",    "pzt",    "chest belt", "\u547C\u5438*"}},
    {"a pulse wave", {"pleth*", "ppg*", "photopleth*", "puls*", "bvp*", "\u8109*", "\u8108*"}},
    {"a pressure",
     {"abp*", "cvp*", "pap", "icp*", "art", "bp", "nibp", "ibp", "sbp", "dbp", "press*", "druck*",
      "paw", "pcwp", "lvp", "rvp", "mbp"}},
    {"a blood gas value",
     {"spo", "spo2*", "sao2*", "so2", "sat", "oxim*", "co2*", "etco2*", "capno*", "o2sat", "osat",
      "osas", "sattigung*"}},
    {"a rate or an interval",
     {"hr", "bpm", "rr", "rri", "ibi", "nn", "hrv", "rate", "frequenz", "frequence", "pr", "ptt",
      "pat", "heartrate", "pulserate", "interval*", "rmssd", "sdnn", "\u5FC3\u7387*"}},
    {"a motion signal", {"acc",  "accx",  "accy",     "accz",    "accel*",   "gyr*",       "gyro*",
                         "mag",  "magn*", "magnet*",  "motion",  "activity", "actigraph*", "imu",
                         "jerk", "body",  "position", "posture", "steps",    "cadence"}},
    {"a temperature", {"temp*", "therm*", "skin"}},
    {"a skin response", {"eda*", "gsr*", "scr", "scl", "electroderm*"}},
    {"a counter or a time",
     {"counter", "count", "cnt", "nseq", "seq", "sequence", "index", "idx", "sample", "samples",
      "packet", "pkt", "time*", "timestamp*", "clock", "date", "\u65F6\u95F4*", "\u6642\u9593*"}},
    {"a status", {"status",  "trigger*",  "trig",    "marker*", "event*",  "flag*",   "stim*",
                  "ttl",     "sync",      "digital", "gpio",    "leadoff", "quality", "sqi",
                  "battery", "batt",      "bat",     "label*",  "class",   "annot*",  "stage",
                  "hypno*",  "impedance", "imp",     "contact", "valid*",  "error*",  "checksum"}},
    {"a sound or a light",
     {"pcg", "phono*", "sound", "audio", "mic", "microphone", "light", "lux"}},
    {"noise", {"noise*"}},
    {"another measurement",
     {"egg", "scg", "bcg", "icg", "mcg", "speed", "force", "torque", "humid*", "altitude", "lat",
      "lon", "gps", "weight"}},
};

// Words that make of an ECG something that is taken from it: "ECG HR", "ECG quality", "ECG time".
bool is_derived(std::string_view is) {
    return is_one_of(is, {"a rate or an interval", "a counter or a time", "a status",
                          "a respiration signal", "a temperature"});
}

bool fits(std::string_view word, std::string_view pattern) {
    if (pattern.ends_with('*')) return word.starts_with(pattern.substr(0, pattern.size() - 1));
    if (word == pattern) return true;
    while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
    return word == pattern;
}

std::string_view other_by(const Words& words, bool derived_only = false) {
    for (const auto& [is, patterns] : other_words)
        if (!derived_only || is_derived(is))
            for (const std::string& word : words)
                for (const std::string_view pattern : patterns)
                    if (fits(word, pattern)) return is;
    return {};
}

// "C4-A1", "F4-C4": two electrodes of the 10-20 system.
bool is_eeg_pair(const Words& words) {
    return words.size() == 2 && std::ranges::all_of(words, [](std::string_view word) {
               while (!word.empty() && (is_digit(word.back()) || word.back() == 'z'))
                   word.remove_suffix(1);
               return is_one_of(word, {"fp", "f", "c", "p", "o", "t", "a", "m", "af", "fc", "cp",
                                       "po", "ft", "tp"});
           });
}

// "LL-RA", "Vx-RL", "V4-V5", "mod.V1": electrodes and leads of the ECG alone.
bool is_electrodes(const Words& words) {
    std::size_t electrodes = 0, chest = 0;
    for (const std::string_view word : words) {
        if (is_one_of(word, {"ra", "la", "ll", "rl"}))
            ++electrodes;
        else if (word.size() == 2 && word[0] == 'v' && (is_digit(word[1]) || word[1] == 'x'))
            ++chest;
        else if (!is_one_of(word, {"mod", "lead", "cal", "uncal", "24bit", "16bit", "minus"}))
            return false;
    }
    return electrodes + chest >= 2 || chest == 1;
}

// A lead that stands as a word of its own among others: "Ch1 aVF", "Monitor II (filtered)".
bool names_a_lead(const Words& words) {
    const auto is_vague = [](std::string_view word) {
        return is_one_of(word,
                         {"ch", "chan", "channel", "kanal", "canal", "column", "signal", "sensor"});
    };
    if (!words.empty() && is_vague(words[0])) {
        // "Channel II" is the second one; "Channel 1 aVF" is not.
        return std::ranges::any_of(words, [](std::string_view word) {
            return is_one_of(word, {"avr", "avl", "avf", "mlii", "mcl1"});
        });
    }
    return std::ranges::any_of(words, [](std::string_view word) {
        return is_one_of(word, {"ii", "iii", "dii", "diii", "avr", "avl", "avf", "mlii", "mcl1",
                                "v1", "v2", "v3", "v4", "v5", "v6"});
    });
}

}  // namespace

std::string folded(std::string_view name) {
    // Accents of Latin-1 and the letters of central Europe, by their base letters.
    static constexpr std::string_view latin1 =
        "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy";
    std::string result;
    const auto add = [&](std::uint32_t code) {
        if (code < 0x80)
            result +=
                code >= 'A' && code <= 'Z' ? static_cast<char>(code + 32) : static_cast<char>(code);
        else if (code >= 0xC0 && code <= 0xFF)
            result += latin1[code - 0xC0];
        else if (code >= 0x410 && code <= 0x42F)  // Cyrillic capitals
            append_utf8(result, code + 0x20);
        else if (code >= 0x391 && code <= 0x3A9)  // Greek capitals
            append_utf8(result, code + 0x20);
        else
            append_utf8(result, code);
    };
    while (!name.empty()) add(next_code_point(name));
    return result;
}

std::string normalised_lead_name(std::string_view name) {
    const std::string_view whole = trimmed(name);
    std::string text = folded(whole);
    if (text == "-avr") return "-aVR";
    for (const std::string_view word : other_scripts)
        if (const std::size_t at = text.find(word); at != std::string::npos)
            text.erase(at, word.size());
    const std::string key = key_of(text);
    // What other letters hold is a name of its own.
    const bool plain =
        std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) > 0; });
    if (!plain) return std::string(whole);
    if (const auto found = match(key); !found.empty()) return std::string(found);
    for (const std::string_view prefix : prefixes) {
        if (!key.starts_with(prefix)) continue;
        const auto found = match(std::string_view(key).substr(prefix.size()));
        if (!found.empty()) return std::string(found);
    }
    return std::string(whole);
}

NameVerdict kind_of_name(std::string_view name) {
    const std::string text = folded(trimmed(name));
    if (text.empty()) return {};
    const Words words = words_of(trimmed(name));
    const bool calls_itself =
        std::ranges::any_of(ecg_words, [&](std::string_view word) { return text.contains(word); });
    const std::string normal = normalised_lead_name(name);
    const bool of_the_field = std::ranges::find(known, normal) != std::end(known);
    const std::string_view other = is_eeg_pair(words) ? "an EEG" : other_by(words);
    // Axes of a vectorcardiogram or of an accelerometer.
    if (is_one_of(text, {"x", "y", "z"})) return {};
    if (calls_itself && other.empty()) return {NameKind::ecg, {}};
    if (calls_itself) {
        const std::string_view derived = other_by(words, true);
        if (!derived.empty()) return {NameKind::other, derived};
        return {NameKind::maybe, {}};
    }
    if (of_the_field) return {NameKind::ecg, {}};
    if (!other.empty()) return {NameKind::other, other};
    if (is_electrodes(words) || names_a_lead(words)) return {NameKind::ecg, {}};
    if (text.contains("exg") || std::ranges::any_of(words, [](std::string_view word) {
            return is_one_of(word, {"heart", "cardiac", "cardio", "herz", "coeur", "corazon",
                                    "cuore", "biopotential", "bipolar"});
        }))
        return {NameKind::maybe, {}};
    return {};
}

bool is_ecg_lead(std::string_view name) {
    return kind_of_name(name).kind == NameKind::ecg;
}

std::string_view measured_by(std::string_view unit) {
    std::string text = folded(trimmed(unit));
    std::erase_if(text, is_blank);
    struct Row {
        std::string_view is;
        std::initializer_list<std::string_view> units;
    };
    static const Row rows[] = {
        {"a pressure", {"mmhg", "cmh2o", "kpa", "hpa", "pa", "mbar", "bar", "psi", "inh2o"}},
        {"a rate",
         {"bpm", "/min", "1/min", "beats/min", "hz", "rpm", "brpm", "min-1", "breaths/min"}},
        {"a motion",
         {"g", "mg", "m/s^2", "m/s2", "m/(s^2)", "m/(sec^2)", "m/s\u00B2", "deg/s", "dps", "deg",
          "degree", "degrees", "gauss", "ut", "ms-2", "\u00B0/s"}},
        {"a share", {"%", "percent", "pct"}},
        {"a temperature",
         {"\u00B0c", "c", "degc", "cel", "celsius", "degreescelsius", "k", "\u00B0f", "degf"}},
        {"a flow or a volume", {"l/min", "l/s", "ml", "l", "lpm", "ml/min"}},
        {"a conductance or a resistance",
         {"us", "\u00B5s", "\u03BCs", "usiemens", "microsiemen", "microsiemens", "microsiemens",
          "ohm", "ohms", "kohm", "kohms", "mohm", "\u03C9", "k\u03C9", "siemens"}},
        {"a time", {"s", "ms", "sec", "msec", "ns", "seconds", "milliseconds"}},
        {"a current", {"na", "ma", "ua"}},
        {"a light", {"lux", "lx"}},
    };
    for (const Row& row : rows)
        for (const std::string_view known_unit : row.units)
            if (text == known_unit) return row.is;
    return {};
}

}  // namespace telltale::formats
