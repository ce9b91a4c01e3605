// The small linear algebra of adapt.hpp: a softmax regression in a space of functions with a
// Gaussian prior, solved by Newton's method. +, -, *, / and sqrt only, in one order: the same bits
// natively and in WebAssembly.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace telltale::classify {

/// exp(x) for x <= 0, to within 3e-7 of its value; 0 below -87. Of +, -, * alone.
/// Without a branch, so that a compiler can work on several at a time.
[[nodiscard]] inline float exp_of_negative(float x) {
    const bool there = x > -87.0F;
    const float y = there ? x : -87.0F;
    // y = k ln 2 + r, |r| <= ln 2 / 2; e^r by Taylor's series, the first term left out below 3e-7.
    const auto k = static_cast<std::int32_t>(y * 1.44269504F - 0.5F);
    const auto turns = static_cast<float>(k);
    const float r = (y - turns * 0.693145752F) - turns * 1.42860677e-6F;
    const float sum =
        1 + r * (1 + r * (0.5F + r * (1.0F / 6 + r * (1.0F / 24 + r * (1.0F / 120 + r / 720)))));
    return there ? sum * std::bit_cast<float>((k + 127) << 23) : 0.0F;
}

/// One beat's softmax, in place: `values` become probabilities. Returns its entropy in nats.
float softmax_in_place(std::span<float> values);

/// A symmetric positive definite matrix [n, n], row-major, taken apart to solve equations with it.
class PositiveDefinite {
public:
    /// A pivot that rounding took to nothing is lifted.
    PositiveDefinite(std::vector<double> matrix, std::size_t n);
    /// x = matrix^-1 x.
    void solve(std::span<double> x) const;
    [[nodiscard]] std::vector<double> inverse() const;

private:
    std::vector<double> l_;  // matrix = L L^T, L the lower triangle
    std::size_t n_;
};

/// The functions g_c(x) = sum over the named beats k of kernel(x, x_k) weight[k, c] for which
///     sum over k of log softmax(prior_k + g(x_k))[label_k]  -  1/2 sum over c of |g_c|^2
/// is largest, |g|^2 being the norm of the kernel's space: the maximum a posteriori of a softmax
/// whose logits have the Gaussian process prior (prior, kernel). Newton's steps after Rasmussen and
/// Williams, Gaussian Processes for Machine Learning (2006), algorithm 3.3, each cut to where it
/// leads up; at most `steps` of them.
///
/// `kernel` is [n, n], symmetric and positive semidefinite; `prior` (logits) and `target` (what
/// each answer says, a distribution over the classes) are [n, classes]; all row-major. Returns the
/// weights [n, classes]. Time: steps * (classes + 1) * n^3.
[[nodiscard]] std::vector<double> fit_softmax(std::span<const double> kernel,
                                              std::span<const double> prior,
                                              std::span<const double> target, std::size_t classes,
                                              int steps);

}  // namespace telltale::classify
