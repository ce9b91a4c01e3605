#include "report/html_report.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <span>
#include <utility>
#include <vector>

#include "recording/clock.hpp"
#include "report/chosen_strips.hpp"
#include "report/html_strips.hpp"
#include "report/xml_text.hpp"

namespace telltale::report {
namespace {

using rhythm::strip_s;
constexpr std::size_t most_events = 200;       // in the table
constexpr double whole_up_to_s = 2 * strip_s;  // a recording as short as that is drawn whole
constexpr double least_trend_s = 60, least_bin_s = 6;

constexpr std::string_view style = R"(
@page { size: A4; margin: 14mm 14mm 18mm; }
body { font: 10pt/1.45 Inter, system-ui, sans-serif; color: #1c2430; max-width: 182mm; margin: 8mm auto; }
h1 { font-size: 17pt; margin: 0; } h2 { font-size: 12pt; margin: 7mm 0 2mm; border-bottom: 0.3mm solid #c9ccd4; }
p.lead { color: #5b6475; margin: 1mm 0 4mm; }
.notes { white-space: pre-line; }
p.warning { border-left: 1mm solid #d55e00; padding-left: 3mm; }
h2, p.lead { break-after: avoid; }
table { border-collapse: collapse; width: 100%; } thead { display: table-header-group; } tr { break-inside: avoid; } th { text-align: left; font-weight: 600; }
th, td { padding: 0.7mm 2mm 0.7mm 0; vertical-align: top; border-bottom: 0.1mm solid #e4e6eb; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
div.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm; align-items: start; break-inside: avoid; }
div.columns th { white-space: nowrap; } div.columns th.method { white-space: normal; }
ul { columns: 2; column-gap: 8mm; list-style: none; padding: 0; margin: 0; font-size: 9pt; }
li { break-inside: avoid; padding-left: 4mm; text-indent: -4mm; } li b { font-weight: 600; font-variant-numeric: tabular-nums; margin-right: 2mm; }
figure { margin: 4mm 0; break-inside: avoid; } figcaption { font-size: 9pt; color: #3c4556; }
table.sign { table-layout: fixed; margin-bottom: 1mm; } table.sign td { border: 0.2mm solid #c9ccd4; padding: 1mm 2mm; height: 9mm; font-size: 9pt; } table.sign b { display: block; font-weight: 400; font-size: 7.5pt; color: #5b6475; } table.sign span { display: block; min-height: 4mm; }
ul.words { columns: 1; list-style: disc; padding-left: 5mm; font-size: 10pt; } ul.words li { padding-left: 0; text-indent: 0; }
p.screen { font-size: 8.5pt; color: #5b6475; margin: 0; } @media print { p.screen { display: none; } }
svg { display: block; } footer { margin-top: 8mm; font-size: 8.5pt; color: #5b6475; }
)";

/// What may stand in a CSS string inside XHTML: anything else is left out.
std::string css_text(std::string_view text) {
    std::string plain;
    for (const char c : text)
        if (std::string_view("\"\\<>&\n\r").find(c) == std::string_view::npos) plain += c;
    return plain;
}

class Page {
public:
    Page(const Recording& recording, const Input& input, const Findings& findings,
         const HtmlOptions& options)
        : recording_(recording), input_(input), findings_(findings), options_(options) {}

    std::string make() {
        head();
        to_sign();
        words();
        course();
        overview();
        trend();
        hours();
        variability();
        strips();
        baselines();
        events();
        foot();
        return std::move(html_);
    }

private:
    template <class... Values>
    void add(std::format_string<Values...> text, Values&&... values) {
        html_ += std::format(text, std::forward<Values>(values)...);
    }

    /// "0:24:39 (09:51:24)"
    [[nodiscard]] std::string at(std::int64_t sample, int decimals = 0) const {
        return place(recording_.start, seconds(sample), decimals);
    }
    [[nodiscard]] double seconds(std::int64_t sample) const {
        return static_cast<double>(sample) / recording_.sampling_rate;
    }

    /// Who found the beats, who named them, and what a person did to them.
    [[nodiscard]] std::string made_by() const {
        std::string text = std::format("Beats found by {}", escaped(input_.detector));
        if (!input_.model.empty())
            text += std::format(", named by the model {} version {}", escaped(input_.model),
                                escaped(input_.model_version));
        if (const std::string review = in_words(input_.review); !review.empty())
            text += std::format(", then reviewed by a person: {}", review);
        return text + ".";
    }

    void head() {
        const std::string name = escaped(recording_.name);
        add("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\"><head>"
            "<meta charset=\"utf-8\"/><title>{} - Telltale</title><style>{}"
            "@page {{ @bottom-left {{ content: \"{}\"; font: 8pt sans-serif; color: #5b6475; }} "
            "@bottom-right {{ content: \"page \" counter(page) \" of \" counter(pages); font: 8pt "
            "sans-serif; color: #5b6475; }} }}</style></head>\n<body>\n",
            name, style, css_text(recording_.name));
        add("<h1>{}</h1>\n<p class=\"lead\">{} on lead {}, {} Hz", name,
            elapsed(recording_.duration()), escaped(input_.lead), recording_.sampling_rate);
        if (recording_.start) {
            const StartTime& begin = *recording_.start;
            const StartTime end = later(begin, recording_.duration());
            const bool same_day = date(begin) == date(end);
            add(", from {} to {}", date_and_time(begin),
                same_day ? time_of_day(end) : date_and_time(end));
        }
        add(". {} Made by Telltale, which is not a medical device: nothing here is a "
            "diagnosis.</p>\n",
            made_by());
        for (const std::string& warning : input_.warnings)
            add("<p class=\"warning\">{}</p>\n", escaped(warning));
        const bool on_beats =
            std::ranges::any_of(input_.beats, [](const Beat& beat) { return !beat.note.empty(); });
        marked();
        if (!on_beats) return;
        add("<h2>Notes on beats</h2>\n<table>\n");
        for (const Beat& beat : input_.beats)
            if (!beat.note.empty())
                add("<tr><td>{}</td><td>{}</td><td class=\"notes\">{}</td></tr>\n", at(beat.sample),
                    escaped(class_name(input_, beat)), escaped(beat.note));
        add("</table>\n");
    }

    /// What the reader writes by hand, or types into the open page: the program keeps nothing of
    /// it.
    void to_sign() {
        add("<table class=\"sign\"><tr>");
        for (const char* what : {"Patient", "Born", "Indication", "Reader", "Date, signature"})
            add("<td><b>{}</b><span contenteditable=\"plaintext-only\" "
                "aria-label=\"{}\"></span></td>",
                what, what);
        add("</tr></table>\n<p class=\"screen\">Click a field or a sentence to write there before "
            "you "
            "print. Nothing of it is kept.</p>\n");
    }

    /// The reader's words, then the program's.
    void words() {
        if (!input_.notes.empty())
            add("<h2>Conclusion and notes, by a person</h2>\n<p class=\"notes\" "
                "contenteditable=\"plaintext-only\">{}</p>\n",
                escaped(input_.notes));
        add("<h2>What the program found</h2>\n<ul class=\"words\" contenteditable=\"true\">\n");
        for (const std::string& sentence : findings_.rhythm.conclusion)
            add("<li>{}</li>\n", escaped(sentence));
        const auto looked_at = std::ranges::count(input_.beats, true, &Beat::person);
        add("<li>A person looked at {} of {} beats{}.</li>\n</ul>\n", looked_at,
            input_.beats.size(),
            input_.marked.empty() ? std::string()
                                  : std::format(" and marked {} stretch{}", input_.marked.size(),
                                                input_.marked.size() == 1 ? "" : "es"));
    }

    void marked() {
        if (input_.marked.empty()) return;
        add("<h2>Marked by a person</h2>\n<table><thead><tr><th>From</th><th>To</th><th "
            "class=\"number\">Seconds</th><th>Called</th></tr></thead><tbody>\n");
        for (const messages::CalledStretch& mark : input_.marked)
            add("<tr><td>{}</td><td>{}</td><td class=\"number\">{:.1f}</td><td "
                "class=\"notes\">{}{}{}</td></tr>\n",
                at(mark.first), at(mark.last), seconds(mark.last - mark.first), mark.words,
                mark.text.empty() ? "" : ": ", escaped(mark.text));
        add("</tbody></table>\n");
    }

    void row(std::string_view name, const std::string& value) {
        add("<tr><th>{}</th><td class=\"number\">{}</td></tr>\n", name, value);
    }
    template <class Number>
    void row(std::string_view name, const std::optional<Number>& value, int digits,
             std::string_view unit) {
        if (value)
            row(name, std::format("{:.{}f}{}{}", static_cast<double>(*value), digits,
                                  unit.empty() ? "" : "&#160;", unit));
    }

    void ectopy_rows(const char* what, const std::optional<rhythm::Ectopy>& ectopy) {
        if (!ectopy) return;
        row(std::format("{} beats", what),
            std::format("{} ({:.2f} %)", ectopy->total, ectopy->burden_percent));
        if (ectopy->total == 0) return;
        // In beats, so that the lines add up to the total.
        const auto part = [&](const char* name, std::size_t beats, std::size_t times) {
            if (times > 0)
                row(std::format("&#160;&#160;in {}", name),
                    std::format("{} ({}&#215;)", beats, times));
        };
        if (ectopy->isolated > 0)
            row("&#160;&#160;in single beats", std::to_string(ectopy->isolated));
        part("couplets", 2 * ectopy->couplets, ectopy->couplets);
        part("bigeminy", ectopy->bigeminy_beats, ectopy->bigeminy);
        part("trigeminy", ectopy->trigeminy_beats, ectopy->trigeminy);
        part("runs", ectopy->run_beats, ectopy->runs);
        if (ectopy->runs == 0) return;
        // Rows of their own: beside the count they would leave no room for the names.
        if (ectopy->longest_run)
            row("&#160;&#160;&#160;&#160;longest run",
                std::format("{} beats", ectopy->longest_run->beats));
        if (ectopy->fastest_run && ectopy->fastest_run->rate_bpm)
            row("&#160;&#160;&#160;&#160;fastest run",
                std::format("{:.0f} bpm", *ectopy->fastest_run->rate_bpm));
    }

    // What a reader must see first: the rhythm, the gravest episodes before the others.
    void course() {
        const auto& course = findings_.rhythm.course;
        if (!course) return;
        add("<h2>Rhythm</h2>\n");
        if (course->recording)
            add("<p>The recording as a whole: <b>{}</b> (probability {:.2f}).</p>\n",
                rhythm::words(*course->recording), course->recording->probability);
        std::vector<rhythm::RhythmEpisode> episodes = course->episodes;
        std::ranges::stable_sort(episodes, [](const auto& a, const auto& b) {
            if (a.rhythm != b.rhythm) return a.rhythm < b.rhythm;
            return a.last - a.first > b.last - b.first;
        });
        add("<table><thead><tr><th>Rhythm</th><th>From</th><th>To</th><th "
            "class=\"number\">Seconds</th><th "
            "class=\"number\">Probability</th></tr></thead><tbody>\n");
        constexpr std::size_t most_of_a_rhythm = 10;
        for (std::size_t i = 0; i < episodes.size();) {
            std::size_t end = i;
            while (end < episodes.size() && episodes[end].rhythm == episodes[i].rhythm) ++end;
            // What is not grave is told by its time alone, where it comes again and again.
            if (end - i > 1 && !rhythm::is_grave(episodes[i].rhythm)) {
                std::int64_t total = 0;
                for (std::size_t k = i; k < end; ++k) total += episodes[k].last - episodes[k].first;
                add("<tr><td>{}</td><td colspan=\"2\">in {} stretches</td>"
                    "<td class=\"number\">{:.1f}</td><td></td></tr>\n",
                    rhythm::words(episodes[i].rhythm), end - i, seconds(total));
                i = end;
                continue;
            }
            for (std::size_t k = i; k < std::min(end, i + most_of_a_rhythm); ++k) {
                const rhythm::RhythmEpisode& e = episodes[k];
                add("<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"number\">{:.1f}</td>"
                    "<td class=\"number\">{}</td></tr>\n",
                    rhythm::words(e.rhythm), at(e.first), at(e.last), seconds(e.last - e.first),
                    e.person ? std::string("a person") : std::format("{:.2f}", e.probability));
            }
            if (end - i > most_of_a_rhythm)
                add("<tr><td>{}</td><td colspan=\"4\">and {} shorter ones</td></tr>\n",
                    rhythm::words(episodes[i].rhythm), end - i - most_of_a_rhythm);
            i = end;
        }
        add("</tbody></table>\n");
    }

    void overview() {
        const rhythm::Summary& r = findings_.rhythm;
        add("<h2>Summary</h2>\n<div class=\"columns\"><table>\n");
        row("Duration", elapsed(r.duration_s));
        row("Unreadable",
            std::format("{:.1f} s ({:.1f} %)", r.unreadable_s,
                        r.duration_s > 0 ? 100 * r.unreadable_s / r.duration_s : 0.0));
        row("Beats", std::to_string(r.beats));
        if (r.heart_rate) {
            row("Mean heart rate", std::format("{:.0f} bpm", r.heart_rate->mean_bpm));
            row("Lowest", std::format("{:.0f} bpm at {}", r.heart_rate->minimum.bpm,
                                      at(r.heart_rate->minimum.first)));
            row("Highest", std::format("{:.0f} bpm at {}", r.heart_rate->maximum.bpm,
                                       at(r.heart_rate->maximum.first)));
            row("5th to 95th percentile",
                std::format("{:.0f} to {:.0f} bpm", r.heart_rate->p5_bpm, r.heart_rate->p95_bpm));
        }
        if (r.longest_rr)
            row("Longest RR interval",
                std::format("{:.2f} s at {}", r.longest_rr->seconds, at(r.longest_rr->first)));
        if (r.pauses) row("Pauses", std::to_string(r.pauses->size()));
        add("</table><table>\n");
        ectopy_rows("Ventricular", r.ventricular);
        if (r.r_on_t) row("&#160;&#160;R on T", std::to_string(r.r_on_t->size()));
        ectopy_rows("Supraventricular", r.supraventricular);
        if (r.by_class) {
            row("Fusion beats", std::to_string((*r.by_class)[3]));
            row("Paced or unknown beats", std::to_string((*r.by_class)[4]));
        }
        if (r.af)
            row(r.course ? "Atrial fibrillation" : "AF candidates",
                std::format("{}, {:.1f} % of the time", r.af->episodes.size(), r.af->percent));
        add("</table></div>\n");
    }

    // Mean heart rate in equal stretches, at most 180 of them. A short recording has no trend.
    void trend() {
        if (recording_.duration() < least_trend_s) return;
        const auto bins =
            static_cast<std::size_t>(std::clamp(recording_.duration() / least_bin_s, 1.0, 180.0));
        const auto length = static_cast<double>(recording_.length());
        std::vector<double> sum(bins), count(bins);
        for (std::size_t i = 1; i < input_.beats.size(); ++i) {
            const double rr = seconds(input_.beats[i].sample - input_.beats[i - 1].sample);
            if (!(rr >= 0.2 && rr <= 3)) continue;
            const auto bin = std::min(
                bins - 1,
                static_cast<std::size_t>(std::max(0.0, static_cast<double>(input_.beats[i].sample) /
                                                           length * static_cast<double>(bins))));
            sum[bin] += rr;
            count[bin] += 1;
        }
        double lowest = 1e9, highest = 0;
        for (std::size_t i = 0; i < bins; ++i)
            if (count[i] > 0) {
                lowest = std::min(lowest, 60 * count[i] / sum[i]);
                highest = std::max(highest, 60 * count[i] / sum[i]);
            }
        if (highest <= 0) return;
        lowest = std::floor(lowest / 10) * 10;
        highest = std::max(lowest + 20, std::ceil(highest / 10) * 10);
        constexpr double height = 26;
        const auto y = [&](double bpm) { return height * (highest - bpm) / (highest - lowest); };
        add("<h2>Heart rate</h2>\n<figure><svg width=\"182mm\" height=\"32mm\" viewBox=\"0 -2 182 "
            "32\">\n");
        for (const double bpm : {lowest, (lowest + highest) / 2, highest})
            add("<line x1=\"0\" x2=\"172\" y1=\"{0:.2f}\" y2=\"{0:.2f}\" stroke=\"#e4e6eb\" "
                "stroke-width=\"0.2\"/>"
                "<text x=\"173\" y=\"{1:.2f}\" font-size=\"2.8\" fill=\"#5b6475\">{2:.0f}</text>\n",
                y(bpm), y(bpm) + 1, bpm);
        std::string points;
        const auto flush = [&] {
            if (!points.empty())
                add("<polyline points=\"{}\" fill=\"none\" stroke=\"#0b6e75\" "
                    "stroke-width=\"0.4\"/>\n",
                    points);
            points.clear();
        };
        for (std::size_t i = 0; i < bins; ++i) {
            if (count[i] > 0)
                points +=
                    std::format("{:.2f},{:.2f} ",
                                172 * (static_cast<double>(i) + 0.5) / static_cast<double>(bins),
                                y(60 * count[i] / sum[i]));
            else if (sum[i] == 0 && i > 0 && count[i - 1] == 0)
                flush();  // a gap of more than one stretch is left open
        }
        flush();
        add("<text x=\"0\" y=\"29.5\" font-size=\"2.8\" fill=\"#5b6475\">{}</text>"
            "<text x=\"172\" y=\"29.5\" font-size=\"2.8\" fill=\"#5b6475\" "
            "text-anchor=\"end\">{}</text>\n"
            "</svg><figcaption>Beats a minute, averaged over {:.0f} s.</figcaption></figure>\n",
            at(0), at(static_cast<std::int64_t>(recording_.length())),
            recording_.duration() / static_cast<double>(bins));
    }

    void hours() {
        const rhythm::Summary& r = findings_.rhythm;
        if (r.hours.size() < 2) return;
        table_head("Hour by hour", "From");
        for (const rhythm::Hour& hour : r.hours) table_row(at(hour.first), hour);
        add("</tbody></table>\n");
        if (r.periods.empty()) return;
        table_head("Day, from 6 to 22 o'clock, and night", "");
        for (const rhythm::Period& period : r.periods)
            table_row(
                std::format("{} from {}", period.night ? "Night" : "Day", at(period.figures.first)),
                period.figures);
        add("</tbody></table>\n");
    }

    void table_head(std::string_view title, std::string_view first) {
        add("<h2>{}</h2>\n<table><thead><tr><th>{}</th><th class=\"number\">Beats</th>"
            "<th class=\"number\">Mean</th><th class=\"number\">Lowest</th><th "
            "class=\"number\">Highest</th>"
            "<th class=\"number\">V</th><th class=\"number\">S</th><th class=\"number\">Pauses</th>"
            "<th class=\"number\">AF, s</th><th class=\"number\">Unreadable, s</th></tr></thead>"
            "<tbody>\n",
            title, first);
    }

    void table_row(const std::string& name, const rhythm::Hour& figures) {
        const auto cell = [&](const auto& value, int digits) {
            if (value)
                add("<td class=\"number\">{:.{}f}</td>", static_cast<double>(*value), digits);
            else
                add("<td class=\"number\">-</td>");
        };
        add("<tr><td>{}</td><td class=\"number\">{}</td>", name, figures.beats);
        cell(figures.mean_bpm, 0);
        cell(figures.minimum_bpm, 0);
        cell(figures.maximum_bpm, 0);
        cell(figures.ventricular, 0);
        cell(figures.supraventricular, 0);
        add("<td class=\"number\">{}</td><td class=\"number\">{:.0f}</td><td "
            "class=\"number\">{:.0f}</td></tr>\n",
            figures.pauses, figures.af_candidate_s, figures.unreadable_s);
    }

    void spectrum_rows(const std::optional<rhythm::Spectrum>& spectrum) {
        if (!spectrum) return;
        add("<tr><th class=\"method\" colspan=\"2\">{}</th></tr>\n", escaped(spectrum->method));
        row("&#160;&#160;VLF", spectrum->vlf_ms2, 0, "ms&#178;");
        row("&#160;&#160;LF", std::optional(spectrum->lf_ms2), 0, "ms&#178;");
        row("&#160;&#160;HF", std::optional(spectrum->hf_ms2), 0, "ms&#178;");
        row("&#160;&#160;LF/HF", spectrum->lf_hf, 2, "");
    }

    void variability() {
        const auto& hrv = findings_.rhythm.hrv;
        if (!hrv || hrv->nn == 0) return;
        add("<h2>Heart rate variability</h2>\n");
        if (hrv->untold) {
            add("<p>{}</p>\n", escaped(*hrv->untold));
            return;
        }
        add("<div class=\"columns\"><table>\n");
        row("NN intervals", std::format("{} of {}; {:.1f} % left out", hrv->nn, hrv->intervals,
                                        hrv->rejected_percent));
        row("Mean NN", hrv->mean_nn_ms, 0, "ms");
        row("SDNN", hrv->sdnn_ms, 1, "ms");
        row("SDANN", hrv->sdann_ms, 1, "ms");
        row("RMSSD", hrv->rmssd_ms, 1, "ms");
        row("SDSD", hrv->sdsd_ms, 1, "ms");
        row("pNN50", hrv->pnn50_percent, 1, "%");
        row("pNN20", hrv->pnn20_percent, 1, "%");
        row("Triangular index", hrv->triangular_index, 1, "");
        row("SD1", hrv->sd1_ms, 1, "ms");
        row("SD2", hrv->sd2_ms, 1, "ms");
        row("Deceleration capacity", hrv->deceleration_capacity_ms, 1, "ms");
        row("Turbulence onset", hrv->turbulence_onset_percent, 2, "%");
        row("Turbulence slope", hrv->turbulence_slope_ms, 1, "ms/RR");
        add("</table><table>\n");
        spectrum_rows(hrv->welch);
        spectrum_rows(hrv->lomb_scargle);
        add("</table></div>\n");
    }

    void events() {
        const auto& events = findings_.rhythm.events;
        if (events.empty()) return;
        add("<h2>Events</h2>\n<ul>\n");
        for (std::size_t i = 0; i < std::min(most_events, events.size()); ++i)
            add("<li><b>{}</b> {}</li>\n", at(events[i].first),
                escaped(rhythm::describe(events[i])));
        add("</ul>\n");
        if (events.size() > most_events) add("<p>And {} more.</p>\n", events.size() - most_events);
    }

    // Leads with a scale: a strip without one would mislead.
    [[nodiscard]] std::vector<const Lead*> drawable() const {
        std::vector<const Lead*> leads;
        for (const Lead& lead : recording_.leads)
            if (lead.unit == "mV") leads.push_back(&lead);
        return leads;
    }

    // The classified lead and its neighbours, in the recording's order.
    [[nodiscard]] std::vector<const Lead*> leads_of_strips() const {
        std::vector<const Lead*> all = drawable();
        if (all.size() <= options_.leads) return all;
        std::size_t middle = 0;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i]->name == input_.lead) middle = i;
        const std::size_t count = std::max<std::size_t>(1, options_.leads);
        const std::size_t first =
            std::min(middle > count / 2 ? middle - count / 2 : 0, all.size() - count);
        return {all.begin() + static_cast<std::ptrdiff_t>(first),
                all.begin() + static_cast<std::ptrdiff_t>(first + count)};
    }

    void strips() {
        if (recording_.length() == 0) return;
        const bool whole = recording_.duration() <= whole_up_to_s && options_.chosen.empty();
        const auto leads = whole ? drawable() : leads_of_strips();
        if (leads.empty()) return;
        // Before the heading: between it and the first strip it would part them on paper.
        html_ += strip_patterns();
        add("<h2>{}</h2>\n<p class=\"lead\">25 mm/s, 10 mm/mV, no filter. Small squares are 0.04 s "
            "and 0.1 mV. The letters are those of the beats on lead {}.</p>\n",
            whole ? "The recording" : "Strips", escaped(input_.lead));
        const double rate = recording_.sampling_rate;
        const auto length = static_cast<std::int64_t>(recording_.length());
        const auto span = static_cast<std::int64_t>(std::llround(strip_s * rate));
        if (whole) {
            for (std::int64_t first = 0; first < length; first += span)
                figures(leads, first, std::min(length, first + span),
                        std::format("From {}", at(first, 1)));
            return;
        }
        const auto drawn =
            chosen_strips(input_, findings_.rhythm, options_.chosen, options_.strips);
        if (drawn.empty()) figures(leads, 0, std::min(length, span), "The beginning");
        for (const ChosenStrip& strip : drawn) {
            // The event begins a second and a half into its strip.
            const std::int64_t first =
                std::clamp<std::int64_t>(strip.sample - static_cast<std::int64_t>(1.5 * rate), 0,
                                         std::max<std::int64_t>(0, length - span));
            figures(leads, first, std::min(length, first + span),
                    std::format("{}: {}. The strip begins at {}.", at(strip.sample, 1),
                                escaped(strip.what), elapsed(seconds(first), 1)));
        }
    }

    // One of each hour as it usually is, on the classified lead.
    void baselines() {
        const auto& hours = findings_.rhythm.baselines;
        auto leads = leads_of_strips();
        std::erase_if(leads, [&](const Lead* lead) { return lead->name != input_.lead; });
        if (hours.empty() || leads.empty() || !options_.chosen.empty()) return;
        add("<h2>The usual beats of each hour</h2>\n<p class=\"lead\">The first {:.1f} s of each "
            "hour in which all beats are normal, on lead {}.</p>\n",
            strip_s, escaped(input_.lead));
        for (const rhythm::Extreme& hour : hours)
            figures(leads, hour.first, hour.last,
                    std::format("{}: {}.", at(hour.first, 1), escaped(hour.text)));
    }

    void figures(std::span<const Lead* const> leads, std::int64_t first, std::int64_t last,
                 const std::string& caption) {
        html_ += strip_figures(recording_, input_, leads, first, last, caption);
    }

    void foot() {
        const rhythm::Options& settings = findings_.options;
        add("<footer><p>{} A pause is an RR interval of at least {} s; slow is below {} bpm, fast "
            "above {} bpm, over {} intervals. Times are from the start of the recording{}. "
            "Unreadable stretches count in no figure. Telltale is not a medical "
            "device.</p></footer>\n"
            "</body></html>\n",
            made_by(), settings.pause_s, settings.bradycardia_bpm, settings.tachycardia_bpm,
            settings.rate_intervals, recording_.start ? ", and by the clock in brackets" : "");
    }

    const Recording& recording_;
    const Input& input_;
    const Findings& findings_;
    const HtmlOptions& options_;
    std::string html_;
};

}  // namespace

std::string html_report(const Recording& recording, const Input& input, const Findings& findings,
                        const HtmlOptions& options) {
    return Page(recording, input, findings, options).make();
}

}  // namespace telltale::report
