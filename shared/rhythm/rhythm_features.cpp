#include "rhythm/rhythm_features.hpp"

#include "formats/ecg_leads.hpp"
#include "recording/missing.hpp"
#include "rhythm/beat_features.hpp"
#include "rhythm/lead_features.hpp"
#include "rhythm/network_lead.hpp"

namespace telltale::rhythm {
namespace {

constexpr std::size_t most_leads = 3;
constexpr float unheard = 0.01F;  // against 1 for a lead that shows something

}  // namespace

std::vector<std::string> rhythm_groups() {
    return {std::string(lead_group), std::string(intervals_group), std::string(shapes_group)};
}

std::size_t rhythm_feature_count() {
    return lead_feature_count + interval_feature_count + shape_feature_count;
}

SecondRows rhythm_rows(std::span<const float> samples, double rate,
                       std::span<const beats::Beat> beats, std::span<const Interval> missing) {
    const NetworkLead lead = network_lead(samples, rate);
    const std::size_t stride = rhythm_feature_count();
    SecondRows rows{.seconds = lead.seconds()};
    rows.values.resize(rows.seconds * stride);
    const std::span<float> out = rows.values;
    lead_features(lead, stride, out);
    interval_features(beats, rate, missing, rows.seconds, stride, out.subspan(lead_feature_count));
    shape_features(beats, rate, lead, stride,
                   out.subspan(lead_feature_count + interval_feature_count));
    rows.weight.resize(rows.seconds);
    for (std::size_t s = 0; s < rows.seconds; ++s) {
        // The last three features of a lead: flat here, flat around, missing.
        const float* row = rows.values.data() + s * stride + lead_feature_count - 3;
        rows.weight[s] = row[1] > 0.95F || row[2] > 0.5F ? unheard : 1.0F;
    }
    return rows;
}

std::vector<std::size_t> rhythm_leads(const Recording& recording) {
    std::vector<std::size_t> leads;
    for (const std::size_t i : formats::ecg_leads(recording))
        if (recording.leads[i].unit == "mV" && leads.size() < most_leads) leads.push_back(i);
    return leads;
}

std::vector<Interval> unseen_stretches(const Recording& recording) {
    std::vector<std::span<const float>> leads;
    for (const std::size_t lead : formats::ecg_leads(recording))
        leads.emplace_back(recording.leads[lead].samples);
    return missing_stretches(leads, recording.sampling_rate);
}

}  // namespace telltale::rhythm
