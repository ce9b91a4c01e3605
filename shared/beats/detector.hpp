// QRS detection. The front door of shared/beats.
//
// Samples in, beats out, in linear time on any input. `Detector` is a stream: push blocks of any
// size, take the beats it is sure of; `finish` flushes the rest. `detect` runs a whole recording.
// The result does not depend on how the samples were cut into blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "recording/recording.hpp"

namespace telltale::beats {

/// A detected beat. `sample` is the R peak (the dominant deflection of the QRS complex) at the
/// recording's own sampling rate.
struct Beat {
    std::int64_t sample = 0;
    float confidence = 1.0F;  ///< 0 (doubtful) to 1 (certain).

    bool operator==(const Beat&) const = default;
};

struct DetectorOptions {
    double refractory_s = 0.18;  ///< No two candidates closer than this.
};

class Detector {
public:
    /// Sampling rate in Hz (from 50 to 10 000), and how many leads each push will carry.
    [[nodiscard]] static Result<Detector> create(double sampling_rate, std::size_t leads,
                                                 DetectorOptions options = {});
    Detector(Detector&&) noexcept;
    Detector& operator=(Detector&&) noexcept;
    ~Detector();

    /// Takes the next samples (mV), one span a lead, all of the same length. NaN is "no signal".
    void push(std::span<const std::span<const float>> leads);
    /// Ends the stream; what is still pending becomes beats.
    void finish();
    /// The beats settled so far that no earlier call has handed out, in time order.
    [[nodiscard]] std::vector<Beat> take();

private:
    struct State;
    explicit Detector(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Detects over a whole recording, with a second look at fast hearts (fast_hearts.hpp). `leads`
/// chooses leads by index; empty takes all that are in mV.
[[nodiscard]] Result<std::vector<Beat>> detect(const Recording& recording,
                                               std::span<const std::size_t> leads = {},
                                               DetectorOptions options = {});

}  // namespace telltale::beats
