// GE MUSE resting ECG XML.
#include <algorithm>
#include <cmath>
#include <format>

#include "formats/calibration.hpp"
#include "formats/derived_leads.hpp"
#include "formats/encoding.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"
#include "formats/xml.hpp"
#include "formats/xml_ecg.hpp"

namespace telltale::formats {
namespace {

double millivolts(std::string_view units) {
    if (units == "MICROVOLTS") return 0.001;
    if (units == "MILLIVOLTS") return 1;
    return millivolts_per(units);
}

// "11-12-2018" (month first) and "15:21:27"
std::optional<StartTime> start_of(Xml::Node test) {
    const std::string_view date = test.child("AcquisitionDate").text();
    const std::string_view time = test.child("AcquisitionTime").text();
    return checked({.year = digits_at(date, 6, 4),
                    .month = digits_at(date, 0, 2),
                    .day = digits_at(date, 3, 2),
                    .hour = digits_at(time, 0, 2),
                    .minute = digits_at(time, 3, 2),
                    .second = seconds_at(time, 6)});
}

Result<Lead> lead_of(const NamedBytes& file, Xml::Node data, Recording& recording) {
    Lead lead;
    lead.original_name = unescaped(data.child("LeadID").text());
    lead.name = normalised_lead_name(lead.original_name);
    if (const auto size = data.child("LeadSampleSize").number(); size && *size != 2)
        return fail(file.name, "lead " + lead.name,
                    std::format("its samples have {:g} bytes, expected 2", *size));
    const auto bytes = from_base64(data.child("WaveFormData").text());
    if (!bytes || bytes->size() < 2)
        return fail(file.name, "lead " + lead.name, "its samples are no base64 text");
    if (const auto crc = data.child("LeadDataCRC32").number();
        crc && *crc != static_cast<double>(crc32(*bytes))) {
        recording.damaged = true;
        recording.warnings.push_back(std::format(
            "{}: the checksum does not hold; samples may have been changed.", lead.name));
    }
    double step = data.child("LeadAmplitudeUnitsPerBit").number().value_or(0) *
                  millivolts(data.child("LeadAmplitudeUnits").text());
    if (!usable_gain(step)) {
        step = 0.00488;  // what these carts use
        lead.calibration.assumed = true;
        recording.warnings.push_back(std::format(
            "{}: the file gives no amplitude unit; 4.88 uV a step are assumed.", lead.name));
    }
    lead.calibration.gain = 1 / step;
    lead.samples.reserve(bytes->size() / 2);
    for (std::size_t i = 0; i + 1 < bytes->size(); i += 2) {
        const std::int32_t v = signed16(le16(bytes->data() + i));
        lead.samples.push_back(static_cast<float>(v * step));
    }
    return lead;
}

}  // namespace

bool looks_like_muse(const NamedBytes& file) {
    return is_xml_of(file, "RestingECG");
}

Result<Recording> read_muse(const NamedBytes& file) {
    const auto xml = Xml::parse(file);
    if (!xml) return std::unexpected(xml.error());
    Xml::Node waveform;
    for (const Xml::Node w : xml->root().find_all("Waveform"))
        if (w.child("WaveformType").text() == "Rhythm") waveform = w;
    if (!waveform) return fail(file.name, "", "it holds no waveform of type Rhythm");
    Recording recording;
    recording.name = stem_of(file.name);
    recording.start = start_of(xml->root().find("TestDemographics"));
    const double base = waveform.child("SampleBase").number().value_or(0);
    const double exponent = waveform.child("SampleExponent").number().value_or(0);
    recording.sampling_rate = base;
    for (int i = 0; i < std::min(std::abs(exponent), 9.0); ++i)
        recording.sampling_rate *= exponent > 0 ? 10 : 0.1;
    if (!(recording.sampling_rate > 0 && recording.sampling_rate <= 1e6))
        return fail(file.name, "SampleBase",
                    std::format("the sampling rate is {:g} Hz, expected a number above 0", base));
    for (const Xml::Node data : waveform.children("LeadData")) {
        auto lead = lead_of(file, data, recording);
        if (!lead) return std::unexpected(lead.error());
        if (!recording.leads.empty() && lead->samples.size() != recording.length())
            return fail(file.name, "lead " + lead->name,
                        std::format("it has {} samples, the first lead has {}",
                                    lead->samples.size(), recording.length()));
        recording.leads.push_back(std::move(*lead));
    }
    if (recording.leads.empty()) return fail(file.name, "", "its rhythm waveform holds no leads");
    add_derived_leads(recording);
    return recording;
}

}  // namespace telltale::formats
