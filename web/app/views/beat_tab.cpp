// The selected beat: what the model holds it for and how surely, its neighbours, its cluster.
#include <algorithm>
#include <cmath>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

// A class with its probability as a bar.
void probability(App& app, std::string_view name, float share) {
    const Theme& t = app.theme();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, left = 30, right = 64;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddText(app.fonts.letter, 13, {at.x, at.y + 3}, t.text, name.data(),
                  name.data() + name.size());
    const float full = std::max(8.0F, width - left - right);
    draw->AddRectFilled({at.x + left, at.y + 8}, {at.x + left + full, at.y + 14}, track(t), 3);
    if (share > 0)
        draw->AddRectFilled({at.x + left, at.y + 8},
                            {at.x + left + std::max(3.0F, full * share), at.y + 14},
                            t.class_colour(name), 3);
    text_right(draw, app.fonts.small, 13, at.x + width, at.y + 3, t.text, percent_text(share));
    ImGui::Dummy({width, 23});
}

// The beat with two neighbours on each side; pressing one selects it.
void neighbours(App& app, std::size_t beat) {
    const Session& s = app.session;
    const Theme& t = app.theme();
    heading(app, "Neighbours");
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 head = ImGui::GetCursorScreenPos();
    draw->AddText(app.fonts.small, 12.5F, {head.x + 36, head.y}, t.soft, "at");
    text_right(draw, app.fonts.small, 12.5F, head.x + width * 0.62F, head.y, t.soft, "RR before");
    text_right(draw, app.fonts.small, 12.5F, head.x + width, head.y, t.soft, "probability");
    draw->AddLine({head.x, head.y + 20}, {head.x + width, head.y + 20}, t.line);
    ImGui::Dummy({width, 22});
    const std::size_t first = beat >= 2 ? beat - 2 : 0, last = std::min(s.beats.size(), beat + 3);
    std::optional<std::size_t> chosen;
    for (std::size_t i = first; i < last; ++i) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        if (press_area(app,
                       std::format("neighbour:{}", static_cast<int>(i) - static_cast<int>(beat)),
                       {width, 28}))
            chosen = i;
        if (i == beat || ImGui::IsItemHovered())
            draw->AddRectFilled({at.x - 6, at.y}, {at.x + width + 6, at.y + 28},
                                with_alpha(t.accent, i == beat ? 0.14F : 0.08F), 5);
        const std::string& name = s.class_name(i);
        if (!name.empty()) class_chip(app, draw, {at.x, at.y + 3}, 22, name);
        const std::string when = clock_time(app.seconds(s.beats.sample[i]), true);
        draw->AddText(app.fonts.body, 14, {at.x + 36, at.y + 5}, t.text, when.c_str());
        if (const auto rr = s.interval_before(i))
            text_right(draw, app.fonts.body, 14, at.x + width * 0.62F, at.y + 5, t.text,
                       std::format("{:.0f} ms", *rr * 1000));
        // The model's probability is of the model's class: beside a person's it would mislead.
        if (s.beats.by_person(i))
            text_right(draw, app.fonts.body, 14, at.x + width, at.y + 5, t.soft, "by you");
        else if (const auto two = s.two_best(i))
            text_right(draw, app.fonts.body, 14, at.x + width, at.y + 5,
                       s.is_doubtful(i) ? t.warning : t.text,
                       percent_text(static_cast<float>(two->best_share)));
    }
    ImGui::PopStyleVar();
    if (chosen) app.select(chosen, true);
}

// What the reader says the beat is, and changes to take back.
void review(App& app, std::size_t beat) {
    const Session& s = app.session;
    if (!s.model) return;
    heading(app, s.beats.by_person(beat) ? "Your word" : "Call it");
    if (s.beats.by_answers(beat))
        note(app, "Its class follows from your answers about other beats.");
    const std::string& current = s.class_name(beat);
    for (const std::string& name : s.model->labels) {
        if (&name != &s.model->labels.front()) flow(pill_width(app, name));
        if (pill(app, "call:" + name, name, name == current)) app.call(name);
    }
    if (!s.beats.by_person(beat) && !current.empty()) {
        flow(pill_width(app, "Right"));
        if (pill(app, "confirm", "Right", false)) app.confirm();
    }
    flow(pill_width(app, "Remove"));
    if (pill(app, "remove", "Remove", false)) app.remove_beats(std::span(&beat, 1));
    const double place = s.beats.sample[beat];
    const bool in_report = app.has_strip(place);
    flow(pill_width(app, "In the report"));
    if (pill(app, "strip", in_report ? "In the report" : "To the report", in_report))
        app.toggle_strip(place);
    const std::string* remark = s.note_on(beat);
    flow(pill_width(app, remark ? "Change the note" : "Note"));
    if (pill(app, "note:beat", remark ? "Change the note" : "Note", false)) app.write_note(true);
    undo_row(app);
    if (remark) {
        heading(app, "Your note");
        paragraph(*remark);
    }
}

}  // namespace

void undo_row(App& app) {
    const EditsInfo& edits = app.session.edits;
    if (!edits.undo.empty()) {
        flow(pill_width(app, "Undo"));
        if (pill(app, "undo", "Undo", false)) app.undo();
    }
    if (!edits.redo.empty()) {
        flow(pill_width(app, "Redo"));
        if (pill(app, "redo", "Redo", false)) app.redo();
    }
    if (edits.count == 0) return;
    std::string text = "By you: ";
    text += edits.in_words.empty() ? std::format("{} beats", grouped(edits.count)) : edits.in_words;
    const auto& storage = app.session.storage;
    text += !storage || *storage == "writing" ? "."
            : *storage == "kept"
                ? ". Kept in this browser."
                : ". This browser keeps nothing: save the review as a session file (Export).";
    note(app, text);
}

void draw_beat_tab(App& app) {
    const Session& s = app.session;
    if (!app.view.selected || *app.view.selected >= s.beats.size()) {
        note(app,
             app.view.touch
                 ? "Tap a beat to see how sure the model is."
                 : "Click a beat, or press J and K to step through those that are not normal.");
        undo_row(app);
        return;
    }
    const Theme& t = app.theme();
    const std::size_t beat = *app.view.selected;
    const std::string& name = s.class_name(beat);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    class_chip(app, draw, {at.x, at.y + 2}, 38, name);
    const std::string title =
        std::format("{}  at {}", name.empty() ? "Beat" : long_class_name(name),
                    s.place_of(s.beats.sample[beat], true));
    text_cut(draw, app.fonts.strong, 15, {at.x + 50, at.y + 1}, width - 50, t.text, title);
    const std::string detail =
        std::format("beat {} of {}", grouped(beat + 1), grouped(s.beats.size()));
    draw->AddText(app.fonts.small, 13, {at.x + 50, at.y + 22}, t.soft, detail.c_str());
    ImGui::Dummy({width, 46});
    review(app, beat);

    std::vector<Figure> intervals;
    const auto interval = [&](const char* label, std::optional<double> rr) {
        if (rr)
            intervals.push_back(
                {label, std::format("{:.0f} ms  ({:.0f}/min)", *rr * 1000, 60 / *rr), {}});
    };
    interval("RR before", s.interval_before(beat));
    interval("RR after", s.interval_before(beat + 1));
    if (s.findings.clusters && beat < s.findings.cluster_of.size() &&
        s.findings.cluster_of[beat] >= 0) {
        const auto cluster = static_cast<std::size_t>(s.findings.cluster_of[beat]);
        intervals.push_back({"Shape",
                             std::format("cluster {}, {} beats", cluster + 1,
                                         grouped((*s.findings.clusters)[cluster].beats)),
                             {}});
    }
    if (s.model && s.beats.classes == s.model->classes.size() && s.two_best(beat)) {
        heading(app, "What the model holds it for");
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
        for (std::size_t c = 0; c < s.beats.classes; ++c)
            probability(app, s.model->classes[c],
                        s.beats.probabilities[beat * s.beats.classes + c]);
        ImGui::PopStyleVar();
        if (s.is_doubtful(beat))
            note(app,
                 "Doubtful: less sure than the model's card asks for, or samples are missing.");
    }
    draw_explanation(app, beat);
    if (!intervals.empty()) figure_group(app, {"Intervals and shape", std::move(intervals)});
    neighbours(app, beat);
}

}  // namespace telltale::window
