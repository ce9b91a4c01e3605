#include "beats/detector.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

#include "beats/beat_search.hpp"
#include "beats/fast_hearts.hpp"
#include "beats/lead_fusion.hpp"
#include "beats/r_peak.hpp"
#include "beats/slope_energy.hpp"
#include "beats/usual_height.hpp"

namespace telltale::beats {
namespace {

constexpr double lowest_rate = 50, highest_rate = 10000;
// The R peak is looked for this far around the steepest stretch, and its level twice as far.
constexpr double peak_s = 0.07, level_s = 0.15;

// Where as many beats are missed as falsely found, on the records the networks were trained on: of
// one lead, and of several.
constexpr float lowest_evidence = -0.7F, lowest_together = -0.5F;
// Where peaks hardly stand out from what lies between them, as in pure noise, more is asked for.
constexpr float lowest_noisy_evidence = 2;

float confidence(float evidence) {
    return std::clamp((evidence - lowest_evidence) / highest_evidence, 0.0F, 1.0F);
}

}  // namespace

struct Detector::State {
    State(double sampling_rate, std::size_t lead_count, DetectorOptions options)
        : energies(lead_count, SlopeEnergy(sampling_rate)),
          searches(lead_count,
                   BeatSearch(energies[0].rate(), energies[0].scale(), options.refractory_s)),
          fusion(lead_count, energies[0].rate()),
          peak_reach(std::max<std::int64_t>(1, std::llround(peak_s * sampling_rate))),
          level_reach(std::max<std::int64_t>(1, std::llround(level_s * sampling_rate))),
          refractory(std::llround(options.refractory_s * sampling_rate)),
          kept(lead_count),
          r_peaks(lead_count),
          usual_height(energies[0].rate()) {}

    std::vector<SlopeEnergy> energies;
    std::vector<BeatSearch> searches;  // one a lead
    LeadFusion fusion;
    std::int64_t peak_reach, level_reach, refractory;  // samples

    std::vector<double> energy;  // of the lead in hand
    std::vector<float> slope;
    std::vector<std::vector<float>> kept;  // samples of each lead since `kept_from`
    std::int64_t kept_from = 0;
    std::int64_t pushed = 0;
    std::vector<RPeak> r_peaks;
    UsualHeight usual_height;
    std::vector<Beat> beats;   // to be handed out
    std::optional<Beat> last;  // the last beat, which a stronger one may still replace

    void search(std::size_t lead);
    void settle(bool all);
    void place(const LeadFusion::Fused& fused);
    [[nodiscard]] std::int64_t sample_of(std::int64_t index) const {
        return energies[0].sample_of_halves(2 * index - energies[0].energy_delay_halves());
    }
};

// Hands the new slopes of a lead to its search.
void Detector::State::search(std::size_t lead) {
    searches[lead].push(energy, slope);
    energy.clear();
    slope.clear();
}

// Brings together what the searches are sure of.
void Detector::State::settle(bool all) {
    if (all)
        for (BeatSearch& search : searches) search.finish();
    std::int64_t settled = searches[0].settled_before();
    for (std::size_t lead = 0; lead < searches.size(); ++lead) {
        fusion.add(lead, searches[lead].take(), searches[lead].take_views(),
                   searches[lead].block());
        settled = std::min(settled, searches[lead].settled_before());
    }
    for (const LeadFusion::Fused& fused : fusion.take(settled, all))
        if (fused.evidence > (fused.noisy           ? lowest_noisy_evidence
                              : searches.size() > 1 ? lowest_together
                                                    : lowest_evidence) &&
            usual_height.allows(fused.height, fused.index))
            place(fused);
    if (last && (all || sample_of(settled) - last->sample > 8 * refractory))
        beats.push_back(*std::exchange(last, std::nullopt));

    // No later beat looks back further than this. Dropped in large pieces: dropping costs time.
    const std::int64_t needed =
        std::clamp(sample_of(fusion.undecided_from(settled)) - level_reach, kept_from, pushed);
    if (needed - kept_from > static_cast<std::int64_t>(kept[0].size()) / 2) {
        for (std::vector<float>& samples : kept)
            samples.erase(samples.begin(),
                          samples.begin() + static_cast<std::ptrdiff_t>(needed - kept_from));
        kept_from = needed;
    }
}

// Places a beat on its R peak. Of two that come closer than any heart beats, the stronger stays.
void Detector::State::place(const LeadFusion::Fused& fused) {
    const std::int64_t around = std::min(sample_of(fused.index), pushed - 1);
    const std::int64_t first = std::max(kept_from, around - level_reach);
    const std::int64_t end = std::min(pushed, around + level_reach + 1);
    const std::span window = std::span(kept[fused.lead])
                                 .subspan(static_cast<std::size_t>(first - kept_from),
                                          static_cast<std::size_t>(end - first));
    const auto from = static_cast<std::size_t>(std::max(first, around - peak_reach) - first);
    const auto to = static_cast<std::size_t>(std::min(end, around + peak_reach + 1) - first);
    const Beat beat{first + static_cast<std::int64_t>(r_peaks[fused.lead].place(window, from, to)),
                    confidence(fused.evidence)};
    if (last && beat.sample - last->sample < refractory * 3 / 4) {
        if (beat.confidence > last->confidence && beat.sample > last->sample) last = beat;
        return;
    }
    if (last) beats.push_back(*last);
    last = beat;
}

Result<Detector> Detector::create(double sampling_rate, std::size_t leads,
                                  DetectorOptions options) {
    if (!(sampling_rate >= lowest_rate && sampling_rate <= highest_rate))
        return fail("", "",
                    std::format("the sampling rate is {} Hz, expected {} to {} Hz", sampling_rate,
                                lowest_rate, highest_rate));
    if (leads == 0) return fail("", "", "there is no lead to detect beats on");
    if (!(options.refractory_s >= 0.1 && options.refractory_s <= 1))
        return fail("", "",
                    std::format("the refractory period is {} s, expected 0.1 to 1 s",
                                options.refractory_s));
    return Detector(std::make_unique<State>(sampling_rate, leads, options));
}

Detector::Detector(std::unique_ptr<State> state) : state_(std::move(state)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

void Detector::push(std::span<const std::span<const float>> leads) {
    State& s = *state_;
    // In blocks, so that a whole recording pushed at once needs no second copy of itself.
    constexpr std::size_t block = 1 << 13;
    const std::size_t count = leads.empty() ? 0 : leads[0].size();
    for (std::size_t at = 0; at < count; at += block) {
        const std::size_t n = std::min(block, count - at);
        for (std::size_t lead = 0; lead < s.energies.size(); ++lead) {
            const std::span<const float> samples = leads[lead].subspan(at, n);
            s.energies[lead].push(samples, s.slope, s.energy);
            s.search(lead);
            s.kept[lead].insert(s.kept[lead].end(), samples.begin(), samples.end());
        }
        s.pushed += static_cast<std::int64_t>(n);
        s.settle(false);
    }
}

void Detector::finish() {
    State& s = *state_;
    for (std::size_t lead = 0; lead < s.energies.size(); ++lead) {
        s.energies[lead].finish(s.slope, s.energy);
        s.search(lead);
    }
    s.settle(true);
}

std::vector<Beat> Detector::take() {
    return std::exchange(state_->beats, {});
}

Result<std::vector<Beat>> detect(const Recording& recording, std::span<const std::size_t> leads,
                                 DetectorOptions options) {
    std::vector<std::span<const float>> chosen;
    if (leads.empty()) {
        for (const Lead& lead : recording.leads)
            if (lead.unit == "mV") chosen.emplace_back(lead.samples);
    } else {
        for (const std::size_t lead : leads) {
            if (lead >= recording.leads.size())
                return fail(recording.name, "",
                            std::format("there is no lead number {}, the recording has {}",
                                        lead + 1, recording.leads.size()));
            chosen.emplace_back(recording.leads[lead].samples);
        }
    }
    if (chosen.empty()) return fail(recording.name, "", "no lead is in mV, expected one at least");
    auto detector = Detector::create(recording.sampling_rate, chosen.size(), options);
    if (!detector) {
        detector.error().file = recording.name;
        return std::unexpected(detector.error());
    }
    detector->push(chosen);
    detector->finish();
    return look_again(chosen, recording.sampling_rate, detector->take(), options);
}

}  // namespace telltale::beats
