// The report to print: summary, trends, variability and strips of the events, as one HTML file that
// refers to nothing outside itself.
#pragma once

#include <string>
#include <vector>

#include "recording/recording.hpp"
#include "report/findings.hpp"
#include "report/report.hpp"

namespace telltale::report {

struct HtmlOptions {
    std::size_t strips = 16;  ///< Events drawn at most, the gravest; the extremes come on top.
    /// Samples to draw a strip of instead of choosing events.
    std::vector<std::int64_t> chosen;
    std::size_t leads = 3;  ///< In a strip at most: the classified one and its neighbours.
};

/// Strips and events tell the time from the start and, where the file tells when it began, by the
/// clock. A recording of a few strips' length is drawn whole, with all its leads; of each hour of a
/// long one a strip shows the usual beats. Well-formed XHTML
/// in UTF-8. Strips are drawn at 25 mm/s and 10 mm/mV in true millimetres: they measure right when
/// printed at 100 %. A person's notes are printed. Nothing names a patient.
[[nodiscard]] std::string html_report(const Recording& recording, const Input& input,
                                      const Findings& findings, const HtmlOptions& options = {});

}  // namespace telltale::report
