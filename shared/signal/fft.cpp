#include "signal/fft.hpp"

#include <numeric>
#include <utility>

#include "signal/exact_math.hpp"

namespace telltale::signal {
namespace {

// std::complex's own product also cares for infinities, which costs a call each.
std::complex<double> product(std::complex<double> a, std::complex<double> b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

Fft::Fft(std::size_t size) : size_(size), twiddles_(size / 2), reversed_(size) {
    for (std::size_t k = 0; k < size / 2; ++k)
        twiddles_[k] = exact_turn(-static_cast<double>(k) / static_cast<double>(size));
    for (std::size_t i = 1, j = 0; i < size; ++i) {
        std::size_t bit = size >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        reversed_[i] = j;
    }
}

void Fft::forward(std::span<std::complex<double>> data) const {
    for (std::size_t i = 0; i < size_; ++i)
        if (i < reversed_[i]) std::swap(data[i], data[reversed_[i]]);
    for (std::size_t half = 1; half < size_; half *= 2) {
        const std::size_t stride = size_ / (2 * half);
        for (std::size_t start = 0; start < size_; start += 2 * half)
            for (std::size_t k = 0; k < half; ++k) {
                const auto odd = product(data[start + k + half], twiddles_[k * stride]);
                const auto even = data[start + k];
                data[start + k] = even + odd;
                data[start + k + half] = even - odd;
            }
    }
}

Welch::Welch(std::size_t segment, double rate)
    : fft_(segment), window_(segment), sum_(segment / 2 + 1), work_(segment) {
    for (std::size_t i = 0; i < segment; ++i)
        window_[i] =
            0.5 - 0.5 * exact_turn(static_cast<double>(i) / static_cast<double>(segment)).real();
    scale_ =
        2.0 / (rate * std::inner_product(window_.begin(), window_.end(), window_.begin(), 0.0));
}

std::vector<double> Welch::power(std::span<const double> values) {
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) work_[i] = (values[i] - mean) * window_[i];
    fft_.forward(work_);
    std::vector<double> density(sum_.size());
    for (std::size_t k = 0; k < density.size(); ++k) {
        const bool edge = k == 0 || k + 1 == density.size();  // these have no mirror image
        density[k] = std::norm(work_[k]) * scale_ * (edge ? 0.5 : 1.0);
    }
    return density;
}

void Welch::add_power(std::span<const double> density) {
    for (std::size_t k = 0; k < sum_.size(); ++k) sum_[k] += density[k];
    ++segments_;
}

std::vector<double> Welch::density() const {
    std::vector<double> mean = sum_;
    if (segments_ > 0)
        for (double& value : mean) value /= static_cast<double>(segments_);
    return mean;
}

}  // namespace telltale::signal
