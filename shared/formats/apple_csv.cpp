#include "formats/apple_csv.hpp"

#include <algorithm>
#include <format>

#include "formats/calibration.hpp"
#include "formats/lead_names.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr int max_header_lines = 40;

struct Header {
    double rate = 0;        // Hz
    std::string unit;       // as written
    std::string lead;       // "Lead I", in some language
    std::string_view rows;  // from the first voltage on
    std::size_t lines = 0;  // before the first voltage
    std::optional<StartTime> start;
};

// A voltage, with the decimal sign of any country.
std::optional<double> voltage(std::string_view line) {
    const auto point = number(line);
    return point ? point : number(line, ',');
}

// "2026-05-30 16:32:18 -0700"
std::optional<StartTime> start_of(std::string_view text) {
    if (text.size() < 19 || text[4] != '-' || text[13] != ':') return std::nullopt;
    return iso_time(text);
}

// What follows the label of a line, without quotes; empty for a bare label ("Name").
std::string_view value_of(std::string_view line) {
    const std::size_t end = line.find_first_of(",;");
    if (end == std::string_view::npos) return {};
    std::string_view value = trimmed(line.substr(end + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = trimmed(value.substr(1, value.size() - 2));
    return value;
}

// "512 hertz", "511,562 Hertz", "512赫兹": a number and a word, whatever the language.
std::optional<double> rate_of(std::string_view value) {
    std::string_view word = value;
    auto rate = take_number(word);
    if (!rate || *rate <= 0) return std::nullopt;
    if (word.starts_with(',')) {
        word = value;
        rate = take_number(word, ',');
    }
    word = trimmed(word);
    const std::string text = folded(word);
    if (text.starts_with("hertz") || text.starts_with("hz")) return rate;
    const bool only_a_word = !word.empty() && word.size() <= 32 &&
                             word.find_first_of("0123456789.,:;-/") == std::string_view::npos;
    return only_a_word && *rate >= 100 && *rate <= 2000 ? rate : std::nullopt;
}

// mV of the unit in the languages of telephones; 0 where it is not known.
double millivolts_of(std::string_view unit) {
    if (const double mv = millivolts_per(unit); mv > 0) return mv;
    const std::string text = folded(unit);
    for (const std::string_view micro :
         {"µv", "μv", "µв", "μв", "мкв", "微伏", "マイクロボルト", "마이크로볼트", "microvolt",
          "mikrovolt", "mikrowolt", "микровольт", "ميكروفولت"})
        if (text.starts_with(micro)) return 0.001;
    return 0;
}

// Labels stand in the device's language, so the lines are told by their values: a date and time, a
// rate, then, before the voltages, the lead and the unit.
std::optional<Header> header_of(std::string_view text) {
    Header header;
    std::string_view value, previous;
    for (int i = 0; i < max_header_lines && !text.empty(); ++i) {
        header.rows = text;
        header.lines = static_cast<std::size_t>(i);
        const std::string_view line = trimmed(next_line(text));
        if (line.empty()) continue;
        if (voltage(line)) {
            const bool known = millivolts_of(value) > 0;
            if (!(header.rate > 0) || (!known && !header.start)) return std::nullopt;
            header.unit = value;
            header.lead = previous;
            return header;
        }
        previous = value;
        value = value_of(line);
        if (const auto rate = rate_of(value); rate && header.rate == 0) header.rate = *rate;
        if (const auto start = start_of(value); start && !header.start) header.start = start;
    }
    return std::nullopt;
}

// "Lead I", "Ableitung I", "导联I": a name that is known, or the last word.
std::string lead_name(std::string_view text) {
    std::string name = normalised_lead_name(text);
    if (name != text) return name;
    const std::size_t blank = text.find_last_of(' ');
    return normalised_lead_name(blank == std::string_view::npos ? text : text.substr(blank + 1));
}

// Numbers may have the digits of other scripts.
std::string plain_text(const NamedBytes& file) {
    return with_plain_digits(as_text(file.bytes));
}

}  // namespace

bool looks_like_apple_csv(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    if (!looks_like_text(text)) return false;
    return header_of(with_plain_digits(text.substr(0, 8192))).has_value();
}

Result<Recording> read_apple_csv(const NamedBytes& file) {
    const std::string text = plain_text(file);
    const auto header = header_of(text);
    if (!header) return fail(file.name, "", "it does not begin as an ECG of the Health app does");
    if (!(header->rate > 0 && header->rate <= 1e6))
        return fail(file.name, "", std::format("the sampling rate is {:g} Hz", header->rate));
    Recording recording;
    recording.name = stem_of(file.name);
    recording.sampling_rate = header->rate;
    recording.start = header->start;
    Lead lead;
    lead.original_name = header->lead.empty() ? "I" : header->lead;
    lead.name = lead_name(lead.original_name);
    // The voltages are floating-point numbers: written as integers, they are cut at 1 uV.
    lead.calibration = {.gain = 1000};
    double mv = millivolts_of(header->unit);
    if (mv == 0) {
        mv = 0.001;
        lead.calibration.assumed = true;
        recording.warnings.push_back(std::format(
            "The unit {} is not known; \u00B5V is assumed, as the Health app writes it.",
            quoted(header->unit)));
    }
    std::string_view rows = header->rows;
    for (std::size_t line_number = header->lines + 1; !rows.empty(); ++line_number) {
        std::string_view line = trimmed(next_line(rows));
        if (line.ends_with(',')) line = trimmed(line.substr(0, line.size() - 1));
        if (line.empty()) continue;
        const auto value = voltage(line);
        if (!value)
            return fail(file.name, std::format("line {}", line_number),
                        std::format("the voltage is {}, expected a number", quoted(line)));
        lead.samples.push_back(static_cast<float>(*value * mv));
    }
    recording.leads.push_back(std::move(lead));
    return recording;
}

}  // namespace telltale::formats
