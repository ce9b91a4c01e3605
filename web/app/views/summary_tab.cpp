// The Holter-style summary: beats a class, heart rate, pauses, ectopy, rhythm, signal, hours.
#include <algorithm>
#include <array>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

void figure(App& app, const std::string& value, const char* unit, const char* label, float width) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddText(app.fonts.figure, 26, at, app.theme().text, value.c_str());
    const float w = text_width(app.fonts.figure, 26, value);
    draw->AddText(app.fonts.small, 13, {at.x + w + 4, at.y + 12}, app.theme().soft, unit);
    draw->AddText(app.fonts.small, 13, {at.x, at.y + 32}, app.theme().soft, label);
    ImGui::Dummy({width, 56});
}

// What the whole of a short recording is, and its grave episodes: what a reader wants to know
// first.
void rhythms(App& app) {
    const auto& found = app.session.findings.rhythm;
    if (!found || (found->episodes.empty() && !found->whole)) return;
    const Theme& t = app.theme();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float width = ImGui::GetContentRegionAvail().x;
    // "Sinus rhythm" over a tachycardia would read as all well.
    const bool any_grave = std::ranges::any_of(found->episodes, &EpisodeInfo::grave);
    if (found->whole && !(any_grave && found->whole->sinus)) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const std::string chance = std::format("probability {:.2f}", found->whole->probability);
        text_cut(draw, app.fonts.strong, 16, {at.x, at.y},
                 width - text_width(app.fonts.small, 13, chance) - 10, t.text, found->whole->words);
        text_right(draw, app.fonts.small, 13, at.x + width, at.y + 2, t.soft, chance);
        ImGui::Dummy({width, 22});
    }
    constexpr float line = 42, chip = 40;
    constexpr std::size_t most = 6;
    std::size_t count = 0, grave = 0;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    for (const EpisodeInfo& episode : found->episodes) {
        if (!episode.grave || ++grave > most) continue;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        if (press_area(app, std::format("episode:{}", count++), {width, line}))
            app.go_to(episode.first, episode.last);
        if (ImGui::IsItemHovered())
            draw->AddRectFilled({at.x - 6, at.y}, {at.x + width + 6, at.y + line - 2},
                                with_alpha(t.accent, 0.10F), 6);
        const ImU32 colour = t.rhythm_colour(episode.rhythm);
        draw->AddRectFilled({at.x, at.y + 7}, {at.x + chip, at.y + 31}, with_alpha(colour, 0.16F),
                            6);
        draw->AddRect({at.x, at.y + 7}, {at.x + chip, at.y + 31}, colour, 6);
        text_centred(draw, app.fonts.letter, 13, at.x + chip / 2, at.y + 12, t.text,
                     episode.code());
        text_cut(draw, app.fonts.strong, 14, {at.x + chip + 10, at.y + 2}, width - chip - 10,
                 t.text, episode.words);
        const double seconds =
            (episode.last - episode.first) / app.session.recording->sampling_rate;
        text_cut(draw, app.fonts.small, 13, {at.x + chip + 10, at.y + 20}, width - chip - 10,
                 t.soft,
                 std::format("{}, for {}, {}", app.session.place_of(episode.first, false),
                             seconds < 60 ? std::format("{:.1f} s", seconds) : elapsed(seconds),
                             episode.by_person
                                 ? std::string("by you")
                                 : std::format("probability {:.2f}", episode.probability)));
    }
    ImGui::PopStyleVar();
    if (grave > most)
        note(app, std::format("And {} more, in the list of events.", grouped(grave - most)));
    ImGui::Dummy({0, 4});
}

// A class's line; pressing it steps through its beats.
void class_line(App& app, std::size_t c, std::size_t classified) {
    const Session& s = app.session;
    const Theme& t = app.theme();
    const std::string& name = s.model->labels[c];
    const std::size_t count = c < s.counts.size() ? s.counts[c] : 0;
    const float share = classified ? static_cast<float>(count) / static_cast<float>(classified) : 0;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (press_area(app, "class:" + name, {width, 32}) && count > 0) {
        StepList list{.title = std::format("{} beats", name), .targets = {}, .at = {}};
        for (std::size_t i = 0; i < s.beats.size(); ++i)
            if (s.beats.label[i] == c)
                list.targets.push_back({s.beats.sample[i], s.beats.sample[i], i});
        app.step_through(std::move(list));
    }
    if (ImGui::IsItemHovered() && count > 0)
        draw->AddRectFilled({at.x - 6, at.y - 1}, {at.x + width + 6, at.y + 31},
                            with_alpha(t.accent, 0.08F), 6);
    class_chip(app, draw, {at.x, at.y + 3}, 24, name);
    const std::string_view long_name = long_class_name(name);
    text_cut(draw, app.fonts.body, 15, {at.x + 34, at.y + 1}, width - 34 - 130, t.text, long_name);
    // None of all, where none is named yet, would read as a finding.
    const bool known = classified > 0;
    text_right(draw, app.fonts.strong, 15, at.x + width - 58, at.y + 1, t.text,
               known ? grouped(count) : std::string("–"));
    text_right(draw, app.fonts.small, 13, at.x + width, at.y + 2, t.soft,
               known ? percent_text(share) : std::string());
    draw->AddRectFilled({at.x + 34, at.y + 23}, {at.x + width, at.y + 26}, track(t), 2);
    if (share > 0)
        draw->AddRectFilled({at.x + 34, at.y + 23},
                            {at.x + 34 + std::max(2.0F, (width - 34) * share), at.y + 26},
                            t.class_colour(name), 2);
}

void hours(App& app, const std::vector<HourRow>& rows) {
    const Theme& t = app.theme();
    const bool bad =
        std::ranges::any_of(rows, [](const HourRow& row) { return !row.unreadable.empty(); });
    struct Column {
        const char* title;
        float weight;
        const std::string HourRow::* value;
    };
    std::vector<Column> columns = {{"from", 1.3F, &HourRow::hour},
                                   {"beats", 1.2F, &HourRow::beats},
                                   {"mean", 1, &HourRow::mean},
                                   {"min", 0.9F, &HourRow::low},
                                   {"max", 0.9F, &HourRow::high},
                                   {"V", 0.9F, &HourRow::ventricular},
                                   {"S", 0.9F, &HourRow::supraventricular},
                                   {"pauses", 1.1F, &HourRow::pauses}};
    if (bad) columns.push_back({"bad", 1.1F, &HourRow::unreadable});
    float weights = 0;
    for (const Column& c : columns) weights += c.weight;

    ImGui::Dummy({0, 6});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const auto line = [&](ImVec2 at, ImFont* font, ImU32 colour, auto&& text_of) {
        float x = at.x;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const float w = columns[c].weight / weights * width;
            const std::string text = text_of(columns[c]);
            if (c == 0)
                draw->AddText(font, 12.5F, {x, at.y}, colour, text.c_str());
            else
                text_right(draw, font, 12.5F, x + w, at.y, colour, text);
            x += w;
        }
    };
    ImVec2 at = ImGui::GetCursorScreenPos();
    draw->AddText(app.fonts.letter, 13, at, t.soft, "Hour by hour");
    ImGui::Dummy({width, 24});
    at = ImGui::GetCursorScreenPos();
    line(at, app.fonts.small, t.soft, [](const Column& c) { return std::string(c.title); });
    draw->AddLine({at.x, at.y + 20}, {at.x + width, at.y + 20}, t.line);
    ImGui::Dummy({width, 22});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        at = ImGui::GetCursorScreenPos();
        if (press_area(app, std::format("hour:{}", i), {width, 23}))
            app.go_to(rows[i].first, rows[i].first);
        if (ImGui::IsItemHovered())
            draw->AddRectFilled({at.x - 6, at.y}, {at.x + width + 6, at.y + 23},
                                with_alpha(t.accent, 0.10F), 5);
        line({at.x, at.y + 4}, app.fonts.small, t.text, [&](const Column& c) {
            const std::string& value = rows[i].*c.value;
            return value.empty() ? std::string("–") : value;
        });
    }
    ImGui::PopStyleVar();
}

// What a person wrote on the recording, and the way to write it.
void notes(App& app) {
    const Session& s = app.session;
    if (s.beats.size() == 0) return;
    if (!s.edits.notes.empty()) {
        heading(app, "Your notes");
        paragraph(s.edits.notes);
    } else {
        ImGui::Dummy({0, 4});
    }
    const char* label = s.edits.notes.empty() ? "Write a note" : "Change the notes";
    if (pill(app, "note:recording", label, false)) app.write_note(false);
}

}  // namespace

void draw_summary_tab(App& app) {
    const Session& s = app.session;
    std::vector<std::string> warnings = s.recording->warnings;
    warnings.insert(warnings.end(), s.analysis_warnings.begin(), s.analysis_warnings.end());
    if (!warnings.empty()) {
        warning_card(app, warnings);
        ImGui::Dummy({0, 4});
    }
    rhythms(app);
    const float half = (ImGui::GetContentRegionAvail().x - 8) / 2;
    figure(app, grouped(s.beats.size()), "", "beats", half);
    ImGui::SameLine();
    const auto rate = s.mean_heart_rate();
    figure(app, rate ? std::format("{:.0f}", *rate) : "–", "/min", "mean heart rate", half);

    if (!s.model) {
        if (s.progress.stage.empty() && s.beats.size() == 0) note(app, "No beats yet.");
        return;
    }
    std::size_t classified = 0;
    for (const std::size_t count : s.counts) classified += count;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    for (std::size_t c = 0; c < s.model->labels.size(); ++c)
        if (c < s.model->classes.size() || (c < s.counts.size() && s.counts[c] > 0))
            class_line(app, c, classified);
    ImGui::PopStyleVar();
    notes(app);
    if (!s.findings.rhythm) {
        if (!s.progress.stage.empty())
            note(app, "Rhythm and variability follow when every beat is named.");
        else if (s.beats.size() > 0)
            note(
                app,
                "Not every beat is named, so nothing is said of the rhythm. Choose a model to name "
                "them all.");
        return;
    }
    for (const FigureGroup& group : s.findings.rhythm->summary) figure_group(app, group);
    if (s.findings.quality)
        for (const PoorLead& lead : s.findings.quality->leads)
            if (!lead.defects.empty())
                figure_group(app, {"Disturbed, lead " + lead.name, lead.defects});
    if (!s.findings.rhythm->hours.empty()) hours(app, s.findings.rhythm->hours);
}

}  // namespace telltale::window
