// A finished run as an ONNX model with its card, and the probe that it is checked by.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "recording/error.hpp"
#include "train/data/dataset.hpp"

namespace telltale::train {

/// Keeps some test beats of each class in the run's folder: what export's probe is made of.
[[nodiscard]] Result<void> write_probe_beats(const std::filesystem::path& run, const DataSet& data,
                                             std::span<const std::size_t> test, std::uint64_t seed);

struct ExportOptions {
    std::filesystem::path run, out;
    std::filesystem::path probe;  ///< Left out where empty.
    /// A recipe file whose words are taken for the card instead of those the run was started
    /// with; it must be the same but for its [model] section. Left out where empty.
    std::filesystem::path recipe;
    /// Further figures for the card: a protocol's name and the file that
    /// `telltale evaluate classifier --json` printed for it.
    std::vector<std::pair<std::string, std::filesystem::path>> evaluations;
};

/// Writes the model with the best weights of the run, and the probe. Errors: no finished
/// training in that folder, or a graph that the ONNX checker refuses.
[[nodiscard]] Result<void> export_run(const ExportOptions& options);

}  // namespace telltale::train
