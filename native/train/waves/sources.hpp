// The leads that the wave model learns from: those of LUDB (200 patients, 12 leads of 10 s, marked
// by cardiologists), each lead with its own marks. Folds: the record's number modulo five.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/wave_score.hpp"
#include "recording/recording.hpp"

namespace telltale::train {

inline constexpr int wave_folds = 5;

struct WaveSource {
    std::string name;  ///< Of the record.
    int fold = 0;
    Recording recording;
    std::vector<std::int64_t> r_peaks;  ///< As our detector finds them on all leads.
    /// One a lead.
    std::vector<std::vector<evaluate::MarkedWave>> marks;
};

/// Reads `folder`/ludb/data. Errors: a file that is missing or cannot be read.
[[nodiscard]] Result<std::vector<WaveSource>> read_ludb(
    const std::filesystem::path& folder, const std::function<void(std::string_view)>& log);
/// Records of `folder`/qtdb with their manual marks (.q1c), which belong to both leads: `marks`
/// holds one entry.
[[nodiscard]] Result<std::vector<WaveSource>> read_qtdb(
    const std::filesystem::path& folder, const std::function<void(std::string_view)>& log);
/// nstdb's bw, em and ma.
[[nodiscard]] Result<std::vector<Recording>> read_noises(const std::filesystem::path& folder);

}  // namespace telltale::train
