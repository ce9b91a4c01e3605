// How fast ONNX Runtime answers for a model, measured.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "recording/error.hpp"

namespace telltale::train {

/// Runs a model for about `seconds` on one thread, after a warm-up, and counts: {"beats_per_s",
/// "beats_a_run", "threads", "model_version", "bytes", "onnx_runtime", "machine"}. The network
/// alone; cutting beats out of a recording is not in it.
[[nodiscard]] Result<nlohmann::ordered_json> measure_speed(const std::filesystem::path& onnx,
                                                           double seconds = 2);

}  // namespace telltale::train
