#include "report/html_report.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <span>
#include <utility>
#include <vector>

#include "recording/clock.hpp"
#include "report/xml_text.hpp"

namespace telltale::report {
namespace {

// Strips fit a page of A4 or US letter: 180 mm are 7.2 s at 25 mm/s.
constexpr double mm_per_s = 25, mm_per_mv = 10;
constexpr double strip_width_mm = 180, letters_mm = 4, least_side_mm = 10, most_side_mm = 40;
constexpr double strip_s = strip_width_mm / mm_per_s;
constexpr std::size_t most_points = 2600;      // in a strip: finer than a printer's dots
constexpr std::size_t most_events = 200;       // in the table
constexpr std::size_t most_of_a_kind = 4;      // strips
constexpr double whole_up_to_s = 2 * strip_s;  // a recording as short as that is drawn whole
constexpr double most_figure_mm = 215;         // high: what a page has room for
constexpr double least_trend_s = 60, least_bin_s = 6;

constexpr std::string_view style = R"(
@page { size: A4; margin: 14mm; }
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
svg { display: block; } footer { margin-top: 8mm; font-size: 8.5pt; color: #5b6475; }
)";

class Page {
public:
    Page(const Recording& recording, const Input& input, const Findings& findings,
         const HtmlOptions& options)
        : recording_(recording), input_(input), findings_(findings), options_(options) {}

    std::string make() {
        head();
        course();
        overview();
        trend();
        hours();
        variability();
        strips();
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
            "<meta charset=\"utf-8\"/><title>{} - "
            "Telltale</title><style>{}</style></head>\n<body>\n",
            name, style);
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
        if (input_.notes.empty() && !on_beats) return;
        add("<h2>Notes</h2>\n");
        if (!input_.notes.empty()) add("<p class=\"notes\">{}</p>\n", escaped(input_.notes));
        if (!on_beats) return;
        add("<table>\n");
        for (const Beat& beat : input_.beats)
            if (!beat.note.empty())
                add("<tr><td>{}</td><td>{}</td><td class=\"notes\">{}</td></tr>\n", at(beat.sample),
                    escaped(class_name(input_, beat)), escaped(beat.note));
        add("</table>\n");
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
                    "<td class=\"number\">{:.2f}</td></tr>\n",
                    rhythm::words(e.rhythm), at(e.first), at(e.last), seconds(e.last - e.first),
                    e.probability);
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
        add("<h2>Hour by hour</h2>\n<table><thead><tr><th>From</th><th class=\"number\">Beats</th>"
            "<th class=\"number\">Mean</th><th class=\"number\">Lowest</th><th "
            "class=\"number\">Highest</th>"
            "<th class=\"number\">V</th><th class=\"number\">S</th><th class=\"number\">Pauses</th>"
            "<th class=\"number\">AF candidate, s</th><th class=\"number\">Unreadable, "
            "s</th></tr></thead><tbody>\n");
        const auto cell = [&](const auto& value, int digits) {
            if (value)
                add("<td class=\"number\">{:.{}f}</td>", static_cast<double>(*value), digits);
            else
                add("<td class=\"number\">-</td>");
        };
        for (const rhythm::Hour& hour : r.hours) {
            add("<tr><td>{}</td><td class=\"number\">{}</td>", at(hour.first), hour.beats);
            cell(hour.mean_bpm, 0);
            cell(hour.minimum_bpm, 0);
            cell(hour.maximum_bpm, 0);
            cell(hour.ventricular, 0);
            cell(hour.supraventricular, 0);
            add("<td class=\"number\">{}</td><td class=\"number\">{:.0f}</td><td "
                "class=\"number\">{:.0f}</td></tr>\n",
                hour.pauses, hour.af_candidate_s, hour.unreadable_s);
        }
        add("</tbody></table>\n");
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
        if (const std::string why = rhythm::too_few(*hrv); !why.empty()) {
            add("<p>{}</p>\n", escaped(why));
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

    /// A strip around a place, and what is to be seen there.
    struct Drawn {
        std::int64_t sample = 0;
        std::string what;
    };

    // The strips that a person chose, with the event or the beat that is there. Else the events: a
    // few of each kind, the gravest kinds first (EventKind is in that order), then those with most
    // beats or longest.
    [[nodiscard]] std::vector<Drawn> to_draw() const {
        std::vector<Drawn> drawn;
        for (const std::int64_t sample : options_.chosen) drawn.push_back({sample, named(sample)});
        if (!drawn.empty()) return drawn;
        std::vector<rhythm::Event> events = findings_.rhythm.events;
        std::ranges::stable_sort(events, [](const rhythm::Event& a, const rhythm::Event& b) {
            if (a.kind != b.kind) return a.kind < b.kind;
            if (a.beats != b.beats) return a.beats > b.beats;
            return a.last - a.first > b.last - b.first;
        });
        std::size_t of_kind = 0;
        for (std::size_t i = 0; i < events.size() && drawn.size() < options_.strips; ++i) {
            of_kind = i > 0 && events[i].kind == events[i - 1].kind ? of_kind + 1 : 0;
            if (of_kind >= most_of_a_kind || events[i].kind == rhythm::EventKind::unreadable)
                continue;
            drawn.push_back({events[i].first, rhythm::describe(events[i])});
        }
        std::ranges::sort(drawn, {}, &Drawn::sample);
        return drawn;
    }

    // What is at a place that a person chose.
    [[nodiscard]] std::string named(std::int64_t sample) const {
        for (const rhythm::Event& event : findings_.rhythm.events)
            if (event.first == sample) return rhythm::describe(event);
        for (const Beat& beat : input_.beats)
            if (beat.sample == sample && !class_name(input_, beat).empty())
                return std::format("beat {}", class_name(input_, beat));
        return "chosen";
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
        add("<svg width=\"0\" height=\"0\"><defs>"
            "<pattern id=\"mm\" width=\"1\" height=\"1\" patternUnits=\"userSpaceOnUse\">"
            "<path d=\"M1 0H0V1\" fill=\"none\" stroke=\"#f3c9c4\" "
            "stroke-width=\"0.08\"/></pattern>"
            "<pattern id=\"paper\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
            "<rect width=\"5\" height=\"5\" fill=\"url(#mm)\"/>"
            "<path d=\"M5 0H0V5\" fill=\"none\" stroke=\"#e3988f\" "
            "stroke-width=\"0.16\"/></pattern>"
            "</defs></svg>\n");
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
        const auto drawn = to_draw();
        if (drawn.empty()) figures(leads, 0, std::min(length, span), "The beginning");
        for (const Drawn& strip : drawn) {
            // The event begins a second and a half into its strip.
            const std::int64_t first =
                std::clamp<std::int64_t>(strip.sample - static_cast<std::int64_t>(1.5 * rate), 0,
                                         std::max<std::int64_t>(0, length - span));
            figures(leads, first, std::min(length, first + span),
                    std::format("{}: {}. The strip begins at {}.", at(strip.sample, 1),
                                escaped(strip.what), elapsed(seconds(first), 1)));
        }
    }

    /// A lead's part of a strip: where its base line lies, and how high its paper is.
    struct Row {
        const Lead* lead;
        double base_mv = 0, above = least_side_mm, below = least_side_mm;  ///< mm

        [[nodiscard]] double height() const { return above + below; }
    };

    [[nodiscard]] static Row row_of(const Lead& lead, std::span<const float> samples) {
        Row row{.lead = &lead};
        std::vector<float> sorted;
        for (const float x : samples)
            if (std::isfinite(x)) sorted.push_back(x);
        if (sorted.empty()) return row;
        std::ranges::sort(sorted);
        // The middle of what is drawn lies on the base line. The paper is as high as the signal
        // asks for, in whole large squares.
        row.base_mv = static_cast<double>(sorted[sorted.size() / 2]);
        const auto side = [](double mv) {
            return std::clamp(std::ceil((mv * mm_per_mv + 1) / 5) * 5, least_side_mm, most_side_mm);
        };
        row.above = side(static_cast<double>(sorted.back()) - row.base_mv);
        row.below = side(row.base_mv - static_cast<double>(sorted.front()));
        return row;
    }

    // Samples [first, last) of the leads one under the other; on as many figures as pages need.
    void figures(std::span<const Lead* const> leads, std::int64_t first, std::int64_t last,
                 const std::string& caption) {
        std::vector<Row> rows;
        double height = letters_mm;
        const auto flush = [&] {
            if (!rows.empty()) figure(rows, height, first, last, caption);
            rows.clear();
            height = letters_mm;
        };
        for (const Lead* lead : leads) {
            const Row row = row_of(*lead, stretch(*lead, first, last));
            if (height + row.height() > most_figure_mm) flush();
            height += row.height();
            rows.push_back(row);
        }
        flush();
    }

    [[nodiscard]] static std::span<const float> stretch(const Lead& lead, std::int64_t first,
                                                        std::int64_t last) {
        return std::span(lead.samples)
            .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
    }

    void figure(std::span<const Row> rows, double height, std::int64_t first, std::int64_t last,
                const std::string& caption) {
        const double rate = recording_.sampling_rate;
        add("<figure><svg width=\"{0}mm\" height=\"{1}mm\" viewBox=\"0 0 {0} {1}\">"
            "<g transform=\"translate(0 {2})\"><rect width=\"{0}\" height=\"{3}\" "
            "fill=\"url(#paper)\"/></g>\n",
            strip_width_mm, height, letters_mm, height - letters_mm);
        for (const Beat& beat : input_.beats) {
            if (beat.sample < first || beat.sample >= last) continue;
            const std::string_view name = class_name(input_, beat);
            // A letter at the paper's edge moves in as far as it is wide.
            const double half = 1.2 * static_cast<double>(std::max<std::size_t>(1, name.size()));
            const double x = static_cast<double>(beat.sample - first) / rate * mm_per_s;
            add("<text x=\"{:.2f}\" y=\"3\" font-size=\"3\" text-anchor=\"middle\" "
                "fill=\"#1c2430\">{}</text>\n",
                std::clamp(x, half, std::max(half, strip_width_mm - half)),
                name.empty() ? "|" : escaped(name));
        }
        double top = letters_mm;
        for (const Row& row : rows) {
            add("<text x=\"1\" y=\"{:.2f}\" font-size=\"3\" font-weight=\"600\" "
                "fill=\"#1c2430\">{}</text>\n",
                top + 4, escaped(row.lead->name));
            trace(row, top, stretch(*row.lead, first, last));
            top += row.height();
        }
        add("</svg><figcaption>{}</figcaption></figure>\n", caption);
    }

    void trace(const Row& row, double top, std::span<const float> samples) {
        const double rate = recording_.sampling_rate;
        const std::size_t bin = std::max<std::size_t>(1, 2 * samples.size() / most_points);
        std::string points;
        const auto flush = [&] {
            if (!points.empty())
                add("<polyline points=\"{}\" fill=\"none\" stroke=\"#1c2430\" "
                    "stroke-width=\"0.25\" "
                    "stroke-linejoin=\"round\"/>\n",
                    points);
            points.clear();
        };
        const auto put = [&](std::size_t i) {
            const double y =
                top + row.above - (static_cast<double>(samples[i]) - row.base_mv) * mm_per_mv;
            points += std::format("{:.2f},{:.2f} ", static_cast<double>(i) / rate * mm_per_s,
                                  std::clamp(y, top, top + row.height()));
        };
        for (std::size_t at = 0; at < samples.size(); at += bin) {
            const auto part = samples.subspan(at, std::min(bin, samples.size() - at));
            if (!std::ranges::all_of(part, [](float x) { return std::isfinite(x); })) {
                flush();
                continue;
            }
            const auto [low, high] = std::ranges::minmax_element(part);
            const auto a = at + static_cast<std::size_t>(low - part.begin());
            const auto b = at + static_cast<std::size_t>(high - part.begin());
            put(std::min(a, b));
            if (a != b) put(std::max(a, b));
        }
        flush();
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
