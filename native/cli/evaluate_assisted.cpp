// telltale evaluate assisted: what answers of a person, played from the reference, make of a
// model's beats.
#include <algorithm>
#include <cmath>
#include <format>
#include <string_view>
#include <utility>

#include "classify/adapt_analysis.hpp"
#include "cli/annotated_record.hpp"
#include "cli/commands.hpp"
#include "cli/evaluate_records.hpp"
#include "evaluate/assisted.hpp"
#include "numbers/mixing.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;
using evaluate::AssistedStep;

constexpr double match_s = 0.150;

struct RecordSteps {
    std::string record;
    std::vector<AssistedStep> steps;
};

// The technician errs at other questions in each record.
std::uint64_t seed_of(std::uint64_t seed, std::string_view record) {
    numbers::Fnv hash(seed);
    for (const char c : record) hash.take(static_cast<unsigned char>(c));
    return hash.value();
}

// For each found beat the reference beat that is the same: one to one, the nearest first.
std::vector<std::optional<std::size_t>> pairs(std::span<const classify::ClassifiedBeat> found,
                                              std::span<const Annotation> reference,
                                              double sampling_rate) {
    struct Near {
        std::int64_t apart;
        std::size_t found, reference;
    };
    const auto window = static_cast<std::int64_t>(std::floor(match_s * sampling_rate));
    std::vector<Near> near;
    std::size_t first = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        while (first < reference.size() && reference[first].sample < found[i].sample - window)
            ++first;
        for (std::size_t k = first;
             k < reference.size() && reference[k].sample <= found[i].sample + window; ++k)
            near.push_back({std::abs(reference[k].sample - found[i].sample), i, k});
    }
    std::ranges::stable_sort(near, {}, &Near::apart);
    std::vector<std::optional<std::size_t>> pairs(found.size());
    std::vector<bool> taken(reference.size());
    for (const Near& n : near) {
        if (pairs[n.found] || taken[n.reference]) continue;
        pairs[n.found] = n.reference;
        taken[n.reference] = true;
    }
    return pairs;
}

// The reference's word on each beat, as an index of the labels: AAMI's classes where the model's
// are, else WFDB's codes.
class Technician {
public:
    Technician(const classify::Card& card, const Truth& truth)
        : labels_(classify::labels_of(card)), truth_(truth) {}

    [[nodiscard]] std::optional<std::size_t> operator()(Code code) const {
        if (const auto known = truth_(code)) return known;
        const auto aami = aami_class(code);
        if (!truth_.aami() || !aami) return std::nullopt;
        const auto at = std::ranges::find(labels_, std::string(1, letter(*aami)));
        return static_cast<std::size_t>(at - labels_.begin());
    }
    [[nodiscard]] std::size_t labels() const { return labels_.size(); }

private:
    std::vector<std::string> labels_;
    const Truth& truth_;
};

Result<RecordSteps> assist_record(const Recording& recording, const Model& model,
                                  const Technician& technician, runtime::Session& session,
                                  const EvaluateAssistedOptions& options) {
    const std::vector<Annotation> reference = reference_beats(recording);
    const bool detected = options.beats == "detected";
    const auto analysis = name_beats(recording, model.card, session,
                                     detected ? std::nullopt : std::optional(std::span(reference)));
    if (!analysis) return std::unexpected(analysis.error());
    evaluate::AssistedTruth truth;
    if (!detected) {
        for (const Annotation& beat : reference) truth.label.push_back(technician(beat.code));
    } else {
        truth.missed.assign(technician.labels(), 0);
        std::vector<bool> found(reference.size());
        for (const auto& pair : pairs(analysis->beats(), reference, recording.sampling_rate)) {
            truth.label.push_back(pair ? technician(reference[*pair].code) : std::nullopt);
            if (pair) found[*pair] = true;
        }
        for (std::size_t i = 0; i < reference.size(); ++i)
            if (const auto label = technician(reference[i].code); label && !found[i])
                ++truth.missed[*label];
    }
    return RecordSteps{
        recording.name,
        evaluate::assist(classify::adapter_of(*analysis), model.card.classes.size(), truth,
                         {options.answers, options.errors, seed_of(options.seed, recording.name)})};
}

std::vector<AssistedStep> sum(std::span<const RecordSteps> records, std::string_view without) {
    std::vector<AssistedStep> sum;
    for (const RecordSteps& record : records) {
        if (record.record == without) continue;
        sum.resize(record.steps.size());
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i].answers = record.steps[i].answers;
            sum[i].add(record.steps[i]);
        }
    }
    return sum;
}

// The classes that are told: those of EC57's figures where the model has them, else all.
std::vector<std::size_t> told(const classify::Card& card) {
    std::vector<std::size_t> told, all;
    for (std::size_t c = 0; c < card.classes.size(); ++c) {
        all.push_back(c);
        if (card.classes[c] == "S" || card.classes[c] == "V") told.push_back(c);
    }
    return told.empty() ? all : told;
}

Json describe(std::span<const AssistedStep> steps, const classify::Card& card) {
    Json json = {{"answers", Json::array()}, {"given", Json::array()}, {"classes", Json::object()}};
    for (const AssistedStep& step : steps) {
        json["answers"].push_back(step.answers);
        json["given"].push_back(step.given);
    }
    for (const std::size_t c : told(card)) {
        Json of = {{"f1", Json::array()},
                   {"f1_unasked", Json::array()},
                   {"right", Json::array()},
                   {"falsely", Json::array()},
                   {"missed", Json::array()}};
        for (const AssistedStep& step : steps) {
            of["f1"].push_back(number_or_null(step.classes[c].f1()));
            of["f1_unasked"].push_back(number_or_null(step.unasked[c].f1()));
            of["right"].push_back(step.classes[c].right);
            of["falsely"].push_back(step.classes[c].falsely);
            of["missed"].push_back(step.classes[c].missed);
        }
        json["classes"][card.classes[c]] = std::move(of);
    }
    return json;
}

void print_steps(std::span<const AssistedStep> steps, const classify::Card& card) {
    const auto percent = [](std::optional<double> f1) {
        return f1 ? std::format("{:.1f}", 100 * *f1) : std::string("-");
    };
    std::string heading = std::format("{:>8} {:>8}", "answers", "given");
    for (const std::size_t c : told(card))
        heading += std::format(" {:>7} {:>9}", card.classes[c] + " F1", "unasked");
    print(heading);
    for (const AssistedStep& step : steps) {
        std::string line = std::format("{:>8} {:>8}", step.answers, step.given);
        for (const std::size_t c : told(card))
            line += std::format(" {:>7} {:>9}", percent(step.classes[c].f1()),
                                percent(step.unasked[c].f1()));
        print(line);
    }
}

struct Run {
    Model model;
    std::string note;
    std::vector<RecordSteps> records;
};

Result<Run> run(const EvaluateAssistedOptions& options) {
    auto model = find_model(options.model);
    if (!model) return std::unexpected(model.error());
    const auto headers = choose_records(options);
    if (!headers) return std::unexpected(headers.error());
    auto honest = choose_honest(std::move(*model), *headers, options.trained_on);
    if (!honest) return std::unexpected(honest.error());
    Run run{std::move(honest->model), std::move(honest->note), {}};
    if (!run.note.empty()) warn(run.model.card.name, run.note);
    auto session = runtime::Session::open(run.model.onnx, run.model.card, run.model.path.string(),
                                          {.threads = options.threads});
    if (!session) return std::unexpected(session.error());
    const auto truth = Truth::of(run.model.card);
    if (!truth) return std::unexpected(truth.error());
    const Technician technician(run.model.card, *truth);
    ProgressLine progress;
    for (std::size_t i = 0; i < headers->size(); ++i) {
        const fs::path& header = (*headers)[i];
        progress.show(
            std::format("record {} ({} of {})", header.stem().string(), i + 1, headers->size()));
        const auto recording = read_record(header, options.annotator);
        if (!recording) return std::unexpected(recording.error());
        auto steps = assist_record(*recording, run.model, technician, *session, options);
        if (!steps) return std::unexpected(steps.error());
        run.records.push_back(std::move(*steps));
    }
    return run;
}

}  // namespace

int evaluate_assisted(const EvaluateAssistedOptions& typed) {
    EvaluateAssistedOptions options = typed;
    std::ranges::sort(options.answers);
    const auto done = run(options);
    if (!done) {
        complain(done.error());
        return exit_bad_input;
    }
    const classify::Card& card = done->model.card;
    const std::string protocol = std::format(
        "{} records; {} beats; a technician played from the reference{}", done->records.size(),
        options.beats == "detected" ? "detected, matched within 150 ms of the annotated"
                                    : "annotated",
        options.errors > 0 ? std::format(", wrong in {:.0f} % of the answers (seed {})",
                                         100 * options.errors, options.seed)
                           : std::string());
    const auto all = sum(done->records, {});
    // Most S beats of MIT-BIH's DS2 are of this one patient.
    constexpr std::string_view apart = "232";
    const bool has_apart =
        done->records.size() > 1 &&
        std::ranges::find(done->records, apart, &RecordSteps::record) != done->records.end();
    if (!options.json) {
        print(std::format("{} {}: {}", card.name, card.version, protocol));
        print_steps(all, card);
        if (has_apart) {
            print(std::format("without record {}:", apart));
            print_steps(sum(done->records, apart), card);
        }
        return exit_ok;
    }
    Json json = {{"model", card.name}, {"version", card.version}, {"protocol", protocol}};
    json.update(describe(all, card));
    if (has_apart) json["without_232"] = describe(sum(done->records, apart), card);
    json["by_record"] = Json::array();
    for (const RecordSteps& record : done->records) {
        Json one = {{"record", record.record}};
        one.update(describe(record.steps, card));
        json["by_record"].push_back(std::move(one));
    }
    if (!done->note.empty()) json["note"] = done->note;
    print_json(json);
    return exit_ok;
}

}  // namespace telltale::cli
