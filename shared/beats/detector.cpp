#include "beats/detector.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

#include "beats/beat_search.hpp"
#include "beats/r_peak.hpp"
#include "beats/slope_energy.hpp"

namespace telltale::beats {
namespace {

constexpr double lowest_rate = 50, highest_rate = 10000;
// The R peak is looked for this far around the steepest stretch, and its level twice as far.
constexpr double peak_s = 0.06, level_s = 0.15;

}  // namespace

struct Detector::State {
    State(double sampling_rate, std::size_t lead_count, DetectorOptions options)
        : energies(lead_count, SlopeEnergy(sampling_rate)),
          search(energies[0].rate(), energies[0].scale(), options.refractory_s),
          peak_reach(std::max<std::int64_t>(1, std::llround(peak_s * sampling_rate))),
          level_reach(std::max<std::int64_t>(1, std::llround(level_s * sampling_rate))),
          refractory(std::llround(options.refractory_s * sampling_rate)),
          slopes(lead_count),
          values(lead_count) {}

    std::vector<SlopeEnergy> energies;
    BeatSearch search;
    std::int64_t peak_reach, level_reach, refractory;  // samples

    // Each lead's new slopes and energies.
    std::vector<std::vector<float>> slopes;
    std::vector<std::vector<double>> values;
    std::vector<float> kept;        // samples of the first lead since `kept_from`
    std::int64_t kept_from = 0;
    std::int64_t pushed = 0;
    std::int64_t last_beat = -1;
    RPeak r_peak;
    std::vector<Beat> beats;

    void search_values();
    void take_settled();
    [[nodiscard]] std::int64_t sample_of(std::int64_t index) const {
        return energies[0].sample_of_halves(2 * index - energies[0].energy_delay_halves());
    }
};

// Places each settled beat on its R peak.
void Detector::State::take_settled() {
    for (const BeatSearch::Accepted& accepted : search.take()) {
        const std::int64_t around = std::min(sample_of(accepted.index), pushed - 1);
        const std::int64_t first = std::max(kept_from, around - level_reach);
        const std::int64_t last = std::min(pushed, around + level_reach + 1);
        const std::span window = std::span(kept).subspan(static_cast<std::size_t>(first - kept_from),
                                                         static_cast<std::size_t>(last - first));
        const auto from = static_cast<std::size_t>(std::max(first, around - peak_reach) - first);
        const auto to = static_cast<std::size_t>(std::min(last, around + peak_reach + 1) - first);
        const std::int64_t sample = first + static_cast<std::int64_t>(r_peak.place(window, from, to));
        if (last_beat >= 0 && sample - last_beat < refractory / 2) continue;
        beats.push_back({sample, accepted.confidence});
        last_beat = sample;
    }
    // No later beat looks back further than this. Dropped in large pieces: dropping costs time.
    const std::int64_t needed =
        std::clamp(sample_of(search.settled_before()) - level_reach, kept_from, pushed);
    if (needed - kept_from > static_cast<std::int64_t>(kept.size()) / 2) {
        kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(needed - kept_from));
        kept_from = needed;
    }
}

Result<Detector> Detector::create(double sampling_rate, std::size_t leads,
                                  DetectorOptions options) {
    if (!(sampling_rate >= lowest_rate && sampling_rate <= highest_rate))
        return fail("", "", std::format("the sampling rate is {} Hz, expected {} to {} Hz",
                                        sampling_rate, lowest_rate, highest_rate));
    if (leads == 0) return fail("", "", "there is no lead to detect beats on");
    if (!(options.refractory_s >= 0.1 && options.refractory_s <= 1))
        return fail("", "", std::format("the refractory period is {} s, expected 0.1 to 1 s",
                                        options.refractory_s));
    return Detector(std::make_unique<State>(sampling_rate, leads, options));
}

Detector::Detector(std::unique_ptr<State> state) : state_(std::move(state)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

// Leads count together: a beat is steep in any of them.
void Detector::State::search_values() {
    for (std::size_t lead = 1; lead < values.size(); ++lead)
        for (std::size_t i = 0; i < values[0].size(); ++i) values[0][i] += values[lead][i];
    search.push(values[0], slopes[0]);
    for (std::size_t lead = 0; lead < values.size(); ++lead) {
        slopes[lead].clear();
        values[lead].clear();
    }
}

void Detector::push(std::span<const std::span<const float>> leads) {
    State& s = *state_;
    // In blocks, so that a whole recording pushed at once needs no second copy of itself.
    constexpr std::size_t block = 1 << 13;
    const std::size_t count = leads.empty() ? 0 : leads[0].size();
    for (std::size_t at = 0; at < count; at += block) {
        const std::size_t n = std::min(block, count - at);
        for (std::size_t lead = 0; lead < s.energies.size(); ++lead)
            s.energies[lead].push(leads[lead].subspan(at, n), s.slopes[lead], s.values[lead]);
        const std::span<const float> first = leads[0].subspan(at, n);
        s.kept.insert(s.kept.end(), first.begin(), first.end());
        s.pushed += static_cast<std::int64_t>(n);
        s.search_values();
        s.take_settled();
    }
}

void Detector::finish() {
    State& s = *state_;
    for (std::size_t lead = 0; lead < s.energies.size(); ++lead)
        s.energies[lead].finish(s.slopes[lead], s.values[lead]);
    s.search_values();
    s.search.finish();
    s.take_settled();
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
                            std::format("there is no lead number {}, the recording has {}", lead + 1,
                                        recording.leads.size()));
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
    return detector->take();
}

}  // namespace telltale::beats
