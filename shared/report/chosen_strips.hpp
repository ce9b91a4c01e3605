// Which strips a report shows, and what it says of each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "report/findings.hpp"
#include "report/report.hpp"

namespace telltale::report {

/// A strip around a place, and what is to be seen there.
struct ChosenStrip {
    std::int64_t sample = 0;
    std::string what;
};

/// Those around the samples that a person chose, with what is there. Where none was chosen: the
/// extremes, and a few events of each kind, at most `most` of these, the gravest kinds first. In
/// time order; what one strip would show is told once.
[[nodiscard]] std::vector<ChosenStrip> chosen_strips(const Input& input,
                                                     const rhythm::Summary& rhythm,
                                                     std::span<const std::int64_t> by_person,
                                                     std::size_t most);

}  // namespace telltale::report
