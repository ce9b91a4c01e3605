// Onsets, peaks and ends of P, QRS and T against a person's marks.
//
// Method: as the literature judges delineators on LUDB and the QT Database (Martinez et al. 2004,
// Kalyakulina et al. 2020): a point is found if one of its kind lies within 150 ms of it; of those
// found, the mean and the standard deviation of the error (found minus marked) are told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recording/annotation.hpp"
#include "waves/waves.hpp"

namespace telltale::evaluate {

/// A wave as a person marked it; a point that was not marked is absent.
struct MarkedWave {
    waves::WaveKind kind = waves::WaveKind::qrs;
    std::optional<double> onset_s, peak_s, end_s;
};

/// Waves of WFDB annotations: "(" and ")" about "p", a beat, or "t", in time order. U waves are
/// passed over.
[[nodiscard]] std::vector<MarkedWave> marked_waves(std::span<const Annotation> annotations,
                                                   double rate);

/// Onset, peak, end.
inline constexpr std::array<const char*, 3> wave_points = {"onset", "peak", "end"};
inline constexpr double wave_tolerance_s = 0.15;

struct PointCounts {
    std::size_t reference = 0, found = 0, marked = 0, right = 0;
    double sum_ms = 0, sum_squares_ms = 0;  ///< Of the errors of those found.
    /// Errors within twice the spread that was told with the mark, where one was told.
    std::size_t with_spread = 0, within_two_spreads = 0;

    [[nodiscard]] std::optional<double> sensitivity() const;       ///< Per cent.
    [[nodiscard]] std::optional<double> predictive_value() const;  ///< Per cent.
    [[nodiscard]] std::optional<double> mean_ms() const;
    [[nodiscard]] std::optional<double> sd_ms() const;
    PointCounts& operator+=(const PointCounts& other);
};

struct WaveScore {
    /// [wave][point], waves as WaveKind counts them.
    std::array<std::array<PointCounts, 3>, 3> counts;

    [[nodiscard]] const PointCounts& of(waves::WaveKind kind, std::size_t point) const {
        return counts[static_cast<std::size_t>(kind)][point];
    }
    /// F1 of a wave by its peaks, per cent.
    [[nodiscard]] std::optional<double> f1(waves::WaveKind kind) const;
    WaveScore& operator+=(const WaveScore& other);
};

/// Only what lies between the first and the last mark of a stretch of marks is judged; stretches
/// are apart where nothing is marked for 1.5 s. A point whose kind a stretch's person never marked
/// on that wave (the QT Database has few T onsets) is judged where it was.
[[nodiscard]] WaveScore score_waves(std::span<const MarkedWave> reference,
                                    const waves::WaveMarks& found);

/// As the literature judges two-lead recordings whose marks belong to no lead: for each of the nine
/// points the lead of this recording that finds more of them, or errs less.
[[nodiscard]] WaveScore score_best_lead(std::span<const MarkedWave> reference,
                                        std::span<const waves::WaveMarks> leads);

/// A person's marks as if they had been found: of the beats at `r_peaks` (samples at `rate` Hz),
/// so that those of several leads can be joined. Waves without both ends are left out.
[[nodiscard]] waves::WaveMarks as_found(std::span<const MarkedWave> marked,
                                        std::span<const std::int64_t> r_peaks, double rate);
/// The other way round.
[[nodiscard]] std::vector<MarkedWave> as_marked(const waves::WaveMarks& found);

/// {"P": {"f1", "onset": {"se", "ppv", "mean_ms", "sd_ms", "reference", "found", "marked",
/// "within_two_spreads"}, "peak", "end"}, "QRS", "T"}; null where there is nothing to count.
[[nodiscard]] nlohmann::ordered_json to_json(const WaveScore& score);
/// A table of the nine points.
[[nodiscard]] std::string to_text(const WaveScore& score);

}  // namespace telltale::evaluate
