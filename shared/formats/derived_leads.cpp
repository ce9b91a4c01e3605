#include "formats/derived_leads.hpp"

#include <algorithm>

namespace telltale::formats {

void add_derived_leads(Recording& recording) {
    const auto one = recording.lead_index("I"), two = recording.lead_index("II");
    if (!one || !two) return;
    struct Derived {
        const char* name;
        float i, ii;
    };
    static constexpr Derived all[] = {
        {"III", -1, 1}, {"aVR", -0.5F, -0.5F}, {"aVL", 1, -0.5F}, {"aVF", -0.5F, 1}};
    std::vector<Lead> added;
    for (const Derived& d : all) {
        if (recording.lead_index(d.name)) continue;
        const Lead &i = recording.leads[*one], &ii = recording.leads[*two];
        Lead lead{.name = d.name, .original_name = d.name, .unit = i.unit};
        // Halves of a step come out whole.
        lead.calibration = {.gain = i.calibration.gain * 2, .assumed = i.calibration.assumed};
        lead.samples.resize(i.samples.size());
        for (std::size_t k = 0; k < lead.samples.size(); ++k)
            lead.samples[k] = d.i * i.samples[k] + d.ii * ii.samples[k];
        added.push_back(std::move(lead));
    }
    if (added.empty()) return;
    std::string names;
    for (const Lead& lead : added) names += (names.empty() ? "" : ", ") + lead.name;
    recording.comments.push_back(names + ": computed from I and II.");
    const auto after = static_cast<std::ptrdiff_t>(std::max(*one, *two)) + 1;
    recording.leads.insert(recording.leads.begin() + after, std::make_move_iterator(added.begin()),
                           std::make_move_iterator(added.end()));
}

}  // namespace telltale::formats
