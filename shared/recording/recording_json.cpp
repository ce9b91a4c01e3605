#include "recording/recording_json.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "recording/clock.hpp"

namespace telltale {

std::string to_text(const StartTime& start) {
    return date_and_time(start, 0, 'T');
}

nlohmann::ordered_json to_json(const Recording& recording) {
    using Json = nlohmann::ordered_json;
    Json leads = Json::array();
    for (const Lead& lead : recording.leads)
        leads.push_back({{"name", lead.name},
                         {"original_name", lead.original_name},
                         {"unit", lead.unit},
                         {"gain", lead.calibration.gain},
                         {"baseline", lead.calibration.baseline},
                         {"gain_assumed", lead.calibration.assumed}});
    std::map<std::string, std::size_t> beats;
    for (const Annotation& annotation : recording.annotations)
        if (is_beat(annotation.code)) ++beats[std::string(mnemonic(annotation.code))];
    const bool timed = recording.sampling_rate > 0;
    return {{"name", recording.name},
            {"sampling_rate", timed ? Json(recording.sampling_rate) : Json(nullptr)},
            {"samples", recording.length()},
            {"duration_s", timed ? Json(recording.duration()) : Json(nullptr)},
            {"start", recording.start ? Json(to_text(*recording.start)) : Json(nullptr)},
            {"leads", leads},
            {"annotations", recording.annotations.size()},
            {"beats", beats},
            {"comments", recording.comments},
            {"warnings", recording.warnings},
            {"damaged", recording.damaged}};
}

}  // namespace telltale
