#include "formats/wfdb_record.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "formats/calibration.hpp"
#include "formats/text.hpp"
#include "formats/wfdb_annotations.hpp"
#include "formats/wfdb_signals.hpp"

namespace telltale::formats::wfdb {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// A lead without its samples: name, unit and calibration of a signal line.
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

// Brings a lead with fewer samples a frame to the recording's rate, by straight lines between its
// samples.
void stretch(std::vector<float>& samples, std::int64_t from_width, std::int64_t to_width,
             std::int64_t frames) {
    std::vector<float> result(static_cast<std::size_t>(frames * to_width));
    const auto last = static_cast<std::int64_t>(samples.size()) - 1;
    for (std::int64_t i = 0; i < frames * to_width; ++i) {
        const std::int64_t at = i * from_width;
        const std::int64_t left = std::min(at / to_width, last);
        const float a = samples[static_cast<std::size_t>(left)];
        const float b = samples[static_cast<std::size_t>(std::min(left + 1, last))];
        const float share = static_cast<float>(at % to_width) / static_cast<float>(to_width);
        result[static_cast<std::size_t>(i)] = share == 0 ? a : a + (b - a) * share;
    }
    samples = std::move(result);
}

// Moves a lagging signal forward; what would lie beyond its end is missing.
void unskew(std::vector<float>& samples, std::int64_t by) {
    if (by == 0) return;
    const auto shift =
        static_cast<std::size_t>(std::min(by, static_cast<std::int64_t>(samples.size())));
    std::copy(samples.begin() + static_cast<std::ptrdiff_t>(shift), samples.end(), samples.begin());
    std::fill(samples.end() - static_cast<std::ptrdiff_t>(shift), samples.end(), nan);
}

Result<void> read_single(const Header& header, FileSet& files, Recording& recording) {
    const auto plan = plan_signals(header, files, recording.warnings);
    if (!plan) return std::unexpected(plan.error());

    std::int64_t widest = 1, total = 0;
    for (const Group& group : plan->groups) {
        for (std::size_t i = 0; i < group.signals; ++i)
            widest = std::max<std::int64_t>(
                widest, header.signals[group.first_signal + i].samples_per_frame);
        total += group.samples_per_frame;
    }
    // Leads of very different rates would grow out of all proportion at one common rate.
    constexpr std::int64_t most_growth = 32;
    const auto signals = static_cast<std::int64_t>(header.signals.size());
    const bool keep_slow = widest * signals <= most_growth * total;

    std::vector<double> gains(header.signals.size(), 1.0);
    std::vector<std::int32_t> baselines(header.signals.size(), 0);
    std::vector<std::span<float>> out(header.signals.size());
    std::vector<std::size_t> signal_of;  // for each lead
    for (const Group& group : plan->groups) {
        for (std::size_t i = 0; i < group.signals; ++i) {
            const std::size_t s = group.first_signal + i;
            const Signal& signal = header.signals[s];
            Lead lead = describe(signal, s + 1, recording.warnings);
            gains[s] = lead.calibration.gain;
            baselines[s] = lead.calibration.baseline;
            if (signal.samples_per_frame != widest && !keep_slow) {
                recording.warnings.push_back(std::format(
                    "{} is left out: it has {} samples where the fastest signal has {}.", lead.name,
                    signal.samples_per_frame, widest));
                continue;
            }
            lead.samples.resize(static_cast<std::size_t>(plan->frames * signal.samples_per_frame));
            out[s] = lead.samples;  // the buffer stays where it is when the lead moves
            signal_of.push_back(s);
            recording.leads.push_back(std::move(lead));
        }
    }
    decode_signals(header, *plan, gains, baselines, out, recording.warnings);
    for (std::size_t l = 0; l < recording.leads.size(); ++l) {
        const Signal& signal = header.signals[signal_of[l]];
        unskew(recording.leads[l].samples,
               std::min(signal.skew, plan->frames) * signal.samples_per_frame);
        if (signal.samples_per_frame == widest) continue;
        stretch(recording.leads[l].samples, signal.samples_per_frame, widest, plan->frames);
        recording.warnings.push_back(
            std::format("{} was recorded at {:g} Hz and is interpolated to {:g} Hz.",
                        recording.leads[l].name, header.frame_rate * signal.samples_per_frame,
                        header.frame_rate * static_cast<double>(widest)));
    }
    recording.sampling_rate = header.frame_rate * static_cast<double>(widest);
    return {};
}

// True if the file holds annotations and nothing else has used it.
bool claim_annotations(FileSet& files, int i) {
    if (files.used(i) ||
        (lower(extension_of(files[i].name)) != "atr" && !looks_like_annotations(files[i])))
        return false;
    files.use(i);
    return true;
}

// The record's annotations: NAME.atr, else the first other annotation file that has beats.
void read_annotations(const Header& header, FileSet& files, Recording& recording) {
    const std::string_view stem = stem_of(header.file);
    const std::string_view folder = folder_of(header.file);
    int chosen = -1;
    for (const int i : files.with_stem(stem)) {
        if (folder_of(files[i].name) != folder || !claim_annotations(files, i)) continue;
        const bool reference = lower(extension_of(files[i].name)) == "atr";
        if (reference || chosen < 0) chosen = i;
    }
    if (chosen < 0) return;
    const NamedBytes& file = files[chosen];
    auto annotations = read_wfdb_annotations(file);
    if (!annotations) {
        recording.warnings.push_back("The annotations are left out. " +
                                     annotations.error().to_string() + ".");
        return;
    }
    if (lower(extension_of(file.name)) != "atr")
        recording.warnings.push_back(
            std::format("The annotations come from {}; they may be no reference.", file.name));
    const double rate = time_resolution(*annotations).value_or(header.frame_rate);
    rescale(*annotations, recording.sampling_rate / rate);
    const auto length = static_cast<std::int64_t>(recording.length());
    const std::size_t outside = std::erase_if(
        *annotations, [&](const Annotation& a) { return a.sample < 0 || a.sample >= length; });
    if (outside > 0)
        recording.warnings.push_back(
            std::format("{} annotations of {} lie outside the recording; they are left out.",
                        outside, file.name));
    std::ranges::stable_sort(*annotations, {}, &Annotation::sample);
    recording.annotations = std::move(*annotations);
}

}  // namespace

Result<Recording> read_record(const Header& header, FileSet& files) {
    Recording recording;
    recording.name = header.name;
    recording.start = header.start;
    recording.comments = header.comments;
    recording.warnings = header.warnings;
    if (!header.frame_rate_given)
        recording.warnings.push_back(
            "The header gives no sampling frequency; 250 Hz are assumed, so times may be wrong.");
    if (!header.segments.empty())
        return fail(header.file, "", "records of several segments are not read yet");
    if (header.signals.empty()) return fail(header.file, "", "it describes no signals");
    if (auto done = read_single(header, files, recording); !done) {
        // What belongs to a recording that cannot be read is not reported a second time.
        for (const int i : files.with_stem(stem_of(header.file)))
            if (folder_of(files[i].name) == folder_of(header.file)) claim_annotations(files, i);
        return std::unexpected(done.error());
    }
    read_annotations(header, files, recording);
    return recording;
}

}  // namespace telltale::formats::wfdb
