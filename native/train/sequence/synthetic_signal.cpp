#include "train/sequence/synthetic_signal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace telltale::train {

namespace {

constexpr double p_first = -0.26, p_last = -0.06;  // s from the R peak: where the P wave is
constexpr double taper_s = 0.04;
constexpr std::size_t most_ventricular = 60;  // pieces kept of one patient

std::ptrdiff_t samples_of(double seconds, double rate) {
    return static_cast<std::ptrdiff_t>(std::lround(seconds * rate));
}

/// Takes the line through both ends away and lets the ends rise and fall softly.
void soften(std::vector<float>& x, double rate) {
    if (x.size() < 2) return;
    const float first = x.front(), last = x.back();
    const auto n = static_cast<double>(x.size() - 1);
    const auto taper = std::min(taper_s * rate, n / 2);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto k = static_cast<double>(i);
        const double line = first + (last - first) * k / n;
        const double edge = std::min({k / taper, (n - k) / taper, 1.0});
        x[i] = static_cast<float>((x[i] - line) * (0.5 - 0.5 * std::cos(std::numbers::pi * edge)));
    }
}

std::optional<BeatPiece> cut(const Patient& patient, std::int64_t r, double before_s,
                             double after_s) {
    BeatPiece piece;
    const std::int64_t first = r - samples_of(before_s, patient.sampling_rate);
    const std::int64_t last = r + samples_of(after_s, patient.sampling_rate);
    if (first < 0 || last >= static_cast<std::int64_t>(patient.leads[0].size()) || last <= r) {
        return std::nullopt;
    }
    piece.before = static_cast<std::size_t>(r - first);
    for (const auto& lead : patient.leads) {
        std::vector<float> x(lead.begin() + first, lead.begin() + last + 1);
        for (float& v : x) v = std::isfinite(v) ? v : 0.0F;
        soften(x, patient.sampling_rate);
        piece.leads.push_back(std::move(x));
    }
    return piece;
}

double peak_to_peak(const BeatPiece& piece, std::size_t lead, double rate) {
    const auto reach = static_cast<std::size_t>(samples_of(0.1, rate));
    const auto& x = piece.leads[lead];
    const std::size_t first = piece.before - std::min(piece.before, reach);
    const std::size_t last = std::min(piece.before + reach, x.size() - 1);
    const auto [low, high] = std::minmax_element(x.begin() + static_cast<long>(first),
                                                 x.begin() + static_cast<long>(last) + 1);
    return static_cast<double>(*high) - *low;
}

double median_of(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<long>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

double bump(double t, double centre, double sd) {
    const double z = (t - centre) / sd;
    return z * z > 40 ? 0.0 : std::exp(-0.5 * z * z);
}

/// Calls f(lead, sample, s from the R peak, mV of the line under the P wave, mV) for every sample
/// of a piece's P wave.
template <typename F>
void each_p_sample(BeatPiece& piece, double rate, F f) {
    const auto before = static_cast<std::ptrdiff_t>(piece.before);
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, before + samples_of(p_first, rate));
    const std::ptrdiff_t last = before + samples_of(p_last, rate);
    if (last - first < 4) return;
    for (std::size_t lead = 0; lead < piece.leads.size(); ++lead) {
        auto& x = piece.leads[lead];
        const float a = x[static_cast<std::size_t>(first)], b = x[static_cast<std::size_t>(last)];
        for (std::ptrdiff_t i = first; i <= last; ++i) {
            const double share = static_cast<double>(i - first) / static_cast<double>(last - first);
            f(lead, static_cast<std::size_t>(i), static_cast<double>(i - before) / rate,
              a + (b - a) * share, x[static_cast<std::size_t>(i)]);
        }
    }
}

/// A P wave that is not the patient's usual one.
struct OtherP {
    double centre = -0.15, sd = 0.02;  // s
    std::vector<double> size;          // mV, for each lead
};

/// How a synthetic patient's P waves differ from those of the recording that it is made from, in
/// every beat: a long PR interval, small or large waves. None of it makes a beat supraventricular.
struct OwnP {
    double earlier = 0;  // s
    double size = 1;
    [[nodiscard]] bool differs() const { return earlier != 0 || size != 1; }
};

class Painter {
public:
    Painter(const Patient& patient, const BeatPieces& pieces,
            std::span<const BeatPieces* const> donors, Random& random)
        : pieces_(pieces), random_(random), rate_(patient.sampling_rate) {
        other_p_.centre = random.uniform(-0.20, -0.11);
        other_p_.sd = random.uniform(0.014, 0.03);
        for (const double size : pieces.qrs_size) {
            other_p_.size.push_back(size * random.uniform(-0.15, 0.15));
        }
        if (random.uniform() < 0.3) own_p_.earlier = random.uniform(-0.02, 0.14);
        if (random.uniform() < 0.4) {
            own_p_.size = std::exp(random.uniform(std::log(0.25), std::log(1.8)));
        }
        for (std::size_t i = 0; i < foci_.size(); ++i) choose_focus(i, donors);
        next_normal_ = random.below(pieces.normal.size());
    }

    Patient paint(const Patient& patient, const PlannedRhythm& rhythm);

private:
    struct Focus {
        std::vector<BeatPiece> pieces;
    };

    void choose_focus(std::size_t index, std::span<const BeatPieces* const> donors);
    [[nodiscard]] BeatPiece warped(const BeatPiece& piece, const std::vector<double>& factor,
                                   double stretch) const;
    [[nodiscard]] BeatPiece wide_complex();
    void add(Patient& out, std::int64_t r, const BeatPiece& piece, double factor) const;
    void change_p(BeatPiece& piece, const PlannedBeat& beat) const;
    /// Cuts the P wave out of a piece and returns it.
    [[nodiscard]] BeatPiece take_p(BeatPiece& piece) const;
    void add_atrial_waves(Patient& out, const PlannedRhythm& rhythm);
    void add_noise(Patient& out);

    const BeatPieces& pieces_;
    Random& random_;
    double rate_;
    OtherP other_p_;
    OwnP own_p_;
    std::array<Focus, 3> foci_;
    std::size_t next_normal_ = 0;
};

BeatPiece Painter::warped(const BeatPiece& piece, const std::vector<double>& factor,
                          double stretch) const {
    BeatPiece result;
    const std::size_t old = piece.leads[0].size();
    const auto length = static_cast<std::size_t>(static_cast<double>(old - 1) * stretch) + 1;
    result.before =
        static_cast<std::size_t>(std::lround(static_cast<double>(piece.before) * stretch));
    for (std::size_t lead = 0; lead < pieces_.qrs_size.size(); ++lead) {
        const auto& x = piece.leads[std::min(lead, piece.leads.size() - 1)];
        std::vector<float> y(length);
        for (std::size_t i = 0; i < length; ++i) {
            const double at =
                std::min(static_cast<double>(i) / stretch, static_cast<double>(old - 1));
            const auto k = std::min(static_cast<std::size_t>(at), old - 2);
            const double t = at - static_cast<double>(k);
            y[i] = static_cast<float>(factor[lead] * ((1 - t) * x[k] + t * x[k + 1]));
        }
        result.leads.push_back(std::move(y));
    }
    return result;
}

BeatPiece Painter::wide_complex() {
    BeatPiece piece;
    piece.before = static_cast<std::size_t>(samples_of(0.14, rate_));
    const auto length = piece.before + static_cast<std::size_t>(samples_of(0.52, rate_));
    const double sd = random_.uniform(0.03, 0.055), centre = random_.uniform(-0.01, 0.03);
    const double t_centre = random_.uniform(0.26, 0.34), t_sd = random_.uniform(0.05, 0.09);
    for (const double size : pieces_.qrs_size) {
        const double sign = random_.uniform() < 0.5 ? -1 : 1;
        const double main = sign * size * random_.uniform(0.7, 1.7);
        const double second = -main * random_.uniform(0.0, 0.5);
        const double t_wave = -main * random_.uniform(0.15, 0.5);
        std::vector<float> x(length);
        for (std::size_t i = 0; i < length; ++i) {
            const double t = (static_cast<double>(i) - static_cast<double>(piece.before)) / rate_;
            x[i] = static_cast<float>(main * bump(t, centre, sd) +
                                      second * bump(t, centre + 0.075, sd * 0.9) +
                                      t_wave * bump(t, t_centre, t_sd));
        }
        soften(x, rate_);
        piece.leads.push_back(std::move(x));
    }
    return piece;
}

void Painter::choose_focus(std::size_t index, std::span<const BeatPieces* const> donors) {
    Focus& focus = foci_[index];
    std::vector<const BeatPieces*> able;
    for (const BeatPieces* d : donors) {
        if (d->ventricular.size() >= 3 && d->sampling_rate == rate_) able.push_back(d);
    }
    const double stretch = random_.uniform(0.85, 1.2);
    if (!able.empty() && random_.uniform() < 0.65) {
        const BeatPieces& donor = *able[random_.below(able.size())];
        const double sign = random_.uniform() < 0.3 ? -1 : 1;
        std::vector<double> factor;
        for (std::size_t lead = 0; lead < pieces_.qrs_size.size(); ++lead) {
            const double from = donor.qrs_size[std::min(lead, donor.qrs_size.size() - 1)];
            factor.push_back(sign * random_.uniform(0.75, 1.35) * pieces_.qrs_size[lead] /
                             std::max(from, 0.05));
        }
        // Neighbours look alike; a few of them are the focus.
        const std::size_t first = random_.below(donor.ventricular.size());
        for (std::size_t i = 0; i < 8; ++i) {
            focus.pieces.push_back(
                warped(donor.ventricular[(first + i) % donor.ventricular.size()], factor, stretch));
        }
    } else {
        focus.pieces.push_back(wide_complex());
    }
}

void Painter::add(Patient& out, std::int64_t r, const BeatPiece& piece, double factor) const {
    const std::int64_t start = r - static_cast<std::int64_t>(piece.before);
    for (std::size_t lead = 0; lead < out.leads.size(); ++lead) {
        auto& y = out.leads[lead];
        const auto& x = piece.leads[lead];
        const auto length = static_cast<std::int64_t>(y.size());
        const std::int64_t skip = std::max<std::int64_t>(0, -start);
        const std::int64_t end = std::min(static_cast<std::int64_t>(x.size()), length - start);
        for (std::int64_t i = skip; i < end; ++i) {
            y[static_cast<std::size_t>(start + i)] +=
                static_cast<float>(factor * x[static_cast<std::size_t>(i)]);
        }
    }
}

void Painter::change_p(BeatPiece& piece, const PlannedBeat& beat) const {
    if (beat.p_scale == 1 && !beat.other_p) return;
    each_p_sample(
        piece, rate_, [&](std::size_t lead, std::size_t, double t, double line, float& v) {
            double p = (v - line) * (beat.other_p ? std::min(beat.p_scale, 0.3) : beat.p_scale);
            if (beat.other_p) p += other_p_.size[lead] * bump(t, other_p_.centre, other_p_.sd);
            v = static_cast<float>(line + p);
        });
}

BeatPiece Painter::take_p(BeatPiece& piece) const {
    BeatPiece p{.before = piece.before};
    for (const auto& x : piece.leads) p.leads.emplace_back(x.size());
    each_p_sample(piece, rate_,
                  [&](std::size_t lead, std::size_t i, double, double line, float& v) {
                      p.leads[lead][i] = static_cast<float>(v - line);
                      v = static_cast<float>(line);
                  });
    return p;
}

void Painter::add_atrial_waves(Patient& out, const PlannedRhythm& rhythm) {
    const bool flutter = rhythm.flutter_period > 0;
    const double centre = flutter ? 1 / rhythm.flutter_period : random_.uniform(4.5, 8.5);
    const double wobble = flutter ? 0.01 : random_.uniform(0.05, 0.15);
    std::vector<double> size;
    for (std::size_t lead = 0; lead < out.leads.size(); ++lead) {
        size.push_back(random_.uniform(flutter ? 0.05 : 0.02, flutter ? 0.2 : 0.12));
    }
    const double slow = random_.uniform(0.05, 0.4), slower = random_.uniform(0.02, 0.2);
    std::size_t beat = 0;
    double phase = 0, level = 0;
    const std::size_t n = out.leads[0].size();
    for (std::size_t i = 0; i < n; ++i) {
        const auto at = static_cast<std::int64_t>(i);
        while (beat + 1 < out.beats.size() && out.beats[beat].sample < at) ++beat;
        // Waves rise and fall within a third of a second where the rhythm changes.
        const double goal = beat < out.beats.size() && out.beats[beat].fibrillation ? 1 : 0;
        level += (goal - level) * 3 / rate_;
        if (level < 1e-4) continue;
        const double t = static_cast<double>(i) / rate_;
        phase += 2 * std::numbers::pi * centre *
                 (1 + wobble * std::sin(2 * std::numbers::pi * slow * t)) / rate_;
        const double wave = std::sin(phase) + 0.35 * std::sin(2 * phase + 0.7) +
                            (flutter ? 0.15 * std::sin(3 * phase + 1.2) : 0.0);
        const double swell =
            flutter ? 1 : 0.7 + 0.3 * std::sin(2 * std::numbers::pi * slower * t + 1);
        for (std::size_t lead = 0; lead < out.leads.size(); ++lead) {
            out.leads[lead][i] += static_cast<float>(level * swell * size[lead] * wave);
        }
    }
}

void Painter::add_noise(Patient& out) {
    const double seconds = static_cast<double>(out.leads[0].size()) / rate_;
    const auto bursts = static_cast<std::size_t>(random_.below(6));
    std::vector<std::array<double, 3>> where;  // from, to (s), sd (mV)
    for (std::size_t i = 0; i < bursts; ++i) {
        const double from = random_.uniform(0, seconds);
        where.push_back({from, from + random_.uniform(2, 12), random_.uniform(0.03, 0.2)});
    }
    for (auto& lead : out.leads) {
        const double sd = random_.uniform(0.003, 0.02);
        double smooth = 0, slow = 0;
        for (std::size_t i = 0; i < lead.size(); ++i) {
            const double t = static_cast<double>(i) / rate_;
            double now = sd;
            for (const auto& [from, to, size] : where) now += t >= from && t < to ? size : 0;
            const double white = random_.normal();
            // Muscle noise is broad, the rest of the baseline wanders.
            smooth += 0.35 * (white - smooth);
            slow += 0.01 * (white - slow);
            lead[i] += static_cast<float>(now * (1.4 * smooth + 3 * slow));
        }
    }
}

Patient Painter::paint(const Patient& patient, const PlannedRhythm& rhythm) {
    Patient out{.name = patient.name, .sampling_rate = rate_};
    double time = 0.5;
    for (const PlannedBeat& b : rhythm.beats) {
        time += b.interval;
        out.beats.push_back({.sample = static_cast<std::int64_t>(std::lround(time * rate_)),
                             .label = b.label,
                             .fibrillation = b.fibrillation});
    }
    const auto length = static_cast<std::size_t>((time + 1) * rate_);
    out.leads.assign(pieces_.qrs_size.size(), std::vector<float>(length));
    for (std::size_t i = 0; i < rhythm.beats.size(); ++i) {
        const PlannedBeat& b = rhythm.beats[i];
        const std::int64_t r = out.beats[i].sample;
        if (b.focus >= 0) {
            const Focus& focus = foci_[static_cast<std::size_t>(b.focus)];
            add(out, r, focus.pieces[random_.below(focus.pieces.size())], b.mix);
        }
        if (b.focus < 0 || b.mix < 1) {
            BeatPiece piece = pieces_.normal[next_normal_++ % pieces_.normal.size()];
            change_p(piece, b);
            const double factor = b.focus < 0 ? 1 : 1 - b.mix;
            if (own_p_.differs()) {
                add(out, r - samples_of(own_p_.earlier, rate_), take_p(piece),
                    factor * own_p_.size);
            }
            add(out, r, piece, factor);
        }
        if (b.lone_p_after > 0) {
            BeatPiece p;
            p.before = static_cast<std::size_t>(samples_of(0.1, rate_));
            for (const double size : other_p_.size) {
                std::vector<float> x(2 * p.before);
                for (std::size_t k = 0; k < x.size(); ++k) {
                    const double t =
                        (static_cast<double>(k) - static_cast<double>(p.before)) / rate_;
                    x[k] = static_cast<float>(size * bump(t, 0, other_p_.sd));
                }
                p.leads.push_back(std::move(x));
            }
            add(out, r + samples_of(b.lone_p_after, rate_), p, 1);
        }
    }
    add_atrial_waves(out, rhythm);
    add_noise(out);
    return out;
}

}  // namespace

BeatPieces cut_pieces(const Patient& patient) {
    BeatPieces result{.sampling_rate = patient.sampling_rate};
    const auto& beats = patient.beats;
    std::size_t fibrillating = 0;
    std::vector<std::size_t> ventricular;
    for (std::size_t i = 0; i < beats.size(); ++i) fibrillating += beats[i].fibrillation ? 1 : 0;
    result.fibrillation_share = static_cast<double>(fibrillating) /
                                static_cast<double>(std::max<std::size_t>(beats.size(), 1));
    const auto rr = [&](std::size_t i) {  // after beat i, s
        return static_cast<double>(beats[i + 1].sample - beats[i].sample) / patient.sampling_rate;
    };
    for (std::size_t i = 1; i + 1 < beats.size(); ++i) {
        if (beats[i].label == label_v) ventricular.push_back(i);
        // Normal beats with room for their P and T waves between normal neighbours.
        if (beats[i].label != label_n || beats[i - 1].label != label_n ||
            beats[i + 1].label != label_n || rr(i) < 0.45 || rr(i - 1) < 0.45 ||
            (beats[i].fibrillation && result.fibrillation_share < 0.9)) {
            continue;
        }
        const double before = std::min(0.30, 0.45 * rr(i - 1));
        const double after = std::min(0.52, rr(i) - std::min(0.28, 0.42 * rr(i)));
        if (auto piece = cut(patient, beats[i].sample, before, after)) {
            result.normal.push_back(std::move(*piece));
        }
    }
    const std::size_t step = ventricular.size() / most_ventricular + 1;
    for (std::size_t k = 0; k < ventricular.size(); k += step) {
        const std::size_t i = ventricular[k];
        const double before = std::min(0.14, 0.4 * rr(i - 1));
        const double after = std::min(0.55, rr(i) - 0.2);
        if (after < 0.25) continue;
        if (auto piece = cut(patient, beats[i].sample, before, after)) {
            result.ventricular.push_back(std::move(*piece));
        }
    }
    for (std::size_t lead = 0; lead < patient.leads.size(); ++lead) {
        std::vector<double> sizes;
        for (const BeatPiece& p : result.normal) {
            sizes.push_back(peak_to_peak(p, lead, patient.sampling_rate));
        }
        result.qrs_size.push_back(median_of(std::move(sizes)));
    }
    // Artefacts are no beats: too large or too small by far.
    std::erase_if(result.normal, [&](const BeatPiece& p) {
        const double size = peak_to_peak(p, 0, patient.sampling_rate);
        return size > 2 * result.qrs_size[0] || size < 0.4 * result.qrs_size[0];
    });
    return result;
}

bool suits(const BeatPieces& pieces, RhythmKind kind) {
    if (pieces.normal.size() < 100) return false;
    // Without P waves of its own a patient shows nothing that changes in an atrial beat.
    const bool about_p = kind != RhythmKind::ventricular && kind != RhythmKind::fibrillation;
    return !about_p || pieces.fibrillation_share < 0.9;
}

Patient make_patient(const Patient& patient, const BeatPieces& pieces,
                     std::span<const BeatPieces* const> donors, RhythmKind kind, Random& random) {
    const double seconds = random.uniform(300, 1200);
    const PlannedRhythm rhythm = plan_rhythm(kind, patient, seconds, random);
    Painter painter(patient, pieces, donors, random);
    return painter.paint(patient, rhythm);
}

}  // namespace telltale::train
