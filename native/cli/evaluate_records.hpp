// A classifier's answers for annotated records: which records, whether the model may be measured
// on them, and the counts.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/model_files.hpp"
#include "cli/output.hpp"
#include "evaluate/comparison.hpp"
#include "evaluate/confusion.hpp"
#include "evaluate/reliability.hpp"
#include "recording/annotation.hpp"
#include "recording/error.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {

/// How reference codes become the model's classes.
class Truth {
public:
    /// By AAMI class if the model's classes are all AAMI's, by WFDB code if they are all
    /// mnemonics of beats; else there is no way to compare.
    static Result<Truth> of(const classify::Card& card);

    /// The index of the true class; nothing for what the model was not made to tell.
    [[nodiscard]] std::optional<std::size_t> operator()(Code code) const;
    [[nodiscard]] bool aami() const { return aami_; }

private:
    std::vector<std::string> classes_;
    bool aami_ = false;
};

/// The counts of one record, or of all.
struct RecordCounts {
    explicit RecordCounts(const std::vector<std::string>& classes) : confusion(classes) {}
    std::string record;
    evaluate::Confusion confusion;
    std::size_t left_out = 0;           ///< Reference beats of no class of the model.
    evaluate::Comparison ec57;          ///< AAMI classes only.
    std::size_t doubtful = 0;           ///< Beats that the model's card calls doubtful,
    evaluate::Reliability reliability;  ///< Annotated beats of the model's classes only.
    std::size_t doubtful_wrong = 0;  ///< and those of them that it named wrongly (annotated beats).
};

struct Evaluation : RecordCounts {
    Evaluation(const std::vector<std::string>& classes, std::string protocol_text)
        : RecordCounts(classes), protocol(std::move(protocol_text)) {}
    std::string protocol;
    bool detected = false;  ///< Beats found by the detector, not annotated.
    bool aami = false;
    std::vector<RecordCounts> records;
};

/// The headers of the records that the options ask for: a split of MIT-BIH, names, or all
/// annotated ones in the folder. An error if one is missing.
[[nodiscard]] Result<std::vector<std::filesystem::path>> choose_records(
    const EvaluateClassifierOptions& options);

struct Honest {
    Model model;
    std::string note;  ///< What the reader of the figures must know; may be empty.
};
/// The model itself if its card names none of the records as trained on; else its twin if that
/// can be used instead; else an error. With `trained_on` the model itself, with a note.
[[nodiscard]] Result<Honest> choose_honest(Model model,
                                           std::span<const std::filesystem::path> headers,
                                           bool trained_on);

[[nodiscard]] Result<Evaluation> evaluate_records(const EvaluateClassifierOptions& options,
                                                  std::span<const std::filesystem::path> headers,
                                                  const Model& model, runtime::Session& session);

/// For people: EC57's figures with 95 % intervals by drawing patients, S without record 232 where
/// it is one of them, calibration, doubtful beats, a line a record.
void print_records(const Evaluation& evaluation);
/// The same as JSON: ec57, summary, calibration, by_record, doubtful; missed and extra where beats
/// were detected.
void describe_records(const Evaluation& evaluation, Json& json);

}  // namespace telltale::cli
