#include "train/rhythm/report.hpp"

#include <format>

#include "rhythm/rhythm_features.hpp"
#include "train/loop/environment.hpp"
#include "train/recipes/recipe_reader.hpp"
#include "train/report/html_parts.hpp"

namespace telltale::train {

namespace {

using Json = nlohmann::ordered_json;

std::string number(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? std::format("{:.1f}", found->get<double>())
                                                     : "-";
}

std::string part_table(const std::string& name, const Json& part) {
    Table table(name, {"rhythm", "time Se %", "time +P %", "reference s", "marked s",
                       "episodes found", "marked right", "false an hour"});
    for (const auto& [rhythm, counts] : part.at("rhythms").items()) {
        const auto whole = [&](const char* key) {
            return std::to_string(counts.at(key).get<std::size_t>());
        };
        table.row({escaped(rhythm), number(counts, "se"), number(counts, "ppv"),
                   number(counts, "reference_s"), number(counts, "marked_s"),
                   whole("episodes_found") + " of " + whole("reference_episodes"),
                   whole("episodes_right") + " of " + whole("marked_episodes"),
                   number(counts, "false_per_hour")});
    }
    return table.html();
}

}  // namespace

std::string window_key(const RhythmRecipe& recipe) {
    std::string key = std::format("seed {}", recipe.seed);
    for (const auto& [name, value] : settings(recipe.text, recipe.seed))
        if (name.starts_with("windows.") || name.starts_with("shares."))
            key += std::format("; {} {}", name, value);
    for (const std::string& group : rhythm::rhythm_groups()) key += "; " + group;
    return key + std::format("; {} features", rhythm::rhythm_feature_count());
}

std::string rhythm_report(const RhythmRecipe& recipe, const Json& summary,
                          const std::string& lines) {
    std::string out = page_start(recipe.name);
    out += std::format("<p>{}</p><p>{}</p>", escaped(recipe.title), escaped(recipe.protocol));
    for (const char* which : {"folds", "final"}) {
        if (!summary.contains(which)) continue;
        out += std::string(which) == "folds"
                   ? "<h2>By folds of records: each judged by networks that had not seen it</h2>"
                   : "<h2>The final network, on what no network has learnt from</h2>";
        for (const auto& [name, part] : summary.at(which).items())
            if (part.contains("rhythms")) out += part_table(name, part);
        if (summary.at(which).contains("cinc2017"))
            out += "<pre>" + escaped(summary.at(which).at("cinc2017").dump(1)) + "</pre>";
    }
    out += "<h2>Learning</h2>" + loss_by_step(lines);
    out += std::format("<h2>Recipe and environment</h2><p>{}</p><pre>{}</pre>",
                       escaped(environment_line(summary)), escaped(recipe.text));
    return out + std::string(page_end);
}

}  // namespace telltale::train
