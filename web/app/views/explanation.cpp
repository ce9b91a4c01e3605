// Why a beat got its class: what of it speaks for the class and what against, shown on the beat.
#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <string_view>
#include <utility>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

// Hidden anywhere, less than this of the probability goes: nothing of the beat stands out.
constexpr float least_strength = 0.01F;
// Groups of features that move less than this are not listed.
constexpr double least_change = 0.005;

// What the groups of features are about; site/features.md holds their formulas.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> group_titles = {{
    {"F", "RR intervals around"},
    {"G", "its kind of beat"},
    {"M", "shape against the usual beat"},
    {"Rm", "RR against the mean"},
    {"Rq", "RR against the longest usual"},
    {"Rseq", "the ten RRs around"},
    {"A", "P wave by itself"},
    {"K", "shape against the slow beats"},
    {"X", "RR that the P wave lets expect"},
    {"LL", "shape against slow beats nearby"},
    {"Rs", "RR in seconds"},
    {"AF", "irregularity, P waves around"},
    {"E", "whether RRs repeat themselves"},
}};

// The beat's trace over bands: the stronger, the more of the probability goes if the signal there
// is hidden.
void picture(App& app, const Explanation& e, float strongest) {
    Session& s = app.session;
    const Theme& t = app.theme();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect area = {at.x, at.y, ImGui::GetContentRegionAvail().x, 128};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(area.min(), area.max(), t.paper, 8);
    const auto count = e.saliency.size();
    const float step = area.width / static_cast<float>(count);
    draw->PushClipRect(area.min(), area.max(), true);
    for (std::size_t i = 0; i < count; ++i) {
        const float strength = e.saliency[i] / strongest;
        if (!(std::abs(strength) > 0.04F)) continue;
        const float x = area.x + static_cast<float>(i) * step;
        draw->AddRectFilled(
            {x, area.y}, {x + step + 0.5F, area.y + area.height},
            with_alpha(strength > 0 ? t.accent : t.warning, 0.08F + 0.5F * std::abs(strength)));
    }
    static std::vector<float> samples;
    const std::int64_t first = e.first;
    const std::size_t lead = s.model ? s.model->lead : 0;
    const bool here = s.signals.samples(
        lead, first, first + static_cast<std::int64_t>(count), samples,
        [&](std::size_t l, std::int64_t from, std::int64_t n) {
            app.send(messages::NeedSamples{
                .lead = l, .first = static_cast<double>(from), .count = static_cast<double>(n)});
        });
    if (here) {
        float low = INFINITY, high = -INFINITY;
        for (const float v : samples)
            if (std::isfinite(v)) {
                low = std::min(low, v);
                high = std::max(high, v);
            }
        const float scale = (area.height - 24) / std::max(high - low, 0.1F);
        for (std::size_t i = 1; i < samples.size(); ++i) {
            if (!std::isfinite(samples[i]) || !std::isfinite(samples[i - 1])) continue;
            const auto point = [&](std::size_t k) {
                return ImVec2{area.x + (static_cast<float>(k) + 0.5F) * step,
                              area.y + 12 + (high - samples[k]) * scale};
            };
            draw->AddLine(point(i - 1), point(i), t.trace, 1.6F);
        }
    }
    const float mark = area.x + static_cast<float>(e.sample - e.first) * step;
    draw->AddLine({mark, area.y}, {mark, area.y + 6}, t.soft);
    draw->PopClipRect();
    draw->AddRect(area.min(), area.max(), t.line, 8);
    ImGui::Dummy({area.width, area.height + 4});
}

}  // namespace

void draw_explanation(App& app, std::size_t beat) {
    const Session& s = app.session;
    if (!s.model) return;
    const bool known =
        s.explanation && beat < s.beats.size() &&
        std::abs(static_cast<double>(s.explanation->sample) - s.beats.sample[beat]) < 1;
    if (!known) {
        ImGui::Dummy({0, 4});
        if (pill(app, "explain", "Why this class?", false)) app.explain();
        return;
    }
    const Explanation& e = *s.explanation;
    heading(app, std::format("What speaks for {}", e.class_));
    float strongest = 0;
    for (const float v : e.saliency)
        if (std::isfinite(v)) strongest = std::max(strongest, std::abs(v));
    if (strongest < least_strength) {
        note(app,
             "No part of this beat matters by itself: hidden anywhere, the model says the "
             "same.");
    } else {
        picture(app, e, strongest);
        note(app,
             std::format("Each part was hidden in turn. {}: without it the model is less sure "
                         "of {} (by up to {:.0f} points of {:.0f}); {}: surer.",
                         "Blue-green", e.class_, 100 * strongest, 100 * e.probability, "orange"));
    }
    if (e.groups.empty()) return;
    std::vector<messages::GroupChange> groups = e.groups;
    std::ranges::stable_sort(
        groups, std::ranges::greater{},
        [](const messages::GroupChange& group) { return std::abs(group.change); });
    std::vector<Figure> figures;
    for (const messages::GroupChange& group : groups) {
        if (std::abs(group.change) < least_change) continue;
        const auto title = std::ranges::find(group_titles, std::string_view(group.name),
                                             &std::pair<std::string_view, std::string_view>::first);
        figures.push_back({title != group_titles.end() ? std::string(title->second) : group.name,
                           std::format("{:+.0f} points", 100 * group.change),
                           {}});
    }
    if (!figures.empty())
        figure_group(app, {"What was measured, if it were as usual", std::move(figures)});
}

}  // namespace telltale::window
