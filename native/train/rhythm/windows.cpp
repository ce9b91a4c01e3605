#include "train/rhythm/windows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <numbers>
#include <numeric>

#include "beats/detector.hpp"
#include "rhythm/rhythm_features.hpp"
#include "signal/band_pass.hpp"
#include "train/data/noise.hpp"
#include "train/loop/random.hpp"
#include "train/rhythm/synthetic.hpp"

namespace telltale::train {

namespace {

enum Stream : std::uint64_t { for_windows = 401, for_recordings };

constexpr double margin_s = 15;  ///< Signal on either side of a window, as far as features look.

/// A window before it becomes features.
struct Cut {
    std::vector<float> samples;  ///< mV
    double rate = 0;             ///< Hz
    double lead_in = 0;          ///< Seconds before the window.
    std::vector<std::int8_t> labels;
};

/// Takes the beats out of a stretch: nothing is left but a line that sways a little.
void flatten(Cut& cut, Random& random) {
    const auto seconds = static_cast<double>(cut.labels.size());
    const double length = random.uniform(5, std::min(20.0, seconds - 2));
    const double from = random.uniform(0, seconds - length);
    const auto first = static_cast<std::size_t>((cut.lead_in + from) * cut.rate);
    const auto last = std::min(cut.samples.size(),
                               static_cast<std::size_t>((cut.lead_in + from + length) * cut.rate));
    if (first >= last) return;
    const float begin = cut.samples[first], end = cut.samples[last - 1];
    const double hiss = random.uniform(0.001, 0.02), sway = random.uniform(0, 0.1);
    const double hertz = random.uniform(0.1, 0.5), at = random.uniform(0, 6);
    for (std::size_t i = first; i < last; ++i) {
        const double share = static_cast<double>(i - first) / static_cast<double>(last - first);
        cut.samples[i] = static_cast<float>(
            begin + (end - begin) * share + hiss * random.normal() +
            sway *
                (std::sin(at + 2 * std::numbers::pi * hertz * static_cast<double>(i) / cut.rate) -
                 std::sin(at +
                          2 * std::numbers::pi * hertz * static_cast<double>(first) / cut.rate)));
    }
    for (std::size_t s = 0; s < cut.labels.size(); ++s) {
        const auto t = static_cast<double>(s);
        if (t + 1 <= from || t >= from + length) continue;
        const bool inside = t >= from + 1 && t + 1 <= from + length - 0.5;
        cut.labels[s] = inside ? second_asys : second_unknown;
    }
}

/// One lead, or a mixture of two, over seconds [from, to) of a recording.
std::vector<float> one_lead(const Recording& r, double from, double to, Random& random) {
    const auto length = static_cast<std::int64_t>(r.length());
    const auto begin = std::clamp<std::int64_t>(std::llround(from * r.sampling_rate), 0, length);
    const auto end = std::clamp<std::int64_t>(std::llround(to * r.sampling_rate), begin, length);
    std::vector<float> x(static_cast<std::size_t>(end - begin));
    const std::size_t a = random.below(r.leads.size());
    const bool mixed = r.leads.size() > 1 && random.uniform() < 0.25;
    const auto share = static_cast<float>(mixed ? random.uniform(-0.6, 0.6) : 0);
    const std::size_t b = (a + 1) % r.leads.size();
    for (std::size_t i = 0; i < x.size(); ++i) {
        const float own = r.leads[a].samples[static_cast<std::size_t>(begin) + i];
        const float other = r.leads[b].samples[static_cast<std::size_t>(begin) + i];
        x[i] = (signal::is_usable(own) ? own : 0) + share * (signal::is_usable(other) ? other : 0);
    }
    return x;
}

/// Cuts `seconds` about second `about` of a source, time changed by a factor.
Cut cut_from(const RhythmSource& source, double about, std::int64_t seconds, Random& random) {
    const Recording& r = source.recording;
    const double factor =
        random.uniform() < 0.6 ? std::exp(random.uniform(std::log(0.75), std::log(1.35))) : 1.0;
    const double span = static_cast<double>(seconds) * factor;
    double from =
        std::clamp(about - random.uniform() * span, 0.0, std::max(0.0, r.duration() - span));
    const double margin = random.uniform() < 0.8 ? margin_s * factor : 0.0;
    const double begin = std::max(0.0, from - margin);
    const double end = std::min(r.duration(), from + span + margin);
    Cut cut{.samples = one_lead(r, begin, end, random),
            .rate = r.sampling_rate * factor,
            .lead_in = (from - begin) / factor};
    // A window begins on a whole second of what is looked at.
    cut.lead_in = std::floor(cut.lead_in);
    from = begin + cut.lead_in * factor;
    for (std::int64_t s = 0; s < seconds; ++s) {
        const double at = from + (static_cast<double>(s) + 0.5) * factor;
        const auto i = static_cast<std::size_t>(at);
        cut.labels.push_back(i < source.labels.size() ? source.labels[i]
                                                      : static_cast<std::int8_t>(second_unknown));
    }
    return cut;
}

class Maker {
public:
    Maker(const RhythmRecipe& recipe, const RhythmSources& sources)
        : recipe_(recipe),
          sources_(sources),
          features_(static_cast<std::int64_t>(rhythm::rhythm_feature_count())) {}

    Result<RhythmWindows> make(const std::function<void(std::string_view)>& log) {
        plan();
        const auto count = static_cast<std::int64_t>(plans_.size());
        result_.features = torch::empty({count, recipe_.seconds, features_}, torch::kHalf);
        result_.labels =
            torch::full({count, recipe_.seconds}, std::int64_t{second_unknown}, torch::kInt8);
        result_.kinds = torch::full({count}, -1, torch::kInt8);
        result_.folds = torch::full({count}, -1, torch::kInt8);
        for (std::int64_t w = 0; w < count; ++w) {
            if (auto done = fill(w); !done) return std::unexpected(done.error());
            if ((w + 1) % 5000 == 0) log(std::format("{} of {} windows", w + 1, count));
        }
        return result_;
    }

private:
    struct Plan {
        const RhythmSource* source = nullptr;  ///< None: made up.
        std::int8_t on = second_unknown;       ///< What it is put on.
    };

    /// Which window is cut from where: by the shares of the rhythms, records by the root of their
    /// seconds, so that no single patient stands for a rhythm.
    void plan() {
        const auto outputs = rhythm_outputs();
        const double real = recipe_.windows * (1 - recipe_.synthetic);
        for (std::int8_t c = 0; c < second_classes; ++c) {
            const double wanted = real * recipe_.shares.at(outputs[static_cast<std::size_t>(c)]);
            // Noise is laid over normal records; they have no such label of their own.
            const std::int8_t on = c == second_noise ? static_cast<std::int8_t>(second_n) : c;
            std::vector<double> weights;
            std::vector<const RhythmSource*> owners;
            double sum = 0;
            for (const RhythmSource& s : sources_.list) {
                if (s.fold == never_learnt || s.kind) continue;
                const auto seconds = std::ranges::count(s.labels, on);
                if (seconds < 3) continue;
                owners.push_back(&s);
                sum += std::sqrt(static_cast<double>(seconds));
                weights.push_back(sum);
            }
            if (owners.empty()) continue;
            std::size_t owner = 0;
            for (double k = 0.5; k < wanted; k += 1) {
                while (owner + 1 < owners.size() && weights[owner] < k / wanted * sum) ++owner;
                plans_.push_back({owners[owner], c});
            }
            if (c != second_asys) continue;
            // As many again by flattening normal records.
            Random random(recipe_.seed, for_windows, 1);
            std::vector<const RhythmSource*> normal;
            for (const RhythmSource& s : sources_.list)
                if (s.fold != never_learnt && !s.kind &&
                    std::ranges::count(s.labels, second_n) > 60)
                    normal.push_back(&s);
            for (double k = 0.5; k < wanted; k += 1)
                plans_.push_back({normal[random.below(normal.size())], c});
        }
        for (double k = 0.5; k < recipe_.windows * recipe_.synthetic; k += 1) plans_.push_back({});
        recordings_from_ = plans_.size();
        for (const RhythmSource& s : sources_.list) {
            if (!s.kind || s.fold == never_learnt ||
                static_cast<double>(s.labels.size()) < static_cast<double>(recipe_.seconds))
                continue;
            for (int copy = 0; copy < recipe_.recording_copies; ++copy) plans_.push_back({&s, -1});
        }
    }

    Result<void> fill(std::int64_t w) {
        const Plan& plan = plans_[static_cast<std::size_t>(w)];
        const bool whole = static_cast<std::size_t>(w) >= recordings_from_;
        Random random(recipe_.seed, for_recordings, static_cast<std::uint64_t>(w));
        Cut cut;
        if (plan.source == nullptr) {
            cut.rate = random.uniform() < 0.5 ? 250 : 360;
            const double all = static_cast<double>(recipe_.seconds) + 2 * margin_s;
            MadeRhythm made = made_rhythm(all, cut.rate, random);
            cut.samples = std::move(made.samples);
            cut.lead_in = margin_s;
            cut.labels.assign(static_cast<std::size_t>(recipe_.seconds),
                              static_cast<std::int8_t>(made.label));
        } else {
            const auto& labels = plan.source->labels;
            double about = random.uniform() * static_cast<double>(labels.size());
            const bool noisy = plan.on == second_noise;
            const bool own = !whole && std::ranges::count(labels, plan.on) >= 3;
            const std::int8_t on = own ? plan.on : static_cast<std::int8_t>(second_n);
            if (!whole) {
                std::vector<std::size_t> places;
                for (std::size_t i = 0; i < labels.size(); ++i)
                    if (labels[i] == on) places.push_back(i);
                about = static_cast<double>(places[random.below(places.size())]) + 0.5;
            }
            cut = cut_from(*plan.source, about, recipe_.seconds, random);
            if (plan.on == second_asys && !own) flatten(cut, random);
            if (noisy) {
                add_noise(cut.samples, cut.rate, random.uniform(-14, -4), sources_.noises, true,
                          random);
                std::ranges::fill(cut.labels, static_cast<std::int8_t>(second_noise));
            }
            result_.folds[w] = plan.source->fold;
            if (whole) result_.kinds[w] = *plan.source->kind;
        }
        const float gain =
            static_cast<float>(std::exp(0.4 * random.normal()) * (random.uniform() < 0.4 ? -1 : 1));
        for (float& v : cut.samples) v *= gain;
        // Much noise would turn a short recording's label into "too noisy".
        if (random.uniform() < (whole ? 0.25 : 0.4))
            add_noise(cut.samples, cut.rate, random.uniform(whole ? 10 : 4, 22), sources_.noises,
                      false, random);
        if (random.uniform() < 0.15) blur(cut.samples, cut.rate, random.uniform(0.01, 0.035));

        auto detector = beats::Detector::create(cut.rate, 1);
        if (!detector) return std::unexpected(detector.error());
        const std::array<std::span<const float>, 1> leads = {cut.samples};
        detector->push(leads);
        detector->finish();
        const auto beats = detector->take();
        const rhythm::SecondRows rows = rhythm::rhythm_rows(cut.samples, cut.rate, beats);
        const auto begin = static_cast<std::int64_t>(cut.lead_in);
        const torch::Tensor all =
            torch::from_blob(const_cast<float*>(rows.values.data()),
                             {static_cast<std::int64_t>(rows.seconds), features_});
        const std::int64_t have =
            std::min(recipe_.seconds, static_cast<std::int64_t>(rows.seconds) - begin);
        torch::Tensor into = result_.features[w];
        into.slice(0, 0, have).copy_(all.slice(0, begin, begin + have));
        // The last second of a cut may be one short of what was asked for.
        for (std::int64_t s = have; s < recipe_.seconds; ++s) into[s].copy_(into[have - 1]);
        std::int8_t* to = result_.labels[w].data_ptr<std::int8_t>();
        std::ranges::copy(cut.labels, to);
        return {};
    }

    const RhythmRecipe& recipe_;
    const RhythmSources& sources_;
    std::int64_t features_;
    std::vector<Plan> plans_;
    std::size_t recordings_from_ = 0;
    RhythmWindows result_;
};

}  // namespace

Result<RhythmWindows> make_windows(const RhythmRecipe& recipe, const RhythmSources& sources,
                                   const std::function<void(std::string_view)>& log) {
    return Maker(recipe, sources).make(log);
}

}  // namespace telltale::train
