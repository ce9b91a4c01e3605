#include "train/sequence/patient.hpp"

#include <algorithm>
#include <string_view>

#include "data/mitdb.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

/// Whether a rhythm's name, as annotations write it, is of the irregular atrial kind.
bool is_fibrillation(std::string_view rhythm) {
    return rhythm.starts_with("(AFIB") || rhythm.starts_with("(AFL");
}

std::uint8_t label_of(AamiClass c) {
    return static_cast<std::uint8_t>(c);  // N S V F Q, as ours
}

}  // namespace

Result<Patient> read_patient(const fs::path& below, const std::string& name) {
    const auto found = data::folder_of_record(below, name);
    if (!found) return std::unexpected(found.error());
    const fs::path& folder = *found;
    auto read = data::read_record(folder, name);
    if (!read) return std::unexpected(read.error());
    Recording& recording = *read;
    Patient patient{.name = name,
                    .database = folder.filename().string(),
                    .sampling_rate = recording.sampling_rate,
                    .leads = {},
                    .beats = {}};
    for (std::size_t i = 0; i < recording.leads.size(); ++i) {
        auto& samples = recording.leads[i].samples;
        const bool first = recording.leads[i].name == "MLII" || recording.leads[i].name == "II";
        patient.leads.insert(first ? patient.leads.begin() : patient.leads.end(),
                             std::move(samples));
    }
    const auto length = static_cast<std::int64_t>(patient.leads[0].size());
    bool fibrillation = false;
    for (const Annotation& a : recording.annotations) {
        if (a.code == Code::rhythm) fibrillation = is_fibrillation(a.aux);
        const auto label = aami_class(a.code);
        if (!label || a.sample < 0 || a.sample >= length) continue;
        patient.beats.push_back(
            {.sample = a.sample, .label = label_of(*label), .fibrillation = fibrillation});
    }
    std::ranges::stable_sort(patient.beats, {}, &PatientBeat::sample);
    if (patient.beats.empty())
        return fail((folder / (name + ".atr")).string(), "", "annotates no beats");
    return patient;
}

std::string person_of(const std::string& record) {
    return record == "202" ? "201" : record;
}

}  // namespace telltale::train
