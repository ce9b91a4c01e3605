// What the rhythm is read around.
#pragma once

#include <vector>

#include "beats/silence.hpp"
#include "recording/interval.hpp"

namespace telltale::report {

/// It depends on where the beats are, not on their classes.
struct Gaps {
    std::vector<Interval> missing;         ///< rhythm::unseen_stretches()
    std::vector<beats::Silence> silences;  ///< find_silences() of findings.hpp
};

}  // namespace telltale::report
