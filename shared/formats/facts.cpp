#include "formats/facts.hpp"

#include "recording/clock.hpp"

namespace telltale::formats {

messages::RecordingFacts facts_of(const Recording& recording) {
    messages::RecordingFacts facts{.name = recording.name,
                                   .samples = recording.length(),
                                   .annotations = recording.annotations.size(),
                                   .beats = {},
                                   .comments = recording.comments,
                                   .warnings = recording.warnings,
                                   .damaged = recording.damaged};
    if (recording.sampling_rate > 0) {
        facts.sampling_rate = recording.sampling_rate;
        facts.duration_s = recording.duration();
    }
    if (recording.start) facts.start = date_and_time(*recording.start, 0, 'T');
    for (const Lead& lead : recording.leads)
        facts.leads.push_back({.name = lead.name,
                               .original_name = lead.original_name,
                               .unit = lead.unit,
                               .gain = lead.calibration.gain,
                               .baseline = lead.calibration.baseline,
                               .gain_assumed = lead.calibration.assumed});
    for (const Annotation& annotation : recording.annotations)
        if (is_beat(annotation.code)) ++facts.beats[std::string(mnemonic(annotation.code))];
    return facts;
}

}  // namespace telltale::formats
