// Sets of beats that are cut out already: one row a beat, all of one length, each with a label.
//
// - The `heartbeat` CSV (Kachuee et al. 2018): 187 values from 0 to 1, then the label.
// - UCR archive: .txt and .tsv (the label, then the values), .ts (values:label) and .arff.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

/// By content: the first rows of a plain table hold at least 64 numbers each, or the file is a
/// .ts or .arff file.
[[nodiscard]] bool looks_like_beat_set(const NamedBytes& file);

/// Missing values ("?", "NaN") are NaN. Rows of several lengths, several channels and rows with
/// time stamps are refused.
[[nodiscard]] Result<BeatSet> read_beat_set(const NamedBytes& file);

}  // namespace telltale::formats
