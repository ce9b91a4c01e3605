// The model card: what the network is, and its figures with the protocol of each.
#include <algorithm>
#include <array>
#include <format>
#include <map>
#include <set>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

// "S_f1" is F1 of the class S.
struct ClassMetric {
    std::string class_name, name;
};

std::optional<ClassMetric> class_metric(const ModelInfo& model, std::string_view name) {
    for (const std::string& c : model.labels)
        if (name.size() > c.size() + 1 && name.starts_with(c) && name[c.size()] == '_')
            return ClassMetric{c, std::string(name.substr(c.size() + 1))};
    return std::nullopt;
}

std::string metric_title(std::string_view name) {
    if (name == "f1") return "F1";
    if (name == "macro_f1") return "Macro F1";
    if (name == "se") return "Se";
    if (name == "ppv") return "+P";
    std::string title(name);
    std::ranges::replace(title, '_', ' ');
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    return title;
}

std::string metric_value(const messages::MetricInfo& m) {
    return m.value >= 0 && m.value <= 1 ? std::format("{:.1f} %", 100 * m.value)
                                        : std::format("{:.3f}", m.value);
}

void protocol(App& app, const ModelInfo& model, const std::string& name) {
    const Theme& t = app.theme();
    std::vector<Figure> overall;
    std::vector<std::string> columns;
    std::map<std::string, std::map<std::string, std::string>> cells;  // class, then metric
    for (const messages::MetricInfo& m : model.metrics) {
        if (m.protocol != name) continue;
        if (const auto of_class = class_metric(model, m.name)) {
            if (std::ranges::find(columns, of_class->name) == columns.end())
                columns.push_back(of_class->name);
            cells[of_class->class_name][of_class->name] = metric_value(m);
        } else {
            overall.push_back({metric_title(m.name), metric_value(m), {}});
        }
    }
    figure_group(app, {name, std::move(overall)});
    if (columns.empty()) return;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float column = std::min(90.0F, (width - 150) / static_cast<float>(columns.size()));
    ImVec2 at = ImGui::GetCursorScreenPos();
    draw->AddText(app.fonts.small, 12.5F, {at.x, at.y + 3}, t.soft, "Class");
    for (std::size_t c = 0; c < columns.size(); ++c)
        text_right(draw, app.fonts.small, 12.5F,
                   at.x + width - column * static_cast<float>(columns.size() - 1 - c), at.y + 3,
                   t.soft, metric_title(columns[c]));
    draw->AddLine({at.x, at.y + 22}, {at.x + width, at.y + 22}, t.line);
    ImGui::Dummy({width, 25});
    for (const std::string& class_name : model.labels) {
        if (!cells.contains(class_name)) continue;
        at = ImGui::GetCursorScreenPos();
        class_chip(app, draw, {at.x, at.y + 2}, 22, class_name);
        text_cut(draw, app.fonts.body, 14, {at.x + 32, at.y + 4},
                 width - 40 - column * static_cast<float>(columns.size()), t.text,
                 long_class_name(class_name));
        for (std::size_t c = 0; c < columns.size(); ++c)
            text_right(draw, app.fonts.strong, 14,
                       at.x + width - column * static_cast<float>(columns.size() - 1 - c), at.y + 4,
                       t.text, cells[class_name][columns[c]]);
        ImGui::Dummy({width, 27});
    }
    ImGui::PopStyleVar();
}

void titled(App& app, const char* title, const std::string& text) {
    if (text.empty()) return;
    heading(app, title);
    note(app, text);
}

}  // namespace

void draw_model_tab(App& app) {
    const Session& s = app.session;
    if (!s.model) {
        note(app, "The model is not loaded yet.");
        return;
    }
    const ModelInfo& model = *s.model;
    ImGui::PushFont(app.fonts.title);
    paragraph(model.title.empty() ? model.name : model.title);
    ImGui::PopFont();
    note(app, model.description);

    std::vector<Figure> about = {{"Name", model.name, {}}, {"Version", model.version, {}}};
    if (model.parameters > 0)
        about.push_back({"Parameters", grouped(static_cast<std::size_t>(model.parameters)), {}});
    if (!model.licence.empty()) about.push_back({"Licence", model.licence, {}});
    if (!s.provider.current.empty()) {
        const std::string where = s.provider.current == "webgpu" ? "WebGPU"
                                  : s.provider.current == "wasm" ? "WebAssembly"
                                                                 : s.provider.current;
        about.push_back({"Runs on", where, {}});
        if (s.provider.beats_per_second > 0)
            about.push_back({"Beats a second",
                             grouped(static_cast<std::size_t>(s.provider.beats_per_second)),
                             {}});
    }
    figure_group(app, {"About", std::move(about)});
    // For pictures that are compared: this line says something else at every run.
    if (s.provider.beats_per_second > 0) {
        const ImVec2 end = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        app.target("changing", end.x, end.y - 25, width, 25);
    }

    std::vector<std::string> protocols;
    for (const messages::MetricInfo& m : model.metrics)
        if (std::ranges::find(protocols, m.protocol) == protocols.end())
            protocols.push_back(m.protocol);
    for (const std::string& name : protocols) protocol(app, model, name);
    titled(app, "Trained on", model.training_data);
    titled(app, "How it was tested", model.protocol);
    titled(app, "To cite", model.citation);
}

}  // namespace telltale::window
