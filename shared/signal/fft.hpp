// Fast Fourier transform of power-of-two length, and power spectral density by Welch's method.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace telltale::signal {

/// Radix-2 decimation in time (Cooley and Tukey 1965).
class Fft {
public:
    /// `size` must be a power of two, at least 2.
    explicit Fft(std::size_t size);

    [[nodiscard]] std::size_t size() const { return size_; }
    /// X[k] = sum over n of x[n] exp(-2 pi i k n / size), in place; data.size() must be size().
    void forward(std::span<std::complex<double>> data) const;

private:
    std::size_t size_;
    std::vector<std::complex<double>> twiddles_;  ///< exp(-2 pi i k / size), k < size / 2
    std::vector<std::size_t> reversed_;           ///< bit-reversed index
};

/// Welch's averaged periodogram (1967): Hann windows (periodic) of `fft.size()` values, half
/// overlapped, the mean taken out of each; one-sided density.
class Welch {
public:
    /// `rate`: samples a second.
    Welch(std::size_t segment, double rate);

    [[nodiscard]] std::size_t segment() const { return fft_.size(); }
    [[nodiscard]] std::size_t hop() const { return fft_.size() / 2; }
    /// Adds one segment; values.size() must be segment().
    void add(std::span<const double> values) { add_power(power(values)); }
    /// add() in two parts: the density of a segment by itself, and taking one in.
    [[nodiscard]] std::vector<double> power(std::span<const double> values);
    void add_power(std::span<const double> density);
    [[nodiscard]] std::size_t segments() const { return segments_; }
    /// Unit^2 per Hz at frequencies k * rate / segment, k from 0 to segment / 2; zeros before any
    /// segment was added.
    [[nodiscard]] std::vector<double> density() const;

private:
    Fft fft_;
    double scale_;  ///< 2 / (rate * sum of squared window values)
    std::vector<double> window_, sum_;
    std::vector<std::complex<double>> work_;
    std::size_t segments_ = 0;
};

}  // namespace telltale::signal
