// A Workspace's waves and intervals.
#include <algorithm>

#include "formats/formats.hpp"
#include "rhythm/series.hpp"
#include "waves/intervals.hpp"
#include "waves/intervals_message.hpp"
#include "waves/joined.hpp"
#include "waves/wave_files.hpp"
#include "workspace/bytes.hpp"
#include "workspace/workspace.hpp"

namespace telltale::workspace {

Result<void> Workspace::start_waves(std::span<const std::byte> onnx, std::string_view file) {
    work_.measuring.reset();
    if (auto beats = whole(); !beats) return beats;
    if (work_.waves.get(work_.run.found()) != nullptr) return {};
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    std::vector<beats::Beat> found;
    for (const classify::ClassifiedBeat& beat : work_.run.analysis()->beats())
        found.push_back({.sample = beat.sample, .confidence = beat.detection_confidence});
    auto measuring = waves::WaveAnalysis::open(*work_.recording, std::move(*card), found,
                                               waves::wave_plan(*work_.recording));
    if (!measuring) return std::unexpected(measuring.error());
    while (!assess_some()) {
    }
    work_.measuring = std::move(*measuring);
    return {};
}

std::optional<classify::Batch> Workspace::next_wave_batch() {
    if (!work_.measuring) return std::nullopt;
    auto batch = work_.measuring->next_batch();
    if (batch) return batch;
    const waves::WaveAnalysis& done = *work_.measuring;
    FoundWaves found{.model = done.card().name,
                     .version = done.card().version,
                     .measured_s = 0,
                     .lead_indices = done.lead_indices(),
                     .leads = done.leads(),
                     .joined = waves::join(done.leads()),
                     .r_peaks = {}};
    for (const Interval& stretch : waves::wave_plan(*work_.recording))
        found.measured_s +=
            static_cast<double>(stretch.last - stretch.first) / work_.recording->sampling_rate;
    for (const classify::ClassifiedBeat& beat : work_.run.analysis()->beats())
        found.r_peaks.push_back(beat.sample);
    work_.waves.set(work_.run.found(), std::move(found));
    work_.measuring.reset();
    return std::nullopt;
}

Result<void> Workspace::accept_waves(std::span<const float> output) {
    if (!work_.measuring) return fail("", "", "no wave model is in use");
    return work_.measuring->accept(output);
}

std::vector<rhythm::QrsWidth> Workspace::qrs_widths() const {
    std::vector<rhythm::QrsWidth> widths;
    const FoundWaves* found = work_.waves.get(work_.run.found());
    if (found == nullptr) return widths;
    widths.reserve(found->joined.beats.size());
    for (const waves::BeatWaves& beat : found->joined.beats) {
        rhythm::QrsWidth& one = widths.emplace_back();
        one.sample = found->r_peaks[beat.beat];
        if (beat.qrs) one.width_s = beat.qrs->seconds();
    }
    return widths;
}

std::vector<Interval> Workspace::no_p() const {
    using enum rhythm::Rhythm;
    return rhythm::stretches_of(course(), {atrial_fibrillation, atrial_flutter});
}

waves::WaveMarks Workspace::told_waves(const FoundWaves& found) const {
    waves::WaveMarks told = found.joined;
    const auto stretches = no_p();
    if (stretches.empty()) return told;
    const auto fibrillates = [&](double at_s) {
        const double sample = at_s * work_.recording->sampling_rate;
        return std::ranges::any_of(stretches, [&](const Interval& stretch) {
            return sample >= static_cast<double>(stretch.first) &&
                   sample < static_cast<double>(stretch.last);
        });
    };
    for (waves::BeatWaves& beat : told.beats)
        if (beat.p && fibrillates(beat.p->peak_s)) beat.p.reset();
    std::erase_if(told.lone_p, [&](const waves::Wave& p) { return fibrillates(p.peak_s); });
    return told;
}

std::optional<messages::WavesInfo> Workspace::waves_info() const {
    const FoundWaves* found = work_.waves.get(work_.run.found());
    if (found == nullptr) return std::nullopt;
    return waves::message_of(told_waves(*found), found->r_peaks, work_.recording->sampling_rate);
}

Result<std::vector<std::byte>> Workspace::export_waves(bool csv) const {
    const FoundWaves* found = work_.waves.get(work_.run.found());
    if (found == nullptr) return fail("", "", "P, QRS and T are not measured yet");
    const double rate = work_.recording->sampling_rate;
    if (!csv) return formats::write_wfdb_annotations(waves::annotations(told_waves(*found), rate));
    return bytes_of(waves::waves_csv(told_waves(*found), found->r_peaks, rate));
}

std::optional<messages::IntervalsInfo> Workspace::intervals_info() const {
    const FoundWaves* found = work_.waves.get(work_.run.found());
    if (found == nullptr || !work_.quality || !whole()) return std::nullopt;
    // Conducted as usual: N, not paced, nothing doubtful about the signal.
    std::vector<bool> normal(found->r_peaks.size());
    const Report& report = now();
    const auto n = std::ranges::find(labels_, "N");
    using enum rhythm::Rhythm;
    std::vector<Interval> dark = work_.quality->unreadable;
    const auto no_beats = rhythm::stretches_of(course(), {ventricular_fibrillation, noise});
    dark.insert(dark.end(), no_beats.begin(), no_beats.end());
    dark = rhythm::normalised(dark, static_cast<std::int64_t>(work_.recording->length()));
    // All in time order.
    auto stretch = dark.begin();
    auto at = found->r_peaks.begin();
    for (const report::Beat& beat : report.beats) {
        while (at != found->r_peaks.end() && *at < beat.sample) ++at;
        if (at == found->r_peaks.end() || *at != beat.sample) continue;
        while (stretch != dark.end() && stretch->last <= beat.sample) ++stretch;
        const bool readable = stretch == dark.end() || beat.sample < stretch->first;
        normal[static_cast<std::size_t>(at - found->r_peaks.begin())] =
            readable && !beat.paced && n != labels_.end() && beat.label == n - labels_.begin();
    }
    const Measured of{.found = work_.run.found(), .normal = std::move(normal), .no_p = no_p()};
    if (const auto* known = work_.intervals.get(of)) return *known;
    auto told =
        waves::message_of(waves::intervals(*work_.recording, found->lead_indices, found->leads,
                                           told_waves(*found), found->r_peaks, of.normal),
                          *work_.recording);
    told.model = found->model;
    told.model_version = found->version;
    told.measured_s = found->measured_s;
    work_.intervals.set(of, told);
    return told;
}

}  // namespace telltale::workspace
