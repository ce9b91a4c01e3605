#include "report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>
#include <numeric>

#include "data/files.hpp"
#include "data/machine.hpp"

namespace telltale::train {

namespace {

// Okabe and Ito's colours, told apart by colour-blind eyes too.
constexpr std::array<std::string_view, 7> colours = {"#000000", "#E69F00", "#D55E00", "#009E73",
                                                     "#CC79A7", "#0072B2", "#56B4E9"};

std::string_view colour(std::size_t i) {
    return colours[i % colours.size()];
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

struct Curve {
    std::string name;
    std::vector<std::pair<double, double>> points;
    std::size_t colour = 0;
};

/// Curves in one frame with the extremes written at its axes.
std::string plot(std::string_view title, const std::vector<Curve>& curves, double low,
                 double high) {
    constexpr double w = 380, h = 220;
    double x0 = 0, x1 = 1e-9;
    for (const Curve& c : curves) {
        for (const auto& [x, y] : c.points) {
            x1 = std::max(x1, x);
            low = std::min(low, y);
            high = std::max(high, y);
        }
    }
    if (high <= low) high = low + 1;
    std::string svg = std::format(
        "<figure><figcaption>{}</figcaption><svg viewBox='-45 -10 {} {}' width='{}'>"
        "<rect width='{}' height='{}' fill='none' stroke='#999'/>"
        "<text x='-4' y='8' text-anchor='end'>{:.3g}</text>"
        "<text x='-4' y='{}' text-anchor='end'>{:.3g}</text>"
        "<text x='{}' y='{}' text-anchor='end'>{:.3g}</text>",
        escaped(title), w + 60, h + 35, w + 60, w, h, high, h, low, w, h + 16, x1);
    double label = 16;
    for (const Curve& c : curves) {
        svg += std::format("<polyline fill='none' stroke-width='1.6' stroke='{}' points='",
                           colour(c.colour));
        for (const auto& [x, y] : c.points) {
            svg += std::format("{:.1f},{:.1f} ", (x - x0) / (x1 - x0) * w,
                               h - (y - low) / (high - low) * h);
        }
        svg += std::format("'/><text x='{}' y='{}' text-anchor='end' fill='{}'>{}</text>", w - 6,
                           label, colour(c.colour), escaped(c.name));
        label += 15;
    }
    return svg + "</svg></figure>\n";
}

/// One row drawn small.
std::string beat(std::span<const float> row, std::string_view caption) {
    const auto [low, high] = std::ranges::minmax(row);
    const double span = high > low ? high - low : 1.0F;
    std::string svg =
        "<figure class='beat'><svg viewBox='0 -2 120 64' width='120'><polyline fill='none' "
        "stroke='#222' points='";
    for (std::size_t i = 0; i < row.size(); ++i) {
        svg += std::format("{:.1f},{:.1f} ",
                           120.0 * static_cast<double>(i) / static_cast<double>(row.size()),
                           60.0 - 60.0 * (row[i] - low) / span);
    }
    return svg + std::format("'/></svg><figcaption>{}</figcaption></figure>\n", escaped(caption));
}

std::size_t predicted(const Evaluation& e, std::size_t i, std::size_t classes) {
    const auto row = std::span(e.logits).subspan(i * classes, classes);
    return static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
}

std::string confusion_table(const Confusion& c, const std::vector<std::string>& names,
                            bool shares) {
    std::string out = std::format("<table><caption>{}</caption><tr><th>truth \\ called</th>",
                                  shares ? "Confusion, shares of the truth" : "Confusion, beats");
    for (const std::string& name : names) out += std::format("<th>{}</th>", escaped(name));
    out += "</tr>";
    for (std::size_t t = 0; t < c.classes(); ++t) {
        out += std::format("<tr><th>{}</th>", escaped(names[t]));
        const double support = std::max<double>(1.0, static_cast<double>(c.of(t).support));
        for (std::size_t p = 0; p < c.classes(); ++p) {
            const double share = static_cast<double>(c.at(t, p)) / support;
            out +=
                std::format("<td style='background:rgba(0,114,178,{:.3f})'>{}</td>", 0.6 * share,
                            shares ? std::format("{:.3f}", share) : std::format("{}", c.at(t, p)));
        }
        out += "</tr>";
    }
    return out + "</table>\n";
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
        {"test", to_json(r.test.confusion, r.data.classes)}};
    if (r.limit > 0) json["limit"] = r.limit;
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
    std::string out = std::format(
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>{0}</title><style>"
        "body{{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
        "color:#1a1a1a}}table{{border-collapse:collapse;margin:1rem 2rem 1rem "
        "0;display:inline-table}}"
        "td,th{{border:1px solid #ccc;padding:.2rem .6rem;text-align:right}}caption,figcaption{{"
        "font-weight:600;text-align:left}}figure{{display:inline-block;margin:.5rem 1rem .5rem 0}}"
        "svg text{{font-size:11px}}.beat figcaption{{font:12px system-ui;max-width:8rem}}"
        "pre{{background:#f5f5f5;padding:1rem;overflow:auto}}</style><h1>{0}</h1><p>{1}</p><p>{2}</"
        "p>",
        escaped(r.recipe.name), escaped(r.recipe.title), escaped(r.recipe.protocol));
    out += std::format(
        "<p>Test part: accuracy <b>{:.2f} %</b>, macro-F1 <b>{:.4f}</b>, by the model "
        "of epoch {}, kept by validation {}.</p>",
        100 * r.test.confusion.accuracy(), r.test.confusion.macro_f1(), r.run.best_epoch,
        name_of(r.recipe.keep));

    out += "<h2>Data</h2><table><tr><th>part</th><th>beats</th>";
    for (const std::string& name : r.data.classes) out += std::format("<th>{}</th>", escaped(name));
    out += "</tr>";
    for (const auto& [name, rows] :
         {std::pair{"training", &r.split.train}, std::pair{"validation", &r.split.validation},
          std::pair{"test", &r.split.test}}) {
        out += std::format("<tr><th>{}</th><td>{}</td>", name, rows->size());
        for (const std::size_t n : class_counts(r.data, *rows)) {
            out += std::format("<td>{} ({:.2f} %)</td>", n,
                               100.0 * static_cast<double>(n) / static_cast<double>(rows->size()));
        }
        out += "</tr>";
    }
    out += "</table><div>";
    std::vector<std::size_t> shown(classes);
    for (const std::size_t row : r.split.train) {
        if (shown[r.data.labels[row]]++ < 3)
            out += beat(r.data.row(row), r.data.classes[r.data.labels[row]]);
    }

    out += "</div><h2>Learning</h2>";
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
    out += confusion_table(r.test.confusion, r.data.classes, false);
    out += confusion_table(r.test.confusion, r.data.classes, true);
    out +=
        "<table><caption>Class by class</caption><tr><th></th><th>precision</th><th>recall</th>"
        "<th>F1</th><th>AUC</th><th>beats</th></tr>";
    std::vector<Curve> curves;
    for (std::size_t c = 0; c < classes; ++c) {
        const ClassScores s = r.test.confusion.of(c);
        const auto curve = roc(r.test.logits, r.data.labels, r.split.test, c, classes);
        out += std::format(
            "<tr><th>{}</th><td>{:.4f}</td><td>{:.4f}</td><td>{:.4f}</td><td>{}</td>"
            "<td>{}</td></tr>",
            escaped(r.data.classes[c]), s.precision, s.sensitivity, s.f1,
            curve ? std::format("{:.4f}", curve->area) : "-", s.support);
        if (!curve) continue;
        Curve drawn{r.data.classes[c], {}, c};
        // A few hundred of the points are as many as the eye can see.
        const std::size_t step = std::max<std::size_t>(1, curve->points.size() / 300);
        for (std::size_t i = 0; i < curve->points.size(); i += step)
            drawn.points.push_back(curve->points[i]);
        drawn.points.push_back(curve->points.back());
        curves.push_back(std::move(drawn));
    }
    out += "</table>" +
           plot("ROC, one class against the rest: sensitivity over false positives", curves, 0, 1);

    out += "<h2>Misclassified</h2><div>";
    std::vector<std::size_t> wrong(classes);
    for (std::size_t i = 0; i < r.split.test.size(); ++i) {
        const std::size_t row = r.split.test[i];
        const std::size_t truth = r.data.labels[row], called = predicted(r.test, i, classes);
        if (truth == called || wrong[truth]++ >= 6) continue;
        out += beat(r.data.row(row),
                    std::format("{} called {}, record {}", r.data.classes[truth],
                                r.data.classes[called], r.data.group_names[r.data.groups[row]]));
    }
    out += std::format(
        "</div><h2>Recipe and environment</h2><p>Seed {}, {} with {} thread(s), "
        "LibTorch {}.</p><pre>{}</pre></html>\n",
        r.recipe.seed, r.device, r.threads, TORCH_VERSION, escaped(r.recipe.text));
    return out;
}

Result<void> write_report(const std::filesystem::path& folder, const RunReport& report) {
    if (auto r = data::write_file(folder / "report.html", html(report)); !r) return r;
    return data::write_file(folder / "run.json", summary(report).dump(2) + '\n');
}

}  // namespace telltale::train
