// The `heartbeat` data set (Kachuee et al. 2018, the "Kaggle heartbeat" form of MIT-BIH), rebuilt
// from the records of the MIT-BIH Arrhythmia Database, value for value.
//
// What the published text says of it (125 Hz, windows of 1.2 median RR intervals) is not how it
// was cut. For each record, with x the ADC values of the first signal and t the samples of all
// annotations, beats and others, the record's length appended:
//   - annotation i gives a row if it is a beat and not the record's last annotation;
//   - its window is x[t[i] : t[i+1] + floor(0.2 * (t[i+2] - t[i+1])) : 3], so 120 Hz;
//   - scaled to (w - min) / (max - min) as float32, then cut or zero-padded to 187 values.
// Record 102 follows the older annotations `102-0.atr`.
// The official split is one of beats, not of patients: all 48 records are on both sides.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "recording/annotation.hpp"
#include "recording/error.hpp"

namespace telltale::data {

inline constexpr double heartbeat_record_rate = 360;    ///< Hz, of HeartbeatBeat::sample.
inline constexpr std::size_t heartbeat_width = 187;     ///< Values a row.
inline constexpr std::size_t heartbeat_beats = 109446;  ///< Rows of both parts together.

struct HeartbeatBeat {
    std::uint32_t record = 0;      ///< Index into Heartbeat::records.
    std::uint32_t annotation = 0;  ///< Index among the record's annotations.
    std::int64_t sample = 0;
    AamiClass label = AamiClass::N;
    bool test = false;  ///< In the official test part.
};

/// All beats, in record order and then in time.
struct Heartbeat {
    std::vector<std::string> records;  ///< "100" to "234", 48 of them.
    std::vector<HeartbeatBeat> beats;
    std::vector<float> windows;  ///< beats.size() rows of heartbeat_width values.

    [[nodiscard]] std::span<const float> window(std::size_t beat) const {
        return std::span(windows).subspan(beat * heartbeat_width, heartbeat_width);
    }
};

/// How a beat becomes a row, in the words of a model card. The caller names lead and tensor.
[[nodiscard]] classify::InputCard heartbeat_input();

/// Rebuilds the data set from the 48 records in `folder` (or `folder`/mitdb). `progress`, if
/// given, is called after each record with the number done. Errors: a missing or damaged record,
/// or records that do not give the 109 446 beats of the data set.
[[nodiscard]] Result<Heartbeat> read_heartbeat(
    const std::filesystem::path& folder, const std::function<void(std::size_t)>& progress = {});

/// The rows of the official test file (mitbih_test.csv) in their order, as indices of beats.
[[nodiscard]] std::vector<std::size_t> heartbeat_test_order();

}  // namespace telltale::data
