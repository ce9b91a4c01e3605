#include "formats/wfdb_leads.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "formats/calibration.hpp"
#include "formats/resample.hpp"
#include "formats/wfdb_signals.hpp"

namespace telltale::formats::wfdb {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// Moves a lagging signal forward; what would lie beyond its end is missing.
void unskew(std::vector<float>& samples, std::int64_t by) {
    if (by == 0) return;
    const auto shift =
        static_cast<std::size_t>(std::min(by, static_cast<std::int64_t>(samples.size())));
    std::copy(samples.begin() + static_cast<std::ptrdiff_t>(shift), samples.end(), samples.begin());
    std::fill(samples.end() - static_cast<std::ptrdiff_t>(shift), samples.end(), nan);
}

}  // namespace

Lead describe(const Signal& signal, std::size_t number, std::vector<std::string>& warnings) {
    Lead lead;
    lead.original_name =
        signal.description.empty() ? std::format("signal {}", number) : signal.description;
    lead.name = normalised_lead_name(lead.original_name);
    double gain = signal.gain;
    if (!usable_gain(gain)) {
        gain = Calibration{}.gain;
        lead.calibration.assumed = true;
        warnings.push_back(
            std::format("{}: the header gives no usable gain; 200 ADC units per mV are assumed, so "
                        "amplitudes may be wrong.",
                        lead.name));
    }
    const double to_mv = millivolts_per(signal.unit);
    lead.unit = to_mv > 0 ? "mV" : signal.unit;
    lead.calibration.gain = to_mv > 0 ? gain / to_mv : gain;
    lead.calibration.baseline = signal.baseline.value_or(signal.adc_zero);
    return lead;
}

Result<Leads> read_leads(const Header& header, FileSet& files, std::vector<std::string>& warnings) {
    if (header.signals.empty()) return fail(header.file, "", "it describes no signals");
    const auto plan = plan_signals(header, files, warnings);
    if (!plan) return std::unexpected(plan.error());

    std::int64_t widest = 1, total = 0;
    for (const Group& group : plan->groups) {
        for (std::size_t i = 0; i < group.signals; ++i)
            widest = std::max<std::int64_t>(
                widest, header.signals[group.first_signal + i].samples_per_frame);
        total += group.samples_per_frame;
    }
    // Leads of very different rates would grow out of all proportion at one common rate.
    const auto signals = static_cast<std::int64_t>(header.signals.size());
    const bool keep_slow = widest * signals <= most_growth * total;

    Leads result;
    std::vector<double> gains(header.signals.size(), 1.0);
    std::vector<std::int32_t> baselines(header.signals.size(), 0);
    std::vector<std::span<float>> out(header.signals.size());
    std::vector<std::size_t> signal_of;  // for each lead
    for (const Group& group : plan->groups) {
        for (std::size_t i = 0; i < group.signals; ++i) {
            const std::size_t s = group.first_signal + i;
            const Signal& signal = header.signals[s];
            Lead lead = describe(signal, s + 1, warnings);
            gains[s] = lead.calibration.gain;
            baselines[s] = lead.calibration.baseline;
            if (signal.samples_per_frame != widest && !keep_slow) {
                warnings.push_back(std::format(
                    "{} is left out: it has {} samples where the fastest signal has {}.", lead.name,
                    signal.samples_per_frame, widest));
                continue;
            }
            lead.samples.resize(static_cast<std::size_t>(plan->frames * signal.samples_per_frame));
            out[s] = lead.samples;  // the buffer stays where it is when the lead moves
            signal_of.push_back(s);
            result.leads.push_back(std::move(lead));
        }
    }
    decode_signals(header, *plan, gains, baselines, out, warnings);
    for (std::size_t l = 0; l < result.leads.size(); ++l) {
        const Signal& signal = header.signals[signal_of[l]];
        unskew(result.leads[l].samples,
               std::min(signal.skew, plan->frames) * signal.samples_per_frame);
        if (signal.samples_per_frame == widest) continue;
        stretch(result.leads[l].samples, signal.samples_per_frame, widest, plan->frames);
        warnings.push_back(std::format("{} was recorded at {:g} Hz and is interpolated to {:g} Hz.",
                                       result.leads[l].name,
                                       header.frame_rate * signal.samples_per_frame,
                                       header.frame_rate * static_cast<double>(widest)));
    }
    result.frames = plan->frames;
    result.cut_short = std::ranges::any_of(plan->groups, [&](const Group& group) {
        return header.length ? group.frames < *header.length : group.damaged;
    });
    result.samples_per_frame = widest;
    return result;
}

}  // namespace telltale::formats::wfdb
