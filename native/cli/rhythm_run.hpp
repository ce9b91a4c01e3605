// The rhythm of a recording, by the network that tells it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "beats/detector.hpp"
#include "cli/model_files.hpp"
#include "recording/error.hpp"
#include "recording/recording.hpp"
#include "rhythm/rhythm_analysis.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {

/// A rhythm model that is open.
struct RhythmModel {
    Model model;
    runtime::Session session;
};

/// By name or path; an empty name takes the one whose card says that it is the default for rhythms,
/// and nothing where there is none; "none" takes nothing.
[[nodiscard]] Result<std::optional<RhythmModel>> open_rhythm_model(const std::string& name,
                                                                   int threads);

/// What the network says of a recording with these beats. Nothing where it cannot be judged: no
/// lead in mV; `why` tells.
[[nodiscard]] Result<std::optional<rhythm::RhythmAnswers>> judge_rhythm(
    const Recording& recording, std::vector<beats::Beat> beats, RhythmModel& model,
    std::string& why);

}  // namespace telltale::cli
