// The beats grouped by shape: each group with all its members drawn over each other.
#include <algorithm>
#include <array>
#include <cmath>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

// Cells of equal shade next to each other are one rectangle.
void draw_density(App& app, ImDrawList* draw, const ClusterInfo& cluster, Rect area, ImU32 colour) {
    if (cluster.density.empty()) return;
    const Theme& t = app.theme();
    const auto columns = static_cast<float>(cluster.columns),
               rows = static_cast<float>(cluster.rows);
    const float w = area.width / columns, h = area.height / rows;
    constexpr int shades = 12;
    for (std::size_t row = 0; row < cluster.rows; ++row) {
        const float* line = cluster.density.data() + row * cluster.columns;
        const auto shade_at = [&](std::size_t column) {
            const float v = line[column];
            return v <= 0
                       ? 0
                       : std::clamp(1 + static_cast<int>(std::sqrt(v) * (shades - 1)), 1, shades);
        };
        for (std::size_t column = 0; column < cluster.columns;) {
            const int shade = shade_at(column);
            std::size_t end = column + 1;
            while (end < cluster.columns && shade_at(end) == shade) ++end;
            if (shade > 0)
                draw->AddRectFilled(
                    {area.x + static_cast<float>(column) * w, area.y + static_cast<float>(row) * h},
                    {area.x + static_cast<float>(end) * w,
                     area.y + static_cast<float>(row + 1) * h},
                    with_alpha(colour, 0.08F + 0.92F * static_cast<float>(shade) / shades));
            column = end;
        }
    }
    // The beats' mark, and 0 mV.
    const auto mark = static_cast<float>(-cluster.first_s / (cluster.last_s - cluster.first_s));
    const float x = area.x + mark * area.width;
    draw->AddLine({x, area.y}, {x, area.y + 4}, t.soft);
    draw->AddLine({x, area.y + area.height - 4}, {x, area.y + area.height}, t.soft);
}

struct Mix {
    std::size_t label = 0;  ///< the class of most members
    std::string text;       ///< "V 12, N 3"
};

Mix mix_of(const Session& s, const ClusterInfo& cluster) {
    Mix mix;
    if (!s.model) return mix;
    std::vector<std::size_t> counts(s.model->labels.size(), 0);
    for (const std::uint32_t member : cluster.members)
        if (member < s.beats.size() && s.beats.label[member] < counts.size())
            ++counts[s.beats.label[member]];
    std::vector<std::size_t> order;
    for (std::size_t c = 0; c < counts.size(); ++c)
        if (counts[c] > 0) order.push_back(c);
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t c) { return counts[c]; });
    if (!order.empty()) mix.label = order.front();
    for (std::size_t i = 0; i < order.size() && i < 3; ++i)
        mix.text += std::format("{}{} {}", i ? ", " : "", s.model->labels[order[i]],
                                grouped(counts[order[i]]));
    return mix;
}

}  // namespace

void draw_clusters_tab(App& app) {
    const Session& s = app.session;
    const Theme& t = app.theme();
    if (!s.findings.clusters || s.findings.clusters->empty()) {
        note(app, s.progress.stage.empty() ? "No beats to group."
                                           : "The groups follow when every beat is named.");
        return;
    }
    const auto& clusters = *s.findings.clusters;
    note(app, std::format("{} shapes. Each picture shows every member on lead {}; darker where "
                          "more of them pass.",
                          clusters.size(),
                          s.model && s.model->lead < s.recording->leads.size()
                              ? s.recording->leads[s.model->lead].name
                              : ""));
    if (app.view.cluster && *app.view.cluster < clusters.size() && s.model) {
        note(app, std::format("Call all {} beats of cluster {}:",
                              grouped(clusters[*app.view.cluster].beats), *app.view.cluster + 1));
        for (const std::string& name : s.model->labels) {
            flow(pill_width(app, name));
            if (pill(app, "cluster-call:" + name, name, false))
                app.relabel_cluster(*app.view.cluster, name);
        }
    }
    undo_row(app);
    const float width = ImGui::GetContentRegionAvail().x;
    constexpr float gap = 10, caption = 46;
    const int columns = std::max(2, static_cast<int>(width / 190));
    const float card =
        (width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const float picture = card * 0.58F;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    std::optional<std::size_t> chosen;
    for (std::size_t k = 0; k < clusters.size(); ++k) {
        const ClusterInfo& cluster = clusters[k];
        const auto column = static_cast<float>(k % static_cast<std::size_t>(columns));
        const auto row = static_cast<float>(k / static_cast<std::size_t>(columns));
        const ImVec2 at = {origin.x + column * (card + gap),
                           origin.y + row * (picture + caption + gap)};
        ImGui::SetCursorScreenPos(at);
        if (press_area(app, std::format("cluster:{}", k), {card, picture + caption})) chosen = k;
        const bool on = app.view.cluster == k;
        if (!ImGui::IsItemVisible()) continue;
        const Rect area = {at.x, at.y, card, picture};
        draw->AddRectFilled(at, {at.x + card, at.y + picture + caption}, t.raised, 8);
        draw->AddRectFilled(area.min(), area.max(), t.paper, 8, ImDrawFlags_RoundCornersTop);
        const Mix mix = mix_of(s, cluster);
        const std::string_view name = s.model && mix.label < s.model->labels.size()
                                          ? std::string_view(s.model->labels[mix.label])
                                          : "";
        draw->PushClipRect(area.min(), area.max(), true);
        draw_density(app, draw, cluster, {area.x + 4, area.y + 4, area.width - 8, area.height - 8},
                     t.class_colour(name));
        draw->PopClipRect();
        draw->AddRect(at, {at.x + card, at.y + picture + caption},
                      on || ImGui::IsItemHovered() ? t.accent : t.line, 8, 0, on ? 2.5F : 1.0F);
        if (!name.empty()) class_chip(app, draw, {at.x + 8, at.y + picture + 11}, 24, name);
        const float share = s.beats.size() > 0 ? 100.0F * static_cast<float>(cluster.beats) /
                                                     static_cast<float>(s.beats.size())
                                               : 0;
        text_cut(draw, app.fonts.strong, 14, {at.x + 40, at.y + picture + 5}, card - 46, t.text,
                 std::format("{}  ({:.1f} %)", grouped(cluster.beats), share));
        const std::string detail =
            mix.text +
            (cluster.outliers > 0 ? std::format(", {} fit badly", grouped(cluster.outliers)) : "");
        text_cut(draw, app.fonts.small, 12.5F, {at.x + 40, at.y + picture + 24}, card - 46, t.soft,
                 detail);
    }
    const std::size_t rows = (clusters.size() + static_cast<std::size_t>(columns) - 1) /
                             static_cast<std::size_t>(columns);
    ImGui::SetCursorScreenPos(
        {origin.x, origin.y + static_cast<float>(rows) * (picture + caption + gap)});
    ImGui::Dummy({0, 0});
    if (chosen) {
        StepList list{.title = std::format("cluster {}", *chosen + 1), .targets = {}, .at = {}};
        for (const std::uint32_t member : clusters[*chosen].members)
            if (member < s.beats.size())
                list.targets.push_back({s.beats.sample[member], s.beats.sample[member], member});
        app.view.cluster = chosen;
        app.step_through(std::move(list));
    }
}

}  // namespace telltale::window
