#include "train/report/html_parts.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace telltale::train {

namespace {

// Okabe and Ito's colours, told apart by colour-blind eyes too.
constexpr std::array<std::string_view, 7> colours = {"#000000", "#E69F00", "#D55E00", "#009E73",
                                                     "#CC79A7", "#0072B2", "#56B4E9"};
// Curves beyond as many colours are dashed.
std::string stroke(std::size_t i) {
    return std::format("stroke='{}'{}", colours[i % colours.size()],
                       i < colours.size() ? "" : " stroke-dasharray='5 3'");
}

/// Four digits, or a dash where there is no figure.
std::string figure(std::optional<double> value) {
    return value ? std::format("{:.4f}", *value) : "-";
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string page_start(std::string_view title) {
    return std::format(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'><title>{0}</title>"
        "<style>body{{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;"
        "padding:0 1rem;color:#1a1a1a;background:#fff;overflow-wrap:break-word}}"
        ".table{{overflow-x:auto;margin:1rem 0}}table{{border-collapse:collapse}}"
        "td,th{{border:1px solid #ccc;padding:.2rem .6rem;text-align:right;white-space:nowrap}}"
        "caption,figcaption{{font-weight:600;text-align:left}}"
        "figure{{display:inline-block;margin:.5rem 1rem .5rem 0;max-width:100%;"
        "vertical-align:top}}svg{{max-width:100%;height:auto}}svg text{{font-size:11px}}"
        ".beat{{width:136px}}.beat figcaption{{font:12px/1.35 system-ui,sans-serif}}"
        "pre{{background:#f5f5f5;padding:1rem;overflow:auto}}</style></head><body><h1>{0}</h1>\n",
        escaped(title));
}

Table::Table(std::string_view caption, const std::vector<std::string>& heads) {
    if (!caption.empty()) rows_ += std::format("<caption>{}</caption>", escaped(caption));
    rows_ += "<tr>";
    for (const std::string& head : heads) rows_ += std::format("<th>{}</th>", escaped(head));
    rows_ += "</tr>";
}

void Table::row(const std::vector<std::string>& cells) {
    rows_ += "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string_view tag = i == 0 ? "th" : "td";
        rows_ += std::format("<{0}>{1}</{0}>", tag, cells[i]);
    }
    rows_ += "</tr>";
}

std::string Table::html() const {
    return "<div class='table'><table>" + rows_ + "</table></div>\n";
}

std::string plot(std::string_view title, const std::vector<Curve>& curves, double low,
                 double high) {
    constexpr double w = 380, h = 220;
    const double x0 = 0;
    double x1 = 1e-9;
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
        "<text x='{}' y='{}' text-anchor='end'>{:.6g}</text>",
        escaped(title), w + 60, h + 35, w + 60, w, h, high, h, low, w, h + 16, x1);
    for (const Curve& c : curves) {
        svg +=
            std::format("<polyline fill='none' stroke-width='1.6' {} points='", stroke(c.colour));
        for (const auto& [x, y] : c.points) {
            svg += std::format("{:.1f},{:.1f} ", (x - x0) / (x1 - x0) * w,
                               h - (y - low) / (high - low) * h);
        }
        svg += "'/>";
    }
    svg += "</svg><div>";
    // The legend stands below, where it hides no curve.
    for (const Curve& c : curves) {
        svg += std::format(
            "<span style='margin-right:1em;white-space:nowrap'><svg width='18' height='10'><line "
            "x2='18' y1='5' y2='5' stroke-width='2' {}/></svg> {}</span> ",
            stroke(c.colour), escaped(c.name));
    }
    return svg + "</div></figure>\n";
}

std::string loss_by_step(const std::string& lines) {
    std::map<std::string, Curve> curves;
    std::istringstream stream(lines);
    double highest = 0;
    for (std::string line; std::getline(stream, line);) {
        const auto told = nlohmann::json::parse(line, nullptr, false);
        if (!told.is_object()) continue;
        const auto stage = told.at("stage").get<std::string>();
        auto& curve = curves.try_emplace(stage, Curve{stage, {}, curves.size()}).first->second;
        const auto loss = told.at("loss").get<double>();
        curve.points.emplace_back(told.at("step").get<double>(), loss);
        highest = std::max(highest, loss);
    }
    std::vector<Curve> list;
    for (auto& [name, curve] : curves) list.push_back(std::move(curve));
    return plot("Loss by step", list, 0, highest);
}

std::string beat_picture(std::span<const float> samples, std::string_view caption,
                         std::optional<std::size_t> mark) {
    if (samples.empty()) return "";
    const auto [low, high] = std::ranges::minmax(samples);
    const double span = high > low ? high - low : 1.0F;
    const auto x = [&](std::size_t i) {
        return 132.0 * static_cast<double>(i) / static_cast<double>(samples.size());
    };
    std::string svg = "<figure class='beat'><svg viewBox='0 -2 132 64' width='132'>";
    if (mark) {
        svg += std::format("<line x1='{0:.1f}' x2='{0:.1f}' y1='-2' y2='62' stroke='#E69F00'/>",
                           x(*mark));
    }
    svg += "<polyline fill='none' stroke='#222' points='";
    for (std::size_t i = 0; i < samples.size(); ++i) {
        svg += std::format("{:.1f},{:.1f} ", x(i), 60.0 - 60.0 * (samples[i] - low) / span);
    }
    return svg + std::format("'/></svg><figcaption>{}</figcaption></figure>\n", escaped(caption));
}

std::string confusion_table(const Confusion& c, bool shares) {
    std::vector<std::string> heads = {"truth \\ called"};
    heads.insert(heads.end(), c.classes().begin(), c.classes().end());
    std::string out = std::format("<div class='table'><table><caption>{}</caption><tr>",
                                  shares ? "Confusion, shares of the truth" : "Confusion, beats");
    for (const std::string& head : heads) out += std::format("<th>{}</th>", escaped(head));
    out += "</tr>";
    for (std::size_t t = 0; t < c.size(); ++t) {
        out += std::format("<tr><th>{}</th>", escaped(c.classes()[t]));
        const double support = std::max<double>(1.0, static_cast<double>(c.support(t)));
        for (std::size_t p = 0; p < c.size(); ++p) {
            const double share = static_cast<double>(c.at(t, p)) / support;
            out +=
                std::format("<td style='background:rgba(0,114,178,{:.3f})'>{}</td>", 0.6 * share,
                            shares ? std::format("{:.3f}", share) : std::format("{}", c.at(t, p)));
        }
        out += "</tr>";
    }
    return out + "</table></div>\n";
}

std::string class_scores(const Confusion& confusion, std::span<const float> logits,
                         std::span<const std::uint8_t> labels, std::span<const std::size_t> rows,
                         std::size_t classes) {
    Table table("Class by class", {"", "precision", "recall", "F1", "AUC", "beats"});
    std::vector<Curve> curves;
    for (std::size_t c = 0; c < confusion.size(); ++c) {
        const std::string& name = confusion.classes()[c];
        const auto curve =
            c < classes ? roc(logits, labels, rows, c, classes) : std::optional<evaluate::Roc>();
        table.row({escaped(name), figure(confusion.predictive_value(c)),
                   figure(confusion.sensitivity(c)), figure(confusion.f1(c)),
                   figure(curve ? std::optional(curve->area) : std::nullopt),
                   std::format("{}", confusion.support(c))});
        if (!curve) continue;
        Curve drawn{name, {}, c};
        for (const evaluate::RocPoint& p : curve->points)
            drawn.points.emplace_back(p.false_positive_rate, p.sensitivity);
        curves.push_back(std::move(drawn));
    }
    return table.html() +
           plot("ROC, one class against the rest: sensitivity over false positives", curves, 0, 1);
}

}  // namespace telltale::train
