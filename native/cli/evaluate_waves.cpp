// telltale evaluate waves: onsets, peaks and ends of P, QRS and T against a person's marks.
#include <algorithm>
#include <format>

#include "beats/detector.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/side_model.hpp"
#include "data/wave_marks.hpp"
#include "evaluate/wave_score.hpp"
#include "waves/joined.hpp"
#include "waves/wave_analysis.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

struct Found {
    std::vector<std::int64_t> r_peaks;
    std::vector<std::size_t> lead_indices;
    std::vector<waves::WaveMarks> leads;
};

/// All beats of the recording, whatever its length.
Result<Found> mark(const Recording& recording, SideModel& model) {
    const auto beats = beats::detect(recording);
    if (!beats) return std::unexpected(beats.error());
    const Interval whole{0, static_cast<std::int64_t>(recording.length())};
    auto analysis =
        waves::WaveAnalysis::open(recording, model.model.card, *beats, std::span(&whole, 1));
    if (!analysis) return std::unexpected(analysis.error());
    while (const auto batch = analysis->next_batch()) {
        const auto output = model.session.run(*batch);
        if (!output) return std::unexpected(output.error());
        if (auto taken = analysis->accept(*output); !taken) return std::unexpected(taken.error());
    }
    Found found{
        .r_peaks = {}, .lead_indices = analysis->lead_indices(), .leads = analysis->leads()};
    for (const beats::Beat& beat : *beats) found.r_peaks.push_back(beat.sample);
    return found;
}

struct Scores {
    evaluate::WaveScore each, joined, best;
    bool by_lead = false, together = false;

    Scores& operator+=(const Scores& other) {
        each += other.each;
        joined += other.joined;
        best += other.best;
        by_lead = by_lead || other.by_lead;
        together = together || other.together;
        return *this;
    }
    [[nodiscard]] Json json() const {
        Json json = Json::object();
        if (by_lead) json["each_lead"] = evaluate::to_json(each);
        json["leads_joined"] = evaluate::to_json(joined);
        if (together) json["better_lead"] = evaluate::to_json(best);
        return json;
    }
};

Scores score(const Found& found, const data::WaveReference& reference, double rate) {
    Scores scores{.each = {},
                  .joined = {},
                  .best = {},
                  .by_lead = reference.by_lead,
                  .together = !reference.by_lead};
    const waves::WaveMarks joined = waves::join(found.leads);
    if (!reference.by_lead) {
        scores.joined = evaluate::score_waves(reference.marks[0], joined);
        scores.best = evaluate::score_best_lead(reference.marks[0], found.leads);
        return scores;
    }
    std::vector<waves::WaveMarks> marked;
    for (std::size_t i = 0; i < found.leads.size(); ++i) {
        const auto& marks = reference.marks[found.lead_indices[i]];
        scores.each += evaluate::score_waves(marks, found.leads[i]);
        marked.push_back(evaluate::as_found(marks, found.r_peaks, rate));
    }
    scores.joined = evaluate::score_waves(evaluate::as_marked(waves::join(marked)), joined);
    return scores;
}

}  // namespace

int evaluate_waves(const EvaluateWavesOptions& options) {
    auto model =
        open_side_model(options.wave_model, "waves", classify::InputKind::waves, options.threads);
    if (model && !*model)
        model = fail("", "", "there is no wave model to evaluate (see `telltale models`)");
    if (!model) {
        complain(model.error());
        return exit_bad_input;
    }
    std::vector<fs::path> headers;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(options.data, code))
        if (entry.path().extension() == ".hea" &&
            (options.records.empty() ||
             std::ranges::contains(options.records, entry.path().stem().string())))
            headers.push_back(entry.path());
    std::ranges::sort(headers);
    Scores all;
    Json by_record = Json::array(), problems = Json::array();
    std::size_t judged = 0, looked = 0;
    for (const fs::path& header : headers) {
        const std::string name = header.stem().string();
        ProgressLine progress;
        progress.show(std::format("{} ({} of {})", name, ++looked, headers.size()));
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
        const auto reference = data::read_wave_reference(options.data, name, recording);
        if (!reference) {
            complain_of(reference.error());
            continue;
        }
        if (!*reference) continue;
        const auto found = mark(recording, **model);
        if (!found) {
            complain_of(found.error());
            continue;
        }
        const Scores one = score(*found, **reference, recording.sampling_rate);
        all += one;
        ++judged;
        Json json = one.json();
        json["record"] = name;
        by_record.push_back(std::move(json));
    }
    if (judged == 0 && problems.empty()) {
        complain({options.data.string(), "",
                  "holds no records with marks of their waves, expected NAME.hea with NAME.q1c, or "
                  "with an annotation file a lead (NAME.i, NAME.ii, ...)"});
        return exit_bad_input;
    }
    if (options.json) {
        Json json = {{"records", judged}, {"model", (*model)->model.card.name}};
        json.update(all.json());
        json["tolerance_ms"] = 1000 * evaluate::wave_tolerance_s;
        json["training_data"] = (*model)->model.card.training_data;
        json["by_record"] = std::move(by_record);
        json["errors"] = problems;
        print_json(json);
    } else if (judged > 0) {
        print(std::format("{} records; the model has learnt from: {}", judged,
                          (*model)->model.card.training_data));
        if (all.by_lead) print("lead by lead\n" + evaluate::to_text(all.each));
        print("leads joined\n" + evaluate::to_text(all.joined));
        if (all.together)
            print("the better lead of each record and point\n" + evaluate::to_text(all.best));
    }
    return problems.empty() ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
