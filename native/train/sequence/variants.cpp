#include "train/sequence/variants.hpp"

#include <toml++/toml.hpp>

#include <algorithm>
#include <format>
#include <sstream>

#include "classify/features.hpp"
#include "data/files.hpp"

namespace telltale::train {

namespace {

using Json = nlohmann::ordered_json;

/// The columns of `groups` within rows of `all` groups.
torch::Tensor columns(const std::vector<std::string>& groups, const std::vector<std::string>& all) {
    std::vector<std::int64_t> result;
    for (const std::string& group : groups) {
        std::int64_t first = 0;
        for (const std::string& other : all) {
            const auto width =
                static_cast<std::int64_t>(classify::feature_count(std::vector{other}));
            if (other == group) {
                for (std::int64_t k = 0; k < width; ++k) result.push_back(first + k);
            }
            first += width;
        }
    }
    return torch::tensor(result);
}

/// A recipe whose bank serves all variants: every group, every kind of rhythm.
SequenceRecipe widest(const std::vector<Variant>& variants) {
    SequenceRecipe wide = variants[0].recipe;
    for (const Variant& v : variants) {
        for (const std::string& group : v.recipe.groups) {
            if (std::ranges::find(wide.groups, group) == wide.groups.end()) {
                wide.groups.push_back(group);
            }
        }
        for (const auto& [kind, share] : v.recipe.shares) {
            wide.shares[kind] = std::max(wide.shares[kind], share);
        }
    }
    return wide;
}

std::string folder_name(const std::string& name) {
    std::string result;
    for (const char c : name) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        result += plain ? c : '-';
    }
    return result;
}

}  // namespace

Result<std::vector<Variant>> parse_variants(const SequenceRecipe& recipe, std::string_view text,
                                            std::string_view file) {
    toml::table changes, base;
    try {
        base = toml::parse(recipe.text);
        changes = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(std::string(file), std::format("line {}", error.source().begin.line),
                    std::string(error.description()));
    }
    std::vector<Variant> variants{{"the recipe itself", recipe}};
    for (const auto& [name, node] : changes) {
        const toml::table* sections = node.as_table();
        toml::table changed = base;
        for (const auto& [section, keys] : sections == nullptr ? toml::table{} : *sections) {
            toml::table* into = changed[section.str()].as_table();
            const toml::table* from = keys.as_table();
            if (into == nullptr || from == nullptr) {
                return fail(std::string(file), std::format("[\"{}\"]", name.str()),
                            std::format("the recipe has no section '{}'", section.str()));
            }
            for (const auto& [key, value] : *from) into->insert_or_assign(key, value);
        }
        std::ostringstream stream;
        stream << changed;
        auto parsed = parse_sequence_recipe(stream.str(), file);
        if (!parsed) return std::unexpected(parsed.error());
        if (parsed->folds != recipe.folds || parsed->patients != recipe.patients) {
            return fail(std::string(file), std::format("[\"{}\"]", name.str()),
                        "changes the folds or the number of synthetic patients; variants share "
                        "their recordings");
        }
        parsed->name = recipe.name;
        variants.push_back({std::string(name.str()), std::move(*parsed)});
    }
    return variants;
}

Result<Json> compare_variants(const std::vector<Variant>& variants, const CourseOptions& options,
                              Display& display) {
    const SequenceRecipe wide = widest(variants);
    const auto bank =
        make_bank(wide, options.data, [&](std::string_view line) { display.say(line); });
    if (!bank) return std::unexpected(bank.error());
    Json result = Json::array();
    for (const Variant& v : variants) {
        display.say(v.name);
        Bank own = *bank;
        const torch::Tensor kept = columns(v.recipe.groups, wide.groups);
        for (Sequence& s : own) {
            for (torch::Tensor& lead : s.leads) lead = lead.index_select(1, kept).contiguous();
        }
        CourseOptions each = options;
        each.out = options.out / folder_name(v.name);
        each.folds_only = true;
        each.resume = true;
        const auto course = follow(v.recipe, std::move(own), each, display);
        if (!course) return std::unexpected(course.error());
        const Json& scores = course->summary["cross_validation"];
        Json line{{"name", v.name},
                  {"parameters", course->summary["parameters"]},
                  {"features", course->summary["features"]},
                  {"accuracy", scores["accuracy"]},
                  {"macro_f1", scores["macro_f1"]},
                  {"classes", scores["classes"]}};
        for (const char* const key : {"databases", "databases_first_lead"})
            if (scores.contains(key)) line[key] = scores[key];
        for (const auto& [kind, of_kind] : scores["synthetic"].items()) {
            line["synthetic"][kind] = {{"accuracy", of_kind["accuracy"]},
                                       {"classes", of_kind["classes"]}};
        }
        result.push_back(std::move(line));
        if (auto r = data::write_file(options.out / "variants.json", result.dump(2) + "\n"); !r) {
            return std::unexpected(r.error());
        }
    }
    return result;
}

}  // namespace telltale::train
