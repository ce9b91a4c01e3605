// Heart rate variability of normal-to-normal intervals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rhythm/known.hpp"
#include "rhythm/rhythm.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

/// The NN intervals of a series, and what was left out.
struct NnSeries {
    double rate = 0;                    ///< Hz
    std::int64_t length = 0;            ///< Samples in the recording.
    std::vector<std::int64_t> end;      ///< Sample of the beat that ends each interval.
    std::vector<std::int64_t> rr;       ///< Samples.
    std::vector<double> ms;             ///< The same in ms.
    std::vector<std::uint8_t> follows;  ///< 1: shares its first beat with the interval before.
    std::size_t intervals = 0, gap = 0, by_class = 0, outlier = 0;

    [[nodiscard]] std::size_t size() const { return rr.size(); }
    [[nodiscard]] double end_s(std::size_t i) const { return static_cast<double>(end[i]) / rate; }
};

[[nodiscard]] NnSeries nn_series(const Series& series, const Options& options);

/// Everything in Hrv; absent without a single interval between beats.
[[nodiscard]] std::optional<Hrv> hrv(const Series& series, const Options& options, Known& known);

/// Lomb-Scargle periodogram (Scargle 1982) of intervals [first, last), 300-s grid; see
/// hrv_spectrum.cpp. `last - first` must be at least 3.
[[nodiscard]] BandPower lomb_scargle(const NnSeries& nn, std::size_t first, std::size_t last);

[[nodiscard]] std::optional<Spectrum> welch_spectrum(const NnSeries& nn, Known& known);

/// Fills the ratios of a spectrum from its bands.
void complete(Spectrum& spectrum);

inline constexpr double segment_s = 300;  ///< The Task Force's short segments: five minutes.
/// A segment gives a spectrum only if at least this share of its time is NN intervals.
inline constexpr double least_coverage = 0.8;
/// ... and no stretch without NN intervals in it is longer than this.
inline constexpr double longest_gap_s = 10;

}  // namespace telltale::rhythm
