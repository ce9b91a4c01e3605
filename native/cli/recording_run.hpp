// One recording through the models: its beats, their classes, its rhythm. What `analyze` and
// `evaluate rhythm` have in common.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/model_files.hpp"
#include "cli/side_model.hpp"
#include "report/report.hpp"
#include "rhythm/rhythm.hpp"
#include "runtime/session.hpp"
#include "signal/quality.hpp"
#include "workspace/workflow.hpp"

namespace telltale::cli {

struct RunModels {
    Model model;  ///< That names beats.
    runtime::Session session;
    std::optional<SideModel> rhythm, waves;

    /// By name or path; rhythm and waves as open_side_model takes them.
    [[nodiscard]] static Result<RunModels> open(const std::string& model, const std::string& rhythm,
                                                const std::string& waves, int threads);
};

struct RecordingRun {
    std::size_t lead = 0;                 ///< That was classified.
    workspace::Workspace::Report report;  ///< Beats inside ventricular fibrillation have no class.
    signal::RecordingQuality quality;
    const rhythm::RhythmCourse* course = nullptr;   ///< Null without a rhythm model.
    std::vector<std::string> warnings;              ///< Of the analysis.
    std::unique_ptr<workspace::Workflow> workflow;  ///< That the others look at.
};

/// `lead` by name; empty lets the model's card choose.
[[nodiscard]] Result<RecordingRun> run_recording(const Recording& recording,
                                                 const std::string& lead, RunModels& models);

}  // namespace telltale::cli
