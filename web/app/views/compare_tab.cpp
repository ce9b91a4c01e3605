// The beats against the recording's reference annotations, as EC57 counts: the matrix, and a click
// on a cell steps through its beats.
#include <algorithm>
#include <cmath>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr std::string_view labels = "NSVFQOX";
constexpr std::size_t no_beat = 5;

std::string percent(std::optional<double> share) {
    return share ? std::format("{:.2f} %", 100 * *share) : "–";
}

// The beats of a cell. Agreements are the reference beats of the class that are in no mismatch.
StepList beats_of(const Session& s, const Comparison& c, std::size_t row, std::size_t column) {
    const auto name = [](std::size_t label) {
        return label >= no_beat ? std::string("no beat") : std::string(labels.substr(label, 1));
    };
    StepList list{.title = std::format("reference {}, found {}", name(row), name(column)),
                  .targets = {},
                  .at = {}};
    const double reach = 0.15 * s.recording->sampling_rate;
    const auto add = [&](double sample) {
        list.targets.push_back(
            {sample, sample,
             column < no_beat ? nearest(s.beats.sample, sample, reach) : std::nullopt});
    };
    if (row != column) {
        for (const Mismatch& m : c.mismatches)
            if (m.reference == row && m.found == column) add(m.sample);
        return list;
    }
    std::size_t at = 0;
    for (std::size_t i = 0; i < s.reference.sample.size(); ++i) {
        if (s.reference.aami[i] != row) continue;
        const double sample = s.reference.sample[i];
        while (at < c.mismatches.size() && c.mismatches[at].sample < sample) ++at;
        bool differs = false;
        for (std::size_t k = at; k < c.mismatches.size() && c.mismatches[k].sample == sample; ++k)
            differs = differs || c.mismatches[k].reference == row;
        if (!differs) add(sample);
    }
    return list;
}

void matrix(App& app, const Comparison& c) {
    const Theme& t = app.theme();
    std::vector<std::size_t> shown = {0, 1, 2, 3, 4, no_beat};
    const auto any = [&](std::size_t label) {
        for (std::size_t i = 0; i < comparison_labels; ++i)
            if (c.matrix[label][i] > 0 || c.matrix[i][label] > 0) return true;
        return false;
    };
    if (any(6)) shown.push_back(6);
    const float width = ImGui::GetContentRegionAvail().x, left = 46;
    const float cell = (width - left) / static_cast<float>(shown.size()), height = 40;
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    text_centred(draw, app.fonts.small, 12.5F, origin.x + left + (width - left) / 2, origin.y,
                 t.soft, "found");
    draw->AddText(app.fonts.small, 12.5F, {origin.x, origin.y + 22}, t.soft, "ref.");
    const auto title = [&](std::size_t label, float x, float y) {
        if (label < no_beat)
            class_chip(app, draw, {x - 11, y - 11}, 22, labels.substr(label, 1));
        else
            text_centred(draw, app.fonts.small, 12.5F, x, y - 8, t.soft,
                         label == no_beat ? "none" : "off");
    };
    const float top = origin.y + 46;
    std::optional<std::pair<std::size_t, std::size_t>> chosen;
    for (std::size_t k = 0; k < shown.size(); ++k)
        title(shown[k], origin.x + left + (static_cast<float>(k) + 0.5F) * cell, origin.y + 31);
    for (std::size_t r = 0; r < shown.size(); ++r) {
        const float y = top + static_cast<float>(r) * height;
        title(shown[r], origin.x + 15, y + height / 2);
        double row_sum = 0;
        for (const std::size_t column : shown) row_sum += c.matrix[shown[r]][column];
        for (std::size_t k = 0; k < shown.size(); ++k) {
            const double count = c.matrix[shown[r]][shown[k]];
            const ImVec2 at = {origin.x + left + static_cast<float>(k) * cell, y};
            const ImVec2 end = {at.x + cell - 2, at.y + height - 2};
            const bool same = shown[r] == shown[k];
            if (shown[r] >= no_beat && shown[k] >= no_beat) continue;
            ImGui::SetCursorScreenPos(at);
            if (press_area(app, std::format("cell:{}{}", labels[shown[r]], labels[shown[k]]),
                           {cell - 2, height - 2}) &&
                count > 0)
                chosen = {shown[r], shown[k]};
            const bool on =
                app.view.compare_cell[0] == shown[r] && app.view.compare_cell[1] == shown[k];
            const auto share = row_sum > 0 ? static_cast<float>(count / row_sum) : 0.0F;
            const ImU32 colour = same ? t.accent : t.warning;
            draw->AddRectFilled(at, end,
                                count > 0 ? with_alpha(colour, 0.10F + 0.35F * std::sqrt(share))
                                          : with_alpha(t.line, 0.25F),
                                5);
            if (on || (ImGui::IsItemHovered() && count > 0))
                draw->AddRect(at, end, t.accent, 5, 0, on ? 2.5F : 1.5F);
            const std::string text = grouped(static_cast<std::size_t>(count));
            const float size = text_width(app.fonts.letter, 13, text) > cell - 6 ? 11.0F : 13.0F;
            text_centred(draw, count > 0 ? app.fonts.letter : app.fonts.small, size,
                         at.x + cell / 2 - 1, at.y + (height - size) / 2 - 3,
                         count > 0 ? t.text : with_alpha(t.soft, 0.7F), text);
        }
    }
    ImGui::SetCursorScreenPos({origin.x, top + static_cast<float>(shown.size()) * height + 4});
    ImGui::Dummy({0, 0});
    if (chosen) {
        app.view.compare_cell = {chosen->first, chosen->second};
        app.step_through(beats_of(app.session, c, chosen->first, chosen->second));
    }
}

void per_class(App& app, const Comparison& c) {
    const Theme& t = app.theme();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    ImVec2 at = ImGui::GetCursorScreenPos();
    text_right(draw, app.fonts.small, 12.5F, at.x + width - 170, at.y, t.soft, "beats");
    text_right(draw, app.fonts.small, 12.5F, at.x + width - 85, at.y, t.soft, "Se");
    text_right(draw, app.fonts.small, 12.5F, at.x + width, at.y, t.soft, "+P");
    draw->AddLine({at.x, at.y + 20}, {at.x + width, at.y + 20}, t.line);
    ImGui::Dummy({width, 23});
    const auto row = [&](std::string_view chip, std::string_view name, double beats,
                         std::optional<double> se, std::optional<double> ppv) {
        at = ImGui::GetCursorScreenPos();
        if (!chip.empty()) class_chip(app, draw, {at.x, at.y + 2}, 22, chip);
        text_cut(draw, app.fonts.body, 14, {at.x + 32, at.y + 4}, width - 32 - 225, t.text, name);
        text_right(draw, app.fonts.body, 14, at.x + width - 170, at.y + 4, t.text,
                   grouped(static_cast<std::size_t>(beats)));
        text_right(draw, app.fonts.strong, 14, at.x + width - 85, at.y + 4, t.text, percent(se));
        text_right(draw, app.fonts.strong, 14, at.x + width, at.y + 4, t.text, percent(ppv));
        ImGui::Dummy({width, 28});
    };
    double all = 0;
    for (std::size_t label = 0; label < no_beat; ++label) {
        double beats = 0;
        for (const double n : c.matrix[label]) beats += n;
        all += beats;
        if (beats > 0 || c.predictivity(label))
            row(labels.substr(label, 1), long_class_name(labels.substr(label, 1)), beats,
                c.sensitivity(label), c.predictivity(label));
    }
    row("", "Beats found", all, c.qrs_sensitivity, c.qrs_predictivity);
    ImGui::PopStyleVar();
}

// Figures on what a model learnt from are no figures: said, and the way out offered.
void learnt_from(App& app) {
    const Session& s = app.session;
    if (!s.model || !s.learnt_from_this(s.model->name)) return;
    const std::string line = std::format(
        "{} learnt from this very record ({}). The figures and curves below are those of an "
        "examination with the answers known: they say nothing about another patient.",
        s.model->name, s.recording->name);
    warning_card(app, std::span(&line, 1));
    ImGui::Dummy({0, 4});
    const std::string& twin = s.model->twin;
    if (!twin.empty() && std::ranges::contains(s.model_names, twin) && !s.learnt_from_this(twin)) {
        if (pill(app, "compare:twin", std::format("Use {}, which has not seen it", twin), false))
            app.send(messages::UseModel{.name = twin});
        return;
    }
    for (const ModelEntry& other : s.models)
        if (other.group == s.models.front().group && other.name != s.model->name &&
            !s.learnt_from_this(other.name)) {
            if (pill(app, "compare:twin", std::format("Use {}, which has not seen it", other.name),
                     false))
                app.send(messages::UseModel{.name = other.name});
            return;
        }
    note(app, twin.empty() ? std::string("It has no twin that did not.")
                           : std::format("Its twin {} learnt from it too.", twin));
}

}  // namespace

void draw_compare_tab(App& app) {
    const Session& s = app.session;
    if (!s.recording->has_reference) {
        draw_two_models(app);
        note(app, "This recording has no reference beats to compare with.");
        return;
    }
    if (!s.findings.comparison) {
        note(app, "The comparison follows when every beat is named.");
        return;
    }
    learnt_from(app);
    note(app,
         "Reference beats of the recording against those found, within 150 ms (EC57). Press a cell "
         "to step through its beats.");
    matrix(app, *s.findings.comparison);
    heading(app, "By class");
    per_class(app, *s.findings.comparison);
    note(app,
         "Se: share of the reference beats found and called so. +P: share of those called so that "
         "are. "
         "Counted over the whole recording, e and j beats as N. "
         "None: no beat there; off: none, and the reference says that the signal cannot be read.");
    draw_roc(app);
    draw_two_models(app);
}

}  // namespace telltale::window
