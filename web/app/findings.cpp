#include "findings.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <map>
#include <nlohmann/json.hpp>

#include "view_math.hpp"

namespace telltale::window {
namespace {

using Json = nlohmann::json;

const Json* at(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto it = object.find(key);
    return it == object.end() ? nullptr : &*it;
}

std::optional<double> number(const Json& object, const char* key) {
    const Json* value = at(object, key);
    if (!value || !value->is_number()) return std::nullopt;
    return value->get<double>();
}

std::string text(const Json& object, const char* key) {
    const Json* value = at(object, key);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

const Json& part(const Json& object, const char* key) {
    static const Json nothing;
    const Json* value = at(object, key);
    return value ? *value : nothing;
}

std::size_t index_of(double value) {
    return value > 0 && value < 4e9 ? static_cast<std::size_t>(value) : 0;
}

std::string count_text(std::optional<double> value) {
    return value ? grouped(index_of(*value)) : std::string();
}

// Builds a group of figures; what is absent leaves no line.
class Group {
public:
    explicit Group(std::string title) { group_.title = std::move(title); }

    Group& add(std::string label, std::optional<std::string> value,
               std::optional<double> go_to = {}) {
        if (value) group_.figures.push_back({std::move(label), std::move(*value), go_to});
        return *this;
    }
    Group& value(std::string label, std::optional<double> value, int digits, std::string_view unit,
                 std::optional<double> go_to = {}) {
        if (!value) return *this;
        std::string shown = std::format("{:.{}f}", *value, digits);
        if (!unit.empty()) shown += std::format(" {}", unit);
        return add(std::move(label), std::move(shown), go_to);
    }
    Group& count(std::string label, std::optional<double> value, std::optional<double> go_to = {}) {
        if (!value) return *this;
        return add(std::move(label), grouped(index_of(*value)), go_to);
    }
    void into(std::vector<FigureGroup>& groups) {
        if (!group_.figures.empty()) groups.push_back(std::move(group_));
    }

private:
    FigureGroup group_;
};

void ectopy(const Json& json, std::string title, std::vector<FigureGroup>& groups) {
    if (!json.is_object()) return;
    Group group(std::move(title));
    const double total = number(json, "total").value_or(0);
    group.add("Beats", std::format("{}  ({:.{}f} %)", grouped(index_of(total)),
                                   number(json, "burden_percent").value_or(0), 1));
    if (total > 0) {
        // In beats, so that the lines add up to the total.
        const auto share = [&](const char* label, const char* episodes, const char* beats,
                               double of_each) {
            const double n = number(json, episodes).value_or(0);
            if (n <= 0) return;
            const double in = of_each > 0 ? of_each * n : number(json, beats).value_or(0);
            group.add(label, std::format("{}  ({}×)", grouped(index_of(in)), grouped(index_of(n))));
        };
        group.count("in single beats", number(json, "isolated"));
        share("in couplets", "couplets", "", 2);
        share("in runs", "runs", "run_beats", 0);
        share("in bigeminy", "bigeminy", "bigeminy_beats", 0);
        share("in trigeminy", "trigeminy", "trigeminy_beats", 0);
        const auto run = [&](const char* label, const char* key) {
            const Json& r = part(json, key);
            if (!r.is_object()) return;
            std::string shown = std::format("{} beats", count_text(number(r, "beats")));
            if (const auto rate = number(r, "rate_bpm"))
                shown += std::format(", {:.0f}/min", *rate);
            group.add(label, shown, number(r, "first"));
        };
        run("Longest run", "longest_run");
        run("Fastest run", "fastest_run");
    }
    group.into(groups);
}

// A sample's place in the recording, as it is written.
struct Times {
    double sampling_rate;
    std::optional<StartTime> start;

    [[nodiscard]] std::string at(double sample) const {
        return place(start, sample / sampling_rate);
    }
};

std::string words(std::string name) {
    std::ranges::replace(name, '_', ' ');
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z')
        name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
}

// Which rhythm holds when, and how long each holds in all.
void read_episodes(const Json& json, const Times& times, RhythmFindings& r) {
    if (const Json& whole = part(json, "recording"); whole.is_object())
        r.whole = {words(text(whole, "rhythm")), number(whole, "probability").value_or(0),
                   text(whole, "kind") == "N"};
    const Json& list = part(json, "episodes");
    if (!list.is_array()) return;
    for (const Json& one : list) {
        const Json* grave = at(one, "grave");
        r.episodes.push_back({.rhythm = text(one, "rhythm"),
                              .words = words(text(one, "words")),
                              .grave = grave && grave->is_boolean() && grave->get<bool>(),
                              .first = number(one, "first").value_or(0),
                              .last = number(one, "last").value_or(0),
                              .probability = number(one, "probability").value_or(0)});
    }
    const double duration = number(json, "duration_s").value_or(0);
    Group totals("Time in each rhythm");
    for (std::size_t i = 0; i < r.episodes.size();) {
        const EpisodeInfo& first = r.episodes[i];
        double samples = 0, earliest = first.first;
        for (; i < r.episodes.size() && r.episodes[i].rhythm == first.rhythm; ++i) {
            samples += r.episodes[i].last - r.episodes[i].first;
            earliest = std::min(earliest, r.episodes[i].first);
        }
        const double seconds = samples / times.sampling_rate;
        totals.add(first.words,
                   std::format("{}  ({:.1f} %)", elapsed(seconds, seconds < 60 ? 1 : 0),
                               duration > 0 ? 100 * seconds / duration : 0),
                   earliest);
    }
    totals.into(r.summary);
}

void read_summary(const Json& json, const Times& times, RhythmFindings& r) {
    const Json& rate = part(json, "heart_rate");
    if (rate.is_object()) {
        const auto extreme = [&](const char* key) -> std::optional<std::string> {
            const Json& point = part(rate, key);
            const auto bpm = number(point, "bpm"), first = number(point, "first");
            if (!bpm || !first) return std::nullopt;
            return std::format("{:.0f}/min at {}", *bpm, times.at(*first));
        };
        Group("Heart rate")
            .value("Mean", number(rate, "mean_bpm"), 0, "/min")
            .add("5 to 95 %",
                 std::format("{:.0f} to {:.0f} /min", number(rate, "p5_bpm").value_or(0),
                             number(rate, "p95_bpm").value_or(0)))
            .add("Slowest", extreme("minimum"), number(part(rate, "minimum"), "first"))
            .add("Fastest", extreme("maximum"), number(part(rate, "maximum"), "first"))
            .into(r.summary);
    }
    Group pauses("Pauses");
    if (const Json& longest = part(json, "longest_rr"); longest.is_object())
        pauses.add("Longest RR",
                   std::format("{:.2f} s at {}", number(longest, "seconds").value_or(0),
                               times.at(number(longest, "first").value_or(0))),
                   number(longest, "first"));
    if (const Json& list = part(json, "pauses"); list.is_array()) {
        std::optional<double> first;
        if (!list.empty()) first = number(list.front(), "first");
        pauses.count("2.5 s or longer", static_cast<double>(list.size()), first);
    }
    pauses.into(r.summary);
    ectopy(part(json, "ventricular"), "Ventricular ectopy", r.summary);
    ectopy(part(json, "supraventricular"), "Supraventricular ectopy", r.summary);

    read_episodes(json, times, r);
    Group rhythm("Rhythm");
    const auto episodes = [&](const char* label, const Json& list) {
        if (!list.is_array()) return;
        std::optional<double> first;
        if (!list.empty()) first = number(list.front(), "first");
        rhythm.count(label, static_cast<double>(list.size()), first);
    };
    episodes("Slow, below 50/min: episodes", part(json, "bradycardia"));
    episodes("Fast, above 100/min: episodes", part(json, "tachycardia"));
    if (const Json& af = part(json, "af_candidates"); af.is_object()) {
        const Json& list = part(af, "episodes");
        episodes("AF candidates", list);
        if (list.is_array() && !list.empty())
            rhythm.add("Time in them",
                       std::format("{}  ({:.1f} %)", elapsed(number(af, "seconds").value_or(0)),
                                   number(af, "percent").value_or(0)));
    }
    rhythm.into(r.summary);

    const double duration = number(json, "duration_s").value_or(0);
    const double unreadable = number(json, "unreadable_s").value_or(0);
    r.unreadable_percent = duration > 0 ? 100 * unreadable / duration : 0;
    Group("Signal")
        .add("Length", elapsed(duration))
        .add("Unreadable",
             unreadable > 0
                 ? std::format("{}  ({:.1f} %)", elapsed(unreadable, unreadable < 60 ? 1 : 0),
                               r.unreadable_percent)
                 : std::string("none"))
        .count("Beats inside, left out", number(json, "beats_in_unreadable").value_or(0) > 0
                                             ? number(json, "beats_in_unreadable")
                                             : std::nullopt)
        .into(r.summary);
}

void read_variability(const Json& hrv, RhythmFindings& r) {
    if (!hrv.is_object()) return;
    Group("Time domain")
        .value("Mean NN", number(hrv, "mean_nn_ms"), 0, "ms")
        .value("SDNN", number(hrv, "sdnn_ms"), 1, "ms")
        .value("SDANN", number(hrv, "sdann_ms"), 1, "ms")
        .value("SDNN index", number(hrv, "sdnn_index_ms"), 1, "ms")
        .value("RMSSD", number(hrv, "rmssd_ms"), 1, "ms")
        .value("SDSD", number(hrv, "sdsd_ms"), 1, "ms")
        .value("pNN50", number(hrv, "pnn50_percent"), 1, "%")
        .value("pNN20", number(hrv, "pnn20_percent"), 1, "%")
        .into(r.variability);
    Group("Geometry")
        .value("Triangular index", number(hrv, "triangular_index"), 1, "")
        .value("TINN", number(hrv, "tinn_ms"), 0, "ms")
        .value("SD1", number(hrv, "sd1_ms"), 1, "ms")
        .value("SD2", number(hrv, "sd2_ms"), 1, "ms")
        .into(r.variability);
    const auto spectrum = [&](const char* key, const char* title) {
        const Json& s = part(hrv, key);
        if (!s.is_object()) return;
        Group(title)
            .value("VLF", number(s, "vlf_ms2"), 0, "ms²")
            .value("LF", number(s, "lf_ms2"), 0, "ms²")
            .value("HF", number(s, "hf_ms2"), 0, "ms²")
            .value("LF, normalised", number(s, "lf_nu"), 1, "%")
            .value("HF, normalised", number(s, "hf_nu"), 1, "%")
            .value("LF / HF", number(s, "lf_hf"), 2, "")
            .into(r.variability);
    };
    spectrum("welch", "Spectrum (Welch)");
    spectrum("lomb_scargle", "Spectrum (Lomb-Scargle)");
    Group("Intervals")
        .count("Between beats", number(hrv, "intervals"))
        .count("Used, normal to normal", number(hrv, "nn"))
        .count("Left out: not normal", number(hrv, "rejected_class"))
        .count("Left out: unreadable", number(hrv, "rejected_gap"))
        .count("Left out: outlier", number(hrv, "rejected_outlier"))
        .into(r.variability);
}

RhythmFindings read_rhythm(const Json& json, const Times& times) {
    RhythmFindings r;
    read_summary(json, times, r);
    read_variability(part(json, "hrv"), r);
    if (const Json& hours = part(json, "hours"); hours.is_array()) {
        for (const Json& hour : hours) {
            const auto bpm = [&](const char* key) {
                const auto value = number(hour, key);
                return value ? std::format("{:.0f}", *value) : std::string();
            };
            const double first = number(hour, "first").value_or(0);
            const double bad = number(hour, "unreadable_s").value_or(0);
            r.hours.push_back(
                {.first = first,
                 .hour = times.start ? time_of_day(later(*times.start, first / times.sampling_rate))
                                     : elapsed(first / times.sampling_rate),
                 .beats = count_text(number(hour, "beats")),
                 .mean = bpm("mean_bpm"),
                 .low = bpm("minimum_bpm"),
                 .high = bpm("maximum_bpm"),
                 .ventricular = count_text(number(hour, "ventricular")),
                 .supraventricular = count_text(number(hour, "supraventricular")),
                 .pauses = count_text(number(hour, "pauses")),
                 .unreadable = bad > 0 ? elapsed(bad) : std::string()});
        }
    }
    if (const Json& events = part(json, "events"); events.is_array())
        for (const Json& event : events)
            r.events.push_back(
                {text(event, "kind"), text(event, "text"), number(event, "first").value_or(0),
                 number(event, "last").value_or(0), number(event, "rate_bpm").value_or(0)});
    return r;
}

QualityFindings read_quality(const Json& json, double length) {
    QualityFindings q;
    if (const Json& list = part(json, "unreadable"); list.is_array())
        for (const Json& stretch : list)
            q.unreadable.push_back(
                {number(stretch, "first").value_or(0), number(stretch, "last").value_or(0)});
    const Json& leads = part(json, "leads");
    if (!leads.is_array() || !(length > 0)) return q;
    for (const Json& lead : leads) {
        PoorLead poor{.name = text(lead, "name"), .unreadable_percent = 0, .defects = {}};
        struct Share {
            double samples = 0;
            std::optional<double> first;
        };
        std::map<std::string, Share> shares;
        double bad = 0, until = 0;  // unreadable stretches of several defects may overlap
        if (const Json& list = part(lead, "poor"); list.is_array())
            for (const Json& stretch : list) {
                const double first = number(stretch, "first").value_or(0),
                             last = number(stretch, "last").value_or(0);
                Share& share = shares[text(stretch, "defect")];
                share.samples += last - first;
                if (!share.first) share.first = first;
                if (const Json* flag = at(stretch, "unreadable");
                    flag && flag->is_boolean() && flag->get<bool>()) {
                    bad += std::max(0.0, last - std::max(first, until));
                    until = std::max(until, last);
                }
            }
        poor.unreadable_percent = 100 * bad / length;
        for (const auto& [name, share] : shares)
            poor.defects.push_back(
                {words(name), std::format("{:.1f} %", 100 * share.samples / length), share.first});
        q.leads.push_back(std::move(poor));
    }
    return q;
}

Comparison read_comparison(const Json& json) {
    Comparison c;
    if (const Json& matrix = part(json, "matrix"); matrix.is_array())
        for (std::size_t row = 0; row < std::min(matrix.size(), comparison_labels); ++row)
            if (matrix[row].is_array())
                for (std::size_t column = 0;
                     column < std::min(matrix[row].size(), comparison_labels); ++column)
                    if (matrix[row][column].is_number())
                        c.matrix[row][column] = matrix[row][column].get<double>();
    if (const Json& list = part(json, "mismatches"); list.is_array())
        for (const Json& m : list) {
            if (!m.is_array() || m.size() != 3 || !m[0].is_number() || !m[1].is_number_unsigned() ||
                !m[2].is_number_unsigned())
                continue;
            const auto reference = m[1].get<std::uint64_t>(), found = m[2].get<std::uint64_t>();
            if (reference >= comparison_labels || found >= comparison_labels) continue;
            c.mismatches.push_back({m[0].get<double>(), static_cast<std::uint8_t>(reference),
                                    static_cast<std::uint8_t>(found)});
        }
    c.qrs_sensitivity = number(json, "qrs_sensitivity");
    c.qrs_predictivity = number(json, "qrs_predictivity");
    if (const Json& list = part(json, "roc"); list.is_array())
        for (const Json& curve : list) {
            Comparison::Roc roc{.class_name = text(curve, "class"),
                                .area = number(curve, "area").value_or(0),
                                .positives = static_cast<std::size_t>(
                                    std::max(0.0, number(curve, "positives").value_or(0))),
                                .points = {}};
            if (const Json& points = part(curve, "points"); points.is_array())
                for (const Json& p : points)
                    if (p.is_array() && p.size() == 2 && p[0].is_number() && p[1].is_number())
                        roc.points.push_back({p[0].get<double>(), p[1].get<double>()});
            if (roc.points.size() >= 2) c.roc.push_back(std::move(roc));
        }
    return c;
}

void read_clusters(const Json& json, Findings& findings) {
    std::vector<ClusterInfo> clusters;
    if (const Json& list = part(json, "clusters"); list.is_array())
        for (const Json& cluster : list) {
            ClusterInfo info;
            info.beats = index_of(number(cluster, "beats").value_or(0));
            info.typical = index_of(number(cluster, "typical").value_or(0));
            info.mean_correlation = number(cluster, "mean_correlation").value_or(0);
            info.outliers =
                part(cluster, "outliers").is_array() ? part(cluster, "outliers").size() : 0;
            clusters.push_back(std::move(info));
        }
    findings.cluster_of.clear();
    if (const Json& list = part(json, "cluster_of"); list.is_array())
        for (const Json& value : list) {
            const std::size_t cluster =
                value.is_number() ? index_of(value.get<double>()) : clusters.size();
            if (cluster < clusters.size())
                clusters[cluster].members.push_back(
                    static_cast<std::uint32_t>(findings.cluster_of.size()));
            findings.cluster_of.push_back(
                cluster < clusters.size() ? static_cast<std::int32_t>(cluster) : -1);
        }
    findings.clusters = std::move(clusters);
}

}  // namespace

std::optional<double> Comparison::sensitivity(std::size_t label) const {
    double all = 0;
    for (const double n : matrix[label]) all += n;
    if (all <= 0) return std::nullopt;
    return matrix[label][label] / all;
}

std::optional<double> Comparison::predictivity(std::size_t label) const {
    double all = 0;
    for (const auto& row : matrix) all += row[label];
    if (all <= 0) return std::nullopt;
    return matrix[label][label] / all;
}

void Findings::set_density(std::size_t cluster, std::size_t columns, std::size_t rows, float low,
                           float high, double first_s, double last_s,
                           const std::vector<float>& counts) {
    if (!clusters || cluster >= clusters->size() || counts.size() != columns * rows) return;
    ClusterInfo& info = (*clusters)[cluster];
    info.columns = columns;
    info.rows = rows;
    info.low = low;
    info.high = high;
    info.first_s = first_s;
    info.last_s = last_s;
    info.density = counts;
    const float most = counts.empty() ? 0 : std::ranges::max(counts);
    if (most > 0)
        for (float& value : info.density) value /= most;
}

bool read_findings(Findings& findings, const Json& message, double sampling_rate, double length,
                   const std::optional<StartTime>& start) {
    const std::string type = text(message, "type");
    if (type == "rhythm")
        findings.rhythm = read_rhythm(message, {sampling_rate, start});
    else if (type == "quality")
        findings.quality = read_quality(message, length);
    else if (type == "comparison")
        findings.comparison = read_comparison(message);
    else if (type == "clusters")
        read_clusters(message, findings);
    else
        return false;
    return true;
}

std::string_view EpisodeInfo::code() const {
    constexpr std::array<std::array<std::string_view, 2>, 9> codes = {{{"VFL", "VF"},
                                                                       {"ASYS", "ASY"},
                                                                       {"VT", "VT"},
                                                                       {"SVTA", "SVT"},
                                                                       {"AFIB", "AF"},
                                                                       {"AFL", "AFL"},
                                                                       {"NOISE", "~"},
                                                                       {"P", "P"},
                                                                       {"other", "?"}}};
    for (const auto& [name, code] : codes)
        if (name == rhythm) return code;
    return {};
}

std::string event_title(std::string_view kind) {
    if (kind == "r_on_t") return "R on T";
    if (kind == "af_candidate") return "AF candidate";
    if (kind == "ventricular_fibrillation") return "Ventricular flutter or fibrillation";
    return words(std::string(kind));
}

}  // namespace telltale::window
