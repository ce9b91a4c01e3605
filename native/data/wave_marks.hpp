// A person's marks of P, QRS and T beside a WFDB record.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/wave_score.hpp"
#include "recording/error.hpp"
#include "recording/recording.hpp"

namespace telltale::data {

struct WaveReference {
    /// One list a lead of the recording (LUDB: NAME.i, NAME.ii, ...), or one for all of them.
    bool by_lead = false;
    std::vector<std::vector<evaluate::MarkedWave>> marks;
};

/// NAME.LEAD for every lead of the recording, else NAME.q1c (the QT Database's manual marks);
/// nothing where neither is there. Errors: a file that cannot be read.
[[nodiscard]] Result<std::optional<WaveReference>> read_wave_reference(
    const std::filesystem::path& folder, const std::string& name, const Recording& recording);

}  // namespace telltale::data
