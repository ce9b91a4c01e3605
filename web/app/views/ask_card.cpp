// One question at a time: which beat is this? Keys and buttons answer, the other beats follow.
#include <algorithm>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr std::size_t most_shown = 5;  // answers, the last ones

std::string count_of(std::size_t n) {
    return n == 1 ? "1 beat" : std::format("{} beats", grouped(n));
}

// The classes to press, as wide as fingers need them.
void choices(App& app) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Theme& t = app.theme();
    const float size = app.view.narrow ? 44 : 34;
    bool first = true;
    std::string chosen;
    for (const std::string& name : app.session.model->labels) {
        if (!first) ImGui::SameLine(0, 8);
        first = false;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        if (press_area(app, "answer:" + name, {size, size})) chosen = name;
        const bool over = ImGui::IsItemHovered();
        draw->AddRect(at, {at.x + size, at.y + size}, over ? t.accent : t.line, 6, 0, over ? 2 : 1);
        class_chip(app, draw, {at.x + size / 2 - 12, at.y + size / 2 - 12}, 24, name);
    }
    ImGui::Dummy({0, 2});
    if (pill(app, "answer:pass", "Pass", false)) app.pass_question();
    ImGui::SameLine(0, 8);
    if (!app.session.edits.undo.empty() && pill(app, "answer:undo", "Undo", false)) app.undo();
    if (!chosen.empty()) app.answer(chosen);
}

void past_answers(App& app, const messages::QuestionInfo& question) {
    if (question.answers.empty()) return;
    const Theme& t = app.theme();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float width = ImGui::GetContentRegionAvail().x;
    const std::size_t all = question.answers.size();
    const std::string sum = std::format("{} {}, {} follow", grouped(all),
                                        all == 1 ? "answer" : "answers", count_of(question.moved));
    ImVec2 at = ImGui::GetCursorScreenPos();
    text_cut(draw, app.fonts.letter, 13, at, width, t.text, sum);
    app.target("asked:sum", at.x, at.y, width, 18);
    ImGui::Dummy({width, 18});
    for (std::size_t i = 0; i < std::min(all, most_shown); ++i) {
        const messages::AnsweredBeat& answer = question.answers[all - 1 - i];
        const auto sample = static_cast<double>(answer.sample);
        at = ImGui::GetCursorScreenPos();
        if (press_area(app, std::format("asked:{}", all - 1 - i), {width, 24}))
            app.go_to(sample, sample);
        if (ImGui::IsItemHovered())
            draw->AddRectFilled({at.x - 6, at.y}, {at.x + width + 6, at.y + 24},
                                with_alpha(t.accent, 0.08F), 5);
        if (!answer.class_)
            draw->AddText(app.fonts.small, 13, {at.x, at.y + 4}, t.soft, "passed");
        else
            class_chip(app, draw, {at.x, at.y + 2}, 20, *answer.class_);
        const std::string moved =
            answer.class_ ? std::format("moved {}", count_of(answer.moved)) : std::string();
        text_cut(draw, app.fonts.small, 13, {at.x + 54, at.y + 4}, width - 130, t.text, moved);
        text_right(draw, app.fonts.small, 13, at.x + width, at.y + 4, t.soft,
                   app.session.place_of(sample, true));
    }
}

}  // namespace

void draw_ask_card(App& app) {
    const Session& s = app.session;
    if (s.beats.size() == 0 || !s.model || s.counts.empty()) return;
    const bool on = app.view.asking;
    if (pill(app, "ask", on ? "Asking" : "Ask me", on)) app.ask_on_off();
    if (!on) {
        ImGui::SameLine(0, 12);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        text_cut(ImGui::GetWindowDrawList(), app.fonts.small, 13, {at.x, at.y + 6},
                 ImGui::GetContentRegionAvail().x, app.theme().soft,
                 "A few answers, and the other beats follow.");
        ImGui::Dummy({0, 26});
        return;
    }
    if (!s.question) {
        note(app, s.progress.stage.empty() ? "Looking for the first question."
                                           : "The questions follow when every beat is named.");
        return;
    }
    const messages::QuestionInfo& question = *s.question;
    if (app.asked_beat()) {
        heading(app, std::format("Question {}: which is this?", question.answers.size() + 1));
        const messages::AskedBeat& next = *question.next;
        const std::string place = s.place_of(static_cast<double>(next.sample), true);
        note(app, next.alike > 1
                      ? std::format("At {}. {} look like it.", place, count_of(next.alike - 1))
                      : std::format("At {}.", place));
        choices(app);
        if (!app.view.touch) note(app, "Its letter answers, Space passes, Ctrl+Z takes back.");
    } else {
        paragraph("Nothing would move any more.");
        note(app, "What is still wrong, you can name by hand: it moves no other beat.");
    }
    past_answers(app, question);
    ImGui::Dummy({0, 6});
}

}  // namespace telltale::window
