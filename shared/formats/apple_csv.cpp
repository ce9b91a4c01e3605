#include "formats/apple_csv.hpp"

#include <algorithm>
#include <format>

#include "formats/calibration.hpp"
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

std::optional<Header> header_of(std::string_view text) {
    Header header;
    std::string_view previous;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (int i = 0; i < max_header_lines && !text.empty(); ++i) {
        header.rows = text;
        const std::string_view line = trimmed(next_line(text));
        if (line.empty()) continue;
        if (header.rate > 0 && !header.unit.empty() && voltage(line)) return header;
        const std::size_t comma = line.find(',');
        if (comma == std::string_view::npos) return std::nullopt;
        std::string_view value = trimmed(line.substr(comma + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        std::string_view rest = value;
        if (const auto rate = take_number(rest)) {
            const std::string word = lower(trimmed(rest));
            if (word.starts_with("hertz") || word.starts_with("hz")) header.rate = *rate;
        }
        if (millivolts_per(value) > 0) {
            // The line before the unit names the lead.
            header.unit = value;
            header.lead = previous;
        }
        if (const auto start = start_of(value); start && !header.start) header.start = start;
        previous = value;
    }
    return std::nullopt;
}

// "Lead I", "Ableitung I": the last word.
std::string_view last_word(std::string_view text) {
    const std::size_t blank = text.find_last_of(' ');
    return blank == std::string_view::npos ? text : text.substr(blank + 1);
}

}  // namespace

bool looks_like_apple_csv(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    return looks_like_text(text) && header_of(text).has_value();
}

Result<Recording> read_apple_csv(const NamedBytes& file) {
    const auto header = header_of(as_text(file.bytes));
    if (!header) return fail(file.name, "", "it does not begin as an ECG of the Health app does");
    if (!(header->rate > 0 && header->rate <= 1e6))
        return fail(file.name, "", std::format("the sampling rate is {:g} Hz", header->rate));
    Recording recording;
    recording.name = stem_of(file.name);
    recording.sampling_rate = header->rate;
    recording.start = header->start;
    Lead lead;
    lead.original_name = header->lead.empty() ? "I" : header->lead;
    lead.name = normalised_lead_name(last_word(lead.original_name));
    // The voltages are floating-point numbers: written as integers, they are cut at 1 uV.
    lead.calibration = {.gain = 1000};
    const double mv = millivolts_per(header->unit);
    const std::size_t first = static_cast<std::size_t>(std::ranges::count(
        as_text(file.bytes).substr(0, as_text(file.bytes).size() - header->rows.size()), '\n'));
    std::string_view rows = header->rows;
    for (std::size_t line_number = first + 1; !rows.empty(); ++line_number) {
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
