// telltale evaluate classifier: a model's answers against reference annotations.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <format>
#include <optional>
#include <utility>

#include "classify/analysis.hpp"
#include "cli/commands.hpp"
#include "cli/confusion.hpp"
#include "cli/inputs.hpp"
#include "cli/model_files.hpp"
#include "data/files.hpp"
#include "data/heartbeat.hpp"
#include "evaluate/comparison.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_beats = 512;

// de Chazal's division of MIT-BIH by patient; paced records are in neither part.
constexpr std::array ds1 = {"101", "106", "108", "109", "112", "114", "115", "116",
                            "118", "119", "122", "124", "201", "203", "205", "207",
                            "208", "209", "215", "220", "223", "230"};
constexpr std::array ds2 = {"100", "103", "105", "111", "113", "117", "121", "123",
                            "200", "202", "210", "212", "213", "214", "219", "221",
                            "222", "228", "231", "232", "233", "234"};

// How reference codes become the model's classes.
class Truth {
public:
    // By AAMI class if the model's classes are all AAMI's, by WFDB code if they are all
    // mnemonics of beats; else there is no way to compare.
    static Result<Truth> of(const classify::Card& card) {
        Truth truth;
        truth.classes_ = card.classes;
        truth.aami_ = std::ranges::all_of(card.classes, [](const std::string& name) {
            return name.size() == 1 && std::string_view("NSVFQ").contains(name[0]);
        });
        if (truth.aami_) return truth;
        for (const std::string& name : card.classes) {
            const auto code = code_of_mnemonic(name);
            if (!code || !is_beat(*code))
                return fail(card.name, "",
                            std::format("its class '{}' is neither an AAMI class nor a WFDB beat "
                                        "code, so reference annotations tell nothing of it",
                                        name));
        }
        return truth;
    }

    // The index of the true class; nothing for what the model was not made to tell.
    [[nodiscard]] std::optional<std::size_t> operator()(Code code) const {
        std::string name(mnemonic(code));
        if (aami_) {
            const auto aami = aami_class(code);
            if (!aami) return std::nullopt;
            name = letter(*aami);
        }
        const auto at = std::ranges::find(classes_, name);
        if (at == classes_.end()) return std::nullopt;
        return static_cast<std::size_t>(at - classes_.begin());
    }

    [[nodiscard]] bool aami() const { return aami_; }

private:
    std::vector<std::string> classes_;
    bool aami_ = false;
};

struct Evaluation {
    Confusion confusion;
    std::size_t missed = 0;    // reference beats that the detector did not find
    std::size_t extra = 0;     // detections where there is no reference beat
    std::size_t left_out = 0;  // reference beats of no class of the model
    std::string protocol;
};

std::size_t largest(std::span<const float> row) {
    return static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
}

// Runs rows that are ready: the beats of a data set. `row` gives the values of beat i.
template <class Row>
Result<std::vector<std::size_t>> label_rows(std::size_t beats, Row row, const Model& model,
                                            runtime::Session& session) {
    const classify::InputCard& input = model.card.input;
    const std::size_t classes = model.card.classes.size();
    std::vector<std::size_t> labels;
    std::vector<float> data;
    ProgressLine progress;
    for (std::size_t first = 0; first < beats; first += batch_beats) {
        const std::size_t count = std::min(batch_beats, beats - first);
        data.clear();
        for (std::size_t i = first; i < first + count; ++i) {
            const std::span<const float> values = row(i);
            data.insert(data.end(), values.begin(), values.end());
        }
        std::vector<std::int64_t> shape = input.shape;
        shape[0] = static_cast<std::int64_t>(count);
        classify::Batch batch;
        batch.beats = count;
        batch.inputs.push_back({input.name, shape, data});
        const auto output = session.run(batch);
        if (!output) return std::unexpected(output.error());
        for (std::size_t i = 0; i < count; ++i)
            labels.push_back(largest(output->subspan(i * classes, classes)));
        progress.show(std::format("{} of {} beats", labels.size(), beats));
    }
    return labels;
}

bool takes_heartbeat_rows(const classify::InputCard& input) {
    const classify::InputCard rows = data::heartbeat_input();
    return input.kind == rows.kind && input.sampling_rate == rows.sampling_rate && input.window == rows.window &&
           input.next_fraction == rows.next_fraction && input.length == rows.length &&
           input.scaling == rows.scaling;
}

// The official test part of the data set that the model's windows come from.
Result<Evaluation> evaluate_heartbeat(const EvaluateClassifierOptions& options, const Model& model,
                                      runtime::Session& session) {
    if (!takes_heartbeat_rows(model.card.input))
        return fail(model.path.string(), "",
                    "its input is not a row of the heartbeat data set (187 values at 120 Hz from "
                    "a beat to the next ones, min_max)");
    const auto truth = Truth::of(model.card);
    if (!truth) return std::unexpected(truth.error());
    if (!truth->aami())
        return fail(model.path.string(), "",
                    "the heartbeat data set tells AAMI classes only, the model's are others");
    auto heartbeat = [&] {
        ProgressLine progress;
        return data::read_heartbeat(options.data, [&](std::size_t records) {
            progress.show(std::format("reading records, {} of 48", records));
        });
    }();
    if (!heartbeat) return std::unexpected(heartbeat.error());
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < heartbeat->beats.size(); ++i)
        if (heartbeat->beats[i].test) rows.push_back(i);
    const auto labels = label_rows(
        rows.size(), [&](std::size_t i) { return heartbeat->window(rows[i]); }, model, session);
    if (!labels) return std::unexpected(labels.error());
    Evaluation result{Confusion(model.card.classes), 0, 0, 0,
                      "the official test rows of the heartbeat data set, rebuilt from the MIT-BIH "
                      "records; a split of beats, not of patients: every record is in both parts"};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto expected = (*truth)(code_of(heartbeat->beats[rows[i]].label));
        if (expected)
            result.confusion.add(*expected, (*labels)[i]);
        else
            ++result.left_out;
    }
    return result;
}

// A number in a text of the UCR archive: the C locale's, as std::strtof reads it in a program
// that never calls setlocale.
std::optional<float> next_number(const char*& at, const char* end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == ',')) ++at;
    if (at == end || *at == '\n' || *at == '\r') return std::nullopt;
    char* after = nullptr;
    const float value = std::strtof(at, &after);
    if (after == at || !std::isfinite(value)) return std::nullopt;
    at = after;
    return value;
}

struct Labelled {
    std::vector<std::size_t> labels;  // 0 for the archive's class 1
    std::vector<float> values;
};

Result<Labelled> read_ucr(const fs::path& path, std::size_t width, std::size_t classes) {
    auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    bytes->push_back(std::byte{0});  // strtof stops here
    const char* at = reinterpret_cast<const char*>(bytes->data());
    const char* const end = at + bytes->size() - 1;
    Labelled rows;
    for (std::size_t line = 1; at < end; ++line) {
        const auto wrong = [&] {
            return fail(path.string(), std::format("line {}", line),
                        std::format("expected a class from 1 to {} and {} values", classes, width));
        };
        const auto label = next_number(at, end);
        if (!label || *label < 1 || *label > static_cast<float>(classes)) return wrong();
        rows.labels.push_back(static_cast<std::size_t>(*label) - 1);
        for (std::size_t i = 0; i < width; ++i) {
            const auto value = next_number(at, end);
            if (!value) return wrong();
            rows.values.push_back(*value);
        }
        while (at < end && (*at == ' ' || *at == '\r')) ++at;
        if (at < end && *at != '\n') return wrong();
        if (at < end) ++at;
    }
    return rows;
}

Result<Evaluation> evaluate_ecg5000(const EvaluateClassifierOptions& options, const Model& model,
                                    runtime::Session& session) {
    const std::size_t width = model.card.input.length;
    const std::size_t classes = model.card.classes.size();
    if (model.card.input.kind != classify::InputKind::window || width != 140 || classes != 5)
        return fail(model.path.string(), "",
                    "its input is not a row of ECG5000 (140 values, five classes)");
    fs::path path = options.data / "ECG5000_TEST.txt";
    if (!fs::exists(path)) path = options.data / "ecg5000" / "ECG5000_TEST.txt";
    const auto rows = read_ucr(path, width, classes);
    if (!rows) return std::unexpected(rows.error());
    const auto labels = label_rows(
        rows->labels.size(),
        [&](std::size_t i) {
            return std::span<const float>(rows->values).subspan(i * width, width);
        },
        model, session);
    if (!labels) return std::unexpected(labels.error());
    Evaluation result{Confusion(model.card.classes), 0, 0, 0,
                      "the official test part of ECG5000 (UCR archive): beats of one patient, as "
                      "the training part"};
    for (std::size_t i = 0; i < labels->size(); ++i)
        result.confusion.add(rows->labels[i], (*labels)[i]);
    return result;
}

std::vector<std::string> record_names(const std::string& split) {
    if (split == "ds1") return {ds1.begin(), ds1.end()};
    if (split == "ds2") return {ds2.begin(), ds2.end()};
    return {data::mitdb_record_names.begin(), data::mitdb_record_names.end()};
}

Result<void> classify_all(classify::Analysis& analysis, runtime::Session& session) {
    while (const auto batch = analysis.next_batch(batch_beats)) {
        const auto output = session.run(*batch);
        if (!output) return std::unexpected(output.error());
        if (auto accepted = analysis.accept(*output); !accepted) return accepted;
    }
    return {};
}

// Detected beats, matched with the annotated ones as EC57 says; classes are AAMI's.
void compare_detected(const Recording& recording, std::span<const classify::ClassifiedBeat> beats,
                      std::span<const std::string> classes, Evaluation& result) {
    std::vector<Annotation> found;
    for (const classify::ClassifiedBeat& beat : beats) {
        const char name = classes[static_cast<std::size_t>(beat.label)][0];
        const auto at = std::string_view("NSVFQ").find(name);
        found.push_back({.sample = beat.sample, .code = code_of(all_aami_classes[at])});
    }
    const evaluate::Comparison comparison =
        evaluate::compare(recording.annotations, found, recording.sampling_rate,
                          static_cast<std::int64_t>(recording.length()));
    const auto label_of = [&](std::size_t c) {
        return static_cast<evaluate::Label>(std::string_view("NSVFQ").find(classes[c][0]));
    };
    std::int64_t paired = 0;
    for (std::size_t truth = 0; truth < classes.size(); ++truth) {
        for (std::size_t given = 0; given < classes.size(); ++given) {
            const std::int64_t beats_so = comparison.at(label_of(truth), label_of(given));
            result.confusion.add(truth, given, static_cast<std::size_t>(beats_so));
            paired += beats_so;
        }
    }
    result.left_out += static_cast<std::size_t>(comparison.true_positives() - paired);
    result.missed += static_cast<std::size_t>(comparison.false_negatives());
    result.extra += static_cast<std::size_t>(comparison.false_positives());
}

// Adds one record's beats to the counts.
Result<void> evaluate_record(const Recording& recording, bool detector, const Truth& truth,
                             const Model& model, runtime::Session& session, Evaluation& result) {
    std::vector<Annotation> reference;
    for (const Annotation& annotation : recording.annotations)
        if (is_beat(annotation.code) && annotation.sample >= 0 &&
            annotation.sample < static_cast<std::int64_t>(recording.length()))
            reference.push_back(annotation);
    std::ranges::stable_sort(reference, {}, &Annotation::sample);

    classify::AnalysisOptions options;
    if (!detector) {
        options.given_beats.emplace();
        for (const Annotation& beat : reference)
            options.given_beats->push_back({.sample = beat.sample});
    }
    auto analysis = classify::Analysis::open(recording, model.card, options);
    if (!analysis) return std::unexpected(analysis.error());
    if (auto done = classify_all(*analysis, session); !done) return done;

    const std::vector<classify::ClassifiedBeat> beats = analysis->beats();
    if (detector) {
        compare_detected(recording, beats, model.card.classes, result);
        return {};
    }
    for (std::size_t i = 0; i < beats.size(); ++i) {
        if (const auto expected = truth(reference[i].code))
            result.confusion.add(*expected, static_cast<std::size_t>(beats[i].label));
        else
            ++result.left_out;
    }
    return {};
}

Result<Evaluation> evaluate_records(const EvaluateClassifierOptions& options, const Model& model,
                                    runtime::Session& session) {
    const auto truth = Truth::of(model.card);
    if (!truth) return std::unexpected(truth.error());
    if (options.detector && !truth->aami())
        return fail(model.path.string(), "",
                    "--detector compares AAMI classes, the model's are others");
    const auto folder = data::mitdb_folder(options.data);
    if (!folder) return std::unexpected(folder.error());
    Evaluation result{Confusion(model.card.classes), 0, 0, 0, ""};
    ProgressLine progress;
    const std::vector<std::string> names = record_names(options.split);
    for (std::size_t i = 0; i < names.size(); ++i) {
        progress.show(std::format("record {} ({} of {})", names[i], i + 1, names.size()));
        const fs::path header = *folder / (names[i] + ".hea");
        const formats::ReadResult read = open(header);
        if (!read.errors.empty()) return std::unexpected(read.errors[0]);
        const Recording& recording = read.recordings[0];
        if (recording.annotations.empty())
            return fail(header.string(), "", "no reference annotations beside it");
        if (auto done =
                evaluate_record(recording, options.detector, *truth, model, session, result);
            !done)
            return std::unexpected(done.error());
    }
    const std::string_view part = options.split == "ds1"   ? "DS1, 22 records"
                                  : options.split == "ds2" ? "DS2, 22 records"
                                                           : "all 48 records, paced ones included";
    result.protocol = std::format(
        "MIT-BIH Arrhythmia Database, {}; {} beats; classes by {}", part,
        options.detector ? "detected, matched within 150 ms of the annotated" : "annotated",
        truth->aami() ? "AAMI EC57" : "WFDB code");
    return result;
}

}  // namespace

int evaluate_classifier(const EvaluateClassifierOptions& options) {
    const auto started = Clock::now();
    const auto complain_and_fail = [](const Error& error) {
        complain(error);
        return exit_bad_input;
    };
    const auto model = find_model(options.model);
    if (!model) return complain_and_fail(model.error());
    auto session = runtime::Session::open(model->onnx, model->card, model->path.string(),
                                          {.threads = options.threads});
    if (!session) return complain_and_fail(session.error());
    const auto result =
        options.split == "heartbeat-test" ? evaluate_heartbeat(options, *model, *session)
        : options.split == "ecg5000-test" ? evaluate_ecg5000(options, *model, *session)
                                          : evaluate_records(options, *model, *session);
    if (!result) return complain_and_fail(result.error());
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    if (!options.json) {
        print(std::format("{} {} on {}", model->card.name, model->card.version, result->protocol));
        print(std::format("the model learnt from: {}", model->card.training_data));
        print(result->confusion.table());
        if (result->left_out > 0)
            print(std::format("{} beats left out: of no class of the model", result->left_out));
        if (options.detector)
            print(std::format("detector: {} beats missed, {} found where there is none",
                              result->missed, result->extra));
        return exit_ok;
    }
    Json json = {{"model", model->card.name},
                 {"version", model->card.version},
                 {"split", options.split},
                 {"protocol", result->protocol},
                 {"training_data", model->card.training_data},
                 {"training_protocol", model->card.protocol}};
    result->confusion.describe(json);
    json["left_out"] = result->left_out;
    if (options.detector) {
        json["missed"] = result->missed;
        json["extra"] = result->extra;
    }
    json["seconds"] = seconds;
    print_json(json);
    return exit_ok;
}

}  // namespace telltale::cli
