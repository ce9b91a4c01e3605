#include "report/report.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "recording/clock.hpp"
#include "report/csv_text.hpp"

namespace telltale::report {
namespace {

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_number(double value, int digits) {
    return std::isfinite(value) ? std::format("{:.{}f}", value, digits) : "null";
}

// As many digits as it takes to read the same float back.
std::string json_float(float value) {
    return std::isfinite(value) ? std::format("{}", value) : "null";
}

std::string json_list(std::span<const std::string> texts) {
    std::string result = "[";
    for (const std::string& text : texts) {
        if (result.size() > 1) result += ", ";
        result += json_text(text);
    }
    return result + "]";
}

std::string_view by(const Beat& beat) {
    if (beat.person) return "person";
    return beat.paced ? "pacing" : beat.follows ? "answers" : "model";
}

double seconds(const Input& input, std::int64_t samples) {
    return input.sampling_rate > 0 ? static_cast<double>(samples) / input.sampling_rate
                                   : std::nan("");
}

// Beats a minute from the first beat to the last.
double heart_rate(const Input& input) {
    if (input.beats.size() < 2) return std::nan("");
    const double span = seconds(input, input.beats.back().sample - input.beats.front().sample);
    return span > 0 ? 60.0 * static_cast<double>(input.beats.size() - 1) / span : std::nan("");
}

Code code_of_class(std::string_view name) {
    for (const AamiClass c : all_aami_classes)
        if (name.size() == 1 && name[0] == letter(c)) return code_of(c);
    return code_of_mnemonic(name).value_or(Code::unclassifiable);
}

}  // namespace

std::string in_words(const Review& review) {
    std::string text;
    for (const auto& [count, what] :
         {std::pair(review.renamed, "renamed"), std::pair(review.added, "added"),
          std::pair(review.removed, "removed"), std::pair(review.confirmed, "confirmed"),
          std::pair(review.moved, "moved by answers"),
          std::pair(review.marked, review.marked == 1 ? "marked stretch" : "marked stretches")})
        if (count > 0) text += std::format("{}{} {}", text.empty() ? "" : ", ", count, what);
    return text;
}

void as_paced(Beat& beat, const std::vector<std::string>& classes, std::vector<std::string>& more) {
    const auto known = std::ranges::find(classes, "Q");
    auto added = std::ranges::find(more, "Q");
    if (known == classes.end() && added == more.end()) added = more.insert(more.end(), "Q");
    beat.label = static_cast<int>(
        known != classes.end() ? static_cast<std::size_t>(known - classes.begin())
                               : classes.size() + static_cast<std::size_t>(added - more.begin()));
    beat.probabilities = {};
    beat.doubtful = false;
    beat.paced = true;
}

std::string_view class_name(const Input& input, const Beat& beat) {
    if (beat.label < 0) return {};
    const auto label = static_cast<std::size_t>(beat.label);
    if (label < input.classes.size()) return input.classes[label];
    const std::size_t more = label - input.classes.size();
    return more < input.more_classes.size() ? std::string_view(input.more_classes[more])
                                            : std::string_view();
}

std::string beats_csv(const Input& input) {
    std::string text = "time_s,sample,class";
    for (const std::string& name : input.classes) text += "," + csv_cell("p_" + name);
    text += ",detection_confidence,doubtful,by";
    const bool notes =
        std::ranges::any_of(input.beats, [](const Beat& beat) { return !beat.note.empty(); });
    if (input.start) text += ",clock_time";
    text += notes ? ",note\n" : "\n";
    auto out = std::back_inserter(text);
    for (const Beat& beat : input.beats) {
        if (input.sampling_rate > 0) std::format_to(out, "{:.4f}", seconds(input, beat.sample));
        std::format_to(out, ",{},", beat.sample);
        text += csv_cell(class_name(input, beat));
        for (std::size_t i = 0; i < input.classes.size(); ++i) {
            text += ',';
            if (i < beat.probabilities.size() && std::isfinite(beat.probabilities[i]))
                std::format_to(out, "{:.4f}", beat.probabilities[i]);
        }
        std::format_to(out, ",{:.3f},{},{}", beat.confidence, beat.doubtful ? 1 : 0, by(beat));
        if (input.start)
            text += "," + date_and_time(later(*input.start, seconds(input, beat.sample)), 3, 'T');
        if (notes) text += "," + csv_cell(beat.note);
        text += '\n';
    }
    return text;
}

std::string beats_json(const Input& input) {
    std::string text = "{\n";
    auto out = std::back_inserter(text);
    std::format_to(out, "  \"recording\": {},\n", json_text(input.recording));
    std::format_to(out, "  \"sampling_rate\": {},\n",
                   input.sampling_rate > 0 ? std::format("{}", input.sampling_rate) : "null");
    if (input.start)
        std::format_to(out, "  \"start\": \"{}\",\n", date_and_time(*input.start, 3, 'T'));
    std::format_to(out, "  \"samples\": {},\n  \"lead\": {},\n  \"detector\": {},\n", input.samples,
                   json_text(input.lead), json_text(input.detector));
    if (input.model.empty())
        text += "  \"model\": null,\n";
    else
        std::format_to(out, "  \"model\": {{\"name\": {}, \"version\": {}, \"classes\": {}}},\n",
                       json_text(input.model), json_text(input.model_version),
                       json_list(input.classes));
    std::format_to(out, "  \"warnings\": {},\n", json_list(input.warnings));
    if (!input.notes.empty()) std::format_to(out, "  \"notes\": {},\n", json_text(input.notes));
    if (input.review.total() > 0)
        std::format_to(out,
                       "  \"review\": {{\"renamed\": {}, \"added\": {}, \"removed\": {}, "
                       "\"confirmed\": {}, \"moved\": {}}},\n",
                       input.review.renamed, input.review.added, input.review.removed,
                       input.review.confirmed, input.review.moved);

    if (!input.marked.empty()) {
        text += "  \"marked\": [";
        for (std::size_t i = 0; i < input.marked.size(); ++i) {
            const messages::CalledStretch& mark = input.marked[i];
            std::format_to(out, "{}\n    {{\"first\": {}, \"last\": {}, \"called\": {}",
                           i ? "," : "", mark.first, mark.last, json_text(mark.words));
            if (!mark.text.empty()) text += ", \"text\": " + json_text(mark.text);
            text += '}';
        }
        text += "\n  ],\n";
    }

    std::vector<std::size_t> counts(input.classes.size() + input.more_classes.size());
    std::size_t unclassified = 0;
    for (const Beat& beat : input.beats)
        class_name(input, beat).empty() ? ++unclassified
                                        : ++counts[static_cast<std::size_t>(beat.label)];
    std::format_to(out,
                   "  \"summary\": {{\"duration_s\": {}, \"beats\": {}, \"mean_heart_rate\": {}, "
                   "\"unclassified\": {}, \"classes\": {{",
                   json_number(seconds(input, input.samples), 3), input.beats.size(),
                   json_number(heart_rate(input), 2), unclassified);
    for (std::size_t i = 0; i < input.classes.size(); ++i)
        std::format_to(out, "{}{}: {}", i ? ", " : "", json_text(input.classes[i]), counts[i]);
    for (std::size_t i = input.classes.size(); i < counts.size(); ++i)
        if (counts[i] > 0)
            std::format_to(out, "{}{}: {}", i ? ", " : "",
                           json_text(input.more_classes[i - input.classes.size()]), counts[i]);
    text += "}},\n  \"beats\": [";

    for (std::size_t b = 0; b < input.beats.size(); ++b) {
        const Beat& beat = input.beats[b];
        const std::string_view name = class_name(input, beat);
        std::format_to(out, "{}\n    {{\"time_s\": {}, \"sample\": {}, \"class\": {}, ",
                       b ? "," : "", json_number(seconds(input, beat.sample), 4), beat.sample,
                       name.empty() ? "null" : json_text(name));
        text += "\"probabilities\": [";
        for (std::size_t i = 0; i < beat.probabilities.size(); ++i)
            std::format_to(out, "{}{}", i ? ", " : "", json_float(beat.probabilities[i]));
        std::format_to(out, "], \"detection_confidence\": {}, \"doubtful\": {}, \"by\": \"{}\"",
                       json_number(beat.confidence, 3), beat.doubtful, by(beat));
        if (beat.paced) text += ", \"paced\": true";
        if (!beat.note.empty()) text += ", \"note\": " + json_text(beat.note);
        text += '}';
    }
    text += input.beats.empty() ? "]\n}\n" : "\n  ]\n}\n";
    return text;
}

BeatCodes::BeatCodes(const Input& input)
    : none_{Code::unclassifiable, aami_class(Code::unclassifiable)} {
    for (const auto* names : {&input.classes, &input.more_classes})
        for (const std::string& name : *names) {
            const Code code = code_of_class(name), paced = name == "Q" ? Code::paced : code;
            usual_.push_back({code, aami_class(code)});
            paced_.push_back({paced, aami_class(paced)});
        }
}

std::vector<Annotation> annotations(const Input& input) {
    std::vector<Annotation> result;
    std::string made_by = "Telltale";
    if (!input.detector.empty()) made_by += ", beats: " + input.detector;
    if (!input.model.empty()) {
        made_by += ", classes: " + input.model;
        if (!input.model_version.empty()) made_by += " " + input.model_version;
    }
    if (const std::string review = in_words(input.review); !review.empty())
        made_by += std::format(", beats reviewed by a person: {}", review);
    result.push_back({.sample = 0, .code = Code::note, .aux = made_by});
    const std::size_t beats_from = result.size();
    const BeatCodes codes(input);
    for (const Beat& beat : input.beats) {
        Annotation a{.sample = beat.sample, .code = codes.of(beat)};
        if (a.code == Code::unclassifiable)
            if (const std::string_view name = class_name(input, beat); name != "Q") a.aux = name;
        if (!beat.note.empty()) a.aux += (a.aux.empty() ? "" : "; ") + beat.note;
        result.push_back(std::move(a));
    }
    std::vector<Annotation> changes;
    for (const messages::CalledStretch& mark : input.marked)
        if (!mark.text.empty())
            changes.push_back({.sample = mark.first, .code = Code::note, .aux = mark.text});
    const std::span<const rhythm::RhythmEpisode> episodes =
        input.course != nullptr ? std::span(input.course->episodes)
                                : std::span<const rhythm::RhythmEpisode>();
    if (changes.empty() && episodes.empty()) return result;
    for (const rhythm::RhythmEpisode& e : episodes) {
        const bool other = e.rhythm == rhythm::Rhythm::other;
        const bool fibrillation = e.rhythm == rhythm::Rhythm::ventricular_fibrillation;
        changes.push_back({.sample = e.first,
                           .code = Code::rhythm,
                           .aux = "(" + (other ? "OTHER" : std::string(rhythm::name(e.rhythm)))});
        if (fibrillation) changes.push_back({.sample = e.first, .code = Code::fibrillation_on});
        if (fibrillation) changes.push_back({.sample = e.last - 1, .code = Code::fibrillation_off});
    }
    // Changes of rhythm come before the beats of their sample.
    result.insert(result.begin() + static_cast<std::ptrdiff_t>(beats_from), changes.begin(),
                  changes.end());
    std::stable_sort(result.begin() + 1, result.end(),
                     [](const Annotation& a, const Annotation& b) { return a.sample < b.sample; });
    return result;
}

}  // namespace telltale::report
