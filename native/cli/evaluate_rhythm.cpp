// telltale evaluate rhythm: rhythm episodes against reference annotations, and short recordings
// against a REFERENCE.csv.
#include <algorithm>
#include <array>
#include <format>
#include <fstream>
#include <map>
#include <set>

#include "classify/analysis.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/recording_run.hpp"
#include "data/files.hpp"
#include "evaluate/confusion.hpp"
#include "evaluate/rhythm_score.hpp"
#include "rhythm/episodes.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kinds = {"A", "N", "O", "~"};

/// The labels of REFERENCE.csv ("A00001,N" a line); empty where the folder has none.
Result<std::map<std::string, std::size_t>> reference_of(const fs::path& folder) {
    std::map<std::string, std::size_t> labels;
    const fs::path path = folder / "REFERENCE.csv";
    std::ifstream file(path);
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (line.empty()) continue;
        const std::size_t comma = line.find(',');
        const auto kind = comma == std::string::npos
                              ? kinds.end()
                              : std::ranges::find(kinds, line.substr(comma + 1));
        if (kind == kinds.end())
            return fail(path.string(), std::format("line {}", number),
                        "expected a record's name, a comma, and A, N, O or ~");
        labels[line.substr(0, comma)] = static_cast<std::size_t>(kind - kinds.begin());
    }
    return labels;
}

/// The headers to judge: annotated ones, or those that REFERENCE.csv names; of these the ones asked
/// for.
Result<std::vector<fs::path>> headers_of(const EvaluateRhythmOptions& options,
                                         const std::map<std::string, std::size_t>& labels) {
    std::vector<fs::path> headers;
    if (labels.empty()) {
        auto annotated = annotated_records(options.data);
        if (!annotated) return annotated;
        headers = std::move(*annotated);
    } else {
        for (const auto& [name, label] : labels)
            if (data::exists(options.data / (name + ".hea")))
                headers.push_back(options.data / (name + ".hea"));
        if (headers.empty())
            return fail(options.data.string(), "",
                        "REFERENCE.csv names recordings, but none of them is here");
    }
    if (options.records.empty()) return headers;
    std::vector<fs::path> chosen;
    for (const std::string& record : options.records) {
        const auto found = std::ranges::find_if(
            headers, [&](const fs::path& header) { return header.stem() == record; });
        if (found == headers.end())
            return fail(options.data.string(), "",
                        std::format("record '{}' is not here, or has no reference", record));
        chosen.push_back(*found);
    }
    return chosen;
}

}  // namespace

int evaluate_rhythm(const EvaluateRhythmOptions& options) {
    const auto labels = reference_of(options.data);
    if (!labels) {
        complain(labels.error());
        return exit_bad_input;
    }
    const auto headers = headers_of(options, *labels);
    if (!headers) {
        complain(headers.error());
        return exit_bad_input;
    }
    auto models = RunModels::open(options.model, options.rhythm_model, "none", options.threads);
    if (models && !models->rhythm)
        models = fail("", "", "there is no rhythm model to evaluate (see `telltale models`)");
    if (!models) {
        complain(models.error());
        return exit_bad_input;
    }
    const auto& learnt = models->rhythm->model.card.training_records;
    const std::set<std::string> learnt_from(learnt.begin(), learnt.end());
    const auto questions = evaluate::rhythm_questions();
    evaluate::RhythmScore all;
    evaluate::Confusion recordings(std::vector<std::string>(kinds.begin(), kinds.end()));
    Json by_record = Json::array(), problems = Json::array(), seen = Json::array();
    std::size_t judged = 0, done = 0;
    for (const fs::path& header : *headers) {
        const std::string name = header.stem().string();
        ProgressLine progress;
        progress.show(std::format("{} ({} of {})", name, ++done, headers->size()));
        const auto complain_of = [&](const Error& error) {
            complain(error);
            problems.push_back(error.to_string());
        };
        const formats::ReadResult read = open(header);
        if (read.recordings.empty()) {
            complain_of(read.errors[0]);
            continue;
        }
        const Recording& recording = read.recordings[0];
        auto run = run_recording(recording, {}, *models);
        if (!run) {
            complain_of(run.error());
            continue;
        }
        if (!run->course) {
            complain_of({header.string(), "", "the rhythm cannot be judged: no lead is in mV"});
            continue;
        }
        if (learnt_from.contains(name)) seen.push_back(name);
        Json one = {{"record", name}};
        if (const auto label = labels->find(name); label != labels->end()) {
            if (!run->course->recording) {
                complain_of({header.string(), "", "is too long for one word on the whole of it"});
                continue;
            }
            const auto given = std::ranges::find(kinds, run->course->recording->kind);
            recordings.add(label->second, static_cast<std::size_t>(given - kinds.begin()));
            one["reference"] = kinds[label->second];
            one["given"] = run->course->recording->kind;
            one["probability"] = run->course->recording->probability;
            by_record.push_back(std::move(one));
            ++judged;
            continue;
        }
        const auto reference = evaluate::reference_rhythms(
            recording.annotations, static_cast<std::int64_t>(recording.length()));
        if (reference.empty()) {
            complain_of({header.string(), "", "its reference names no rhythm"});
            continue;
        }
        std::vector<evaluate::RhythmStretch> marked;
        for (const rhythm::RhythmEpisode& e : run->course->episodes)
            marked.push_back({std::string(rhythm::name(e.rhythm)), e.first, e.last});
        const auto score =
            evaluate::score_rhythms(reference, marked, recording.sampling_rate, questions);
        all += score;
        one.update(evaluate::to_json(score));
        if (!options.json) print(std::format("{:8} {}", name, evaluate::in_a_line(score)));
        by_record.push_back(std::move(one));
        ++judged;
    }
    const std::string note =
        seen.empty() ? ""
                     : std::format(
                           "the model has learnt from {} of these records: such figures "
                           "say nothing of patients it has not seen",
                           seen.size());
    if (options.json) {
        Json json = {{"records", judged}, {"model", models->rhythm->model.card.name}};
        if (!note.empty()) json["note"] = note;
        if (all.judged_s > 0) json.update(evaluate::to_json(all));
        if (recordings.beats() > 0) json["recordings"] = evaluate::recordings_json(recordings);
        json["rules"] =
            "ANSI/AAMI EC57 as WFDB's epicmp counts: time by overlap; an episode is found if any "
            "of it is marked, a mark is right if it meets a reference episode";
        json["by_record"] = std::move(by_record);
        json["learnt_from"] = std::move(seen);
        json["errors"] = problems;
        print_json(json);
    } else {
        if (!note.empty()) warn(models->rhythm->model.card.name, note);
        if (all.judged_s > 0)
            print(std::format("all      {}\n(time Se/+P in per cent; {:.1f} h judged)",
                              evaluate::in_a_line(all), all.judged_s / 3600));
        if (recordings.beats() > 0) {
            print(evaluate::to_text(recordings));
            const Json json = evaluate::recordings_json(recordings);
            print(std::format("mean F1 of A, N and O: {:.3f}", json["mean_f1"].get<double>()));
        }
    }
    return problems.empty() ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
