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
#include "cli/evaluate_records.hpp"
#include "cli/model_files.hpp"
#include "data/files.hpp"
#include "data/heartbeat.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_beats = 512;

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
    return input.kind == rows.kind && input.sampling_rate == rows.sampling_rate &&
           input.window == rows.window && input.next_fraction == rows.next_fraction &&
           input.length == rows.length && input.scaling == rows.scaling;
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
    Evaluation result(model.card.classes,
                      "the official test rows of the heartbeat data set, rebuilt from the MIT-BIH "
                      "records; a split of beats, not of patients: every record is in both parts");
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
    if (!data::exists(path)) path = options.data / "ecg5000" / "ECG5000_TEST.txt";
    const auto rows = read_ucr(path, width, classes);
    if (!rows) return std::unexpected(rows.error());
    const auto labels = label_rows(
        rows->labels.size(),
        [&](std::size_t i) {
            return std::span<const float>(rows->values).subspan(i * width, width);
        },
        model, session);
    if (!labels) return std::unexpected(labels.error());
    Evaluation result(model.card.classes,
                      "the official test part of ECG5000 (UCR archive): beats of one patient, as "
                      "the training part");
    for (std::size_t i = 0; i < labels->size(); ++i)
        result.confusion.add(rows->labels[i], (*labels)[i]);
    return result;
}

}  // namespace

int evaluate_classifier(const EvaluateClassifierOptions& options) {
    const auto started = Clock::now();
    const auto complain_and_fail = [](const Error& error) {
        complain(error);
        return exit_bad_input;
    };
    auto model = find_model(options.model);
    if (!model) return complain_and_fail(model.error());
    const bool of_records = options.split != "heartbeat-test" && options.split != "ecg5000-test";
    std::vector<fs::path> headers;
    std::string note;
    if (of_records) {
        auto chosen = choose_records(options);
        if (!chosen) return complain_and_fail(chosen.error());
        headers = std::move(*chosen);
        auto honest = choose_honest(std::move(*model), headers, options.trained_on);
        if (!honest) return complain_and_fail(honest.error());
        model = std::move(honest->model);
        note = std::move(honest->note);
        if (!note.empty()) warn(model->card.name, note);
    }
    auto session = runtime::Session::open(model->onnx, model->card, model->path.string(),
                                          {.threads = options.threads});
    if (!session) return complain_and_fail(session.error());
    const auto result =
        options.split == "heartbeat-test" ? evaluate_heartbeat(options, *model, *session)
        : options.split == "ecg5000-test" ? evaluate_ecg5000(options, *model, *session)
                                          : evaluate_records(options, headers, *model, *session);
    if (!result) return complain_and_fail(result.error());
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    if (!options.json) {
        print(std::format("{} {} on {}", model->card.name, model->card.version, result->protocol));
        print(std::format("the model learnt from: {}", model->card.training_data));
        print(evaluate::to_text(result->confusion));
        if (result->left_out > 0)
            print(std::format("{} beats left out: of no class of the model", result->left_out));
        if (of_records) print_records(*result);
        return exit_ok;
    }
    Json json = {{"model", model->card.name},
                 {"version", model->card.version},
                 {"split", options.split},
                 {"protocol", result->protocol},
                 {"training_data", model->card.training_data},
                 {"training_protocol", model->card.protocol}};
    json.update(evaluate::to_json(result->confusion));
    json["left_out"] = result->left_out;
    if (!note.empty()) json["note"] = note;
    if (of_records) describe_records(*result, json);
    json["seconds"] = seconds;
    print_json(json);
    return exit_ok;
}

}  // namespace telltale::cli
