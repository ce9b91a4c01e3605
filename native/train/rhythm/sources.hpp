// The recordings that the rhythm model learns from and is judged on, with the rhythm of each of
// their seconds, and which fold each belongs to.
//
// Folds are fixed by rule, so that nothing depends on what is drawn:
// - vfdb, svdb: five blocks of neighbouring record numbers (patients are not numbered there);
// - mitdb, qtdb: the place in the sorted list modulo five; 202 goes with 201, who is the same man;
// - cinc2017: the record's number modulo five.
// Never learnt from, neither by a fold's network nor by the final one: svdb 840 to 859, and every
// second record of qtdb.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/rhythm_score.hpp"
#include "recording/recording.hpp"
#include "train/rhythm/recipe.hpp"

namespace telltale::train {

inline constexpr int rhythm_folds = 5;
inline constexpr int never_learnt = -1;

struct RhythmSource {
    std::string database, name;       ///< "vfdb", "418"
    int fold = 0;                     ///< 0 to 4, or never_learnt.
    Recording recording;              ///< Without annotations.
    std::vector<std::int8_t> labels;  ///< SecondClass of each second, as it is learnt from.
    std::vector<evaluate::RhythmStretch> reference;  ///< As it is judged by; may be empty.
    std::optional<std::int64_t> kind;  ///< Of recordings of the Challenge: 0 N, 1 A, 2 O, 3 ~.

    [[nodiscard]] std::string title() const { return database + "/" + name; }
};

struct RhythmSources {
    std::vector<RhythmSource> list;
    std::vector<Recording> noises;  ///< nstdb's bw, em, ma.
};

/// Reads vfdb, mitdb, svdb, qtdb, cinc2017 and nstdb below `folder`. Errors: one that is missing or
/// cannot be read.
[[nodiscard]] Result<RhythmSources> read_rhythm_sources(
    const std::filesystem::path& folder, const std::function<void(std::string_view)>& log);

}  // namespace telltale::train
