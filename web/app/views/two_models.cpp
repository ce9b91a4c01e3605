// Another model on the same beats: what it calls otherwise, and who is right by the reference.
#include <algorithm>
#include <array>
#include <format>
#include <map>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

using Pair = std::pair<std::string, std::string>;  // this model's class, the other's

// The beats that the two call otherwise, by what they call them. A person's word counts as this
// model's.
std::map<Pair, std::vector<std::size_t>> differences(const Session& s) {
    std::map<Pair, std::vector<std::size_t>> found;
    if (!s.second) return found;
    for (std::size_t i = 0; i < s.second->sample.size(); ++i) {
        const auto beat = nearest(s.beats.sample, s.second->sample[i], 1);
        if (!beat) continue;
        const std::string& own = s.class_name(*beat);
        const std::string_view other = s.second->class_name(i);
        if (!own.empty() && !other.empty() && own != other)
            found[{own, std::string(other)}].push_back(*beat);
    }
    return found;
}

StepList step_list(const Session& s, std::string title, std::vector<std::size_t> beats) {
    std::ranges::sort(beats);
    StepList list{.title = std::move(title), .targets = {}, .at = {}};
    for (const std::size_t beat : beats)
        list.targets.push_back({s.beats.sample[beat], s.beats.sample[beat], beat});
    return list;
}

double share(const auto& matrix, std::size_t label, bool of_reference) {
    double all = 0;
    for (std::size_t i = 0; i < comparison_labels; ++i)
        all += of_reference ? matrix[label][i] : matrix[i][label];
    return all > 0 ? matrix[label][label] / all : -1;
}

// Sensitivity and predictivity of both, class by class.
void scores(App& app, const Comparison& own, const SecondModel& second) {
    const Theme& t = app.theme();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    const std::array<float, 4> right = {width * 0.42F, width * 0.60F, width * 0.82F, width};
    ImVec2 at = ImGui::GetCursorScreenPos();
    const float half = width * 0.18F;
    text_cut(draw, app.fonts.strong, 13, {at.x + right[0] - half, at.y}, 2 * half - 8, t.text,
             app.session.model->name);
    text_cut(draw, app.fonts.strong, 13, {at.x + right[2] - half, at.y}, 2 * half, t.text,
             second.name);
    for (std::size_t i = 0; i < right.size(); ++i)
        text_right(draw, app.fonts.small, 12.5F, at.x + right[i], at.y + 18, t.soft,
                   i % 2 == 0 ? "Se" : "+P");
    draw->AddLine({at.x, at.y + 38}, {at.x + width, at.y + 38}, t.line);
    ImGui::Dummy({width, 41});
    for (std::size_t label = 0; label < 5; ++label) {
        const std::array<double, 4> values = {
            share(own.matrix, label, true), share(own.matrix, label, false),
            share(second.matrix, label, true), share(second.matrix, label, false)};
        if (std::ranges::all_of(values, [](double v) { return v < 0; })) continue;
        at = ImGui::GetCursorScreenPos();
        class_chip(app, draw, {at.x, at.y + 2}, 22, std::string_view("NSVFQ").substr(label, 1));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double other = values[(i + 2) % 4];
            text_right(draw, values[i] > other ? app.fonts.strong : app.fonts.body, 14,
                       at.x + right[i], at.y + 4, t.text,
                       values[i] < 0 ? "–" : std::format("{:.1f}", 100 * values[i]));
        }
        ImGui::Dummy({width, 28});
    }
    ImGui::PopStyleVar();
    note(app, "In %. The better figure is bold.");
}

}  // namespace

void draw_two_models(App& app) {
    const Session& s = app.session;
    if (!s.model || s.model_names.size() < 2) return;
    heading(app, "Another model on the same beats");
    bool first = true;
    for (const std::string& name : s.model_names) {
        if (name == s.current_model) continue;
        const bool on = s.second && s.second->name == name;
        if (!first) flow(pill_width(app, name));
        first = false;
        if (pill(app, "second:" + name, name, on))
            app.send(messages::AskSecond{.name = on ? std::string() : name});
    }
    if (!s.second) {
        note(app,
             "Its letters then stand under this model's, and you can step through the beats "
             "that they call otherwise.");
        return;
    }
    static std::map<Pair, std::vector<std::size_t>> found;
    static std::size_t revision = 0;
    static std::string of;
    if (revision != s.revision || of != s.second->name) {
        found = differences(s);
        revision = s.revision;
        of = s.second->name;
    }
    if (s.learnt_from_this(s.second->name))
        note(app, std::format("{} learnt from this very record: its figures here say nothing about "
                              "another patient.",
                              s.second->name));
    std::vector<std::size_t> all;
    for (const auto& [pair, beats] : found) all.insert(all.end(), beats.begin(), beats.end());
    note(app,
         std::format("{} of {} beats are called otherwise by {} (lead {}).", grouped(all.size()),
                     grouped(s.second->sample.size()), s.second->name, s.second->lead));
    if (!all.empty()) {
        const std::string label = std::format("All {}", grouped(all.size()));
        if (pill(app, "differ:all", label, false))
            app.step_through(step_list(s, "called otherwise", all));
    }
    for (const auto& [pair, beats] : found) {
        const std::string label =
            std::format("{} → {}  {}", pair.first, pair.second, grouped(beats.size()));
        flow(pill_width(app, label));
        if (pill(app, std::format("differ:{}{}", pair.first, pair.second), label, false))
            app.step_through(
                step_list(s, std::format("{} here, {} there", pair.first, pair.second), beats));
    }
    ImGui::Dummy({0, 6});
    if (s.findings.comparison && !s.second->matrix.empty())
        scores(app, *s.findings.comparison, *s.second);
}

}  // namespace telltale::window
