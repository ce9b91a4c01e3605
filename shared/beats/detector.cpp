#include "beats/detector.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <format>
#include <utility>

#include "beats/beat_sequence.hpp"
#include "beats/qrs_feature.hpp"
#include "beats/r_peak.hpp"

namespace telltale::beats {
namespace {

constexpr double lowest_rate = 50, highest_rate = 10000;
// The R peak is looked for this far around the steepest stretch, and its level twice as far.
constexpr double peak_s = 0.08, level_s = 0.15;

}  // namespace

struct Detector::State {
    State(double sampling_rate, std::size_t lead_count, DetectorOptions options)
        : features(lead_count, QrsFeature(sampling_rate)),
          sequence(features[0].rate(), options.refractory_s),
          peak_reach(std::max<std::int64_t>(1, std::llround(peak_s * sampling_rate))),
          level_reach(std::max<std::int64_t>(1, std::llround(level_s * sampling_rate))),
          refractory(std::llround(options.refractory_s * sampling_rate)),
          values(lead_count) {}

    std::vector<QrsFeature> features;
    BeatSequence sequence;
    std::int64_t peak_reach, level_reach, refractory;  // samples

    std::vector<std::vector<float>> values;  // each lead's features of the last push
    std::vector<float> combined;
    std::deque<float> kept;         // samples of the first lead since `kept_from`
    std::int64_t kept_from = 0;
    std::int64_t pushed = 0;
    std::int64_t last_beat = -1;
    std::vector<Beat> beats;
    std::vector<float> window, scratch;

    void take_settled();
};

// Places each settled beat on its R peak.
void Detector::State::take_settled() {
    for (const BeatSequence::Accepted& accepted : sequence.take()) {
        const std::int64_t around = std::min(features[0].sample_of(accepted.index), pushed - 1);
        const std::int64_t first = std::max(kept_from, around - level_reach);
        const std::int64_t last = std::min(pushed, around + level_reach + 1);
        const auto begin = kept.begin() + static_cast<std::ptrdiff_t>(first - kept_from);
        window.assign(begin, begin + static_cast<std::ptrdiff_t>(last - first));
        const auto from = static_cast<std::size_t>(std::max(first, around - peak_reach) - first);
        const auto to = static_cast<std::size_t>(std::min(last, around + peak_reach + 1) - first);
        const std::int64_t sample =
            first + static_cast<std::int64_t>(r_peak(window, from, to, scratch));
        if (last_beat >= 0 && sample - last_beat < refractory / 2) continue;
        beats.push_back({sample, accepted.confidence});
        last_beat = sample;
    }
    // No later beat looks back further than this.
    const std::int64_t needed = std::clamp(
        features[0].sample_of(sequence.settled_before()) - level_reach, kept_from, pushed);
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(needed - kept_from));
    kept_from = needed;
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

void Detector::push(std::span<const std::span<const float>> leads) {
    State& s = *state_;
    // In blocks, so that a whole recording pushed at once needs no second copy of itself.
    constexpr std::size_t block = 1 << 15;
    const std::size_t count = leads.empty() ? 0 : leads[0].size();
    for (std::size_t at = 0; at < count; at += block) {
        const std::size_t n = std::min(block, count - at);
        for (std::size_t lead = 0; lead < s.features.size(); ++lead) {
            s.values[lead].clear();
            s.features[lead].push(leads[lead].subspan(at, n), s.values[lead]);
        }
        // Leads count together: a beat is steep in any of them.
        s.combined = s.values[0];
        for (std::size_t lead = 1; lead < s.values.size(); ++lead)
            for (std::size_t i = 0; i < s.combined.size(); ++i)
                s.combined[i] += s.values[lead][i];
        const std::span<const float> first = leads[0].subspan(at, n);
        s.kept.insert(s.kept.end(), first.begin(), first.end());
        s.pushed += static_cast<std::int64_t>(n);
        s.sequence.push(s.combined);
        s.take_settled();
    }
}

void Detector::finish() {
    state_->sequence.finish();
    state_->take_settled();
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
