#include "cli/collect_columns.hpp"

#include <format>
#include <functional>
#include <map>
#include <string>

namespace telltale::cli {
namespace {

using Pointer = Json::json_pointer;

// Null where it is not known.
Json find(const Json& in, const std::string& path) {
    const Pointer pointer(path);
    return in.contains(pointer) ? in.at(pointer) : Json();
}

// How long each rhythm held, by WFDB's names; no entry where no rhythm was judged.
std::map<std::string, double> rhythms(const Json& recording) {
    std::map<std::string, double> seconds;
    for (const Json& episode : find(recording, "/rhythm/episodes"))
        seconds[episode.value("rhythm", "")] += episode.value("seconds", 0.0);
    return seconds;
}

// "AFIB 120.5 s; N 1680 s", or what a short recording is as a whole.
Json rhythm_in_words(const Json& recording) {
    if (const Json whole = find(recording, "/rhythm/recording/rhythm"); whole.is_string())
        return whole;
    std::string text;
    for (const auto& [name, seconds] : rhythms(recording))
        text += std::format("{}{} {:.1f} s", text.empty() ? "" : "; ", name, seconds);
    return text.empty() ? Json() : Json(text);
}

Json share_of_rhythm(const Json& recording, const std::string& name) {
    const auto all = rhythms(recording);
    double sum = 0;
    for (const auto& [one, seconds] : all) sum += seconds;
    if (sum <= 0) return {};
    const auto found = all.find(name);
    return found == all.end() ? 0.0 : 100 * found->second / sum;
}

Json percent_of_duration(const Json& recording, const std::string& path) {
    const Json part = find(recording, path), whole = find(recording, "/rhythm/duration_s");
    if (!part.is_number() || !whole.is_number() || whole.get<double>() <= 0) return {};
    return 100 * part.get<double>() / whole.get<double>();
}

Json how_many(const Json& recording, const std::string& path) {
    const Json list = find(recording, path);
    return list.is_array() ? Json(list.size()) : Json();
}

Json joined(const Json& recording, const std::string& path) {
    std::string text;
    for (const Json& one : find(recording, path))
        if (one.is_string()) text += (text.empty() ? "" : "; ") + one.get<std::string>();
    return text.empty() ? Json() : Json(text);
}

struct Column {
    std::string name;
    std::function<Json(const Json&)> of;
};

Column at(std::string name, std::string path) {
    return {std::move(name), [path = std::move(path)](const Json& r) { return find(r, path); }};
}

std::vector<Column> make_columns() {
    std::vector<Column> all = {
        at("recording", "/recording"), at("lead", "/lead"),
        at("model", "/model/name"),    at("model_version", "/model/version"),
        at("start", "/start"),         at("duration_s", "/summary/duration_s"),
        at("beats", "/summary/beats")};
    for (const std::string name : {"N", "S", "V", "F", "Q"})
        all.push_back(at("beats_" + name, "/summary/classes/" + name));
    all.push_back(at("beats_unclassified", "/summary/unclassified"));

    all.push_back(at("mean_bpm", "/rhythm/heart_rate/mean_bpm"));
    all.push_back(at("minimum_bpm", "/rhythm/heart_rate/minimum/bpm"));
    all.push_back(at("maximum_bpm", "/rhythm/heart_rate/maximum/bpm"));
    all.push_back(at("longest_rr_s", "/rhythm/longest_rr/seconds"));
    all.push_back({"pauses", [](const Json& r) { return how_many(r, "/rhythm/pauses"); }});
    all.push_back({"rhythm", rhythm_in_words});
    all.push_back({"af_percent", [](const Json& r) { return share_of_rhythm(r, "AFIB"); }});

    for (const std::string kind : {"supraventricular", "ventricular"}) {
        const std::string of = "/rhythm/" + kind;
        all.push_back(at(kind + "_beats", of + "/total"));
        all.push_back(at(kind + "_burden_percent", of + "/burden_percent"));
        all.push_back(at(kind + "_couplets", of + "/couplets"));
        all.push_back(at(kind + "_runs", of + "/runs"));
        all.push_back(at(kind + "_longest_run_beats", of + "/longest_run/beats"));
        all.push_back(at(kind + "_fastest_run_bpm", of + "/fastest_run/rate_bpm"));
        all.push_back(at(kind + "_bigeminy", of + "/bigeminy"));
        all.push_back(at(kind + "_trigeminy", of + "/trigeminy"));
    }
    all.push_back({"r_on_t", [](const Json& r) { return how_many(r, "/rhythm/r_on_t"); }});

    all.push_back(at("nn", "/rhythm/hrv/nn"));
    all.push_back(at("nn_rejected_percent", "/rhythm/hrv/rejected_percent"));
    for (const std::string name : {"mean_nn_ms", "sdnn_ms", "sdann_ms", "sdnn_index_ms", "rmssd_ms",
                                   "pnn50_percent", "triangular_index", "sd1_ms", "sd2_ms"})
        all.push_back(at(name, "/rhythm/hrv/" + name));
    for (const std::string name : {"vlf_ms2", "lf_ms2", "hf_ms2", "lf_hf"})
        all.push_back(at(name, "/rhythm/hrv/welch/" + name));

    all.push_back(at("unreadable_s", "/rhythm/unreadable_s"));
    for (const std::string name : {"pr", "qrs", "qt", "qtc_fridericia"})
        all.push_back({name + "_ms", [name](const Json& r) {
                           return find(r, "/intervals/all/" + name + "/median");
                       }});
    all.push_back({"unreadable_percent",
                   [](const Json& r) { return percent_of_duration(r, "/rhythm/unreadable_s"); }});
    all.push_back(at("no_beats_s", "/rhythm/no_beats_s"));
    all.push_back({"warnings", [](const Json& r) { return joined(r, "/warnings"); }});
    return all;
}

const std::vector<Column>& columns() {
    static const std::vector<Column> all = make_columns();
    return all;
}

}  // namespace

const std::vector<std::string>& table_columns() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Column& column : columns()) all.push_back(column.name);
        return all;
    }();
    return names;
}

Json table_row(const Json& recording) {
    Json row = Json::object();
    for (const Column& column : columns()) row[column.name] = column.of(recording);
    return row;
}

}  // namespace telltale::cli
