// Beats that come cut out already: naming them, and comparing with the labels that they bring.
#pragma once

#include "cli/model_files.hpp"
#include "cli/output.hpp"
#include "evaluate/confusion.hpp"
#include "formats/formats.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {

/// How many beats of each label: {"N": 12, ...}.
[[nodiscard]] Json label_counts(const formats::BeatSet& set);

/// What a file holds, for `telltale info`.
[[nodiscard]] Json describe(const formats::BeatSet& set);

struct NamedBeats {
    std::vector<std::size_t> given;    ///< One class of the model a beat.
    std::vector<float> probabilities;  ///< Rows of one value a class.
    /// Against the set's own labels; nothing where they are no classes of the model.
    std::optional<evaluate::Confusion> confusion;
};

/// Runs each row as it is. An error if the rows do not have the length that the model takes, or if
/// values are missing. Labels are the model's classes by name or by number, counted from 0 or,
/// where no label is 0 and the highest is the number of classes, from 1.
[[nodiscard]] Result<NamedBeats> name_beats(const formats::BeatSet& set, const Model& model,
                                            runtime::Session& session);

/// One line a beat: row,label,class,probability of each class.
[[nodiscard]] std::string beats_csv(const formats::BeatSet& set, const NamedBeats& named,
                                    const std::vector<std::string>& classes);

}  // namespace telltale::cli
