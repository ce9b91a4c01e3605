// Beats for tests, written as text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rhythm/rhythm.hpp"

namespace telltale::rhythm::tests {

/// One beat a letter (N S V F Q), `rr` samples apart, the first at `start`. A space leaves one
/// beat out; 'x' is an unusable beat.
inline std::vector<Beat> beats(std::string_view letters, std::int64_t rr = 800,
                               std::int64_t start = 0) {
    std::vector<Beat> result;
    for (const char c : letters) {
        if (c == 'x') result.push_back({start, AamiClass::Q, true});
        for (const AamiClass type : all_aami_classes)
            if (letter(type) == c) result.push_back({start, type});
        start += rr;
    }
    return result;
}

/// Normal beats with the given intervals between them, in samples.
inline std::vector<Beat> with_intervals(const std::vector<std::int64_t>& intervals,
                                        std::int64_t start = 0) {
    std::vector<Beat> result{{start}};
    for (const std::int64_t rr : intervals) result.push_back({start += rr});
    return result;
}

/// The summary at 1 000 Hz, where a sample is a millisecond. The recording ends one sample after
/// the last beat unless `length` says otherwise.
inline Summary summary(const std::vector<Beat>& list, std::vector<Interval> unreadable = {},
                       const Options& options = {}, std::int64_t length = 0) {
    if (length == 0) length = list.empty() ? 1000 : list.back().sample + 1;
    auto result =
        analyse({.beats = list, .sampling_rate = 1000, .length = length, .unreadable = unreadable},
                options);
    return result ? *result : Summary{};
}

}  // namespace telltale::rhythm::tests
