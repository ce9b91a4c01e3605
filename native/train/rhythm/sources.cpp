#include "train/rhythm/sources.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <map>
#include <sstream>

#include "data/files.hpp"
#include "data/mitdb.hpp"
#include "rhythm/network_lead.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

/// The names of a folder's records: NAME.hea, sorted.
Result<std::vector<std::string>> record_names(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder, code))
        if (entry.path().extension() == ".hea") names.push_back(entry.path().stem().string());
    if (code || names.empty())
        return fail(folder.string(), "", "holds no records, expected their headers (.hea)");
    std::ranges::sort(names);
    return names;
}

SecondClass learnt_as(const std::string& rhythm) {
    constexpr std::array<std::pair<std::string_view, SecondClass>, 8> classes = {
        {{"N", second_n},
         {"AFIB", second_afib},
         {"AFL", second_afl},
         {"SVTA", second_svta},
         {"VT", second_vt},
         {"VFL", second_vfl},
         {"ASYS", second_asys},
         {"P", second_paced}}};
    for (const auto& [name, c] : classes)
        if (rhythm == name) return c;
    // Nodal and ventricular escape rhythm, high-grade ectopy: none of the classes. NOISE of vfdb
    // often covers a rhythm that can be read.
    return second_unknown;
}

/// The class of each second that lies in one stretch.
std::vector<std::int8_t> labels_of(const Recording& recording,
                                   const std::vector<evaluate::RhythmStretch>& reference) {
    std::vector<std::int8_t> labels(
        rhythm::network_seconds(recording.length(), recording.sampling_rate), second_unknown);
    for (const evaluate::RhythmStretch& s : reference) {
        const auto first = static_cast<std::size_t>(
            std::ceil(static_cast<double>(s.first) / recording.sampling_rate));
        const auto last = std::min(
            labels.size(),
            static_cast<std::size_t>(static_cast<double>(s.last) / recording.sampling_rate));
        for (std::size_t i = first; i < last; ++i) labels[i] = learnt_as(s.rhythm);
    }
    return labels;
}

Result<RhythmSource> annotated(const std::string& database, const fs::path& folder,
                               const std::string& name) {
    auto recording = data::read_record(folder, name);
    if (!recording) return std::unexpected(recording.error());
    RhythmSource source{.database = database, .name = name};
    source.reference = evaluate::reference_rhythms(recording->annotations,
                                                   static_cast<std::int64_t>(recording->length()));
    recording->annotations.clear();
    source.labels = labels_of(*recording, source.reference);
    source.recording = std::move(*recording);
    return source;
}

/// A record that counts as normal as a whole.
Result<RhythmSource> normal(const std::string& database, const fs::path& folder,
                            const std::string& name) {
    auto recording = data::read_signal(folder, name, ".dat");
    if (!recording) return std::unexpected(recording.error());
    RhythmSource source{.database = database, .name = name};
    source.reference = {{"N", 0, static_cast<std::int64_t>(recording->length())}};
    source.labels = labels_of(*recording, source.reference);
    source.recording = std::move(*recording);
    return source;
}

int block(std::size_t place, std::size_t count) {
    return static_cast<int>(place * rhythm_folds / count);
}

Result<std::map<std::string, std::string>> challenge_labels(const fs::path& folder) {
    const fs::path path = folder / "REFERENCE.csv";
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    std::istringstream lines(
        std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
    std::map<std::string, std::string> labels;
    for (std::string line; std::getline(lines, line);) {
        const auto comma = line.find(',');
        if (comma == std::string::npos) continue;
        std::string label = line.substr(comma + 1);
        while (!label.empty() && (label.back() == '\r' || label.back() == ' ')) label.pop_back();
        labels[line.substr(0, comma)] = label;
    }
    return labels;
}

}  // namespace

Result<RhythmSources> read_rhythm_sources(const fs::path& folder,
                                          const std::function<void(std::string_view)>& log) {
    RhythmSources sources;
    const auto add = [&](Result<RhythmSource> source, int fold) -> Result<void> {
        if (!source) return std::unexpected(source.error());
        source->fold = fold;
        sources.list.push_back(std::move(*source));
        return {};
    };
    for (const std::string database : {"vfdb", "mitdb", "svdb", "qtdb"}) {
        const fs::path below = folder / database;
        const auto names = record_names(below);
        if (!names) return std::unexpected(names.error());
        std::size_t place = 0;
        for (std::size_t i = 0; i < names->size(); ++i) {
            const std::string& name = (*names)[i];
            if (database == "mitdb" &&
                std::ranges::find(data::mitdb_record_names, name) == data::mitdb_record_names.end())
                continue;
            const auto turn = static_cast<int>(place % rhythm_folds);
            if (name != "201") ++place;  // 202, the next one, is the same man
            Result<void> done;
            if (database == "vfdb")
                done = add(annotated(database, below, name), block(i, names->size()));
            else if (database == "mitdb")
                done = add(annotated(database, below, name), turn);
            else if (database == "svdb")
                done = add(normal(database, below, name),
                           name >= "840" ? never_learnt : block(i, names->size()));
            else
                done = add(normal(database, below, name), i % 2 == 1 ? never_learnt : turn);
            if (!done) return std::unexpected(done.error());
            RhythmSource& last = sources.list.back();
            // What is called N there is wide, at 113 a minute, with couplets: no example of it.
            if (last.title() == "vfdb/418")
                std::ranges::replace(last.labels, static_cast<std::int8_t>(second_n),
                                     static_cast<std::int8_t>(second_unknown));
        }
        log(std::format("{}: {} records", database, names->size()));
    }
    const fs::path challenge = folder / "cinc2017";
    const auto labels = challenge_labels(challenge);
    if (!labels) return std::unexpected(labels.error());
    constexpr std::string_view kinds = "NAO~";
    constexpr std::array<SecondClass, 4> seconds = {second_n, second_afib, second_unknown,
                                                    second_noise};
    for (const auto& [name, label] : *labels) {
        if (!data::exists(challenge / (name + ".hea"))) continue;
        const auto kind = kinds.find(label);
        if (label.size() != 1 || kind == std::string_view::npos)
            return fail((challenge / "REFERENCE.csv").string(), name,
                        std::format("the label is '{}', expected N, A, O or ~", label));
        auto recording = data::read_signal(challenge, name, ".mat");
        if (!recording) return std::unexpected(recording.error());
        RhythmSource source{.database = "cinc2017", .name = name};
        source.labels.assign(rhythm::network_seconds(recording->length(), recording->sampling_rate),
                             seconds[kind]);
        source.recording = std::move(*recording);
        source.kind = static_cast<std::int64_t>(kind);
        if (auto done = add(std::move(source), std::stoi(name.substr(1)) % rhythm_folds); !done)
            return std::unexpected(done.error());
    }
    log(std::format("cinc2017: {} recordings", labels->size()));
    for (const char* name : {"bw", "em", "ma"}) {
        auto noise = data::read_signal(folder / "nstdb", name, ".dat");
        if (!noise) return std::unexpected(noise.error());
        sources.noises.push_back(std::move(*noise));
    }
    return sources;
}

}  // namespace telltale::train
