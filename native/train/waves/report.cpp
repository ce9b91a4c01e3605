#include "train/waves/report.hpp"

#include <format>

#include "train/loop/environment.hpp"
#include "train/report/html_parts.hpp"

namespace telltale::train {

std::string wave_report(const WaveRecipe& recipe, const nlohmann::ordered_json& summary,
                        const std::string& lines) {
    std::string out = page_start(recipe.name);
    out += std::format("<p>{}</p><p>{}</p>", escaped(recipe.title), escaped(recipe.protocol));
    for (const auto& [key, score] : summary.at("scores").items()) {
        Table table(key, {"point", "marked by a person", "Se %", "+P %", "mean error ms", "SD ms",
                          "within two spreads %"});
        for (const auto& [wave, points] : score.items()) {
            for (const char* point : {"onset", "peak", "end"}) {
                const auto& c = points.at(point);
                const auto number = [&](const char* name, int digits) {
                    return c.at(name).is_number()
                               ? std::format("{:.{}f}", c.at(name).get<double>(), digits)
                               : std::string("-");
                };
                const double told = c.at("with_spread").get<double>();
                table.row({escaped(wave + " " + point),
                           std::to_string(c.at("reference").get<std::size_t>()), number("se", 2),
                           number("ppv", 2), number("mean_ms", 1), number("sd_ms", 1),
                           told > 0
                               ? std::format("{:.1f}",
                                             100 * c.at("within_two_spreads").get<double>() / told)
                               : "-"});
            }
        }
        out += table.html();
    }
    out += "<h2>Learning</h2>" + loss_by_step(lines);
    out += std::format("<h2>Recipe and environment</h2><p>{}</p><pre>{}</pre>",
                       escaped(environment_line(summary)), escaped(recipe.text));
    return out + std::string(page_end);
}

}  // namespace telltale::train
