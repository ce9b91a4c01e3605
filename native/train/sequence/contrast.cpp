#include "train/sequence/contrast.hpp"

#include <algorithm>
#include <format>
#include <map>
#include <set>
#include <utility>

#include "data/files.hpp"
#include "data/heartbeat.hpp"
#include "data/mitdb.hpp"
#include "train/loop/random.hpp"
#include "train/sequence/held_out.hpp"
#include "train/sequence/learner.hpp"

namespace telltale::train {

namespace {

constexpr std::uint64_t for_contrast = 4000;
constexpr int steps_between_lines = 100;

}  // namespace

Result<Confusion> leaky_contrast(const SequenceRecipe& recipe, Bank bank,
                                 const std::vector<std::vector<bool>>& test, Display& display) {
    SequenceRecipe real = recipe;
    real.shares.clear();
    std::vector<std::vector<std::uint8_t>> truths;
    for (std::size_t i = 0; i < bank.size(); ++i) {
        Sequence& s = bank[i];
        truths.push_back(s.labels);
        for (std::size_t b = 0; b < s.labels.size(); ++b) {
            if (test[i][b]) s.labels[b] = label_unknown;
        }
        // Chunks are put on beats of rare classes: on those alone whose class may be known.
        for (auto& places : s.places) {
            std::erase_if(places,
                          [&](std::int64_t b) { return test[i][static_cast<std::size_t>(b)]; });
        }
    }
    std::vector<const Sequence*> sequences;
    for (const Sequence& s : bank) sequences.push_back(&s);
    Learner learner(real, sequences, Random(recipe.seed, for_contrast).next(), recipe.steps);
    while (!learner.finished()) {
        const auto loss = learner.step();
        if (!loss) return std::unexpected(loss.error());
        if (learner.done() % steps_between_lines == 0) {
            display.say(
                std::format("step {} of {}, loss {:.4f}", learner.done(), recipe.steps, *loss));
        }
    }
    const auto module = learner.averaged();
    Confusion scores(sequence_class_names());
    for (std::size_t i = 0; i < bank.size(); ++i) {
        const torch::Tensor logits = sequence_logits(*module, bank[i]);
        for (std::size_t b = 0; b < truths[i].size(); ++b) {
            if (!test[i][b] || truths[i][b] == label_unknown) continue;
            const float* row = logits.const_data_ptr<float>() + b * sequence_classes;
            scores.add(truths[i][b], static_cast<std::size_t>(
                                         std::max_element(row, row + sequence_classes) - row));
        }
    }
    return scores;
}

Result<Confusion> leaky_contrast(const SequenceRecipe& recipe, const std::filesystem::path& folder,
                                 Display& display) {
    const auto heartbeat = data::read_heartbeat(folder);
    if (!heartbeat) return std::unexpected(heartbeat.error());
    std::map<std::string, std::set<std::int64_t>> test_samples;
    for (const data::HeartbeatBeat& beat : heartbeat->beats) {
        if (beat.test) test_samples[heartbeat->records[beat.record]].insert(beat.sample);
    }
    const auto mitdb = data::mitdb_folder(folder);
    if (!mitdb) return std::unexpected(mitdb.error());
    Bank bank;
    std::vector<std::vector<bool>> test;
    for (const std::string& record : recipe.records()) {
        // The heartbeat data set is made of these records alone.
        if (!data::exists(*mitdb / (record + ".hea"))) continue;
        const auto patient = read_patient(*mitdb, record);
        if (!patient) return std::unexpected(patient.error());
        bank.push_back(make_sequence(*patient, recipe.groups));
        std::vector<bool>& on_test_side = test.emplace_back();
        for (const PatientBeat& b : patient->beats) {
            on_test_side.push_back(test_samples[record].contains(b.sample));
        }
    }
    display.say(std::format("{} records read", bank.size()));
    return leaky_contrast(recipe, std::move(bank), test, display);
}

}  // namespace telltale::train
