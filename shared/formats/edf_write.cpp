#include <algorithm>
#include <cmath>
#include <format>

#include "formats/calibration.hpp"
#include "formats/edf_annotations.hpp"
#include "formats/formats.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::int32_t missing = -32768;

// ASCII in a column of the header.
std::string column(std::string_view text, std::size_t width) {
    std::string result;
    for (const char c : text.substr(0, width)) result += c >= 32 && c < 127 ? c : '?';
    result.resize(width, ' ');
    return result;
}

// A number in eight characters, as exactly as they allow.
std::string eight(double value) {
    for (int digits = 9; digits > 0; --digits) {
        std::string text = std::format("{:.{}g}", value, digits);
        if (text.size() <= 8 && text.find('e') == std::string::npos) return text;
    }
    return std::format("{:.0f}", value).substr(0, 8);
}

bool is_whole(double value) {
    return std::abs(value - std::round(value)) <= 1e-9 * std::max(1.0, std::abs(value));
}

// How a lead is stored: physical = (digital - baseline) / gain at both ends of the range, in
// numbers that fit the header.
struct Range {
    double physical_min = 0, physical_max = 0;
    std::int32_t digital_min = 0, digital_max = 0;
    [[nodiscard]] double gain() const {
        return (digital_max - digital_min) / (physical_max - physical_min);
    }
    [[nodiscard]] double baseline() const { return digital_min - physical_min * gain(); }
};

// The lead's own calibration where a range around its baseline has round ends: then the samples
// are stored exactly.
std::optional<Range> own_range(const Lead& lead) {
    const double gain = lead.calibration.gain, baseline = lead.calibration.baseline;
    const double room = 32767 - std::abs(baseline);
    if (!(gain > 0) || room < 100) return std::nullopt;
    for (const double grain : {1.0, 0.1, 0.01, 0.001, 10.0, 100.0}) {
        for (double k = std::min(999999.0, std::floor(room / gain / grain)), tries = 0;
             k >= 1 && tries < 2000; --k, ++tries) {
            const double physical = k * grain, digital = physical * gain;
            if (!is_whole(digital) || digital < 1) continue;
            const auto half = static_cast<std::int32_t>(std::round(digital));
            Range range{-physical, physical, static_cast<std::int32_t>(baseline) - half,
                        static_cast<std::int32_t>(baseline) + half};
            if (number(eight(range.physical_min)) == range.physical_min) return range;
        }
    }
    return std::nullopt;
}

// Else a range that just holds the samples.
Range wide_range(const Lead& lead) {
    double most = 0;
    for (const float v : lead.samples)
        if (std::isfinite(v)) most = std::max(most, std::abs(static_cast<double>(v)));
    double physical = 1e-3;
    while (physical < most && physical < 1e6) physical *= 2;
    const std::string text = eight(physical);
    physical = number(text).value_or(physical);
    return {-physical, physical, -32767, 32767};
}

Range range_of(const Lead& lead) {
    const auto own = own_range(lead);
    const auto fits = [&](float v) {
        const double digital =
            static_cast<double>(v) * lead.calibration.gain + lead.calibration.baseline;
        return std::isnan(v) || std::abs(digital) <= 32767;
    };
    return own && std::ranges::all_of(lead.samples, fits) ? *own : wide_range(lead);
}

// A record of whole samples whose duration has few digits: seconds, and samples in it.
struct RecordShape {
    double seconds = 1;
    std::int64_t samples = 0;
};

RecordShape shape_of(double rate) {
    for (const double seconds : {1.0, 2.0, 4.0, 5.0, 8.0, 10.0, 0.5, 0.2, 0.1, 20.0, 0.01})
        if (is_whole(rate * seconds) && rate * seconds >= 1)
            return {seconds, static_cast<std::int64_t>(std::round(rate * seconds))};
    const double samples = std::max(1.0, std::round(rate * 10));
    return {number(eight(samples / rate)).value_or(samples / rate),
            static_cast<std::int64_t>(samples)};
}

// "+12.5\x14text\x14\0"
std::string list_of(double onset, std::string_view text) {
    std::string number = std::format("{:.7f}", onset);
    while (number.back() == '0') number.pop_back();
    if (number.back() == '.') number.pop_back();
    return std::format("+{}\x14{}\x14", number, text) + '\0';
}

}  // namespace

Result<std::vector<std::byte>> write_edf(const Recording& recording) {
    const std::size_t leads = recording.leads.size();
    const auto length = static_cast<std::int64_t>(recording.length());
    if (leads == 0 || length == 0 || !(recording.sampling_rate > 0))
        return fail(recording.name, "", "there are no samples to write");
    if (leads > 4000)
        return fail(recording.name, "", std::format("it has {} leads, EDF holds 4000", leads));
    const RecordShape shape = shape_of(recording.sampling_rate);
    const std::int64_t records = (length + shape.samples - 1) / shape.samples;

    // Each record's texts: its own time first, then what lies in it.
    // The header's start is in whole seconds; the first record tells the rest.
    const StartTime start = recording.start.value_or(StartTime{});
    const double first = start.second - std::floor(start.second);
    std::vector<std::string> texts(static_cast<std::size_t>(records));
    for (std::size_t r = 0; r < texts.size(); ++r)
        texts[r] = list_of(first + static_cast<double>(r) * shape.seconds, "");
    const double step = shape.seconds / static_cast<double>(shape.samples);
    for (const Annotation& a : recording.annotations) {
        if (a.sample < 0 || a.sample >= length || a.code == Code::not_qrs) continue;
        texts[static_cast<std::size_t>(a.sample / shape.samples)] +=
            list_of(first + static_cast<double>(a.sample) * step, edf::text_of(a));
    }
    if (length % shape.samples != 0)
        texts.back() += list_of(first + static_cast<double>(length) * step, edf::end_text);
    std::size_t text_size = 0;
    for (const std::string& text : texts) text_size = std::max(text_size, text.size());
    text_size += text_size % 2;

    std::vector<Range> ranges;
    for (const Lead& lead : recording.leads) ranges.push_back(range_of(lead));

    // The patient's fields and the recording's stay anonymous.
    std::string header = column("0", 8) + column("X X X X", 80);
    static constexpr std::string_view months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                  "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    const bool dated = start.year >= 1985 && start.year <= 2084 && start.month >= 1 &&
                       start.month <= 12 && start.day >= 1 && start.day <= 31;
    header += column(dated ? std::format("Startdate {:02}-{}-{:04} X X X", start.day,
                                         months[start.month - 1], start.year)
                           : "Startdate X X X X",
                     80);
    header += dated ? std::format("{:02}.{:02}.{:02}", start.day, start.month, start.year % 100)
                    : "01.01.85";
    header += column(
        std::format("{:02}.{:02}.{:02}", start.hour, start.minute, static_cast<int>(start.second)),
        8);
    header += column(std::to_string(256 * (leads + 2)), 8) + column("EDF+C", 44);
    header += column(std::to_string(records), 8) + column(eight(shape.seconds), 8);
    header += column(std::to_string(leads + 1), 4);
    const auto each = [&](std::size_t width, auto&& of_lead, std::string_view of_texts) {
        for (std::size_t l = 0; l < leads; ++l) header += column(of_lead(l), width);
        header += column(of_texts, width);
    };
    each(
        16,
        [&](std::size_t l) {
            const Lead& lead = recording.leads[l];
            return lead.unit == "mV" && !lead.name.starts_with("ECG") ? "ECG " + lead.name
                                                                      : lead.name;
        },
        "EDF Annotations");
    each(80, [](std::size_t) { return ""; }, "");
    each(8, [&](std::size_t l) { return recording.leads[l].unit; }, "");
    each(8, [&](std::size_t l) { return eight(ranges[l].physical_min); }, "-1");
    each(8, [&](std::size_t l) { return eight(ranges[l].physical_max); }, "1");
    each(8, [&](std::size_t l) { return std::to_string(ranges[l].digital_min); }, "-32768");
    each(8, [&](std::size_t l) { return std::to_string(ranges[l].digital_max); }, "32767");
    each(80, [](std::size_t) { return ""; }, "");
    each(
        8, [&](std::size_t) { return std::to_string(shape.samples); },
        std::to_string(text_size / 2));
    each(32, [](std::size_t) { return ""; }, "");

    std::vector<std::byte> bytes;
    bytes.reserve(header.size() +
                  static_cast<std::size_t>(records) *
                      (leads * static_cast<std::size_t>(shape.samples) * 2 + text_size));
    for (const char c : header) bytes.push_back(static_cast<std::byte>(c));
    for (std::int64_t r = 0; r < records; ++r) {
        for (std::size_t l = 0; l < leads; ++l) {
            const double gain = ranges[l].gain(), baseline = ranges[l].baseline();
            for (std::int64_t i = r * shape.samples; i < (r + 1) * shape.samples; ++i) {
                std::int32_t value = missing;
                const float v =
                    recording.leads[l].samples[static_cast<std::size_t>(std::min(i, length - 1))];
                if (!std::isnan(v)) {
                    const double exact = std::round(static_cast<double>(v) * gain + baseline);
                    if (!(exact > missing && exact <= 32767))
                        return fail(recording.name,
                                    std::format("{}, sample {}", recording.leads[l].name, i),
                                    std::format("the digital value is {:g}, EDF holds -32767 to "
                                                "32767",
                                                exact));
                    value = static_cast<std::int32_t>(exact);
                }
                bytes.push_back(static_cast<std::byte>(value & 0xFF));
                bytes.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
            }
        }
        std::string text = texts[static_cast<std::size_t>(r)];
        text.resize(text_size, '\0');
        for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
    }
    return bytes;
}

}  // namespace telltale::formats
