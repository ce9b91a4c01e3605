#include "train/report/report.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>

#include "data/files.hpp"
#include "data/machine.hpp"
#include "train/data/data_report.hpp"
#include "train/loop/environment.hpp"
#include "train/report/html_parts.hpp"

namespace telltale::train {

namespace {

std::size_t predicted(const Evaluation& e, std::size_t i, std::size_t classes) {
    const auto row = std::span(e.logits).subspan(i * classes, classes);
    return static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
}

/// The probability of a row's largest logit.
double certainty(const Evaluation& e, std::size_t i, std::size_t classes) {
    const auto row = std::span(e.logits).subspan(i * classes, classes);
    const double largest = *std::ranges::max_element(row);
    double sum = 0;
    for (const float v : row) sum += std::exp(v - largest);
    return 1 / sum;
}

/// Test beats that were called wrongly, the surest first.
std::vector<std::pair<double, std::size_t>> misclassified(const RunReport& r) {
    const std::size_t classes = r.data.classes.size();
    std::vector<std::pair<double, std::size_t>> wrong;
    for (std::size_t i = 0; i < r.split.test.size(); ++i) {
        if (predicted(r.test, i, classes) == r.data.labels[r.split.test[i]]) continue;
        wrong.emplace_back(certainty(r.test, i, classes), i);
    }
    std::ranges::stable_sort(wrong, [](const auto& a, const auto& b) { return a.first > b.first; });
    return wrong;
}

}  // namespace

nlohmann::ordered_json summary(const RunReport& r) {
    const Epoch& best = r.run.history[static_cast<std::size_t>(r.run.best_epoch - 1)];
    double seconds = 0, rate = 0;
    for (const Epoch& e : r.run.history) {
        seconds += e.seconds;
        rate = std::max(rate, e.beats_per_s);
    }
    nlohmann::ordered_json json{
        {"recipe", r.recipe.name},
        {"model", r.recipe.model},
        {"data", r.data.name},
        {"network", r.recipe.network},
        {"parameters", r.run.module->network().parameters()},
        {"trainable_parameters", r.run.module->network().trainable_parameters()},
        {"seed", r.recipe.seed},
        {"epochs", r.run.history.size()},
        {"kept",
         {{"epoch", r.run.best_epoch},
          {"by", name_of(r.recipe.keep)},
          {"validation_loss", best.validation_loss},
          {"validation_accuracy", best.validation_accuracy},
          {"validation_macro_f1", best.validation_macro_f1}}},
        {"training_seconds", seconds},
        {"fastest_beats_per_s", rate},
        {"device", r.device},
        {"threads", r.threads},
        {"machine", data::machine_name()},
        {"libtorch", TORCH_VERSION},
        {"version", built_version()},
        {"test", to_json(r.test.confusion)}};
    json["training_beats"] = r.split.train.size();
    if (r.limit > 0 && r.limit < r.split.train.size()) json["limit"] = r.limit;
    if (r.device == "cuda") json["gpu"] = gpu_name();
    auto& areas = json["test"]["auc"] = nlohmann::ordered_json::object();
    for (std::size_t c = 0; c < r.data.classes.size(); ++c) {
        const auto curve =
            roc(r.test.logits, r.data.labels, r.split.test, c, r.data.classes.size());
        if (curve) areas[r.data.classes[c]] = curve->area;
    }
    return json;
}

std::string html(const RunReport& r) {
    const std::size_t classes = r.data.classes.size();
    std::string out = page_start(r.recipe.name);
    out += std::format("<p>{}</p><p>{}</p>", escaped(r.recipe.title), escaped(r.recipe.protocol));
    out += std::format(
        "<p>Test part: accuracy <b>{:.2f} %</b>, macro-F1 <b>{:.4f}</b>, by the model "
        "of epoch {}, kept by validation {}.</p>",
        100 * r.test.confusion.accuracy().value_or(0), r.test.confusion.macro_f1().value_or(0),
        r.run.best_epoch, name_of(r.recipe.keep));

    out += "<h2>Data</h2>";
    const std::vector<NamedPart> parts = {
        {"training", r.split.train}, {"validation", r.split.validation}, {"test", r.split.test}};
    out += parts_table(r.data, parts) + sample_pictures(r.data, r.split.train, 3);

    out += "<h2>Learning</h2>";
    Curve loss{"training", {}, 0}, val_loss{"validation", {}, 5};
    Curve acc{"training accuracy", {}, 0}, val_acc{"validation accuracy", {}, 5},
        val_f1{"validation macro-F1", {}, 2};
    for (const Epoch& e : r.run.history) {
        loss.points.emplace_back(e.epoch, e.loss);
        val_loss.points.emplace_back(e.epoch, e.validation_loss);
        acc.points.emplace_back(e.epoch, e.accuracy);
        val_acc.points.emplace_back(e.epoch, e.validation_accuracy);
        val_f1.points.emplace_back(e.epoch, e.validation_macro_f1);
    }
    out += plot("Loss by epoch", {loss, val_loss}, 0, 0);
    out += plot("Accuracy and macro-F1 by epoch", {acc, val_acc, val_f1}, 1, 1);

    out += "<h2>Test part</h2>";
    out += confusion_table(r.test.confusion, false);
    out += confusion_table(r.test.confusion, true);
    out += class_scores(r.test.confusion, r.test.logits, r.data.labels, r.split.test, classes);

    const auto wrong = misclassified(r);
    out += std::format(
        "<h2>Misclassified</h2><p>{} of {} beats. Of each class, those that the "
        "model was surest of.</p><div>",
        wrong.size(), r.split.test.size());
    std::vector<std::vector<std::string>> pictures(classes);
    for (const auto& [sure, i] : wrong) {
        const std::size_t row = r.split.test[i], truth = r.data.labels[row];
        if (pictures[truth].size() >= 6) continue;
        pictures[truth].push_back(
            beat_picture(first_channel(r.data, row),
                         std::format("{} called {} ({:.3f}), {}", r.data.classes[truth],
                                     r.data.classes[predicted(r.test, i, classes)], sure,
                                     place_of(r.data, row))));
    }
    for (const auto& of_class : pictures) {
        for (const std::string& picture : of_class) out += picture;
    }
    const nlohmann::ordered_json facts = summary(r);
    out +=
        std::format("</div><h2>Recipe and environment</h2><p>{} epochs in {}. {}</p><pre>{}</pre>",
                    r.run.history.size(), clock_time(facts.value("training_seconds", 0.0)),
                    escaped(environment_line(facts)), escaped(r.recipe.text));
    return out + std::string(page_end);
}

Result<void> write_report(const std::filesystem::path& folder, const RunReport& report) {
    if (auto r = data::write_file(folder / "report.html", html(report)); !r) return r;
    return data::write_file(folder / "run.json", summary(report).dump(2) + '\n');
}

}  // namespace telltale::train
