// Strips of ECG paper for the report, as SVG in true millimetres.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "recording/recording.hpp"
#include "report/report.hpp"
#include "rhythm/extremes.hpp"

namespace telltale::report {

// Strips fit a page of A4 or US letter: 180 mm are 7.2 s at 25 mm/s.
inline constexpr double mm_per_s = 25, mm_per_mv = 10;
inline constexpr double strip_width_mm = rhythm::strip_s * mm_per_s;
static_assert(strip_width_mm == 180);

/// The patterns that strips are drawn with; once in a page, before the first of them.
[[nodiscard]] std::string strip_patterns();

/// Samples [first, last) of the leads one under the other, with the beats' letters above; on as
/// many figures as pages need. `caption` is XHTML.
[[nodiscard]] std::string strip_figures(const Recording& recording, const Input& input,
                                        std::span<const Lead* const> leads, std::int64_t first,
                                        std::int64_t last, const std::string& caption);

}  // namespace telltale::report
