// Sets of beats that are cut out already: one row a beat, all of one length, each with a label.
//
// - The `heartbeat` CSV (Kachuee et al. 2018): 187 values from 0 to 1, then the label.
// - UCR archive: .txt and .tsv (the label, then the values), .ts (values:label) and .arff.
//
// They have no sampling rate, no leads and no unit, so they are no Recordings.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

struct BeatSet {
    std::string name;
    std::size_t width = 0;      ///< Values a beat.
    std::vector<float> values;  ///< width values of the first beat, then of the next, ...
    std::vector<int> labels;    ///< One a beat: an index into label_names.
    std::vector<std::string> label_names;  ///< As the file writes them, in order of appearance.
    std::vector<std::string> warnings;

    [[nodiscard]] std::size_t size() const { return labels.size(); }
    [[nodiscard]] std::span<const float> beat(std::size_t i) const {
        return std::span(values).subspan(i * width, width);
    }
};

/// By content: the first rows of a plain table hold at least 64 numbers each, or the file is a
/// .ts or .arff file.
[[nodiscard]] bool looks_like_beat_set(const NamedBytes& file);

/// Missing values ("?", "NaN") are NaN. Rows of several lengths, several channels and rows with
/// time stamps are refused.
[[nodiscard]] Result<BeatSet> read_beat_set(const NamedBytes& file);

}  // namespace telltale::formats
