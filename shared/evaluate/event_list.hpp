// What a comparison sees of an annotation list: its beats with their classes, and where the list
// was shut down.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "evaluate/comparison.hpp"
#include "recording/annotation.hpp"

namespace telltale::evaluate {

/// The class that a map gives to a code; nothing for what is not a beat.
[[nodiscard]] std::optional<Label> label_of(Code code, ClassMap map);

/// A time in samples, rounded to the nearest; 0 for what is not positive.
[[nodiscard]] std::int64_t samples_of(double seconds, double sampling_rate);

/// Copies the list in time order. Annotations at one sample keep their order.
[[nodiscard]] std::vector<Annotation> in_time_order(std::span<const Annotation> list);

struct ListedBeat {
    std::int64_t sample = 0;
    Label label = Label::N;
    /// Interval since the list's previous beat, in samples; nothing for the first beat, and across
    /// ventricular fibrillation or shutdown.
    std::optional<std::int64_t> rr;
};

/// A stretch of samples, both ends within it.
struct Stretch {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

struct EventList {
    std::vector<ListedBeat> beats;
    std::vector<Stretch> shutdowns;  ///< In time order, not overlapping.

    [[nodiscard]] bool is_shut_down(std::int64_t sample) const;
};

/// `margin` (samples) is what a shutdown marked by one annotation keeps from its neighbours.
/// `list` must be in time order.
[[nodiscard]] EventList event_list(std::span<const Annotation> list, ClassMap map,
                                   std::int64_t margin);

}  // namespace telltale::evaluate
