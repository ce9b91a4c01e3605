// Features: the RR interval that a beat's P wave lets expect. Where premature beats have P waves
// of their own shape, the shape tells that they are early even if all around them are early too.
#include <algorithm>
#include <array>
#include <cmath>

#include "classify/feature_math.hpp"
#include "classify/feature_p_rr.hpp"
#include "classify/feature_parts.hpp"
#include "classify/features.hpp"

namespace telltale::classify {
namespace {

constexpr std::size_t size = p_part.size();
constexpr std::size_t terms = p_components + 1;  // and the constant
constexpr std::size_t fewest_beats = 40;
constexpr double ridge = 5;  // beats' worth

using Square = std::array<std::array<double, size>, size>;
using Sums = std::array<std::array<double, terms + 1>, terms>;  // X'X, and X'y beside it

void p_values_of(const float* window, float* out) {
    std::copy_n(p_part.of(window), size, out);
    centre(out, size);
    // An artefact must not become a component.
    for (std::size_t k = 0; k < size; ++k) out[k] = std::clamp(out[k], -0.5F, 0.5F);
}

// Eigenvectors of a symmetric matrix, in the columns of `vectors` (Jacobi's rotations).
void eigenvectors(Square& a, Square& vectors) {
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t k = 0; k < size; ++k) vectors[i][k] = i == k ? 1 : 0;
    double trace = 0;
    for (std::size_t i = 0; i < size; ++i) trace += a[i][i];
    for (int sweep = 0; sweep < 30; ++sweep) {
        double off = 0;
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t k = 0; k < i; ++k) off += a[i][k] * a[i][k];
        if (!(off > 1e-24 * trace * trace)) return;
        for (std::size_t p = 0; p < size; ++p) {
            for (std::size_t q = p + 1; q < size; ++q) {
                if (a[p][q] == 0) continue;
                const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                const double t =
                    (theta < 0 ? -1 : 1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
                const double c = 1 / std::sqrt(t * t + 1);
                const double s = t * c;
                for (std::size_t k = 0; k < size; ++k) {
                    const double x = a[k][p];
                    const double y = a[k][q];
                    a[k][p] = c * x - s * y;
                    a[k][q] = s * x + c * y;
                }
                for (std::size_t k = 0; k < size; ++k) {
                    const double x = a[p][k];
                    const double y = a[q][k];
                    a[p][k] = c * x - s * y;
                    a[q][k] = s * x + c * y;
                    const double u = vectors[k][p];
                    const double v = vectors[k][q];
                    vectors[k][p] = c * u - s * v;
                    vectors[k][q] = s * u + c * v;
                }
            }
        }
    }
}

// Solves the normal equations by elimination; the ridge keeps the pivots from 0.
std::array<double, terms> solve(Sums s) {
    for (std::size_t i = 0; i + 1 < terms; ++i) s[i][i] += ridge;
    std::array<double, terms> x{};
    for (std::size_t i = 0; i < terms; ++i) {
        if (!(s[i][i] > 1e-12)) return {};
        for (std::size_t r = i + 1; r < terms; ++r) {
            const double part = s[r][i] / s[i][i];
            for (std::size_t k = i; k <= terms; ++k) s[r][k] -= part * s[i][k];
        }
    }
    for (std::size_t i = terms; i-- > 0;) {
        double rest = s[i][terms];
        for (std::size_t k = i + 1; k < terms; ++k) rest -= s[i][k] * x[k];
        x[i] = rest / s[i][i];
    }
    return x;
}

}  // namespace

// Runs of 16 beats go to one of four folds in turn: a beat's own RR, and its neighbours', have no
// part in the weights that it is predicted with.
std::size_t p_fold(std::size_t beat) {
    return beat / 16 % p_folds;
}

float PreparedBeats::predict_log_rr(std::size_t beat, const float* window) const {
    float x[size];
    p_values_of(window, x);
    for (std::size_t k = 0; k < size; ++k) x[k] -= p_mean_[k];
    const float* const weights = p_weights_.data() + p_fold(beat) * terms;
    float sum = weights[p_components];
    for (std::size_t c = 0; c < p_components; ++c)
        sum += weights[c] * dot(x, p_axes_.data() + c * size, size);
    return sum;
}

void PreparedBeats::fit_p_to_rr() {
    const std::size_t n = beats();
    p_mean_.assign(size, 0.0F);
    p_axes_.assign(p_components * size, 0.0F);
    p_weights_.assign(p_folds * terms, 0.0F);
    const float usual = log_of(median_);
    for (std::size_t f = 0; f < p_folds; ++f) p_weights_[f * terms + p_components] = usual;
    predicted_q90_ = usual;
    predicted_r2_ = predicted_sd_ = 0;
    if (n < fewest_beats) return;

    std::vector<float> x(n * size);
    std::array<double, size> mean{};
    for (std::size_t i = 0; i < n; ++i) {
        p_values_of(window(i).data(), x.data() + i * size);
        for (std::size_t k = 0; k < size; ++k) mean[k] += x[i * size + k];
    }
    for (std::size_t k = 0; k < size; ++k)
        p_mean_[k] = static_cast<float>(mean[k] / static_cast<double>(n));
    Square covariance{};
    for (std::size_t i = 0; i < n; ++i) {
        float* const row = x.data() + i * size;
        for (std::size_t k = 0; k < size; ++k) row[k] -= p_mean_[k];
        for (std::size_t k = 0; k < size; ++k)
            for (std::size_t m = 0; m <= k; ++m)
                covariance[k][m] += static_cast<double>(row[k]) * row[m];
    }
    for (std::size_t k = 0; k < size; ++k)
        for (std::size_t m = 0; m <= k; ++m)
            covariance[m][k] = covariance[k][m] /= static_cast<double>(n);
    Square vectors;
    eigenvectors(covariance, vectors);
    std::array<std::size_t, size> order{};
    for (std::size_t k = 0; k < size; ++k) order[k] = k;
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return covariance[a][a] > covariance[b][b]; });
    for (std::size_t c = 0; c < p_components; ++c) {
        const double variance = covariance[order[c]][order[c]];
        const double scale = variance > 1e-10 ? 1 / std::sqrt(variance) : 0.0;
        for (std::size_t k = 0; k < size; ++k)
            p_axes_[c * size + k] = static_cast<float>(vectors[k][order[c]] * scale);
    }

    std::vector<Sums> folds(p_folds, Sums{});
    for (std::size_t i = 0; i < n; ++i) {
        std::array<double, terms + 1> row{};
        for (std::size_t c = 0; c < p_components; ++c)
            row[c] = dot(x.data() + i * size, p_axes_.data() + c * size, size);
        row[p_components] = 1;
        row[terms] = signal::exact_log(pre_[i]);
        Sums& sums = folds[p_fold(i)];
        for (std::size_t r = 0; r < terms; ++r)
            for (std::size_t k = 0; k <= terms; ++k) sums[r][k] += row[r] * row[k];
    }
    for (std::size_t f = 0; f < p_folds; ++f) {
        Sums others{};
        for (std::size_t g = 0; g < p_folds; ++g)
            for (std::size_t r = 0; g != f && r < terms; ++r)
                for (std::size_t k = 0; k <= terms; ++k) others[r][k] += folds[g][r][k];
        const auto weights = solve(others);
        for (std::size_t k = 0; k < terms; ++k)
            p_weights_[f * terms + k] = static_cast<float>(weights[k]);
    }
    std::vector<float> predicted(n);
    double error = 0;
    double sum = 0;
    double squares = 0;
    double predicted_sum = 0;
    double predicted_squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
        predicted[i] = predict_log_rr(i, window(i).data());
        const double y = signal::exact_log(pre_[i]);
        error += (y - predicted[i]) * (y - predicted[i]);
        sum += y;
        squares += y * y;
        predicted_sum += predicted[i];
        predicted_squares += static_cast<double>(predicted[i]) * predicted[i];
    }
    const auto count = static_cast<double>(n);
    const double total = squares - sum * sum / count;
    if (total > 1e-6 * count)
        predicted_r2_ = static_cast<float>(std::clamp(1 - error / total, -1.0, 1.0));
    const double predicted_mean = predicted_sum / count;
    predicted_sd_ = static_cast<float>(
        std::sqrt(std::max(0.0, predicted_squares / count - predicted_mean * predicted_mean)));
    predicted_q90_ = quantile(predicted, 0.9);
}

}  // namespace telltale::classify
