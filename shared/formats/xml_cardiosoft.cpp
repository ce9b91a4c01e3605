// GE CardioSoft XML: the strip of a resting ECG, or the full disclosure of an exercise test.
#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "formats/calibration.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"
#include "formats/xml.hpp"
#include "formats/xml_ecg.hpp"

namespace telltale::formats {
namespace {

// Whole numbers with commas and blanks between them; nothing if anything else stands there.
std::optional<std::vector<float>> numbers_of(std::string_view text, double step) {
    std::vector<float> values;
    while (true) {
        const std::size_t start = text.find_first_not_of(", \t\r\n");
        if (start == std::string_view::npos) return values;
        text.remove_prefix(start);
        const auto value = take_number(text);
        if (!value || !(std::abs(*value) < 1e9)) return std::nullopt;
        values.push_back(static_cast<float>(*value * step));
    }
}

std::optional<StartTime> start_of(Xml::Node time) {
    const auto part = [&](std::string_view name) {
        const auto value = time.child(name).number();
        return value && *value >= 0 && *value < 10000 ? static_cast<int>(*value) : -1;
    };
    return checked({.year = part("Year"),
                    .month = part("Month"),
                    .day = part("Day"),
                    .hour = part("Hour"),
                    .minute = part("Minute"),
                    .second = static_cast<double>(std::max(part("Second"), 0))});
}

// mV of one step.
double step_of(Xml::Node data, Recording& recording, bool& assumed) {
    const Xml::Node resolution = data.child("Resolution");
    const std::string unit = lower(resolution.attribute("units"));
    const double mv = unit.starts_with("mv") ? 1 : unit.starts_with("nv") ? 1e-6 : 1e-3;
    const double step = resolution.number().value_or(0) * mv;
    assumed = !usable_gain(step);
    if (!assumed) return step;
    recording.warnings.push_back("The file gives no resolution; 5 \u00B5V a step are assumed.");
    return 0.005;
}

Lead lead_of(std::string_view name, std::vector<float> samples, double step, bool assumed) {
    Lead lead;
    lead.original_name = unescaped(trimmed(name));
    lead.name = normalised_lead_name(lead.original_name);
    lead.calibration = {.gain = 1 / step, .baseline = 0, .assumed = assumed};
    lead.samples = std::move(samples);
    return lead;
}

// One element a lead.
Result<void> read_strip(const NamedBytes& file, Xml::Node strip, Recording& recording) {
    bool assumed = false;
    const double step = step_of(strip, recording, assumed);
    for (const Xml::Node data : strip.children("WaveformData")) {
        const std::string_view name = data.attribute("lead");
        auto samples = numbers_of(data.text(), step);
        if (!samples)
            return fail(file.name, std::format("lead {}", name),
                        "its samples are no whole numbers with commas between them");
        recording.leads.push_back(lead_of(name, std::move(*samples), step, assumed));
    }
    return {};
}

// Lines of samples, of each channel in turn.
Result<void> read_disclosure(const NamedBytes& file, Xml::Node all, Recording& recording) {
    bool assumed = false;
    const double step = step_of(all, recording, assumed);
    std::vector<std::string_view> names;
    for (std::string_view order = all.child("LeadOrder").text();
         !order.empty() && names.size() < 256;) {
        const std::size_t end = order.find_first_of(", \t\r\n");
        if (end != 0) names.push_back(order.substr(0, end));
        order.remove_prefix(end == std::string_view::npos ? order.size() : end + 1);
    }
    if (names.empty())
        return fail(file.name, "FullDisclosure", "it names no leads, expected a LeadOrder");
    std::vector<std::vector<float>> samples(names.size());
    std::string_view text = all.child("FullDisclosureData").text();
    for (std::size_t line = 0; !text.empty();) {
        const std::string_view row = trimmed(next_line(text));
        if (row.empty()) continue;
        const auto values = numbers_of(row, step);
        if (!values)
            return fail(file.name, std::format("FullDisclosureData, row {}", line + 1),
                        "its samples are no whole numbers with commas between them");
        std::vector<float>& lead = samples[line++ % names.size()];
        lead.insert(lead.end(), values->begin(), values->end());
    }
    for (std::size_t i = 0; i < names.size(); ++i)
        recording.leads.push_back(lead_of(names[i], std::move(samples[i]), step, assumed));
    return {};
}

}  // namespace

bool looks_like_cardiosoft(const NamedBytes& file) {
    return is_xml_of(file, "CardiologyXML");
}

Result<Recording> read_cardiosoft(const NamedBytes& file) {
    const auto xml = Xml::parse(file);
    if (!xml) return std::unexpected(xml.error());
    Recording recording;
    recording.name = stem_of(file.name);
    recording.start = start_of(xml->root().child("ObservationDateTime"));
    const Xml::Node strip = xml->root().child("StripData");
    const Xml::Node all = xml->root().child("FullDisclosure");
    // An exercise test has both: what was recorded throughout says more than a strip of it.
    const bool whole = all.child("FullDisclosureData").text().size() > 0;
    const Xml::Node data = whole ? all : strip;
    if (!data)
        return fail(file.name, "", "it holds no samples, expected StripData or FullDisclosure");
    const auto rate = data.child("SampleRate").number();
    if (!rate || !(*rate > 0 && *rate <= 1e6))
        return fail(file.name, "SampleRate", "the sampling rate is no number above 0");
    recording.sampling_rate = *rate;
    const auto done =
        whole ? read_disclosure(file, data, recording) : read_strip(file, data, recording);
    if (!done) return std::unexpected(done.error());
    std::size_t length = 0, shortest = std::numeric_limits<std::size_t>::max();
    for (const Lead& lead : recording.leads) {
        length = std::max(length, lead.samples.size());
        shortest = std::min(shortest, lead.samples.size());
    }
    if (length == 0) return fail(file.name, "", "it holds no samples");
    if (shortest < length) {
        if (length * recording.leads.size() > 16 * file.bytes.size())
            return fail(file.name, "", "its leads have very different lengths");
        recording.damaged = true;
        recording.warnings.push_back(
            std::format("Leads have {} to {} samples; what the shorter ones lack is missing.",
                        shortest, length));
        for (Lead& lead : recording.leads)
            lead.samples.resize(length, std::numeric_limits<float>::quiet_NaN());
    }
    return recording;
}

}  // namespace telltale::formats
