#include "findings.hpp"

#include <algorithm>
#include <format>
#include <map>

#include "figures.hpp"
#include "view_math.hpp"

namespace telltale::window {
namespace {

template <class T>
std::string count_text(const std::optional<T>& value) {
    return value ? grouped(*value) : std::string();
}

void ectopy(const std::optional<messages::EctopyInfo>& told, std::string title,
            std::vector<FigureGroup>& groups) {
    if (!told) return;
    Group group(std::move(title));
    group.add("Beats", std::format("{}  ({:.1f} %)", grouped(told->total), told->burden_percent));
    if (told->total > 0) {
        // In beats, so that the lines add up to the total.
        const auto share = [&](const char* label, std::size_t episodes, std::size_t beats) {
            if (episodes > 0)
                group.add(label, std::format("{}  ({}×)", grouped(beats), grouped(episodes)));
        };
        group.count("in single beats", told->isolated);
        share("in couplets", told->couplets, 2 * told->couplets);
        share("in runs", told->runs, told->run_beats);
        share("in bigeminy", told->bigeminy, told->bigeminy_beats);
        share("in trigeminy", told->trigeminy, told->trigeminy_beats);
        const auto run = [&](const char* label, const std::optional<messages::EctopicRun>& r) {
            if (!r) return;
            std::string shown = std::format("{} beats", grouped(r->beats));
            if (r->rate_bpm) shown += std::format(", {:.0f}/min", *r->rate_bpm);
            group.add(label, shown, at(r->first));
        };
        run("Longest run", told->longest_run);
        run("Fastest run", told->fastest_run);
    }
    group.into(groups);
}

std::string words(std::string name) {
    std::ranges::replace(name, '_', ' ');
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z')
        name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
}

// Which rhythm holds when, and how long each holds in all.
void read_episodes(const messages::RhythmInfo& told, RhythmFindings& r) {
    if (const auto& whole = told.recording)
        r.whole = {words(whole->rhythm), whole->probability, whole->kind == "N"};
    if (!told.episodes) return;
    const auto& list = *told.episodes;
    for (const messages::RhythmEpisode& one : list)
        r.episodes.push_back({.rhythm = one.rhythm,
                              .words = words(one.words),
                              .grave = one.grave,
                              .first = at(one.first),
                              .last = at(one.last),
                              .probability = one.probability,
                              .by_person = one.by_person});
    Group totals("Time in each rhythm");
    for (std::size_t i = 0; i < list.size();) {
        const std::string& rhythm = list[i].rhythm;
        const std::string name = words(list[i].words);
        double seconds = 0;
        std::int64_t earliest = list[i].first;
        for (; i < list.size() && list[i].rhythm == rhythm; ++i) {
            seconds += list[i].seconds;
            earliest = std::min(earliest, list[i].first);
        }
        totals.add(name,
                   std::format("{}  ({:.1f} %)", elapsed(seconds, seconds < 60 ? 1 : 0),
                               told.duration_s > 0 ? 100 * seconds / told.duration_s : 0),
                   at(earliest));
    }
    totals.into(r.summary);
}

void read_summary(const messages::RhythmInfo& told, const std::optional<StartTime>& start,
                  RhythmFindings& r) {
    if (const auto& rate = told.heart_rate) {
        const auto extreme = [&](const messages::RatePointInfo& point) {
            return std::format("{:.0f}/min at {}", point.bpm, place(start, point.start_s));
        };
        Group("Heart rate")
            .value("Mean", rate->mean_bpm, 0, "/min")
            .add("5 to 95 %", std::format("{:.0f} to {:.0f} /min", rate->p5_bpm, rate->p95_bpm))
            .add("Slowest", extreme(rate->minimum), at(rate->minimum.first))
            .add("Fastest", extreme(rate->maximum), at(rate->maximum.first))
            .into(r.summary);
    }
    if (!told.periods.empty()) {
        Group periods("Day (6 to 22 h) and night");
        for (const messages::PeriodInfo& period : told.periods) {
            const messages::HourInfo& f = period.figures;
            std::string figures =
                f.mean_bpm ? std::format("{:.0f}/min", *f.mean_bpm) : std::string("no rate");
            if (f.minimum_bpm && f.maximum_bpm)
                figures += std::format(" ({:.0f} to {:.0f})", *f.minimum_bpm, *f.maximum_bpm);
            if (f.ventricular) figures += std::format(", V {}", grouped(*f.ventricular));
            if (f.supraventricular) figures += std::format(", S {}", grouped(*f.supraventricular));
            periods.add(std::format("{}{}", period.night ? "Night" : "Day",
                                    start ? " from " + time_of_day(later(*start, f.start_s))
                                          : std::string()),
                        std::move(figures), at(f.first));
        }
        periods.into(r.summary);
    }
    Group pauses("Pauses");
    if (const auto& longest = told.longest_rr)
        pauses.add("Longest RR",
                   std::format("{:.2f} s at {}", longest->seconds, place(start, longest->start_s)),
                   at(longest->first));
    pauses.count("2.5 s or longer", told.pauses).into(r.summary);
    ectopy(told.ventricular, "Ventricular ectopy", r.summary);
    ectopy(told.supraventricular, "Supraventricular ectopy", r.summary);

    read_episodes(told, r);
    Group rhythm("Rhythm");
    rhythm.count("Slow, below 50/min: episodes", told.bradycardia)
        .count("Fast, above 100/min: episodes", told.tachycardia);
    if (const auto& af = told.af_candidates) {
        rhythm.count("AF candidates", std::optional(af->episodes));
        if (!af->episodes.empty())
            rhythm.add("Time in them",
                       std::format("{}  ({:.1f} %)", elapsed(af->seconds), af->percent));
    }
    rhythm.into(r.summary);

    const double unreadable = told.unreadable_s;
    r.unreadable_percent = told.duration_s > 0 ? 100 * unreadable / told.duration_s : 0;
    Group signal("Signal");
    signal.add("Length", elapsed(told.duration_s))
        .add("Unreadable",
             unreadable > 0
                 ? std::format("{}  ({:.1f} %)", elapsed(unreadable, unreadable < 60 ? 1 : 0),
                               r.unreadable_percent)
                 : std::string("none"));
    if (told.beats_in_unreadable > 0)
        signal.count("Beats inside, left out", told.beats_in_unreadable);
    signal.into(r.summary);
}

void read_variability(const messages::HrvInfo& hrv, RhythmFindings& r) {
    const auto intervals = [&] {
        Group("Intervals")
            .count("Between beats", hrv.intervals)
            .count("Used, normal to normal", hrv.nn)
            .count("Left out: not normal", hrv.rejected_class)
            .count("Left out: unreadable", hrv.rejected_gap)
            .count("Left out: outlier", hrv.rejected_outlier)
            .into(r.variability);
    };
    if (hrv.untold) {
        r.variability_untold = *hrv.untold;
        return intervals();
    }
    Group("Time domain")
        .value("Mean NN", hrv.mean_nn_ms, 0, "ms")
        .value("SDNN", hrv.sdnn_ms, 1, "ms")
        .value("SDANN", hrv.sdann_ms, 1, "ms")
        .value("SDNN index", hrv.sdnn_index_ms, 1, "ms")
        .value("RMSSD", hrv.rmssd_ms, 1, "ms")
        .value("SDSD", hrv.sdsd_ms, 1, "ms")
        .value("pNN50", hrv.pnn50_percent, 1, "%")
        .value("pNN20", hrv.pnn20_percent, 1, "%")
        .into(r.variability);
    Group("Geometry")
        .value("Triangular index", hrv.triangular_index, 1, "")
        .value("TINN", hrv.tinn_ms, 0, "ms")
        .value("SD1", hrv.sd1_ms, 1, "ms")
        .value("SD2", hrv.sd2_ms, 1, "ms")
        .into(r.variability);
    Group("Heart rate turbulence, deceleration")
        .value("Deceleration capacity", hrv.deceleration_capacity_ms, 1, "ms")
        .value("Turbulence onset", hrv.turbulence_onset_percent, 2, "%")
        .value("Turbulence slope", hrv.turbulence_slope_ms, 1, "ms/RR")
        .count(
            hrv.turbulence_onset_percent ? "from V beats" : "V beats to tell turbulence: 5, here",
            hrv.turbulence_beats)
        .into(r.variability);
    const auto spectrum = [&](const std::optional<messages::SpectrumInfo>& s, const char* title) {
        if (!s) return;
        Group(title)
            .value("VLF", s->vlf_ms2, 0, "ms²")
            .value("LF", s->lf_ms2, 0, "ms²")
            .value("HF", s->hf_ms2, 0, "ms²")
            .value("LF, normalised", s->lf_nu, 1, "%")
            .value("HF, normalised", s->hf_nu, 1, "%")
            .value("LF / HF", s->lf_hf, 2, "")
            .into(r.variability);
    };
    spectrum(hrv.welch, "Spectrum (Welch)");
    spectrum(hrv.lomb_scargle, "Spectrum (Lomb-Scargle)");
    intervals();
}

}  // namespace

RhythmFindings read_rhythm(const messages::RhythmInfo& told,
                           const std::optional<StartTime>& start) {
    RhythmFindings r;
    read_summary(told, start, r);
    if (told.hrv) read_variability(*told.hrv, r);
    const auto bpm = [](const std::optional<double>& value) {
        return value ? std::format("{:.0f}", *value) : std::string();
    };
    for (const messages::HourInfo& hour : told.hours)
        r.hours.push_back(
            {.first = at(hour.first),
             .hour = start ? time_of_day(later(*start, hour.start_s)) : elapsed(hour.start_s),
             .beats = grouped(hour.beats),
             .mean = bpm(hour.mean_bpm),
             .low = bpm(hour.minimum_bpm),
             .high = bpm(hour.maximum_bpm),
             .ventricular = count_text(hour.ventricular),
             .supraventricular = count_text(hour.supraventricular),
             .pauses = grouped(hour.pauses),
             .unreadable = hour.unreadable_s > 0 ? elapsed(hour.unreadable_s) : std::string()});
    for (const messages::ExtremeInfo& extreme : told.extremes)
        r.extremes.push_back({{}, extreme.text, at(extreme.first), at(extreme.last)});
    for (const messages::RhythmEvent& event : told.events)
        r.events.push_back(
            {event.kind, event.text, at(event.first), at(event.last), event.rate_bpm.value_or(0)});
    return r;
}

QualityFindings read_quality(const messages::QualityInfo& told, double length) {
    QualityFindings q;
    for (const messages::Place& stretch : told.unreadable)
        q.unreadable.push_back({at(stretch.first), at(stretch.last)});
    if (!(length > 0)) return q;
    for (const messages::LeadQuality& lead : told.leads) {
        PoorLead poor{.name = lead.name, .unreadable_percent = 0, .defects = {}};
        struct Share {
            double samples = 0;
            std::optional<double> first;
        };
        std::map<std::string, Share> shares;
        double bad = 0, until = 0;  // unreadable stretches of several defects may overlap
        for (const messages::PoorStretchInfo& stretch : lead.poor) {
            const double first = at(stretch.first), last = at(stretch.last);
            Share& share = shares[stretch.defect];
            share.samples += last - first;
            if (!share.first) share.first = first;
            if (!stretch.unreadable) continue;
            bad += std::max(0.0, last - std::max(first, until));
            until = std::max(until, last);
        }
        poor.unreadable_percent = 100 * bad / length;
        for (const auto& [name, share] : shares)
            poor.defects.push_back(
                {words(name), std::format("{:.1f} %", 100 * share.samples / length), share.first});
        q.leads.push_back(std::move(poor));
    }
    return q;
}

Comparison read_comparison(const messages::ComparisonInfo& told) {
    Comparison c;
    for (std::size_t row = 0; row < std::min(told.matrix.size(), comparison_labels); ++row)
        for (std::size_t column = 0; column < std::min(told.matrix[row].size(), comparison_labels);
             ++column)
            c.matrix[row][column] = static_cast<double>(told.matrix[row][column]);
    for (const auto& [sample, reference, found] : told.mismatches) {
        constexpr auto labels = static_cast<std::int64_t>(comparison_labels);
        if (reference < 0 || reference >= labels || found < 0 || found >= labels) continue;
        c.mismatches.push_back(
            {at(sample), static_cast<std::uint8_t>(reference), static_cast<std::uint8_t>(found)});
    }
    c.qrs_sensitivity = told.qrs_sensitivity;
    c.qrs_predictivity = told.qrs_predictivity;
    for (const messages::RocInfo& curve : told.roc)
        if (curve.points.size() >= 2)
            c.roc.push_back({.class_name = curve.class_,
                             .area = curve.area,
                             .positives = curve.positives,
                             .points = curve.points});
    return c;
}

void Findings::set_clusters(const messages::ClustersInfo& told) {
    std::vector<ClusterInfo> list;
    for (const messages::ClusterInfo& cluster : told.clusters) {
        ClusterInfo& info = list.emplace_back();
        info.beats = cluster.beats;
        info.typical = cluster.typical;
        info.mean_correlation = cluster.mean_correlation;
        info.outliers = cluster.outliers.size();
    }
    cluster_of.clear();
    for (const auto& of : told.cluster_of) {
        const bool known = of && *of >= 0 && static_cast<std::size_t>(*of) < list.size();
        if (known)
            list[static_cast<std::size_t>(*of)].members.push_back(
                static_cast<std::uint32_t>(cluster_of.size()));
        cluster_of.push_back(known ? *of : -1);
    }
    clusters = std::move(list);
}

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
