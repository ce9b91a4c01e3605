// Sample entropy of RR intervals: how little one interval says about the next.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace telltale::signal {

/// Sample entropy in nats of every stretch of `window` intervals, from the first one on: as many
/// values as there are such stretches, none if there are fewer intervals or `window` is below 3.
///
/// After Richman and Moorman (2000), with templates of one interval and a tolerance relative to
/// the two intervals compared: two of them are alike if they differ by less than `tolerance` of
/// their mean. In atrial fibrillation the entropy is high; bigeminy and other ectopy repeat
/// themselves and stay low (Lake and Moorman 2011).
///
/// Time: linear in the intervals times `window`. The same intervals give the same bits on every
/// machine.
[[nodiscard]] std::vector<double> sample_entropies(std::span<const double> intervals,
                                                   std::size_t window, double tolerance);

}  // namespace telltale::signal
