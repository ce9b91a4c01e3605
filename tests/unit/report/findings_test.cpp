#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>

#include "formats/xml.hpp"
#include "recording/clock.hpp"
#include "report/findings.hpp"
#include "report/html_report.hpp"
#include "synth/synth.hpp"

using namespace telltale;

namespace {

// A synthetic recording with its true beats as if a model had named them.
struct Made {
    Recording recording;
    std::vector<report::Beat> beats;
    report::Input input;

    explicit Made(double seconds)
        : recording(synth::make({.duration_s = seconds, .pvc_share = 0.2})) {
        recording.name = "made <of> \"parts\" & more";
        for (const Annotation& annotation : recording.annotations)
            if (const auto aami = aami_class(annotation.code))
                beats.push_back({.sample = annotation.sample,
                                 .label = static_cast<int>(*aami),
                                 .probabilities = {}});
        input = {.recording = recording.name,
                 .sampling_rate = recording.sampling_rate,
                 .samples = static_cast<std::int64_t>(recording.length()),
                 .lead = recording.leads[0].name,
                 .detector = "telltale",
                 .model = "cnn",
                 .model_version = "1",
                 .classes = {"N", "S", "V", "F", "Q"},
                 .beats = beats};
    }
};

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("findings count the beats that were handed in") {
    const Made made(120);
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    const auto truth = static_cast<std::size_t>(
        std::ranges::count_if(made.beats, [](const report::Beat& b) { return b.label == 2; }));
    REQUIRE(truth > 0);
    REQUIRE(findings->rhythm.by_class);
    CHECK((*findings->rhythm.by_class)[2] == truth);
    CHECK(findings->rhythm.ventricular->total == truth);
    CHECK(findings->clusters.cluster_of.size() == made.beats.size());
    const auto json = report::to_json(*findings, made.recording);
    CHECK(json["rhythm"]["ventricular"]["total"] == truth);
    CHECK(json.contains("quality"));
    CHECK(json.contains("clusters"));
    CHECK(report::in_words(findings->rhythm).contains(std::format("{} ventricular", truth)));
}

TEST_CASE("beats without a class give a rhythm without ectopy") {
    Made made(60);
    for (report::Beat& beat : made.beats) beat.label = -1;
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    CHECK(findings->rhythm.heart_rate);
    CHECK_FALSE(findings->rhythm.ventricular);
    CHECK_FALSE(report::in_words(findings->rhythm).contains("ventricular"));
}

TEST_CASE("an unreadable stretch is excluded from the rhythm and counted") {
    Made made(60);
    for (Lead& lead : made.recording.leads)
        std::ranges::fill(std::span(lead.samples).subspan(20 * 360, 10 * 360), NAN);
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    CHECK(findings->rhythm.unreadable_s >= 10);
    CHECK(findings->rhythm.unreadable_s < 11);
    CHECK(findings->rhythm.beats < made.beats.size());
}

TEST_CASE("the report to print is well-formed, true to scale, and escapes what came from outside") {
    Made made(120);
    made.input.warnings = {"a <script> in a \"warning\""};
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    const std::string html = report::html_report(made.recording, made.input, *findings);
    const auto body = html.substr(html.find("<html"));
    const auto xml = formats::Xml::parse({"report.html", std::as_bytes(std::span(body))});
    REQUIRE(xml);
    CHECK(count(html, "made &lt;of&gt; &quot;parts&quot; &amp; more") == 2);
    CHECK_FALSE(html.contains("<script"));
    CHECK(html.contains("not a medical device"));
    CHECK(html.contains("model cnn version 1"));
    CHECK(html.contains("at least 2.5 s"));
    CHECK(html.contains("25 mm/s, 10 mm/mV"));
    CHECK_FALSE(html.contains("http://www.w3.org/2000"));
    // Strips are 180 mm wide in the file's own millimetres: 7.2 s.
    CHECK(count(html, "<svg width=\"180mm\"") >= 1);
    CHECK(html.contains("viewBox=\"0 0 180 "));
}

TEST_CASE("a strip that was chosen is drawn where it was asked for, with its beats' letters") {
    Made made(60);
    made.input.notes = "seen & signed";
    made.beats[4].note = "fused <here>";
    made.input.beats = made.beats;
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    const std::int64_t at = made.beats[20].sample;
    const std::string html =
        report::html_report(made.recording, made.input, *findings, {.chosen = {at}});
    CHECK(count(html, "<svg width=\"180mm\"") == 1);
    CHECK(html.contains("seen &amp; signed"));
    CHECK(html.contains("fused &lt;here&gt;"));
    // The chosen beat stands a second and a half into its strip.
    CHECK(html.contains("<text x=\"37.50\" y=\"3\""));
}

TEST_CASE("a strip tells when its event is, by the clock too, and shows several leads") {
    Made made(120);
    made.recording.leads.resize(1);
    for (const char* name : {"V1", "V5", "aVF"}) {
        made.recording.leads.push_back(made.recording.leads[0]);
        made.recording.leads.back().name = name;
    }
    made.recording.start =
        StartTime{.year = 2024, .month = 5, .day = 3, .hour = 23, .minute = 59, .second = 0};
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    REQUIRE_FALSE(findings->rhythm.events.empty());
    const rhythm::Event event = findings->rhythm.events.front();
    const std::string html = report::html_report(made.recording, made.input, *findings,
                                                 {.chosen = {event.first}, .leads = 3});
    const double s = static_cast<double>(event.first) / made.recording.sampling_rate;
    CHECK(html.contains(std::format("<figcaption>{}: {}. The strip begins at {}.</figcaption>",
                                    place(made.recording.start, s, 1), rhythm::describe(event),
                                    elapsed(s - 1.5, 1))));
    CHECK(html.contains("from 2024-05-03 23:59:00 to 2024-05-04 00:01:00"));
    // Of four leads the classified one and its neighbours.
    CHECK(count(html, "<svg width=\"180mm\"") == 1);
    CHECK(html.contains(">V5</text>"));
    CHECK_FALSE(html.contains(">aVF</text>"));
    // Numbers and their units stay on a line.
    CHECK(html.contains("&#160;ms</td>"));
    CHECK_FALSE(html.contains(" ms</td>"));
}

TEST_CASE("the report says what a person did, and its lines of ectopy add up to the total") {
    Made made(120);
    made.input.review = {.renamed = 20, .added = 2, .removed = 1, .confirmed = 0};
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    const std::string html = report::html_report(made.recording, made.input, *findings);
    CHECK(count(html, "then reviewed by a person: 20 renamed, 2 added, 1 removed.") == 2);
    const rhythm::Ectopy& v = *findings->rhythm.ventricular;
    std::size_t sum = 0;
    for (const char* line :
         {"in single beats", "in couplets", "in bigeminy", "in trigeminy", "in runs"}) {
        const std::string begin = std::format("{}</th><td class=\"number\">", line);
        if (const auto at = html.find(begin); at != html.npos)
            sum += static_cast<std::size_t>(std::stoi(html.substr(at + begin.size())));
    }
    CHECK(sum == v.total);
}

TEST_CASE("on paper a heading stays with what it heads, and no letter is cut at a strip's edge") {
    Made made(120);
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    // Strips that begin and end on a beat, and everywhere between.
    std::vector<std::int64_t> chosen;
    for (const report::Beat& beat : made.beats)
        chosen.push_back(beat.sample + std::lround(1.5 * made.recording.sampling_rate));
    const std::string html =
        report::html_report(made.recording, made.input, *findings, {.chosen = chosen});
    // A heading is followed at once by its text, table or figure, which it may not part from.
    const std::string after = "</h2>\n";
    std::size_t headings = 0;
    for (std::size_t at = html.find(after); at != html.npos; at = html.find(after, at + 1)) {
        std::string_view rest = std::string_view(html).substr(at + after.size());
        if (rest.starts_with("<p class=\"lead\">")) rest.remove_prefix(rest.find("</p>\n") + 5);
        INFO(rest.substr(0, 60));
        CHECK((rest.starts_with("<figure>") || rest.starts_with("<table>") ||
               rest.starts_with("<div class=\"columns\">") || rest.starts_with("<ul") ||
               rest.starts_with("<p")));
        ++headings;
    }
    CHECK(headings >= 4);
    CHECK(html.contains("h2, p.lead { break-after: avoid; }"));
    std::size_t letters = 0;
    const std::string letter = "\" y=\"3\" font-size=\"3\" text-anchor=\"middle\"";
    for (std::size_t at = html.find(letter); at != html.npos; at = html.find(letter, at + 1)) {
        const std::size_t begin = html.rfind("x=\"", at) + 3;
        const double x = std::stod(html.substr(begin, at - begin));
        CHECK(x >= 1.2);
        CHECK(x <= 180 - 1.2);
        ++letters;
    }
    CHECK(letters > chosen.size());
}

TEST_CASE(
    "a ten-second ECG is drawn whole, with all leads, and without figures that it is too short "
    "for") {
    Made made(10);
    for (const char* name : {"V3", "V4", "V6"}) {
        made.recording.leads.push_back(made.recording.leads[0]);
        made.recording.leads.back().name = name;
    }
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    const std::string html = report::html_report(made.recording, made.input, *findings);
    const auto body = html.substr(html.find("<html"));
    CHECK(formats::Xml::parse({"report.html", std::as_bytes(std::span(body))}));
    CHECK_FALSE(html.contains("<h2>Heart rate</h2>"));
    CHECK_FALSE(html.contains("SDNN"));
    CHECK(html.contains("are too few"));
    // Two strips of 7.2 s, each with every lead.
    CHECK(html.contains("From 0:00:00.0"));
    CHECK(html.contains("From 0:00:07.2"));
    for (const Lead& lead : made.recording.leads)
        CHECK(count(html, std::format(">{}</text>", lead.name)) == 2);
}

TEST_CASE("a recording that is too short for anything still has a report") {
    Made made(1);
    made.beats.clear();
    made.input.beats = made.beats;
    for (Lead& lead : made.recording.leads) lead.samples.resize(3, NAN);
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    const std::string html = report::html_report(made.recording, made.input, *findings);
    CHECK(html.ends_with("</html>\n"));
}

TEST_CASE("the report lists every grave episode, and the others by their time") {
    Made made(60);
    const auto length = static_cast<std::int64_t>(made.recording.length());
    using enum rhythm::Rhythm;
    const rhythm::RhythmCourse course{
        .episodes = {{sinus, 0, length / 6, 0.9},
                     {ventricular_tachycardia, length / 6, length / 3, 0.8},
                     {sinus, length / 3, length / 2, 0.9},
                     {ventricular_tachycardia, length / 2, length * 2 / 3, 0.7},
                     {sinus, length * 2 / 3, length * 5 / 6, 0.9},
                     {other, length * 5 / 6, length, 0.4}},
        .recording = {}};
    made.input.course = &course;
    const auto findings = report::find(made.recording, made.input);
    REQUIRE(findings);
    const std::string html = report::html_report(made.recording, made.input, *findings);
    CHECK(count(html, "<tr><td>ventricular tachycardia</td>") == 2);
    CHECK(count(html, "<tr><td>sinus rhythm</td>") == 1);
    CHECK(
        html.contains("<tr><td>sinus rhythm</td><td colspan=\"2\">in 3 stretches</td><td "
                      "class=\"number\">30.0</td>"));
    CHECK(html.contains("<td>another rhythm, or no telling</td><td>0:00:50</td>"));
}

TEST_CASE("the pause threshold can be set, and the report tells it") {
    const Made made(60);
    const auto findings = report::find(made.recording, made.input, {.pause_s = 0.5});
    REQUIRE(findings);
    REQUIRE(findings->rhythm.pauses);
    CHECK(findings->rhythm.pauses->size() > 10);
    CHECK(report::html_report(made.recording, made.input, *findings).contains("at least 0.5 s"));
}

TEST_CASE("a course leaves fibrillation's beats unnamed and is told first") {
    std::vector<report::Beat> beats = {{.sample = 100, .label = 0},
                                       {.sample = 600, .label = 0},
                                       {.sample = 700, .label = 0, .person = true},
                                       {.sample = 1500, .label = 1}};
    const rhythm::RhythmCourse course{
        .episodes = {{rhythm::Rhythm::sinus, 0, 500, 0.9},
                     {rhythm::Rhythm::ventricular_fibrillation, 500, 1000, 0.8},
                     {rhythm::Rhythm::sinus, 1000, 2000, 0.9}},
        .recording = {}};
    report::leave_unnamed(beats, course);
    CHECK(beats[0].label == 0);
    CHECK(beats[1].label == -1);
    CHECK(beats[1].doubtful);
    CHECK(beats[2].label == 0);  // a person's word
    CHECK(beats[3].label == 1);

    rhythm::Summary summary{.sampling_rate = 100, .length = 2000};
    summary.course = course;
    CHECK(report::course_in_words(summary) == "ventricular flutter or fibrillation 5 s at 0:00:05");
    summary.course->recording = rhythm::RecordingRhythm{"A", 0.87};
    CHECK(report::course_in_words(summary).starts_with("atrial fibrillation (probability 0.87)"));
    CHECK(report::course_in_words(rhythm::Summary{}).empty());
}
