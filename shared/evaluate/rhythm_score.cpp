#include "evaluate/rhythm_score.hpp"

#include <algorithm>
#include <format>
#include <nlohmann/json.hpp>
#include <utility>

namespace telltale::evaluate {
namespace {

std::string brought_together(std::string_view aux) {
    // "(VFIB" and whatever blanks or zeros the file ends it with.
    if (aux.starts_with('(')) aux.remove_prefix(1);
    aux = aux.substr(0, aux.find_first_of(std::string_view(" \t\0", 3)));
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> same = {
        {{"NSR", "N"},
         {"SBR", "N"},
         {"B", "N"},
         {"BI", "N"},
         {"T", "N"},
         {"AB", "N"},
         {"PREX", "N"},
         {"BII", "N"},
         {"VF", "VFL"},
         {"VFIB", "VFL"},
         {"PM", "P"},
         {"AF", "AFIB"}}};
    for (const auto& [from, to] : same)
        if (aux == from) return std::string(to);
    return std::string(aux);
}

bool among(const std::string& rhythm, const std::vector<std::string>& list) {
    return std::ranges::find(list, rhythm) != list.end();
}

/// Stretches of some rhythms, those that touch joined.
std::vector<Interval> only(std::span<const RhythmStretch> stretches,
                           const std::vector<std::string>& rhythms) {
    std::vector<Interval> result;
    for (const RhythmStretch& s : stretches) {
        if (!among(s.rhythm, rhythms) || s.first >= s.last) continue;
        if (!result.empty() && result.back().last >= s.first)
            result.back().last = std::max(result.back().last, s.last);
        else
            result.push_back({s.first, s.last});
    }
    return result;
}

/// a without b; both sorted and apart.
std::vector<Interval> without(const std::vector<Interval>& a, const std::vector<Interval>& b) {
    std::vector<Interval> result;
    std::size_t next = 0;
    for (Interval rest : a) {
        while (next < b.size() && b[next].last <= rest.first) ++next;
        for (std::size_t k = next; k < b.size() && b[k].first < rest.last; ++k) {
            if (b[k].first > rest.first) result.push_back({rest.first, b[k].first});
            rest.first = std::max(rest.first, b[k].last);
        }
        if (rest.first < rest.last) result.push_back(rest);
    }
    return result;
}

std::int64_t total(const std::vector<Interval>& list) {
    std::int64_t sum = 0;
    for (const Interval& i : list) sum += i.last - i.first;
    return sum;
}

/// How many of `a` meet any of `b`.
std::size_t meeting(const std::vector<Interval>& a, const std::vector<Interval>& b) {
    std::size_t count = 0, next = 0;
    for (const Interval& i : a) {
        while (next < b.size() && b[next].last <= i.first) ++next;
        if (next < b.size() && b[next].first < i.last) ++count;
    }
    return count;
}

std::optional<double> percent(double part, double whole) {
    if (whole <= 0) return std::nullopt;
    return 100 * part / whole;
}

}  // namespace

std::vector<RhythmStretch> reference_rhythms(std::span<const Annotation> annotations,
                                             std::int64_t length) {
    std::vector<RhythmStretch> result;
    for (const Annotation& a : annotations) {
        if (a.code != Code::rhythm || a.sample >= length) continue;
        if (!result.empty()) result.back().last = a.sample;
        result.push_back({brought_together(a.aux), std::max<std::int64_t>(a.sample, 0), length});
    }
    std::erase_if(result, [](const RhythmStretch& s) { return s.first >= s.last; });
    return result;
}

std::optional<double> RhythmCounts::sensitivity() const {
    return percent(both_s, reference_s);
}
std::optional<double> RhythmCounts::predictive_value() const {
    return percent(both_s, marked_s);
}
RhythmCounts& RhythmCounts::operator+=(const RhythmCounts& o) {
    reference_s += o.reference_s;
    marked_s += o.marked_s;
    both_s += o.both_s;
    reference_episodes += o.reference_episodes;
    found += o.found;
    marked_episodes += o.marked_episodes;
    right += o.right;
    return *this;
}

std::vector<RhythmQuestion> rhythm_questions() {
    return {{"VT+VFL", {"VT", "VFL"}},
            {"VT", {"VT"}},
            {"VFL", {"VFL"}},
            {"ASYS", {"ASYS"}},
            {"AFIB", {"AFIB"}, {"NOISE", "AFL"}},
            {"AFL", {"AFL"}},
            {"AFIB+AFL", {"AFIB", "AFL"}},
            {"SVTA", {"SVTA"}},
            {"P", {"P"}},
            {"NOISE", {"NOISE"}, {}},
            {"N", {"N"}}};
}

std::optional<double> RhythmScore::false_per_hour(const std::string& question) const {
    const auto found = counts.find(question);
    if (found == counts.end() || judged_s <= 0) return std::nullopt;
    const RhythmCounts& c = found->second;
    return static_cast<double>(c.marked_episodes - c.right) / (judged_s / 3600);
}

RhythmScore& RhythmScore::operator+=(const RhythmScore& o) {
    for (const auto& [name, c] : o.counts) counts[name] += c;
    judged_s += o.judged_s;
    return *this;
}

RhythmScore score_rhythms(std::span<const RhythmStretch> reference,
                          std::span<const RhythmStretch> marked, double rate,
                          std::span<const RhythmQuestion> questions) {
    RhythmScore score;
    std::vector<Interval> known;
    for (const RhythmStretch& s : reference) {
        if (!known.empty() && known.back().last == s.first)
            known.back().last = s.last;
        else
            known.push_back({s.first, s.last});
    }
    score.judged_s = static_cast<double>(total(known)) / rate;
    // Time without a reference is left out of every question.
    std::vector<Interval> unknown;
    std::int64_t at = 0;
    for (const Interval& k : known) {
        if (k.first > at) unknown.push_back({at, k.first});
        at = k.last;
    }
    unknown.push_back({at, std::max(at, marked.empty() ? at : marked.back().last)});
    for (const RhythmQuestion& question : questions) {
        const auto out = only(reference, question.left_out);
        const auto clean = [&](std::span<const RhythmStretch> list) {
            return without(without(only(list, question.rhythms), out), unknown);
        };
        const std::vector<Interval> truth = clean(reference), given = clean(marked);
        RhythmCounts c;
        c.reference_s = static_cast<double>(total(truth)) / rate;
        c.marked_s = static_cast<double>(total(given)) / rate;
        c.both_s = c.reference_s - static_cast<double>(total(without(truth, given))) / rate;
        c.reference_episodes = truth.size();
        c.found = meeting(truth, given);
        c.marked_episodes = given.size();
        c.right = meeting(given, truth);
        score.counts.emplace(question.name, c);
    }
    return score;
}

nlohmann::ordered_json to_json(const RhythmScore& score) {
    using Json = nlohmann::ordered_json;
    const auto or_null = [](const std::optional<double>& value) {
        return value ? Json(*value) : Json(nullptr);
    };
    Json rhythms = Json::object();
    for (const RhythmQuestion& question : rhythm_questions()) {
        const auto found = score.counts.find(question.name);
        if (found == score.counts.end()) continue;
        const RhythmCounts& c = found->second;
        if (c.reference_s <= 0 && c.marked_s <= 0) continue;
        rhythms[question.name] = {{"se", or_null(c.sensitivity())},
                                  {"ppv", or_null(c.predictive_value())},
                                  {"reference_s", c.reference_s},
                                  {"marked_s", c.marked_s},
                                  {"both_s", c.both_s},
                                  {"reference_episodes", c.reference_episodes},
                                  {"episodes_found", c.found},
                                  {"marked_episodes", c.marked_episodes},
                                  {"episodes_right", c.right},
                                  {"false_per_hour", or_null(score.false_per_hour(question.name))}};
    }
    return {{"judged_s", score.judged_s}, {"rhythms", std::move(rhythms)}};
}

std::string in_a_line(const RhythmScore& score) {
    const auto text = [](const std::optional<double>& value) {
        return value ? std::format("{:.1f}", *value) : std::string("-");
    };
    std::string line;
    for (const RhythmQuestion& question : rhythm_questions()) {
        const auto found = score.counts.find(question.name);
        if (found == score.counts.end()) continue;
        const RhythmCounts& c = found->second;
        if (c.reference_s <= 0 && c.marked_s <= 0) continue;
        line += std::format("{}{} {}/{} ({} of {} found, {} false)", line.empty() ? "" : "  ",
                            question.name, text(c.sensitivity()), text(c.predictive_value()),
                            c.found, c.reference_episodes, c.marked_episodes - c.right);
    }
    return line;
}

nlohmann::ordered_json recordings_json(const Confusion& confusion) {
    using Json = nlohmann::ordered_json;
    Json table, f1;
    double sum = 0;
    std::size_t counted = 0;
    for (std::size_t truth = 0; truth < confusion.size(); ++truth) {
        const std::string& name = confusion.classes()[truth];
        for (std::size_t given = 0; given < confusion.size(); ++given)
            table[name][confusion.classes()[given]] = confusion.at(truth, given);
        const auto score = confusion.f1(truth);
        f1[name] = score ? Json(*score) : Json(nullptr);
        if (name == "~") continue;
        sum += score.value_or(0);
        ++counted;
    }
    return {{"recordings", confusion.beats()},
            {"confusion", std::move(table)},
            {"f1", std::move(f1)},
            {"mean_f1", counted > 0 ? Json(sum / static_cast<double>(counted)) : Json(nullptr)}};
}

}  // namespace telltale::evaluate
