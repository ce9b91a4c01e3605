#include "session.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace telltale::window {
namespace {

// The heart rate's stretches: as many as the overview has room for, none shorter than this.
constexpr double shortest_stretch_s = 6;
constexpr double longest_interval_s = 4;
constexpr double most_stretches = 600;
constexpr double match_s = 0.150;
constexpr double same_beat_s = 0.05;  // marks this near are of one beat

}  // namespace

void Session::set_beats(Beats b) {
    beats = std::move(b);
    counts.assign(model ? model->labels.size() : beats.classes, 0);
    for (const std::uint8_t label : beats.label)
        if (label < counts.size()) ++counts[label];

    heart_rate.clear();
    if (recording && beats.size() >= 3 && recording->length > 0) {
        // Beats over time in each stretch: with every second beat early, the median would jump.
        const double seconds = recording->length / recording->sampling_rate;
        const auto stretches =
            static_cast<std::size_t>(std::clamp(seconds / shortest_stretch_s, 1.0, most_stretches));
        struct Sum {
            double intervals = 0, samples = 0;
        };
        std::vector<Sum> sums(stretches);
        for (std::size_t i = 1; i < beats.size(); ++i) {
            const double interval = beats.sample[i] - beats.sample[i - 1];
            // A gap in the marks is no slow heart.
            if (interval <= 0 || interval > longest_interval_s * recording->sampling_rate) continue;
            const auto stretch = static_cast<std::size_t>(beats.sample[i] / recording->length *
                                                          static_cast<double>(stretches));
            Sum& sum = sums[std::min(stretch, stretches - 1)];
            sum.intervals += 1;
            sum.samples += interval;
        }
        for (const Sum& sum : sums)
            heart_rate.push_back(sum.samples > 0
                                     ? static_cast<float>(60 * recording->sampling_rate *
                                                          sum.intervals / sum.samples)
                                     : std::numeric_limits<float>::quiet_NaN());
    }
    compare();
}

void Session::set_reference(Reference r) {
    reference = std::move(r);
    compare();
}

// Each reference beat against the nearest beat of ours.
void Session::compare() {
    ++revision;
    reference.agreement.assign(reference.sample.size(), Reference::Agreement::missed);
    if (!recording) return;
    const double tolerance = match_s * recording->sampling_rate;
    std::size_t at = 0;
    for (std::size_t i = 0; i < reference.sample.size(); ++i) {
        const double sample = reference.sample[i];
        while (at + 1 < beats.size() &&
               std::abs(beats.sample[at + 1] - sample) <= std::abs(beats.sample[at] - sample))
            ++at;
        if (at >= beats.size() || std::abs(beats.sample[at] - sample) > tolerance) continue;
        const std::string& name = class_name(at);
        const bool same = name.empty() || (reference.aami[i] < 5 &&
                                           name == std::string(1, "NSVFQ"[reference.aami[i]]));
        reference.agreement[i] =
            same ? Reference::Agreement::same : Reference::Agreement::other_class;
    }
}

const std::string& Session::class_name(std::size_t beat) const {
    static const std::string none;
    if (!model || beat >= beats.size() || beats.label[beat] >= model->labels.size()) return none;
    return model->labels[beats.label[beat]];
}

bool Session::is_notable(std::size_t beat) const {
    const std::string& name = class_name(beat);
    return !name.empty() && name != "N";
}

std::string Session::clock_at(double sample, bool tenths) const {
    if (!recording || !recording->start) return {};
    return time_of_day(later(*recording->start, sample / recording->sampling_rate), tenths ? 1 : 0);
}

std::string Session::place_of(double sample, bool tenths) const {
    if (!recording) return {};
    return place(recording->start, sample / recording->sampling_rate, tenths ? 1 : 0);
}

std::optional<TwoBest> Session::two_best(std::size_t beat) const {
    const std::size_t classes = beats.classes;
    if (!model || classes < 2 || classes != model->classes.size() || beat >= beats.size() ||
        beats.probabilities.size() != beats.size() * classes || beats.label[beat] == not_classified)
        return std::nullopt;
    const float* p = beats.probabilities.data() + beat * classes;
    TwoBest two{.best = 0, .second = 1, .best_share = 0, .second_share = 0};
    if (p[1] > p[0]) std::swap(two.best, two.second);
    for (std::size_t c = 2; c < classes; ++c) {
        if (p[c] > p[two.best])
            two.second = std::exchange(two.best, c);
        else if (p[c] > p[two.second])
            two.second = c;
    }
    two.best_share = static_cast<double>(p[two.best]);
    two.second_share = static_cast<double>(p[two.second]);
    return two;
}

bool Session::is_doubtful(std::size_t beat) const {
    return beat < beats.doubtful.size() && beats.doubtful[beat] != 0;
}

bool Session::learnt_from_this(std::string_view name) const {
    if (!recording) return false;
    const auto knows = [&](const std::vector<std::string>& records) {
        return std::ranges::find(records, recording->name) != records.end();
    };
    if (model && model->name == name) return knows(model->training_records);
    const auto found = std::ranges::find(models, name, &ModelEntry::name);
    return found != models.end() && knows(found->training_records);
}

const std::string* Session::note_on(std::size_t beat) const {
    if (beat >= beats.size() || !recording) return nullptr;
    const std::string* found = nullptr;
    double nearest = same_beat_s * recording->sampling_rate;
    for (const messages::BeatNote& note : edits.beat_notes)
        if (const double distance = std::abs(static_cast<double>(note.sample) - beats.sample[beat]);
            distance <= nearest) {
            nearest = distance;
            found = &note.text;
        }
    return found;
}

std::optional<double> Session::interval_before(std::size_t beat) const {
    if (beat == 0 || beat >= beats.size() || !recording) return std::nullopt;
    return (beats.sample[beat] - beats.sample[beat - 1]) / recording->sampling_rate;
}

std::optional<double> Session::mean_heart_rate() const {
    if (beats.size() < 2 || !recording) return std::nullopt;
    const double seconds = (beats.sample.back() - beats.sample.front()) / recording->sampling_rate;
    if (seconds <= 0) return std::nullopt;
    return 60.0 * static_cast<double>(beats.size() - 1) / seconds;
}

}  // namespace telltale::window
