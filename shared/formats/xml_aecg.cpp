// HL7 v3 Annotated ECG, schema PORT_MT020001 ("FDA XML").
#include <algorithm>
#include <cmath>
#include <format>

#include "formats/calibration.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"
#include "formats/xml.hpp"
#include "formats/xml_ecg.hpp"

namespace telltale::formats {
namespace {

double seconds_per(std::string_view unit) {
    if (unit == "s") return 1;
    if (unit == "ms") return 1e-3;
    if (unit == "us") return 1e-6;
    return 0;
}

struct Time {
    double increment = 0;  // s
    std::optional<StartTime> start;
};

Time time_of(Xml::Node set) {
    for (const Xml::Node component : set.children("component")) {
        const Xml::Node sequence = component.child("sequence");
        const std::string_view code = sequence.child("code").attribute("code");
        if (code != "TIME_ABSOLUTE" && code != "TIME_RELATIVE") continue;
        const Xml::Node value = sequence.child("value");
        const Xml::Node step = value.child("increment");
        Time time;
        time.increment =
            number(step.attribute("value")).value_or(0) * seconds_per(step.attribute("unit"));
        if (code == "TIME_ABSOLUTE")
            time.start = compact_time(value.child("head").attribute("value"));
        return time;
    }
    return {};
}

Result<Lead> lead_of(const NamedBytes& file, Xml::Node sequence) {
    Lead lead;
    lead.original_name = sequence.child("code").attribute("code");
    lead.name = normalised_lead_name(lead.original_name);
    const Xml::Node value = sequence.child("value");
    const Xml::Node scale = value.child("scale"), origin = value.child("origin");
    const std::string unit = unescaped(scale.attribute("unit"));
    const double step = number(scale.attribute("value")).value_or(0);
    const double mv = millivolts_per(unit) * step;
    const double origin_unit = millivolts_per(unescaped(origin.attribute("unit")));
    const double zero = number(origin.attribute("value")).value_or(0) * origin_unit;
    if (!usable_gain(mv))
        return fail(file.name, lead.original_name,
                    std::format("the scale is {} {}, expected volts",
                                quoted(scale.attribute("value")), quoted(unit)));
    lead.calibration = {.gain = 1 / mv};
    if (std::abs(zero / mv) < 2e9)
        lead.calibration.baseline = static_cast<std::int32_t>(std::lround(-zero / mv));
    std::string_view digits = value.child("digits").text();
    while (true) {
        const std::string_view word = next_word(digits);
        if (word.empty()) break;
        const auto digit = number(word);
        if (!digit)
            return fail(file.name, lead.original_name,
                        std::format("sample {} is {}, expected a number", lead.samples.size(),
                                    quoted(word)));
        lead.samples.push_back(static_cast<float>(zero + *digit * mv));
    }
    return lead;
}

}  // namespace

bool looks_like_aecg(const NamedBytes& file) {
    return is_xml_of(file, "AnnotatedECG");
}

Result<Recording> read_aecg(const NamedBytes& file) {
    const auto xml = Xml::parse(file);
    if (!xml) return std::unexpected(xml.error());
    Recording best;
    std::size_t sets = 0;
    for (const Xml::Node component : xml->root().children("component"))
        for (const Xml::Node inner : component.child("series").children("component")) {
            const Xml::Node set = inner.child("sequenceSet");
            if (!set) continue;
            ++sets;
            Recording recording;
            const Time time = time_of(set);
            recording.start = time.start;
            // Digits of the increment as decimal text: 0.002 s is 500 Hz.
            recording.sampling_rate =
                time.increment > 0 ? std::round(1e6 / time.increment) / 1e6 : 0;
            for (const Xml::Node part : set.children("component")) {
                const Xml::Node sequence = part.child("sequence");
                const Xml::Node value = sequence.child("value");
                if (!value.child("digits")) continue;
                auto lead = lead_of(file, sequence);
                if (!lead) return std::unexpected(lead.error());
                if (!lead->samples.empty()) recording.leads.push_back(std::move(*lead));
            }
            if (recording.leads.empty()) continue;
            if (!(recording.sampling_rate > 0 && recording.sampling_rate <= 1e6))
                return fail(file.name, "sequenceSet",
                            "it gives no time between samples, expected an increment in s");
            std::size_t shortest = recording.leads[0].samples.size(), longest = 0;
            for (const Lead& lead : recording.leads) {
                shortest = std::min(shortest, lead.samples.size());
                longest = std::max(longest, lead.samples.size());
            }
            if (shortest != longest) {
                recording.warnings.push_back(
                    std::format("The leads have {} to {} samples; all are cut to the shortest.",
                                shortest, longest));
                for (Lead& lead : recording.leads) lead.samples.resize(shortest);
                recording.damaged = true;
            }
            if (recording.length() * recording.leads.size() > best.length() * best.leads.size())
                best = std::move(recording);
        }
    if (best.leads.empty())
        return fail(file.name, "", "it holds no series with samples, expected a sequenceSet");
    if (sets > 1)
        best.warnings.push_back(
            std::format("The file holds {} sets of samples; the largest is read.", sets));
    best.name = stem_of(file.name);
    return best;
}

}  // namespace telltale::formats
