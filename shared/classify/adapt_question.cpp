// Which beat to ask about.
#include <algorithm>
#include <cmath>
#include <utility>

#include "classify/adapt.hpp"
#include "classify/adapt_parts.hpp"
#include "classify/softmax_solver.hpp"
#include "signal/exact_math.hpp"

namespace telltale::classify {
namespace {

constexpr std::size_t pool_size = 400;
// Every beat counts as doubtful by this at least, in nats: a model may be sure and wrong.
constexpr double least_doubt = 0.002;
// By how much an answered beat's class leads the others then, in logits.
constexpr double lead = 2;
// Of an answer, beside the kernel's: logits^2.
constexpr double noise = 1;

double log_share(float p) {
    return signal::exact_log(std::max(1e-9, static_cast<double>(p)));
}

}  // namespace

// Beats that stand for all that can be asked about: each is drawn as often as it is doubtful.
class Adapter::Pool {
public:
    struct Drawn {
        std::size_t beat;
        double doubt;  // nats that it stands for
        double count;  // beats that it stands for
    };
    struct Candidate {
        std::size_t at;  // in the pool
        double score, moved;
    };

    Pool(const Adapter& adapter, const Named& named, const Adapted& now,
         const std::vector<bool>& settled)
        : adapter_(adapter), named_(named), now_(now) {
        draw(settled);
        std::vector<std::size_t> beats;
        for (const Drawn& drawn : drawn_) beats.push_back(drawn.beat);
        rows_ = adapter.rows(beats);
        named_rows_ = adapter.rows(named.beat);
    }

    /// The best by doubt alone, the best one first; those that can be, at most so many.
    [[nodiscard]] std::vector<Candidate> candidates(std::size_t most) const {
        const std::vector<float> passed = adapter_.rows(named_.passed_beats);
        std::vector<double> open(drawn_.size());  // doubt that no answer covers
        for (std::size_t j = 0; j < drawn_.size(); ++j) {
            double uncovered = 1;
            for (const auto* rows : {&named_rows_, &passed})
                for (std::size_t k = 0; k < rows->size(); k += adapter_.places_)
                    uncovered *=
                        1 - static_cast<double>(adapter_.likeness(row(j), rows->data() + k));
            open[j] = drawn_[j].doubt * uncovered;
        }
        std::vector<double> reach(drawn_.size());
        for (std::size_t i = 0; i < drawn_.size(); ++i) {
            reach[i] += open[i];
            for (std::size_t j = 0; j < i; ++j) {
                const auto like = static_cast<double>(adapter_.likeness(row(i), row(j)));
                reach[i] += like * open[j];
                reach[j] += like * open[i];
            }
        }
        std::vector<Candidate> candidates;
        for (std::size_t i = 0; i < drawn_.size(); ++i)
            candidates.push_back(
                {i, static_cast<double>(now_.entropy[drawn_[i].beat]) * std::sqrt(reach[i]), 0});
        std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::score);
        candidates.resize(std::min(most, candidates.size()));
        return candidates;
    }

    /// How many beats the answer is expected to move: over the classes that it may be, those whose
    /// class would change if the process were lifted there so far that this class leads. How far
    /// that carries to other beats, the covariance tells that the answers so far leave.
    void look_ahead(std::vector<Candidate>& candidates) const {
        const std::size_t n = named_.beat.size(), places = adapter_.places_;
        const auto answered = [&](std::size_t a) { return named_rows_.data() + a * places; };
        std::vector<double> k(n * n), near(drawn_.size() * n);
        for (std::size_t a = 0; a < n; ++a) {
            for (std::size_t b = 0; b <= a; ++b)
                k[a * n + b] = k[b * n + a] = adapter_.kernel(answered(a), answered(b));
            k[a * n + a] += noise;
            for (std::size_t j = 0; j < drawn_.size(); ++j)
                near[j * n + a] = adapter_.kernel(row(j), answered(a));
        }
        const PositiveDefinite known(std::move(k), n);
        std::vector<double> solved(n), carries(drawn_.size());
        for (Candidate& candidate : candidates) {
            std::copy_n(near.begin() + static_cast<std::ptrdiff_t>(candidate.at * n), n,
                        solved.begin());
            known.solve(solved);
            for (std::size_t j = 0; j < drawn_.size(); ++j) {
                carries[j] = adapter_.kernel(row(candidate.at), row(j));
                for (std::size_t a = 0; a < n; ++a) carries[j] -= near[j * n + a] * solved[a];
            }
            const double own = carries[candidate.at] + noise;
            for (double& c : carries) c /= own;
            candidate.moved = moved(candidate.at, carries);
        }
    }

    [[nodiscard]] std::size_t beat(const Candidate& c) const { return drawn_[c.at].beat; }
    [[nodiscard]] const float* row(const Candidate& c) const { return row(c.at); }

private:
    void draw(const std::vector<bool>& settled) {
        const auto doubt = [&](std::size_t j) -> double {
            if (named_.of_beat[j] != Named::open || (j < settled.size() && settled[j])) return 0;
            return static_cast<double>(now_.entropy[j]) + least_doubt;
        };
        double whole = 0;
        for (std::size_t j = 0; j < adapter_.beats_; ++j) whole += doubt(j);
        const double step = whole / static_cast<double>(pool_size);
        double sum = 0, next = step / 2;
        for (std::size_t j = 0; j < adapter_.beats_; ++j) {
            const double own = doubt(j);
            sum += own;
            if (own == 0 || sum < next) continue;
            double mass = 0;
            for (; sum >= next; next += step) mass += step;
            const double count = std::max(1.0, mass / own);
            drawn_.push_back({j, (own - least_doubt) * count, count});
        }
    }

    [[nodiscard]] const float* row(std::size_t j) const {
        return rows_.data() + j * adapter_.places_;
    }

    [[nodiscard]] double moved(std::size_t at, const std::vector<double>& carries) const {
        const std::size_t labels = adapter_.labels_, beat = drawn_[at].beat;
        const float* p = now_.probabilities.data() + beat * labels;
        double moved = 0;
        for (std::size_t c = 0; c < labels; ++c) {
            const std::size_t is = now_.label[beat];
            if (c == is || static_cast<double>(p[c]) < adapter_.options_.least_share) continue;
            const double lift = log_share(p[is]) - log_share(p[c]) + lead;
            double beats = 0;
            for (std::size_t j = 0; j < drawn_.size(); ++j) {
                const float* q = now_.probabilities.data() + drawn_[j].beat * labels;
                const std::size_t label = now_.label[drawn_[j].beat];
                if (label != c && lift * carries[j] > log_share(q[label]) - log_share(q[c]))
                    beats += drawn_[j].count;
            }
            moved += static_cast<double>(p[c]) * beats;
        }
        return moved;
    }

    const Adapter& adapter_;
    const Named& named_;
    const Adapted& now_;
    std::vector<Drawn> drawn_;
    std::vector<float> rows_, named_rows_;
};

std::size_t Adapter::alike(const float* row) const {
    std::vector<float> at(places_), apart(adapt_block);
    float norm = 0;
    for (std::size_t p = 0; p < places_; ++p) {
        at[p] = -2 * row[p];
        norm += row[p] * row[p];
    }
    const auto near = static_cast<float>(signal::exact_log(2)) / sharpness_;
    std::size_t alike = 0;
    for (std::size_t first = 0; first < beats_; first += adapt_block) {
        for (std::size_t j = 0; j < adapt_block; ++j) apart[j] = norm_[first + j] + norm;
        add_rows(apart.data(), place_.data() + first, padded_, at.data(), places_, adapt_block);
        for (std::size_t j = 0; j < std::min(adapt_block, beats_ - first); ++j)
            alike += apart[j] < near ? 1 : 0;
    }
    return alike;
}

std::optional<Question> Adapter::question(std::span<const Answer> answers, const Adapted& now,
                                          const std::vector<bool>& settled) const {
    if (beats_ == 0) return std::nullopt;
    const Named named = this->named(answers);
    const Pool pool(*this, named, now, settled);
    auto candidates = pool.candidates(options_.candidates);
    pool.look_ahead(candidates);
    const auto best = std::ranges::max_element(candidates, {}, &Pool::Candidate::moved);
    if (best == candidates.end() || best->moved < options_.least_moved) return std::nullopt;
    return Question{
        .beat = pool.beat(*best), .alike = alike(pool.row(*best)), .moved = best->moved};
}

}  // namespace telltale::classify
