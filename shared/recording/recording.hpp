// A Recording is what every reader of shared/formats produces and every later step reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recording/annotation.hpp"
#include "recording/error.hpp"

namespace telltale {

/// How the samples of a lead were digitised: mV = (adc - baseline) / gain.
struct Calibration {
    double gain = 200.0;        ///< ADC units per mV.
    std::int32_t baseline = 0;  ///< ADC value of 0 mV.
    bool assumed = false;       ///< True where the file did not say and a default was taken.
};

/// What a file's format itself says of a channel: that it is an ECG, or that it is none.
enum class Declared : std::uint8_t { nothing, ecg, other };

/// One lead. Samples are in mV unless `unit` says otherwise; a sample that the file marks as
/// missing is NaN.
struct Lead {
    std::string name;           ///< Normalised: "II", "MLII", "V1".
    std::string original_name;  ///< As the file wrote it.
    std::string unit = "mV";
    Calibration calibration;
    Declared declared = Declared::nothing;
    std::vector<float> samples;

    /// The ADC value that sample i was read from. Exact for ADC words of up to 24 bits.
    [[nodiscard]] std::int32_t adc(std::size_t i) const;
};

/// A time of day with an optional date, as written in the file (no time zone).
struct StartTime {
    int year = 0, month = 0, day = 0;  ///< 0 where the file gives a time only.
    int hour = 0, minute = 0;
    double second = 0;
};

/// An ECG recording. All leads hold the same number of samples.
struct Recording {
    std::string name;
    double sampling_rate = 0;  ///< Hz, per lead.
    std::optional<StartTime> start;
    std::vector<Lead> leads;
    std::vector<Annotation> annotations;  ///< Reference annotations in time order, if any.
    std::vector<std::string> comments;    ///< Free text of the file (may name a patient).
    std::vector<std::string> warnings;    ///< What had to be assumed or skipped while reading.
    /// Part of what the files should hold is missing or unreadable; a warning says what.
    bool damaged = false;

    /// Samples in each lead.
    [[nodiscard]] std::size_t length() const { return leads.empty() ? 0 : leads[0].samples.size(); }
    /// Duration in seconds; 0 if the rate is unknown.
    [[nodiscard]] double duration() const {
        return sampling_rate > 0 ? static_cast<double>(length()) / sampling_rate : 0.0;
    }
    /// The index of the first lead of that name (normalised or original), if there is one.
    [[nodiscard]] std::optional<std::size_t> lead_index(std::string_view lead_name) const;
};

}  // namespace telltale
