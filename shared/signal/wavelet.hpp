// Denoising by the discrete wavelet transform with Daubechies' wavelet of four vanishing moments
// (db4, Daubechies 1988), as PyWavelets does it (mode "symmetric").
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace telltale::signal {

/// One step of the transform: ends are mirrored (x(-1) = x(0)), and of n values come
/// floor((n + 7) / 2) approximation and as many detail coefficients.
struct WaveletStep {
    std::vector<double> approximation, detail;
};
[[nodiscard]] WaveletStep db4_split(std::span<const double> values);
/// The `n` values that db4_split took apart.
[[nodiscard]] std::vector<double> db4_join(std::span<const double> approximation,
                                           std::span<const double> detail, std::size_t n);

/// Soft universal threshold (Donoho and Johnstone 1994) on the detail of every one of `levels`
/// levels: t = sigma sqrt(2 ln n), sigma = median |detail of level 1| / 0.6745. In place; the
/// approximation stays. Values must be finite. Fewer than two values stay as they are.
void db4_denoise(std::span<float> values, int levels);

}  // namespace telltale::signal
