// A Workspace's beats as they are now: the analysis's, a person's changes laid over them, what
// follows from answers, and the rhythm that they lie in. Each is made once after a change.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "report/findings.hpp"
#include "workspace/review.hpp"
#include "workspace/workspace.hpp"

namespace telltale::workspace {

const std::vector<classify::ClassifiedBeat>& Workspace::found_beats() const {
    const std::uint64_t revision = work_.run.revision();
    if (const auto* known = work_.found.get(revision)) return *known;
    const classify::Analysis* analysis = work_.run.analysis();
    work_.found.set(revision, analysis != nullptr ? analysis->beats()
                                                  : std::vector<classify::ClassifiedBeat>{});
    return *work_.found.get(revision);
}

const Workspace::LaidOver& Workspace::laid_over() const {
    // Which rhythm holds where does not matter here.
    const BeatsRevision revision{work_.run.revision(), work_.edits.revision()};
    if (const auto* known = work_.laid_over.get(revision)) return *known;
    LaidOver now;
    if (work_.run.analysis() != nullptr) {
        std::vector<std::int64_t> samples;
        samples.reserve(found_beats().size());
        for (const classify::ClassifiedBeat& beat : found_beats()) samples.push_back(beat.sample);
        now.beats =
            work_.edits.apply(samples, std::llround(same_beat_s * work_.recording->sampling_rate));
        now.samples.reserve(now.beats.size());
        for (const Edits::Beat& beat : now.beats) now.samples.push_back(beat.sample);
    }
    work_.laid_over.set(revision, std::move(now));
    return *work_.laid_over.get(revision);
}

std::vector<report::Beat> Workspace::named(report::Review& review) const {
    std::vector<report::Beat> named;
    const auto& found = found_beats();
    const auto& beats = reviewed();
    named.reserve(beats.size());
    const classify::Adapted* adapted = this->adapted(beats);
    std::size_t kept = 0;
    for (const Edits::Beat& beat : beats) {
        report::Beat& out = named.emplace_back();
        out.sample = beat.sample;
        out.person = !beat.label.empty();
        if (beat.source) {
            ++kept;
            const classify::ClassifiedBeat& source = found[*beat.source];
            out.label = source.label;
            out.probabilities = source.probabilities;
            out.confidence = source.detection_confidence;
            out.doubtful = source.doubtful && beat.label.empty();
            std::vector<std::string> none;  // labels_ holds Q
            if (source.paced)
                report::as_paced(out, labels_, none);
            else if (adapted != nullptr && beat.label.empty())
                follow(*adapted, source, *beat.source, out);
        }
        if (!out.person) continue;
        // Given with another model in use, it may be a class of that one: told as unknown.
        const auto it = std::ranges::find(labels_, beat.label);
        const int label = it == labels_.end() ? -1 : static_cast<int>(it - labels_.begin());
        ++(!beat.source ? review.added : label == out.label ? review.confirmed : review.renamed);
        out.paced = out.paced && label == out.label;
        out.label = label;
    }
    review.removed = found.size() - kept;
    return named;
}

const Workspace::Report& Workspace::now() const {
    const BeatsRevision revision = this->revision();
    if (const auto* known = work_.now.get(revision)) return *known;
    Report report;
    const Recording& recording = *work_.recording;
    const classify::Analysis* analysis = work_.run.analysis();
    report::Review review;
    report.beats = named(review);
    report.input = {.recording = recording.name,
                    .sampling_rate = recording.sampling_rate,
                    .start = recording.start,
                    .samples = static_cast<std::int64_t>(recording.length()),
                    .lead = analysis != nullptr ? recording.leads[analysis->lead()].name : "",
                    .detector = "telltale",
                    .model = card_ ? card_->name : "",
                    .model_version = card_ ? card_->version : "",
                    .classes = card_ ? card_->classes : std::vector<std::string>{},
                    .more_classes = {},
                    .beats = report.beats,
                    .warnings = recording.warnings};
    if (card_)
        report.input.more_classes.assign(
            labels_.begin() + static_cast<std::ptrdiff_t>(card_->classes.size()), labels_.end());
    if (revision.judged && whole()) {
        const auto beats = report::rhythm_beats(report.input);
        const report::Gaps around = gaps(beats);
        const auto said = asserted();
        const auto qrs = qrs_widths();
        work_.course.set(
            revision,
            report::find_course(
                recording, beats,
                std::ranges::any_of(report.beats, [](const auto& b) { return b.label >= 0; }),
                *work_.answers.get(work_.run.found()),
                {.silences = around.silences,
                 .asserted = said,
                 .qrs = qrs,
                 .seconds = *work_.seconds.get(work_.run.found())}));
        report.input.course = work_.course.get(revision);
        report::leave_unnamed(report.beats, *report.input.course);
    }
    review.moved =
        static_cast<std::size_t>(std::ranges::count(report.beats, true, &report::Beat::follows));
    review.marked = work_.edits.stretches().size();
    // A note belongs to the beat that is nearest.
    const auto reach = std::llround(same_beat_s * recording.sampling_rate);
    for (const auto& [sample, note] : work_.edits.beat_notes()) {
        const auto after =
            std::ranges::lower_bound(report.beats, sample, {}, &report::Beat::sample);
        report::Beat* nearest = nullptr;
        for (const auto it : {after - (after == report.beats.begin() ? 0 : 1), after})
            if (it != report.beats.end() && std::abs(it->sample - sample) <= reach &&
                (nearest == nullptr ||
                 std::abs(it->sample - sample) < std::abs(nearest->sample - sample)))
                nearest = &*it;
        if (nearest != nullptr) nearest->note = note;
    }
    report.input.notes = work_.edits.notes();
    report.input.marked = workspace::told(work_.edits.stretches());
    report.input.review = review;
    std::ranges::copy(warnings(), std::back_inserter(report.input.warnings));
    work_.now.set(revision, std::move(report));
    return *work_.now.get(revision);
}

std::vector<rhythm::RhythmEpisode> Workspace::asserted() const {
    std::vector<rhythm::RhythmEpisode> said;
    for (const Stretch& s : work_.edits.stretches())
        if (const auto rhythm = rhythm_of(s))
            said.push_back({.rhythm = *rhythm,
                            .first = s.first,
                            .last = s.last,
                            .probability = 1,
                            .person = true});
    return said;
}

std::vector<Interval> Workspace::called_dark() const {
    std::vector<Interval> dark;
    for (const Stretch& s : work_.edits.stretches())
        if (rhythm_of(s) == rhythm::Rhythm::noise) dark.push_back({s.first, s.last});
    return dark;
}

const rhythm::RhythmCourse* Workspace::course() const {
    const BeatsRevision revision = this->revision();
    if (!revision.judged || !whole()) return nullptr;
    (void)now();
    return work_.course.get(revision);
}

report::Gaps Workspace::gaps(std::span<const rhythm::Beat> beats) const {
    std::vector<std::int64_t> samples;
    samples.reserve(beats.size());
    for (const rhythm::Beat& beat : beats) samples.push_back(beat.sample);
    if (work_.gaps.get(samples) == nullptr)
        work_.gaps.set(
            samples, {.missing = *work_.missing,
                      .silences = report::find_silences(*work_.recording, beats, *work_.quality)});
    report::Gaps gaps = *work_.gaps.get(samples);
    // Where a person sees artefact, or no ECG, no heart stands still.
    for (const Interval& dark : called_dark())
        for (beats::Silence& gap : gaps.silences)
            if (gap.first < dark.last && dark.first < gap.last)
                gap.kind = beats::SilenceKind::unreadable;
    return gaps;
}

BeatArrays Workspace::beats() const {
    BeatArrays arrays;
    if (work_.run.analysis() == nullptr) return arrays;
    const std::size_t classes = card_->classes.size();
    const auto& beats = now().beats;
    arrays.classes = classes;
    arrays.sample.resize(beats.size());
    arrays.label.resize(beats.size());
    arrays.person.resize(beats.size());
    arrays.doubtful.resize(beats.size());
    arrays.probabilities.resize(beats.size() * classes);
    for (std::size_t i = 0; i < beats.size(); ++i) {
        const report::Beat& beat = beats[i];
        arrays.sample[i] = static_cast<double>(beat.sample);
        arrays.label[i] = beat.label < 0 ? 255 : static_cast<std::uint8_t>(beat.label);
        arrays.person[i] = beat.person ? 1 : beat.follows ? 2 : 0;
        // A beat without a class has no answer to doubt.
        arrays.doubtful[i] = beat.doubtful && beat.label >= 0 ? 1 : 0;
        std::ranges::copy(beat.probabilities,
                          arrays.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes));
    }
    return arrays;
}

}  // namespace telltale::workspace
