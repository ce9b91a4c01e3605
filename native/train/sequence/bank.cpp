#include "train/sequence/bank.hpp"

#include <format>
#include <utility>

#include "classify/features.hpp"
#include "train/sequence/synthetic_signal.hpp"

namespace telltale::train {

namespace {

enum Stream : std::uint64_t { for_patients = 101 };

}  // namespace

Sequence make_sequence(const Patient& patient, const std::vector<std::string>& groups) {
    Sequence result{.record = patient.name, .database = patient.database};
    std::vector<std::int64_t> positions;
    for (const PatientBeat& b : patient.beats) {
        positions.push_back(b.sample);
        if (b.label < sequence_classes) {
            result.places[b.label].push_back(static_cast<std::int64_t>(result.labels.size()));
        }
        result.labels.push_back(b.label);
    }
    const auto count = static_cast<std::int64_t>(classify::feature_count(groups));
    std::optional<classify::PreparedBeats> first;
    for (const auto& samples : patient.leads) {
        const classify::FeatureInput of_lead{
            .sampling_rate = patient.sampling_rate, .samples = samples, .positions = positions};
        std::optional<classify::PreparedBeats> other;
        const classify::PreparedBeats& prepared =
            first ? other.emplace(of_lead, *first) : first.emplace(of_lead);
        const std::vector<float> values = prepared.features(groups);
        result.leads.push_back(torch::tensor(values).view({result.beats(), count}));
    }
    return result;
}

Result<Bank> make_bank(const SequenceRecipe& recipe, const std::filesystem::path& folder,
                       const std::function<void(std::string_view)>& progress) {
    Bank bank;
    std::size_t made = 0;
    for (std::size_t f = 0; f < recipe.folds.size(); ++f) {
        std::vector<Patient> patients;
        std::vector<BeatPieces> pieces;
        for (const std::string& record : recipe.folds[f]) {
            auto patient = read_patient(folder, record);
            if (!patient) return std::unexpected(patient.error());
            pieces.push_back(cut_pieces(*patient));
            bank.push_back(make_sequence(*patient, recipe.groups));
            bank.back().fold = f;
            patients.push_back(std::move(*patient));
        }
        std::vector<const BeatPieces*> donors;
        for (const BeatPieces& p : pieces) donors.push_back(&p);
        for (std::size_t i = 0; i < patients.size(); ++i) {
            for (const auto& [kind, share] : recipe.shares) {
                if (share <= 0 || !suits(pieces[i], kind)) continue;
                for (int copy = 0; copy < recipe.patients; ++copy) {
                    // Named by record, not by order: another division gives the same rhythms.
                    Random random(
                        recipe.seed + for_patients,
                        std::stoull(patients[i].name) * 16 + static_cast<std::uint64_t>(kind),
                        static_cast<std::uint64_t>(copy));
                    const Patient synthetic =
                        make_patient(patients[i], pieces[i], donors, kind, random);
                    bank.push_back(make_sequence(synthetic, recipe.groups));
                    bank.back().fold = f;
                    bank.back().kind = kind;
                    ++made;
                }
            }
        }
        if (progress) {
            progress(std::format("fold {} of {}: {} records read, {} synthetic patients so far",
                                 f + 1, recipe.folds.size(), patients.size(), made));
        }
    }
    return bank;
}

}  // namespace telltale::train
