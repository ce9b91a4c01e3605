#include "signal/quality_json.hpp"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

namespace telltale::signal {

nlohmann::ordered_json to_json(const RecordingQuality& quality, const Recording& recording) {
    using Json = nlohmann::ordered_json;
    const auto place = [&](std::int64_t first, std::int64_t last) {
        return Json{{"first", first},
                    {"last", last},
                    {"start_s", static_cast<double>(first) / recording.sampling_rate}};
    };
    Json leads = Json::array(), unreadable = Json::array();
    const std::size_t count = std::min(quality.leads.size(), recording.leads.size());
    for (std::size_t i = 0; i < count; ++i) {
        Json poor = Json::array();
        for (const PoorStretch& stretch : quality.leads[i]) {
            Json json = place(stretch.first, stretch.last);
            json["defect"] = name(stretch.defect);
            json["score"] = stretch.score;
            json["unreadable"] = stretch.unreadable();
            poor.push_back(std::move(json));
        }
        leads.push_back({{"name", recording.leads[i].name}, {"poor", std::move(poor)}});
    }
    for (const Interval& interval : quality.unreadable)
        unreadable.push_back(place(interval.first, interval.last));
    return {{"leads", std::move(leads)}, {"unreadable", std::move(unreadable)}};
}

}  // namespace telltale::signal
