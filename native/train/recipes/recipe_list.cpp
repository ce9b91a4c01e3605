#include "train/recipes/recipe_list.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <string_view>
#include <vector>

#include "train/report/run_files.hpp"
#include "train/rhythm/recipe.hpp"
#include "train/sequence/recipe.hpp"
#include "train/waves/recipe.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t columns = 6;
using Line = std::array<std::string, columns>;

std::string_view words(SplitKind kind, std::string_view set) {
    switch (kind) {
        // Both official splits divide beats; ECG5000 has one patient only.
        case SplitKind::official:
            return set == "ecg5000" ? "official split, one patient" : "official split of beats";
        case SplitKind::beats: return "beats at random";
        case SplitKind::patients: return "patients at random";
        case SplitKind::ds1_ds2: return "patients, DS1 to DS2";
    }
    return "";
}

std::string_view words(Balancing method) {
    switch (method) {
        case Balancing::none: return "";
        case Balancing::over: return "over-sampling";
        case Balancing::under: return "under-sampling";
        case Balancing::hybrid: return "resampling";
        case Balancing::smote: return "SMOTE";
    }
    return "";
}

std::string protocol(const Recipe& r) {
    std::string text(words(r.split.kind, r.data.set));
    if (const std::string_view method = words(r.balance.method); !method.empty())
        text += std::format(", {}{}", method, r.balance.before_split ? " before the split" : "");
    if (r.class_weights) text += ", class weights";
    return text;
}

std::string ours(const nlohmann::ordered_json& run) {
    if (run.is_null()) return "-";
    const auto limit = number_at(run, "/limit");
    const bool held_out = run.contains("cross_validation");
    return to_text(figures_of(run, held_out ? "cross_validation" : "test")) +
           (held_out ? " (cross-validation)" : "") +
           (limit ? std::format(" (of {} beats)", grouped(*limit)) : "");
}

}  // namespace

Result<std::string> recipe_list(const fs::path& models) {
    std::vector<fs::path> files;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(models / "recipes", code)) {
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
    if (code) return fail((models / "recipes").string(), "", code.message());
    std::ranges::sort(files, {}, [](const fs::path& file) { return file.stem().string(); });
    std::vector<Line> lines = {{"recipe", "data set", "protocol", "network", "published", "ours"}};
    for (const fs::path& file : files) {
        const auto run = read_json(models / "runs" / file.stem() / "run.json");
        if (!run) return std::unexpected(run.error());
        if (is_sequence_recipe(file)) {
            const auto r = open_sequence_recipe(file);
            if (!r) return std::unexpected(r.error());
            lines.push_back({r->name, std::string(sequence_data_set),
                             std::format("patients, {} folds of {} records", r->folds.size(),
                                         r->records().size()),
                             r->network, "-", ours(*run)});
            continue;
        }
        if (is_rhythm_recipe(file)) {
            const auto r = open_rhythm_recipe(file);
            if (!r) return std::unexpected(r.error());
            const auto f1 = number_at(*run, "/folds/cinc2017/mean_f1");
            lines.push_back(
                {r->name, std::string(rhythm_data_set), "records, 5 folds", r->network, "-",
                 f1 ? std::format("Challenge 2017: F1 {:.3f} (cross-validation)", *f1) : "-"});
            continue;
        }
        if (is_wave_recipe(file)) {
            const auto r = open_wave_recipe(file);
            if (!r) return std::unexpected(r.error());
            const auto of = [&](const char* wave) {
                const auto f1 = number_at(
                    *run,
                    std::format("/scores/LUDB, lead by lead, by folds of patients/{}/f1", wave));
                return f1 ? std::format("{} {:.1f}", wave, *f1) : std::string(wave) + " -";
            };
            lines.push_back({r->name, std::string(wave_data_set), "patients, 5 folds", r->network,
                             "-",
                             std::format("LUDB: F1 of {}, {}, {} (cross-validation)", of("P"),
                                         of("QRS"), of("T"))});
            continue;
        }
        const auto r = open_recipe(file);
        if (!r) return std::unexpected(r.error());
        const std::string published = to_text(r->published);
        lines.push_back({r->name, r->data.set, protocol(*r), r->network,
                         published.empty() ? "-" : published, ours(*run)});
    }
    std::array<std::size_t, columns> widths{};
    for (const Line& line : lines) {
        for (std::size_t c = 0; c < columns; ++c) widths[c] = std::max(widths[c], line[c].size());
    }
    std::string text;
    for (const Line& line : lines) {
        std::string row;
        for (std::size_t c = 0; c < columns; ++c)
            row += std::format("{:<{}}  ", line[c], c + 1 < columns ? widths[c] : 0);
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + '\n';
    }
    return text;
}

}  // namespace telltale::train
