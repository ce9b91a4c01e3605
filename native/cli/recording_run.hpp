// One recording through the models: its beats, their classes, its rhythm. What `analyze` and
// `evaluate rhythm` have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "classify/analysis.hpp"
#include "cli/model_files.hpp"
#include "cli/rhythm_run.hpp"
#include "report/report.hpp"
#include "rhythm/rhythm.hpp"
#include "runtime/session.hpp"
#include "signal/quality.hpp"

namespace telltale::cli {

struct RunModels {
    Model model;  ///< That names beats.
    runtime::Session session;
    std::optional<RhythmModel> rhythm;

    /// By name or path; of the rhythm as open_rhythm_model takes it.
    [[nodiscard]] static Result<RunModels> open(const std::string& model, const std::string& rhythm,
                                                int threads);
};

struct RecordingRun {
    classify::Analysis analysis;
    std::vector<report::Beat> beats;  ///< Those inside ventricular fibrillation have no class.
    std::vector<std::string> more_classes;  ///< Labels behind the model's own: Q of paced beats.
    signal::RecordingQuality quality;
    std::optional<rhythm::RhythmCourse> course;  ///< Absent without a rhythm model.
    std::vector<std::string> warnings;           ///< Of the analysis.
};

/// `lead` by name; empty lets the model's card choose.
[[nodiscard]] Result<RecordingRun> run_recording(const Recording& recording,
                                                 const std::string& lead, RunModels& models);

}  // namespace telltale::cli
