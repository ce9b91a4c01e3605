#include "formats/fhir.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>
#include <nlohmann/json.hpp>

#include "formats/calibration.hpp"
#include "formats/lead_names.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

using Json = nlohmann::json;
constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr int deepest = 8;  // bundles in bundles

const Json& at(const Json& object, const char* key) {
    static const Json none;
    if (!object.is_object()) return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

std::string text_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<double> number_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    // Some writers put numbers in quotes.
    if (value.is_string()) return number(value.get<std::string>());
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

// The codes of ISO/IEEE 11073 for the potential of a lead (MDC_ECG_ELEC_POTL_...), without a name.
std::string_view lead_of_code(std::string_view code) {
    static constexpr std::pair<std::string_view, std::string_view> codes[] = {
        {"131329", "I"},   {"131330", "II"},  {"131331", "V1"},  {"131332", "V2"},
        {"131333", "V3"},  {"131334", "V4"},  {"131335", "V5"},  {"131336", "V6"},
        {"131389", "III"}, {"131390", "aVR"}, {"131391", "aVL"}, {"131392", "aVF"}};
    for (const auto& [known, lead] : codes)
        if (known == code) return lead;
    return {};
}

// What a code says in words: its own name of a lead, its text, or what its codings display.
std::string name_of(const Json& code) {
    for (const Json& coding : at(code, "coding").is_array() ? at(code, "coding") : Json::array())
        if (const auto lead = lead_of_code(text_at(coding, "code")); !lead.empty())
            return std::string(lead);
    for (const Json& coding : at(code, "coding").is_array() ? at(code, "coding") : Json::array())
        for (const char* key : {"display", "code"})
            if (const std::string text = text_at(coding, key); is_ecg_lead(text)) return text;
    if (const std::string text = text_at(code, "text"); !text.empty()) return text;
    for (const Json& coding : at(code, "coding").is_array() ? at(code, "coding") : Json::array())
        for (const char* key : {"display", "code"})
            if (const std::string text = text_at(coding, key); !text.empty()) return text;
    return {};
}

// True if anything in the code says ECG: MDC 131328 and its leads, LOINC's of ECG studies, words.
bool says_ecg(const Json& code) {
    const Json& codings = at(code, "coding");
    for (const Json& coding : codings.is_array() ? codings : Json::array()) {
        const std::string value = text_at(coding, "code");
        if (value == "131328" || !lead_of_code(value).empty() || value == "11524-6" ||
            value == "34534-8" || is_ecg_lead(value) || is_ecg_lead(text_at(coding, "display")))
            return true;
    }
    return is_ecg_lead(text_at(code, "text"));
}

struct Samples {
    std::string name;
    double rate = 0;  // Hz
    std::string unit;
    double factor = 1;
    bool ecg = false;
    std::vector<std::vector<float>> leads;  // by dimension
    std::size_t beyond = 0, errors = 0;     // U and L without a limit; E
};

// Takes the samples; an error names what is wrong.
Result<Samples> samples_of(const std::string& file, const Json& data, std::string name) {
    const auto wrong = [&](std::string message) {
        return fail(file, std::format("SampledData of {}", formats::quoted(name)),
                    std::move(message));
    };
    Samples samples;
    samples.name = std::move(name);
    // R4 has a period in ms, R5 an interval with a unit: a time, or a rate.
    double interval_s = number_at(data, "period").value_or(0) / 1000;
    if (const auto interval = number_at(data, "interval")) {
        const std::string unit = lower(text_at(data, "intervalUnit"));
        interval_s = unit == "s"                         ? *interval
                     : unit == "us" || unit == "\u00B5s" ? *interval * 1e-6
                     : unit == "hz" || unit == "/s"      ? 1 / *interval
                                                         : *interval / 1000;
    }
    samples.rate = 1 / interval_s;
    if (!(interval_s > 0) || !(samples.rate <= 1e6) || !(samples.rate >= 1e-3))
        return wrong("its period is no number of milliseconds above 0");
    // 3.90625 ms are 256 Hz, but 2.77 ms are rounded.
    if (const double round = std::round(samples.rate);
        std::abs(samples.rate - round) < 1e-9 * round)
        samples.rate = round;
    samples.factor = number_at(data, "factor").value_or(1);
    const double origin = number_at(at(data, "origin"), "value").value_or(0);
    if (!usable_gain(samples.factor) || !(std::abs(origin) < 1e15))
        return wrong("its factor or origin is no usable number");
    samples.unit = text_at(at(data, "origin"), "code");
    if (samples.unit.empty()) samples.unit = text_at(at(data, "origin"), "unit");
    const double dimensions = number_at(data, "dimensions").value_or(1);
    if (!(dimensions >= 1 && dimensions <= 256 && dimensions == std::floor(dimensions)))
        return wrong("its dimensions are no whole number from 1 to 256");
    const auto upper = number_at(data, "upperLimit"), lower_limit = number_at(data, "lowerLimit");
    const Json& text = at(data, "data");
    if (!text.is_string()) return wrong("it has no data");
    samples.leads.resize(static_cast<std::size_t>(dimensions));
    std::string_view rest = text.get_ref<const std::string&>();
    for (std::size_t i = 0;; ++i) {
        const std::string_view word = next_word(rest);
        if (word.empty()) break;
        std::optional<double> value = number(word);
        if (!value) {
            if (word == "U")
                value = upper;
            else if (word == "L")
                value = lower_limit;
            else if (word != "E")
                return wrong(std::format("datum {} is {}, expected a number, E, U or L", i + 1,
                                         formats::quoted(word)));
            if (!value) ++(word == "E" ? samples.errors : samples.beyond);
        }
        const double sample = value ? origin + *value * samples.factor : missing;
        samples.leads[i % samples.leads.size()].push_back(
            std::abs(sample) < 1e30 ? static_cast<float>(sample) : missing);
    }
    if (samples.leads.back().empty()) return wrong("it has no data");
    for (std::vector<float>& lead : samples.leads) lead.resize(samples.leads[0].size(), missing);
    return samples;
}

// Observations of one time and period.
struct Group {
    std::string time;
    double rate = 0;
    std::vector<Samples> signals;
};

class Reader {
public:
    explicit Reader(const NamedBytes& file) : file_(file) {}

    std::vector<Result<Recording>> read() {
        const std::string_view text = as_text(file_.bytes);
        const Json root = Json::parse(text.begin(), text.end(), nullptr, false);
        if (root.is_discarded())
            return {fail(file_.name, "", "it is no complete JSON, expected a FHIR resource")};
        resource(root, 0);
        std::vector<Result<Recording>> results;
        for (Error& error : errors_) results.push_back(std::unexpected(std::move(error)));
        for (Group& group : groups_) results.push_back(recording_of(group));
        if (results.empty())
            results.push_back(fail(file_.name, "",
                                   "it holds no Observation with sampled data (valueSampledData)"));
        return results;
    }

private:
    void resource(const Json& json, int depth) {
        const std::string type = text_at(json, "resourceType");
        if (type == "Observation") observation(json);
        if (depth >= deepest) return;
        if (const Json& entries = at(json, "entry"); type == "Bundle" && entries.is_array())
            for (const Json& entry : entries) resource(at(entry, "resource"), depth + 1);
        if (const Json& contained = at(json, "contained"); contained.is_array())
            for (const Json& inner : contained) resource(inner, depth + 1);
    }

    void observation(const Json& json) {
        std::string time = text_at(json, "effectiveDateTime");
        if (time.empty()) time = text_at(json, "effectiveInstant");
        if (time.empty()) time = text_at(at(json, "effectivePeriod"), "start");
        const bool ecg = says_ecg(at(json, "code"));
        signal(json, time, ecg);
        const Json& components = at(json, "component");
        if (!components.is_array()) return;
        for (const Json& component : components) signal(component, time, ecg);
    }

    void signal(const Json& json, const std::string& time, bool ecg) {
        const Json& data = at(json, "valueSampledData");
        if (!data.is_object()) return;
        auto samples = samples_of(file_.name, data, name_of(at(json, "code")));
        if (!samples) {
            errors_.push_back(std::move(samples.error()));
            return;
        }
        samples->ecg = ecg || says_ecg(at(json, "code"));
        const auto same = std::ranges::find_if(
            groups_, [&](const Group& g) { return g.time == time && g.rate == samples->rate; });
        Group& group = same != groups_.end() ? *same : groups_.emplace_back(time, samples->rate);
        group.signals.push_back(std::move(*samples));
    }

    Result<Recording> recording_of(Group& group) const {
        Recording r;
        r.name = stem_of(file_.name);
        r.sampling_rate = group.rate;
        r.start = iso_time(group.time);
        std::size_t length = 0, shortest = std::numeric_limits<std::size_t>::max(), count = 0;
        for (const Samples& s : group.signals) {
            length = std::max(length, s.leads[0].size());
            shortest = std::min(shortest, s.leads[0].size());
            count += s.leads.size();
        }
        if (length * count > 16 * file_.bytes.size())
            return fail(file_.name, "", "its signals have very different lengths");
        for (Samples& s : group.signals)
            for (std::size_t d = 0; d < s.leads.size(); ++d) {
                s.leads[d].resize(length, missing);
                r.leads.push_back(lead_of(s, d, r.warnings));
            }
        if (shortest < length) {
            r.damaged = true;
            r.warnings.push_back(
                std::format("Leads have {} to {} samples; what the shorter ones lack is missing.",
                            shortest, length));
        }
        for (const Samples& s : group.signals)
            if (s.errors + s.beyond > 0)
                r.warnings.push_back(std::format(
                    "{}: {} samples are errors of the device, {} beyond a limit that is not told; "
                    "they are missing.",
                    s.name, s.errors, s.beyond));
        return r;
    }

    static Lead lead_of(Samples& s, std::size_t dimension, std::vector<std::string>& warnings) {
        Lead lead;
        const std::string base = s.name.empty() ? "signal" : s.name;
        lead.original_name = s.leads.size() > 1 ? std::format("{} {}", base, dimension + 1) : base;
        lead.name = normalised_lead_name(lead.original_name);
        lead.samples = std::move(s.leads[dimension]);
        if (s.ecg && kind_of_name(base).kind != NameKind::other) lead.declared = Declared::ecg;
        const double mv =
            to_millivolts(lead, s.unit, kind_of_name(base).kind != NameKind::other, warnings);
        const double gain = 1 / std::abs(s.factor * (mv > 0 ? mv : 1));
        lead.calibration.gain = usable_gain(gain) ? std::max(gain, 1000.0) : 1000;
        return lead;
    }

    const NamedBytes& file_;
    std::vector<Group> groups_;
    std::vector<Error> errors_;
};

}  // namespace

bool looks_like_fhir(const NamedBytes& file) {
    std::string_view text = as_text(file.bytes);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text = trimmed(text.substr(0, std::min<std::size_t>(text.size(), 1 << 26)));
    return text.starts_with('{') && text.contains("\"resourceType\"") &&
           (text.contains("SampledData\"") || text.contains("\"Observation\""));
}

std::vector<Result<Recording>> read_fhir(const NamedBytes& file) {
    return Reader(file).read();
}

}  // namespace telltale::formats
