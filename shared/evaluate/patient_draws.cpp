#include "evaluate/patient_draws.hpp"

#include <algorithm>
#include <vector>

#include "numbers/mixing.hpp"

namespace telltale::evaluate {
namespace {

constexpr std::size_t fewest_patients = 5;

}  // namespace

std::optional<Interval> patient_interval(
    std::size_t patients,
    const std::function<std::optional<double>(std::span<const std::size_t>)>& figure,
    std::size_t draws, std::uint64_t seed) {
    if (patients < fewest_patients) return std::nullopt;
    numbers::Draws random(seed);
    std::vector<std::size_t> drawn(patients);
    std::vector<double> values;
    for (std::size_t d = 0; d < draws; ++d) {
        for (std::size_t& patient : drawn) patient = random.below(patients);
        if (const auto value = figure(drawn)) values.push_back(*value);
    }
    if (values.empty() || 2 * values.size() < draws) return std::nullopt;
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) +
                                               0.5)];
    };
    return Interval{at(0.025), at(0.975)};
}

}  // namespace telltale::evaluate
