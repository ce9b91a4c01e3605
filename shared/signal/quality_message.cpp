#include "signal/quality_message.hpp"

#include <algorithm>
#include <cstddef>

namespace telltale::signal {

messages::QualityInfo message_of(const RecordingQuality& quality, const Recording& recording) {
    const double rate = recording.sampling_rate;
    messages::QualityInfo told;
    const std::size_t count = std::min(quality.leads.size(), recording.leads.size());
    for (std::size_t i = 0; i < count; ++i) {
        messages::LeadQuality lead{.name = recording.leads[i].name, .poor = {}};
        for (const PoorStretch& stretch : quality.leads[i]) {
            messages::PoorStretchInfo poor{.defect = std::string(name(stretch.defect)),
                                           .score = stretch.score,
                                           .unreadable = stretch.unreadable()};
            lead.poor.push_back(messages::at_place(stretch.first, stretch.last, rate, poor));
        }
        told.leads.push_back(std::move(lead));
    }
    for (const Interval& interval : quality.unreadable)
        told.unreadable.push_back(
            messages::at_place<messages::Place>(interval.first, interval.last, rate));
    return told;
}

}  // namespace telltale::signal
