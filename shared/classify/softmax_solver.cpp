#include "classify/softmax_solver.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "signal/exact_math.hpp"

namespace telltale::classify {
namespace {

// out = K x for one class of x, [n, classes].
void times(std::span<const double> kernel, const std::vector<double>& x, std::size_t n,
           std::size_t classes, std::vector<double>& out) {
    std::ranges::fill(out, 0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t c = 0; c < classes; ++c)
                out[i * classes + c] += kernel[i * n + k] * x[k * classes + c];
}

}  // namespace

PositiveDefinite::PositiveDefinite(std::vector<double> matrix, std::size_t n)
    : l_(std::move(matrix)), n_(n) {
    for (std::size_t j = 0; j < n; ++j) {
        double* row = l_.data() + j * n;
        for (std::size_t i = 0; i <= j; ++i) {
            const double* other = l_.data() + i * n;
            double sum = row[i];
            for (std::size_t k = 0; k < i; ++k) sum -= row[k] * other[k];
            row[i] = i < j ? sum / other[i] : std::sqrt(std::max(sum, 1e-12));
        }
    }
}

void PositiveDefinite::solve(std::span<double> x) const {
    for (std::size_t i = 0; i < n_; ++i) {
        double sum = x[i];
        for (std::size_t k = 0; k < i; ++k) sum -= l_[i * n_ + k] * x[k];
        x[i] = sum / l_[i * n_ + i];
    }
    for (std::size_t i = n_; i-- > 0;) {
        x[i] /= l_[i * n_ + i];
        for (std::size_t k = 0; k < i; ++k) x[k] -= l_[i * n_ + k] * x[i];
    }
}

std::vector<double> PositiveDefinite::inverse() const {
    // First that of L: row i of it from the rows above.
    std::vector<double> t(n_ * n_);
    for (std::size_t i = 0; i < n_; ++i) {
        double* row = t.data() + i * n_;
        for (std::size_t k = 0; k < i; ++k) {
            const double* above = t.data() + k * n_;
            const double factor = l_[i * n_ + k];
            for (std::size_t j = 0; j <= k; ++j) row[j] -= factor * above[j];
        }
        row[i] = 1;
        for (std::size_t j = 0; j <= i; ++j) row[j] /= l_[i * n_ + i];
    }
    std::vector<double> a(n_ * n_);
    for (std::size_t k = 0; k < n_; ++k) {
        const double* row = t.data() + k * n_;
        for (std::size_t i = 0; i <= k; ++i)
            for (std::size_t j = 0; j <= i; ++j) a[i * n_ + j] += row[i] * row[j];
    }
    for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t j = 0; j < i; ++j) a[j * n_ + i] = a[i * n_ + j];
    return a;
}

float softmax_in_place(std::span<float> values) {
    const float largest = std::ranges::max(values);
    float sum = 0, mean = 0;
    for (float& value : values) {
        const float x = value - largest;
        value = exp_of_negative(x);
        sum += value;
        mean += value * x;
    }
    for (float& value : values) value /= sum;
    return std::max(0.0F, static_cast<float>(signal::exact_log(sum)) - mean / sum);
}

namespace {

// What is looked for: one step of Newton's method after the other.
class SoftmaxFit {
public:
    SoftmaxFit(std::span<const double> kernel, std::span<const double> prior,
               std::span<const double> target, std::size_t classes)
        : kernel_(kernel),
          prior_(prior),
          target_(target),
          classes_(classes),
          n_(classes == 0 ? 0 : prior.size() / classes),
          weights_(n_ * classes),
          g_(weights_),
          p_(weights_) {
        score_ = score(weights_, g_);
    }
    [[nodiscard]] const std::vector<double>& weights() const { return weights_; }

    /// False where no step leads higher.
    bool step() {
        const std::vector<double> next = newton();
        std::vector<double> next_g(next.size());
        times(kernel_, next, n_, classes_, next_g);
        // All of the way, or as far as it leads up: where the answers surprise the prior, Newton's
        // parabola overshoots.
        for (double part = 1; part > 1e-4; part /= 2) {
            std::vector<double> w = weights_, g = g_;
            for (std::size_t i = 0; i < w.size(); ++i) {
                w[i] += part * (next[i] - w[i]);
                g[i] += part * (next_g[i] - g[i]);
            }
            const double now = score(w, g);
            if (!(now > score_)) continue;
            const bool more = now - score_ > 1e-9;
            score_ = now;
            weights_ = std::move(w);
            g_ = std::move(g);
            return more;
        }
        return false;
    }

private:
    // Probabilities of answer i into p; gives the logarithm of their sum before they were divided,
    // and the largest logit.
    double softmax(std::size_t i, const std::vector<double>& g, double* p) const {
        double largest = -1e300;
        for (std::size_t c = 0; c < classes_; ++c) {
            p[c] = prior_[i * classes_ + c] + g[i * classes_ + c];
            largest = std::max(largest, p[c]);
        }
        double sum = 0;
        for (std::size_t c = 0; c < classes_; ++c) {
            p[c] = static_cast<double>(exp_of_negative(static_cast<float>(p[c] - largest)));
            sum += p[c];
        }
        for (std::size_t c = 0; c < classes_; ++c) p[c] /= sum;
        return largest + signal::exact_log(sum);
    }

    [[nodiscard]] double score(const std::vector<double>& w, const std::vector<double>& g) const {
        double score = 0;
        std::vector<double> p(classes_);
        for (std::size_t i = 0; i < n_; ++i) {
            const double whole = softmax(i, g, p.data());
            for (std::size_t c = 0; c < classes_; ++c) {
                const std::size_t at = i * classes_ + c;
                score += target_[at] * (prior_[at] + g[at] - whole) - 0.5 * w[at] * g[at];
            }
        }
        return score;
    }

    [[nodiscard]] std::vector<double> newton() {
        const std::size_t n = n_;
        std::vector<double> b(n * classes_), c(b.size()), kb(b.size()), sum(n * n), right(n);
        for (std::size_t i = 0; i < n; ++i) {
            double* p = p_.data() + i * classes_;
            softmax(i, g_, p);
            double mean = 0;
            for (std::size_t k = 0; k < classes_; ++k) {
                p[k] = std::max(p[k], 1e-9);
                mean += p[k] * g_[i * classes_ + k];
            }
            // b = W g + target - p, W = diag(p) - p p^T.
            for (std::size_t k = 0; k < classes_; ++k) {
                const std::size_t at = i * classes_ + k;
                b[at] = p[k] * (g_[at] - mean) + target_[at] - p[k];
            }
        }
        // E_k = D^1/2 (1 + D^1/2 K D^1/2)^-1 D^1/2, D = diag(p_k).
        std::vector<std::vector<double>> e(classes_);
        std::vector<double> root(n);
        for (std::size_t k = 0; k < classes_; ++k) {
            for (std::size_t i = 0; i < n; ++i) root[i] = std::sqrt(p_[i * classes_ + k]);
            std::vector<double> a(n * n);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j <= i; ++j)
                    a[i * n + j] = root[i] * kernel_[i * n + j] * root[j] + (i == j ? 1 : 0);
            e[k] = PositiveDefinite(std::move(a), n).inverse();
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j) {
                    e[k][i * n + j] *= root[i] * root[j];
                    sum[i * n + j] += e[k][i * n + j];
                }
        }
        const PositiveDefinite all(std::move(sum), n);
        times(kernel_, b, n, classes_, kb);
        for (std::size_t k = 0; k < classes_; ++k)
            for (std::size_t i = 0; i < n; ++i) {
                double value = 0;
                for (std::size_t j = 0; j < n; ++j) value += e[k][i * n + j] * kb[j * classes_ + k];
                c[i * classes_ + k] = value;
                right[i] += value;
            }
        all.solve(right);
        for (std::size_t k = 0; k < classes_; ++k)
            for (std::size_t i = 0; i < n; ++i) {
                double value = b[i * classes_ + k] - c[i * classes_ + k];
                for (std::size_t j = 0; j < n; ++j) value += e[k][i * n + j] * right[j];
                b[i * classes_ + k] = value;
            }
        return b;
    }

    std::span<const double> kernel_, prior_, target_;
    std::size_t classes_, n_;
    std::vector<double> weights_, g_, p_;
    double score_ = 0;
};

}  // namespace

std::vector<double> fit_softmax(std::span<const double> kernel, std::span<const double> prior,
                                std::span<const double> target, std::size_t classes, int steps) {
    SoftmaxFit fit(kernel, prior, target, classes);
    for (int step = 0; step < steps && fit.step(); ++step) {
    }
    return fit.weights();
}

}  // namespace telltale::classify
