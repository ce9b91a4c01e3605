#include "train/sequence/synthetic_rhythm.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace telltale::train {

namespace {

constexpr double shortest = 0.26, longest = 3.0;  // s, between any two beats

double log_uniform(Random& random, double low, double high) {
    return std::exp(random.uniform(std::log(low), std::log(high)));
}

double around(Random& random, double mean, double sd, double low, double high) {
    return std::clamp(mean + sd * random.normal(), low, high);
}

/// Appends beats until the time is up; kinds of rhythm are built on it.
class Planner {
public:
    Planner(const Patient& patient, double seconds, Random& random)
        : random_(random), sinus_(patient, random), seconds_(seconds) {
        s_coupling_ = random.uniform(0.5, 0.88);
        s_scale_ = random.uniform(-0.8, 0.9);
        s_own_look_ = random.uniform() < 0.6;
        s_other_ = random.uniform() < 0.3;
        rhythm_.foci = 1 + static_cast<int>(random.below(3));
        for (double& c : v_coupling_) c = random.uniform(0.5, 0.9);
        changes_rate_ = random.uniform() < 0.4;
    }

    void premature();
    void fibrillation();
    void ventricular();
    void majority();
    void pauses();
    PlannedRhythm take() { return std::move(rhythm_); }

private:
    [[nodiscard]] bool done() const { return time_ >= seconds_; }
    [[nodiscard]] bool chance(double p) { return random_.uniform() < p; }

    PlannedBeat& beat(double interval, std::uint8_t label) {
        PlannedBeat b;
        b.interval = std::clamp(interval, shortest, longest);
        b.label = label;
        time_ += b.interval;
        rhythm_.beats.push_back(b);
        level_ += 0.15 * (level_goal_ - level_);
        if (changes_rate_ && time_ >= level_until_) {
            level_goal_ = log_uniform(random_, 0.6, 1.5);
            level_until_ = time_ + log_uniform(random_, 15, 300);
        }
        return rhythm_.beats.back();
    }
    PlannedBeat& normal(double factor = 1) {
        return beat(sinus_.next() * level_ * factor, label_n);
    }
    /// The sinus rhythm's usual interval at this time, s.
    [[nodiscard]] double usual() const { return sinus_.median() * level_; }

    /// A premature beat, or one of a run that follows it.
    void supraventricular(double interval) {
        PlannedBeat& b = beat(interval, label_s);
        b.p_scale = s_own_look_ ? s_scale_ : random_.uniform(-0.8, 1.0);
        b.other_p = s_other_ || chance(0.1);
    }
    void premature_run(int beats, double coupling) {
        const double cycle = random_.uniform(0.5, 0.85);
        for (int i = 0; i < beats && !done(); ++i) {
            const double factor = i == 0 ? coupling : around(random_, cycle, 0.02, 0.4, 0.95);
            supraventricular(usual() * factor);
        }
        normal(random_.uniform(0.97, 1.35));
    }
    int run_length(int longest_run) {
        if (!chance(0.2)) return 1;
        return static_cast<int>(log_uniform(random_, 2, longest_run + 0.99));
    }
    double s_factor() { return around(random_, s_coupling_, 0.05, 0.4, 0.93); }

    /// A ventricular event of one focus with what follows it.
    void ventricular_event() {
        const int focus = static_cast<int>(random_.below(static_cast<std::size_t>(rhythm_.foci)));
        const double base = usual();
        const double kind = random_.uniform();
        if (kind < 0.22) {
            // Two fronts meet: nearly the sinus beat's time.
            PlannedBeat& b = beat(sinus_.next() * level_ * random_.uniform(0.86, 1.02), label_f);
            b.focus = focus;
            b.mix = random_.uniform(0.3, 0.7);
            return;
        }
        const double coupling =
            around(random_, v_coupling_[static_cast<std::size_t>(focus)], 0.04, 0.4, 0.97);
        const int beats = kind < 0.82   ? 1
                          : kind < 0.92 ? 2
                                        : static_cast<int>(log_uniform(random_, 3, 12.99));
        double first = base * coupling;
        for (int i = 0; i < beats && !done(); ++i) {
            PlannedBeat& b = beat(i == 0 ? first : base * random_.uniform(0.42, 0.75), label_v);
            b.focus = focus;
            b.p_scale = 0;
            first = b.interval;
        }
        if (beats == 1 && coupling < 0.6 && chance(0.15)) {
            beat(base * random_.uniform(1.0, 1.1) - first, label_n);  // interpolated
        } else {
            beat((2 * base - first) * random_.uniform(0.9, 1.05), label_n);
        }
    }
    void escape() {
        PlannedBeat& b = beat(usual() * random_.uniform(1.2, 1.8), label_v);
        b.focus = 0;
        b.p_scale = 0;
    }

    Random& random_;
    SinusIntervals sinus_;
    double seconds_, time_ = 0;
    PlannedRhythm rhythm_;
    // The rate of some patients changes with rest and exertion: what is early beside the whole
    // recording is then not early beside the beats around.
    bool changes_rate_ = false;
    double level_ = 1, level_goal_ = 1, level_until_ = 0;
    // The look and timing that a patient's own ectopic beats share.
    double s_coupling_, s_scale_;
    bool s_own_look_, s_other_;
    std::array<double, 3> v_coupling_{};
};

void Planner::premature() {
    const double rate = log_uniform(random_, 0.01, 0.3);
    const double v_rate = chance(0.5) ? log_uniform(random_, 0.001, 0.03) : 0;
    const double patterns = chance(0.4) ? log_uniform(random_, 0.002, 0.02) : 0;
    while (!done()) {
        if (chance(patterns)) {
            // Bigeminy or trigeminy for a while.
            const int between = 1 + static_cast<int>(random_.below(2));
            const int cycles = static_cast<int>(log_uniform(random_, 3, 60));
            for (int i = 0; i < cycles && !done(); ++i) {
                supraventricular(usual() * s_factor());
                for (int k = 0; k < between; ++k) normal(k == 0 ? random_.uniform(0.97, 1.3) : 1);
            }
        } else if (chance(rate)) {
            premature_run(run_length(39), s_factor());
        } else if (chance(v_rate)) {
            ventricular_event();
        } else {
            normal();
        }
    }
}

void Planner::ventricular() {
    const double rate = log_uniform(random_, 0.01, 0.25);
    const double s_rate = chance(0.4) ? log_uniform(random_, 0.001, 0.03) : 0;
    const double escapes = chance(0.08) ? 0.01 : 0;
    const double patterns = chance(0.4) ? log_uniform(random_, 0.002, 0.02) : 0;
    while (!done()) {
        if (chance(patterns)) {
            const int between = 1 + static_cast<int>(random_.below(2));
            const int cycles = static_cast<int>(log_uniform(random_, 3, 60));
            for (int i = 0; i < cycles && !done(); ++i) {
                PlannedBeat& b =
                    beat(usual() * around(random_, v_coupling_[0], 0.03, 0.4, 0.95), label_v);
                b.focus = 0;
                b.p_scale = 0;
                const double early = b.interval;
                beat((2 * usual() - early) * random_.uniform(0.92, 1.05), label_n);
                for (int k = 1; k < between; ++k) normal();
            }
        } else if (chance(rate)) {
            ventricular_event();
        } else if (chance(s_rate)) {
            premature_run(run_length(6), s_factor());
        } else if (chance(escapes)) {
            escape();
        } else {
            normal();
        }
    }
}

void Planner::majority() {
    const double kind = random_.uniform();
    const double cycle = random_.uniform(0.55, 0.85);
    const double pause_low = random_.uniform(1.0, 1.4), pause_high = random_.uniform(1.4, 2.0);
    const int longest_run = kind < 0.5 ? 60 : 15;
    while (!done()) {
        if (kind < 0.3) {
            // Bigeminy all along.
            supraventricular(usual() * s_factor());
            normal(random_.uniform(0.97, pause_high));
            if (chance(0.03)) normal();
        } else {
            const int beats = static_cast<int>(log_uniform(random_, 1, longest_run + 0.99));
            for (int i = 0; i < beats && !done(); ++i) {
                supraventricular(usual() * around(random_, cycle, 0.03, 0.4, 0.95));
            }
            const int normals = 1 + static_cast<int>(random_.below(kind < 0.7 ? 2 : 6));
            for (int i = 0; i < normals; ++i) {
                beat(usual() * random_.uniform(pause_low, pause_high), label_n);
            }
        }
    }
}

void Planner::pauses() {
    const double blocked = chance(0.4) ? log_uniform(random_, 0.005, 0.1) : 0;
    const double stops = chance(0.4) ? log_uniform(random_, 0.002, 0.03) : 0;
    const double half_rate = chance(0.3) ? 0.004 : 0;
    const double groups = chance(0.3) ? 0.01 : 0;
    const double breathing = chance(0.6) ? random_.uniform(0.05, 0.3) : 0;
    const double breath_s = random_.uniform(3, 7);
    const double wandering = chance(0.4) ? 0.01 : 0;
    const double v_rate = chance(0.3) ? log_uniform(random_, 0.001, 0.02) : 0;
    // The rate drifts, as with exercise and rest.
    const double drift = chance(0.5) ? random_.uniform(0.05, 0.3) : 0;
    const double drift_s = random_.uniform(60, 400);
    bool wanders = false;
    double wandering_scale = 1;
    while (!done()) {
        const double slow = 1 + drift * std::sin(2 * std::numbers::pi * time_ / drift_s) +
                            breathing * std::sin(2 * std::numbers::pi * time_ / breath_s);
        if (chance(wandering)) {
            wanders = !wanders;
            wandering_scale = random_.uniform(-0.6, 1.0);
        }
        const std::size_t first = rhythm_.beats.size();
        if (chance(blocked)) {
            PlannedBeat& b = normal(slow);
            b.lone_p_after = std::clamp(usual() * random_.uniform(0.4, 0.7), 0.28, 0.8);
            beat(usual() * random_.uniform(1.2, 1.9), label_n);
        } else if (chance(stops)) {
            normal(random_.uniform(1.4, 3.0));
        } else if (chance(half_rate)) {
            const int beats = 2 + static_cast<int>(random_.below(20));
            for (int i = 0; i < beats; ++i) normal(2);
        } else if (chance(groups)) {
            // Group beating: intervals shorten, then a beat is dropped.
            const int cycles = 2 + static_cast<int>(random_.below(10));
            const int beats = 2 + static_cast<int>(random_.below(4));
            for (int c = 0; c < cycles; ++c) {
                for (int i = 0; i < beats; ++i) normal(1.08 - 0.04 * i);
                normal(random_.uniform(1.5, 1.85));
            }
        } else if (chance(v_rate)) {
            ventricular_event();
        } else {
            normal(slow);
        }
        if (!wanders) continue;
        for (std::size_t i = first; i < rhythm_.beats.size(); ++i) {
            PlannedBeat& b = rhythm_.beats[i];
            if (b.label != label_n) continue;
            b.p_scale = wandering_scale;
            b.other_p = true;
        }
    }
}

void Planner::fibrillation() {
    const double share = chance(0.4) ? 1.0 : random_.uniform(0.3, 1.0);
    const double cv = random_.uniform(0.1, 0.32);
    const double base = std::clamp(usual() * random_.uniform(0.5, 1.1), 0.38, 1.2);
    // Between episodes the sinus rhythm may be slow: then fibrillation looks early all along.
    const double slow = chance(0.35) ? random_.uniform(1.2, 2.0) : 1;
    const double v_rate = chance(0.5) ? log_uniform(random_, 0.002, 0.08) : 0;
    const double pauses = chance(0.4) ? log_uniform(random_, 0.003, 0.03) : 0;
    if (chance(0.35)) rhythm_.flutter_period = random_.uniform(0.18, 0.26);
    const double stay = random_.uniform(0.3, 0.95);  // how long one block ratio lasts
    int block = 2 + static_cast<int>(random_.below(3));
    double until = 0, cycle = 0;
    bool on = share == 1.0;
    while (!done()) {
        if (share < 1.0 && time_ >= until) {
            // An episode and the sinus rhythm after it share one cycle, so that shares hold.
            on = !on;
            if (on) cycle = log_uniform(random_, 20, seconds_ / 2 + 21);
            until = time_ + cycle * (on ? share : 1 - share);
        }
        if (!on) {
            normal(slow);
            continue;
        }
        if (chance(v_rate)) {
            PlannedBeat& b = beat(base * random_.uniform(0.45, 0.9), label_v);
            b.focus = static_cast<int>(random_.below(static_cast<std::size_t>(rhythm_.foci)));
            b.p_scale = 0;
            b.fibrillation = true;
            continue;
        }
        double interval = 0;
        if (rhythm_.flutter_period > 0) {
            if (!chance(stay)) block = 2 + static_cast<int>(random_.below(4));
            while (block * rhythm_.flutter_period < 0.33) ++block;
            interval = block * rhythm_.flutter_period * (1 + 0.01 * random_.normal());
        } else {
            interval = base * level_ * std::exp(cv * random_.normal() - cv * cv / 2);
        }
        if (chance(pauses)) interval = std::max(interval, random_.uniform(1.2, 2.5));
        PlannedBeat& b = beat(interval, label_n);
        b.p_scale = 0;
        b.fibrillation = true;
    }
}

}  // namespace

std::string_view name_of(RhythmKind kind) {
    switch (kind) {
        case RhythmKind::premature: return "premature";
        case RhythmKind::fibrillation: return "fibrillation";
        case RhythmKind::ventricular: return "ventricular";
        case RhythmKind::majority: return "majority";
        case RhythmKind::pauses: break;
    }
    return "pauses";
}

SinusIntervals::SinusIntervals(const Patient& patient, Random& random) : random_(random.next()) {
    std::vector<double> all;
    for (std::size_t i = 1; i < patient.beats.size(); ++i) {
        const PatientBeat &a = patient.beats[i - 1], &b = patient.beats[i];
        const double rr = static_cast<double>(b.sample - a.sample) / patient.sampling_rate;
        if (a.label == label_n && b.label == label_n && rr > 0.3 && rr < 2.0) all.push_back(rr);
    }
    if (!all.empty()) {
        std::vector<double> sorted = all;
        const auto middle = sorted.begin() + static_cast<long>(sorted.size() / 2);
        std::ranges::nth_element(sorted, middle);
        median_ = *middle;
    }
    // Steady: changes from one interval to the next are small, so this is a sinus rhythm. What is
    // left of the pauses after ectopic beats is dropped.
    std::vector<double> changes;
    for (std::size_t i = 1; i < all.size(); ++i) changes.push_back(std::fabs(all[i] - all[i - 1]));
    if (all.size() > 200) {
        const auto middle = changes.begin() + static_cast<long>(changes.size() / 2);
        std::ranges::nth_element(changes, middle);
        if (*middle < 0.06 * median_) {
            for (const double rr : all) {
                if (rr > 0.7 * median_ && rr < 1.4 * median_) own_.push_back(rr);
            }
            at_ = own_.empty() ? 0 : random_.below(own_.size());
        }
    }
    breath_size_ = random_.uniform(0.0, 0.06);
    breath_step_ = 2 * std::numbers::pi / random_.uniform(3, 6);
}

double SinusIntervals::next() {
    if (!own_.empty()) return own_[at_++ % own_.size()];
    // A slow wandering of the rate, and breathing.
    level_ = 0.98 * level_ + 0.01 * random_.normal();
    const double rr = median_ * (1 + level_ + breath_size_ * std::sin(breath_));
    breath_ += breath_step_ * rr;
    return rr;
}

PlannedRhythm plan_rhythm(RhythmKind kind, const Patient& patient, double seconds, Random& random) {
    Planner planner(patient, seconds, random);
    switch (kind) {
        case RhythmKind::premature: planner.premature(); break;
        case RhythmKind::fibrillation: planner.fibrillation(); break;
        case RhythmKind::ventricular: planner.ventricular(); break;
        case RhythmKind::majority: planner.majority(); break;
        case RhythmKind::pauses: planner.pauses(); break;
    }
    return planner.take();
}

}  // namespace telltale::train
