#include "beats/lead_fusion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "beats/merit.hpp"

namespace telltale::beats {
namespace {

constexpr double reach_s = 0.09;
// Neighbours further away than this are not looked for.
constexpr double horizon_s = 4.0;
// Octaves that the first lead's beats must stand out to remain, and to become again, the main one.
constexpr float lost_contrast = 0.8F, regained_contrast = 1.3F;
// Among the others, one must stand out this much more to take over.
constexpr float clearly_better = 1.5F;
constexpr float noisy_contrast = 0.8F;
constexpr float highest_contrast = 5;
constexpr float usual_rate = 0.1F;

float say_of(float contrast) {
    const float c = std::clamp(contrast, 0.0F, highest_contrast);
    return 0.02F + c * c * c;
}

}  // namespace

LeadFusion::LeadFusion(std::size_t leads, double rate)
    : rate_(rate),
      reach_(std::max<std::int64_t>(1, std::llround(reach_s * rate))),
      horizon_(std::llround(horizon_s * rate)),
      leads_(leads) {}

void LeadFusion::add(std::size_t lead, std::span<const BeatSearch::Judged> judged,
                     std::span<const BeatSearch::View> views, std::int64_t block) {
    block_ = block;
    leads_[lead].judged.insert(leads_[lead].judged.end(), judged.begin(), judged.end());
    leads_[lead].views.insert(leads_[lead].views.end(), views.begin(), views.end());
}

const BeatSearch::View& LeadFusion::view(std::size_t lead, std::int64_t index) const {
    static constexpr BeatSearch::View nothing{};
    const auto& views = leads_[lead].views;
    if (views.empty()) return nothing;
    const std::int64_t number = index / block_ - first_block_;
    return views[static_cast<std::size_t>(
        std::clamp<std::int64_t>(number, 0, std::ssize(views) - 1))];
}

// Groups the candidates whose neighbours are all known: the earliest one begins a group, which the
// other leads' candidates within reach of its strongest join.
void LeadFusion::group(std::int64_t settled, bool all) {
    const std::int64_t end = all ? std::numeric_limits<std::int64_t>::max() : settled - 2 * reach_;
    std::vector<std::size_t> next(leads_.size(), 0);
    while (true) {
        std::size_t first = leads_.size();
        const auto head = [&](std::size_t lead) -> const BeatSearch::Judged& {
            return leads_[lead].judged[next[lead]];
        };
        const auto has = [&](std::size_t lead) { return next[lead] < leads_[lead].judged.size(); };
        for (std::size_t lead = 0; lead < leads_.size(); ++lead)
            if (has(lead) && (first == leads_.size() || head(lead).index < head(first).index))
                first = lead;
        if (first == leads_.size() || head(first).index >= end) break;
        // The strongest among those within reach of the earliest is the group's middle.
        const std::int64_t from = head(first).index;
        std::size_t strongest = first;
        for (std::size_t lead = 0; lead < leads_.size(); ++lead)
            if (has(lead) && head(lead).index <= from + reach_ &&
                head(lead).evidence > head(strongest).evidence)
                strongest = lead;
        Group g{.index = head(strongest).index, .best = head(strongest).evidence};
        g.of_lead.assign(leads_.size(), {.index = -1, .evidence = -highest_evidence});
        for (std::size_t lead = 0; lead < leads_.size(); ++lead)
            if (has(lead) && head(lead).index <= std::max(from, g.index) + reach_) {
                g.of_lead[lead] = head(lead);
                ++next[lead];
            }
        weigh_up(g);
        groups_.push_back(std::move(g));
    }
    for (std::size_t lead = 0; lead < leads_.size(); ++lead)
        leads_[lead].judged.erase(
            leads_[lead].judged.begin(),
            leads_[lead].judged.begin() + static_cast<std::ptrdiff_t>(next[lead]));
}

void LeadFusion::weigh_up(Group& group) const {
    float total = 0, sum = 0;
    for (std::size_t lead = 0; lead < leads_.size(); ++lead) {
        const float say = say_of(view(lead, group.index).contrast);
        total += say;
        sum += say * group.of_lead[lead].evidence;
    }
    group.together = sum / total;
}

FusionMeasures LeadFusion::measures(std::size_t number) const {
    const Group& g = groups_[number];
    const auto second = static_cast<float>(rate_);
    // The two leads that stand out most.
    std::size_t a = 0, b = leads_.size();
    const auto contrast = [&](std::size_t lead) { return view(lead, g.index).contrast; };
    for (std::size_t lead = 1; lead < leads_.size(); ++lead) {
        if (contrast(lead) > contrast(a)) {
            b = a;
            a = lead;
        } else if (b == leads_.size() || contrast(lead) > contrast(b)) {
            b = lead;
        }
    }
    std::size_t in_favour = 0;
    float mean = 0;
    for (const BeatSearch::Judged& j : g.of_lead) {
        in_favour += j.evidence > 0 ? 1 : 0;
        mean += j.evidence;
    }
    const auto count = static_cast<float>(leads_.size());
    FusionMeasures m{};
    std::size_t at = 0;
    const auto add = [&](float value) { m[at++] = std::clamp(value, -8.0F, 8.0F); };
    add(0.5F * g.of_lead[a].evidence);
    add(0.5F * g.of_lead[b].evidence);
    add(contrast(a));
    add(contrast(b));
    add(g.of_lead[a].index < 0 ? -4.0F : g.of_lead[a].height);
    add(g.of_lead[b].index < 0 ? -4.0F : g.of_lead[b].height);
    add(0.5F * g.best);
    add(0.5F * g.together);
    add(0.5F * mean / count);
    add(static_cast<float>(in_favour) / count);
    add(g.of_lead[a].index < 0 || g.of_lead[b].index < 0
            ? 0.0F
            : 10 * static_cast<float>(g.of_lead[a].index - g.of_lead[b].index) / second);

    // The nearest candidate to each side, whatever it is, and the nearest likely beat. And how far
    // the two leads are to be relied on around here: the share of the likely beats that each
    // shows, and of what it shows, how much it shows alone.
    const float interval = usual_interval_;
    float beats = 0, shown[2] = {0, 0}, claims[2] = {0, 0}, alone[2] = {0, 0};
    for (const int step : {-1, 1}) {
        float gap = 3, evidence = -4, likely = 3, likely_evidence = 0;
        for (auto n = static_cast<std::ptrdiff_t>(number) + step; n >= 0 && n < std::ssize(groups_);
             n += step) {
            const Group& other = groups_[static_cast<std::size_t>(n)];
            const std::int64_t distance = std::abs(other.index - g.index);
            if (distance > horizon_) break;
            const float s = static_cast<float>(distance) / second;
            if (gap == 3) {
                gap = s;
                evidence = 0.5F * other.together;
            }
            if (other.together > 0 && likely == 3) {
                likely = s / interval;
                likely_evidence = 0.5F * other.together;
            }
            const bool by_a = other.of_lead[a].evidence > 0, by_b = other.of_lead[b].evidence > 0;
            beats += other.together > 0 ? 1.0F : 0.0F;
            shown[0] += other.together > 0 && by_a ? 1.0F : 0.0F;
            shown[1] += other.together > 0 && by_b ? 1.0F : 0.0F;
            claims[0] += by_a ? 1.0F : 0.0F;
            claims[1] += by_b ? 1.0F : 0.0F;
            alone[0] += by_a && !by_b ? 1.0F : 0.0F;
            alone[1] += by_b && !by_a ? 1.0F : 0.0F;
        }
        add(gap);
        add(evidence);
        add(std::min(likely, 3.0F));
        add(likely_evidence);
    }
    add(interval);
    for (const std::size_t k : {0U, 1U}) {
        add(shown[k] / std::max(1.0F, beats));
        add(alone[k] / std::max(1.0F, claims[k]));
    }
    return m;
}

std::size_t LeadFusion::main_lead(std::int64_t index) {
    const auto contrast = [&](std::size_t lead) { return view(lead, index).contrast; };
    std::size_t best = 0;
    for (std::size_t lead = 1; lead < leads_.size(); ++lead)
        if (contrast(lead) > contrast(best)) best = lead;
    if (contrast(0) > (main_ == 0 ? lost_contrast : regained_contrast))
        main_ = 0;
    else if (main_ == 0 || contrast(best) > contrast(main_) + clearly_better)
        main_ = best;
    return main_;
}

std::vector<LeadFusion::Fused> LeadFusion::take(std::int64_t settled, bool all) {
    group(settled, all);
    std::vector<Fused> out;
    for (; next_ < groups_.size(); ++next_) {
        const Group& g = groups_[next_];
        // Neighbours after it must be known.
        if (!all && g.index + horizon_ + 2 * reach_ >= settled) break;
        Fused fused{.index = g.index, .evidence = g.together};
        if (leads_.size() > 1 || describe_to) {
            const FusionMeasures m = measures(next_);
            if (describe_to) describe_to->push_back({g.index, m});
            if (leads_.size() > 1) fused.evidence = evidence_of_leads(m);
        }
        fused.noisy = true;
        for (std::size_t lead = 0; lead < leads_.size(); ++lead)
            fused.noisy = fused.noisy && view(lead, g.index).contrast < noisy_contrast;
        fused.lead = main_lead(g.index);
        if (g.of_lead[fused.lead].index >= 0) fused.index = g.of_lead[fused.lead].index;
        for (std::size_t lead = 0; lead < leads_.size(); ++lead)
            if (g.of_lead[lead].index >= 0)
                fused.height =
                    std::max(fused.height, view(lead, g.index).level + g.of_lead[lead].height);
        out.push_back(fused);
        if (g.together > 0) {
            if (last_likely_ >= 0) {
                const float s =
                    static_cast<float>(g.index - last_likely_) / static_cast<float>(rate_);
                usual_interval_ += (std::clamp(s, 0.2F, 1.8F) - usual_interval_) * usual_rate;
            }
            last_likely_ = g.index;
        }
    }
    // Keeps what later measures look back on.
    std::size_t keep = next_;
    const std::int64_t oldest =
        (next_ < groups_.size() ? groups_[next_].index : settled) - horizon_ - 2 * reach_;
    while (keep > 0 && groups_[keep - 1].index >= oldest) --keep;
    if (keep > 256) {
        groups_.erase(groups_.begin(), groups_.begin() + static_cast<std::ptrdiff_t>(keep));
        next_ -= keep;
        const std::int64_t blocks = oldest / block_ - 1 - first_block_;
        for (Lead& lead : leads_)
            lead.views.erase(
                lead.views.begin(),
                lead.views.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(
                                         blocks, 0, std::ssize(lead.views) - 1)));
        if (blocks > 0) first_block_ += blocks;
    }
    return out;
}

}  // namespace telltale::beats
