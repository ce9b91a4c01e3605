// Writes what the detector measures of every candidate, and whether it is a beat, for training
// the networks of shared/beats/merit.cpp (tests/bench/train_merit.py).
//
//     detector_measures DATA OUT first|second|fusion
//
// DATA holds mitdb, svdb and nstdb. What is learnt from: every second MIT-BIH record, the records
// of svdb below 840, each as recorded and changed (signal_changes.hpp) with noise of nstdb, and
// synthetic trains. "first" gives the measures of the first network; "second" those of the second,
// made with the first one's present weights; "fusion" those of several leads, made with both. Rows
// are little-endian float32: record number, pass, label (1 a beat), position in s, the measures.
// Passes from 100 on are of second leads, from 1000 on synthetic.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "beats/beat_search.hpp"
#include "beats/lead_fusion.hpp"
#include "beats/slope_energy.hpp"
#include "formats/formats.hpp"
#include "signal_changes.hpp"
#include "support/data.hpp"
#include "support/trains.hpp"
#include "synth/random.hpp"

using namespace telltale;
using bench::Sample;

namespace {

constexpr std::array mitdb_half = {100, 102, 104, 106, 108, 111, 113, 115, 117, 119, 122, 124,
                                   201, 203, 207, 209, 212, 214, 217, 220, 222, 228, 231, 233};
constexpr int first_kept_back = 840;  // of svdb
constexpr int trains = 3000;

enum class Stage : std::uint8_t { first, second, fusion };

class Writer {
public:
    Writer(std::FILE* out, Stage stage) : out_(out), stage_(stage) {}

    /// One lead for the first two networks, all of them for the third.
    void pass(float record, float number, std::span<const Sample> leads) const {
        if (stage_ == Stage::fusion)
            fusion(record, number, leads);
        else
            search(record, number, leads[0]);
    }

private:
    struct Row {
        double at_s;
        float height;
        std::span<const float> measures;
    };

    void search(float record, float number, const Sample& s) const {
        beats::SlopeEnergy energies(s.rate);
        beats::BeatSearch search(energies.rate(), energies.scale(), 0.18);
        std::vector<beats::BeatSearch::Described> described;
        search.describe_to = &described;
        run(s, energies, search);
        std::vector<Row> rows;
        for (const auto& d : described) {
            if (d.measures == beats::MeritMeasures{}) continue;  // too low to be judged
            rows.push_back({place(energies, s, d.index), d.measures[0],
                            stage_ == Stage::second ? std::span<const float>(d.context)
                                                    : std::span<const float>(d.measures)});
        }
        write(record, number, s, rows);
    }

    void fusion(float record, float number, std::span<const Sample> leads) const {
        std::optional<beats::LeadFusion> fusion;
        std::optional<beats::SlopeEnergy> first;
        std::vector<beats::LeadFusion::Described> described;
        for (std::size_t lead = 0; lead < leads.size(); ++lead) {
            beats::SlopeEnergy energies(leads[lead].rate);
            if (!fusion) fusion.emplace(leads.size(), energies.rate());
            beats::BeatSearch search(energies.rate(), energies.scale(), 0.18);
            run(leads[lead], energies, search);
            fusion->add(lead, search.take(), search.take_views(), search.block());
            first.emplace(energies);
        }
        fusion->describe_to = &described;
        (void)fusion->take(0, true);
        std::vector<Row> rows;
        for (const auto& d : described)
            rows.push_back({place(*first, leads[0], d.index), d.measures[7], d.measures});
        write(record, number, leads[0], rows);
    }

    static void run(const Sample& s, beats::SlopeEnergy& energies, beats::BeatSearch& search) {
        std::vector<float> slope;
        std::vector<double> energy;
        energies.push(s.mv, slope, energy);
        energies.finish(slope, energy);
        search.push(energy, slope);
        search.finish();
    }

    static double place(const beats::SlopeEnergy& energies, const Sample& s, std::int64_t index) {
        return static_cast<double>(
                   energies.sample_of_halves(2 * index - energies.energy_delay_halves())) /
               s.rate;
    }

    // Of the candidates near a beat the highest is it, the nearer the likelier.
    void write(float record, float number, const Sample& s, std::span<const Row> rows) const {
        std::vector<float> label(rows.size(), 0.0F);
        for (const double beat : s.beats_s) {
            auto k = std::ranges::lower_bound(rows, beat - 0.14, {}, &Row::at_s) - rows.begin();
            std::ptrdiff_t best = -1;
            double worth = 0;
            for (; k < std::ssize(rows) && rows[static_cast<std::size_t>(k)].at_s <= beat + 0.14;
                 ++k) {
                const Row& row = rows[static_cast<std::size_t>(k)];
                const double w = static_cast<double>(row.height) - 15 * std::abs(row.at_s - beat);
                if (best < 0 || w > worth) {
                    best = k;
                    worth = w;
                }
            }
            if (best >= 0) label[static_cast<std::size_t>(best)] = 1;
        }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const float head[] = {record, number, label[i], static_cast<float>(rows[i].at_s)};
            std::fwrite(head, sizeof(float), 4, out_);
            std::fwrite(rows[i].measures.data(), sizeof(float), rows[i].measures.size(), out_);
        }
    }

    std::FILE* out_;
    Stage stage_;
};

std::optional<Recording> read(const std::filesystem::path& folder, const std::string& name) {
    std::vector<tests::File> files;
    for (const char* extension : {".hea", ".dat", ".atr"})
        if (const auto path = folder / (name + extension); std::filesystem::exists(path))
            files.push_back(tests::read_file(path));
    auto read = formats::read_recordings(tests::named(files));
    if (read.recordings.empty()) return std::nullopt;
    return std::move(read.recordings[0]);
}

Sample sample_of(const Recording& recording, std::size_t lead) {
    Sample s{.mv = recording.leads[lead].samples, .rate = recording.sampling_rate};
    for (const Annotation& a : recording.annotations)
        if (is_beat(a.code)) {
            s.beats_s.push_back(static_cast<double>(a.sample) / recording.sampling_rate);
            s.ventricular.push_back(a.code == Code::premature_ventricular);
        }
    return s;
}

using Noises = std::vector<std::vector<float>>;

template <class List>
const auto& any_of(const List& list, synth::Random& random) {
    return list[static_cast<std::size_t>(random.uniform(0, static_cast<double>(list.size())))];
}

// Any one change of those that recordings undergo, to a stretch of eight minutes.
Sample changed(const Sample& whole, int kind, const Noises& noises, synth::Random& random) {
    const double length = whole.seconds();
    Sample s = bench::cut(whole, random.uniform(0, std::max(1.0, length - 480)), 480);
    constexpr std::array rates = {100.0, 128.0, 200.0, 250.0, 300.0, 500.0, 1000.0};
    const double any_rate = any_of(rates, random);
    const auto noisy = [&](double low, double high) {
        bench::add_noise(s, any_of(noises, random), 360, random.uniform(low, high), random);
    };
    switch (kind) {
        case 0: bench::change_gain(s, random); return bench::resampled(s, 250);
        case 1: bench::block_beats(s, random); return bench::resampled(s, 128);
        case 2: bench::block_beats(s, random); return s;
        case 3: bench::add_artefacts(s, random); return s;
        case 4: noisy(4, 18); return s;
        case 5: noisy(0, 12); return bench::resampled(s, any_rate);
        case 6: return bench::hastened(s, random.uniform(1.2, 2.4));
        case 7: return bench::hastened(s, random.uniform(0.55, 0.85));
        case 8:
            bench::scale_ectopic(s, std::pow(2.0, random.uniform(0.5, 2.4)), 0.0, random);
            return s;
        case 9:
            bench::scale_ectopic(s, std::pow(2.0, random.uniform(-1.6, 2.4)), 0.03, random);
            return s;
        case 10: bench::widen(s, random.uniform(0.03, 0.11)); return s;
        case 11:
            bench::widen(s, random.uniform(0.03, 0.08));
            return bench::hastened(s, random.uniform(1, 2));
        case 12:
            bench::add_pacing(s, random.uniform(0.3, 5) * (random.uniform() < 0.5 ? -1 : 1),
                              random);
            return random.uniform() < 0.5 ? s : bench::resampled(s, any_rate);
        default: return bench::resampled(s, any_rate);
    }
}
constexpr int kinds = 14;

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: detector_measures DATA OUT first|second|fusion\n");
        return 2;
    }
    const std::filesystem::path data = argv[1];
    std::FILE* out = std::fopen(argv[2], "wb");
    if (!out) return 1;
    const std::string word = argv[3];
    const Stage stage = word == "first"    ? Stage::first
                        : word == "second" ? Stage::second
                                           : Stage::fusion;
    const Writer writer(out, stage);

    Noises noises;
    for (const char* name : {"em", "ma", "bw"})
        if (const auto noise = read(data / "nstdb", name))
            for (const Lead& lead : noise->leads) noises.push_back(lead.samples);
    if (noises.empty()) return 1;

    std::vector<std::pair<std::filesystem::path, int>> records;
    for (const int record : mitdb_half) records.emplace_back(data / "mitdb", record);
    for (int record = 800; record < first_kept_back; ++record)
        if (std::filesystem::exists(data / "svdb" / (std::to_string(record) + ".hea")))
            records.emplace_back(data / "svdb", record);
    for (const auto& [folder, record] : records) {
        const auto recording = read(folder, std::to_string(record));
        if (!recording || recording->leads.size() < 2) continue;
        synth::Random random(static_cast<std::uint64_t>(record));
        const auto name = static_cast<float>(record);
        const std::array<Sample, 2> leads = {sample_of(*recording, 0), sample_of(*recording, 1)};
        if (stage != Stage::fusion) {
            for (std::size_t lead = 0; lead < 2; ++lead) {
                const float first = lead == 0 ? 0.0F : 100.0F;
                writer.pass(name, first, std::span(&leads[lead], 1));
                for (int kind = 0; kind < kinds; ++kind) {
                    const Sample s = changed(leads[lead], kind, noises, random);
                    writer.pass(name, first + 1 + static_cast<float>(kind), std::span(&s, 1));
                }
            }
            continue;
        }
        writer.pass(name, 0, leads);
        for (int kind = 0; kind < 6; ++kind) {
            // The same change of time for both, noise and failures for each by itself.
            std::array<Sample, 2> both = leads;
            const double factor = kind < 2 ? 1 : random.uniform(0.7, 1.8);
            for (Sample& s : both) s = bench::hastened(std::move(s), factor);
            Sample& first = both[static_cast<std::size_t>(kind % 2)];
            if (kind < 4)
                bench::fail_at_times(first, 60, random);
            else
                for (Sample& s : both)
                    bench::add_noise(s, any_of(noises, random), 360, random.uniform(-2, 14),
                                     random);
            writer.pass(name, 1 + static_cast<float>(kind), both);
        }
    }
    synth::Random random(20261130);
    for (int train = 0; train < trains; ++train) {
        tests::TrainOptions options =
            tests::any_train(random, static_cast<std::uint64_t>(train) + 1000);
        options.leads = stage == Stage::fusion ? 2 : 1;
        const Recording recording = tests::make_train(options);
        std::vector<Sample> leads;
        for (std::size_t lead = 0; lead < recording.leads.size(); ++lead)
            leads.push_back(sample_of(recording, lead));
        writer.pass(static_cast<float>(train), 1000 + static_cast<float>(options.rhythm), leads);
    }
    std::fclose(out);
    return 0;
}
