#include "train/recipes/recipe.hpp"
#include "train/rhythm/recipe.hpp"
#include "train/rhythm/rhythm_model.hpp"
#include "train/sequence/recipe.hpp"
#include "train/waves/recipe.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "train/networks/networks.hpp"
#include "train/recipes/recipe_list.hpp"
#include "train/report/results.hpp"

using namespace telltale::train;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string good = R"([model]
name = "m"
[data]
set = "heartbeat"
[network]
name = "cnn-skip"
[training]
epochs = 3
)";

std::string error_of(const std::string& text) {
    const auto recipe = parse_recipe(text, "mine.toml");
    REQUIRE(!recipe);
    return recipe.error().to_string();
}

}  // namespace

TEST_CASE("a recipe's values are read, and its defaults are kept") {
    const auto r = parse_recipe(good + "batch = 8\nschedule = \"cosine\"\n", "a/mine.toml");
    REQUIRE(r);
    CHECK(r->name == "mine");
    CHECK(r->epochs == 3);
    CHECK(r->batch == 8);
    CHECK(r->schedule == Schedule::cosine);
    CHECK(r->keep == Keep::macro_f1);
    CHECK(r->balance.method == Balancing::none);
    CHECK(r->start == Start::pytorch);
    CHECK(r->augment.copies == 0);

    const auto other = parse_recipe(good + "[augment]\ncopies = 4\nnoise = 0.1\n", "mine.toml");
    REQUIRE(other);
    CHECK(other->augment.copies == 4);
    std::string keras = good;
    keras.replace(keras.find("\"cnn-skip\""), 10, "\"cnn-skip\"\nstart = \"keras\"");
    REQUIRE(parse_recipe(keras, "mine.toml"));
    CHECK(parse_recipe(keras, "mine.toml")->start == Start::keras);
}

TEST_CASE("an unknown key is an error that names it and its line") {
    const std::string error = error_of(good + "epoks = 4\n");
    CHECK_THAT(error, ContainsSubstring("mine.toml, line 9"));
    CHECK_THAT(error, ContainsSubstring("training.epoks"));
    CHECK_THAT(error_of(good + "[trainning]\nepochs = 4\n"), ContainsSubstring("trainning"));
    CHECK_THAT(error_of("seed = 4\n" + good), ContainsSubstring("seed"));
}

TEST_CASE("the windows of mitbih are the recipe's, and no other set knows such keys") {
    const std::string windows = R"([model]
name = "m"
[data]
set = "mitbih"
classes = ["N", "V"]
before = 0.3
after = 0.4
band_pass_low = 0.5
band_pass_high = 40
denoise = "db4"
scaling = "min_max"
split = "beats"
[network]
name = "ann-14"
[balance]
method = "smote"
largest = 500
before_split = true
[training]
epochs = 3
class_weights = true
schedule = "step"
)";
    const auto r = parse_recipe(windows, "mine.toml");
    REQUIRE(r);
    CHECK(r->data.classes == std::vector<std::string>{"N", "V"});
    CHECK(r->data.before == 0.3);
    CHECK(r->data.band_pass_high == 40);
    CHECK(r->data.denoise == telltale::classify::Denoise::db4);
    CHECK(r->data.scaling == telltale::classify::Scaling::min_max);
    CHECK(r->split.kind == SplitKind::beats);
    CHECK(r->balance.method == Balancing::smote);
    CHECK(r->balance.largest == 500);
    CHECK(r->balance.before_split);
    CHECK(r->class_weights);
    CHECK(r->schedule == Schedule::step);

    std::string other = windows;
    other.replace(other.find("mitbih"), 6, "heartbeat");
    CHECK_THAT(error_of(other), ContainsSubstring("unknown key 'data."));
    std::string half = windows;
    half.erase(half.find("band_pass_high"), 20);
    CHECK_THAT(error_of(half), ContainsSubstring("'band_pass_high' is missing"));
}

TEST_CASE("bad recipes are told what is wrong with them") {
    CHECK_THAT(error_of("[model]\nname = \"m\"\n"), ContainsSubstring("'set' is missing"));
    CHECK_THAT(error_of("[model\n"), ContainsSubstring("line 1"));
    CHECK_THAT(error_of(good + "batch = \"many\"\n"), ContainsSubstring("training.batch"));
    CHECK_THAT(error_of(good + "batch = 0\n"), ContainsSubstring("from 1"));
    CHECK_THAT(error_of(good + "batch = 1.5\n"), ContainsSubstring("whole number"));
    CHECK_THAT(error_of(good + "learning_rate = nan\n"), ContainsSubstring("learning_rate"));
    CHECK_THAT(error_of(good + "keep = \"recall\"\n"), ContainsSubstring("macro_f1"));
    CHECK_THAT(error_of(good + "[balance]\nmethod = \"hybrid\"\n"), ContainsSubstring("per_class"));
    CHECK_THAT(error_of(good + "[balance]\nredraw = 1\n"), ContainsSubstring("true or false"));
    CHECK_THAT(error_of(good + "[data.more]\nx = 1\n"), ContainsSubstring("line"));
}

TEST_CASE("the essence of a recipe is what decides its numbers") {
    const auto of = [](const std::string& text) {
        const auto r = parse_recipe(text, "mine.toml");
        REQUIRE(r);
        return essence(*r);
    };
    std::string reworded = good;
    reworded.replace(reworded.find("\"m\""), 3, "\"other\" # a remark");
    CHECK(of(reworded) == of(good));
    CHECK(of(good + "batch = 8\n") != of(good));
    auto seeded = parse_recipe(good, "mine.toml");
    seeded->seed = 5;
    CHECK(essence(*seeded) != of(good));
}

TEST_CASE("every recipe that comes with Telltale can be read and its network built") {
    std::size_t recipes = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(TELLTALE_REPOSITORY "/models/recipes")) {
        if (entry.path().extension() != ".toml") continue;
        ++recipes;
        CAPTURE(entry.path().string());
        std::ifstream file(entry.path());
        std::stringstream text;
        text << file.rdbuf();
        if (text.str().contains("set = \"sequences\"")) {
            const auto sequence = parse_sequence_recipe(text.str(), entry.path().string());
            REQUIRE(sequence);
            CHECK(!sequence->title.empty());
            CHECK(!sequence->protocol.empty());
            continue;
        }
        if (is_rhythm_recipe_text(text.str())) {
            const auto rhythms = parse_rhythm_recipe(text.str(), entry.path().string());
            REQUIRE(rhythms);
            const Network network = rhythm_network(*rhythms);
            CHECK(network.shape(network.output()).channels ==
                  static_cast<std::int64_t>(rhythm_outputs().size()));
            CHECK(telltale::classify::is_complete(rhythm_card(*rhythms).input));
            continue;
        }
        if (is_wave_recipe_text(text.str())) {
            const auto waves = parse_wave_recipe(text.str(), entry.path().string());
            REQUIRE(waves);
            const Network network = wave_network(*waves);
            const telltale::classify::Card card = wave_card(*waves);
            CHECK(network.shape(network.output()).channels ==
                  static_cast<std::int64_t>(card.classes.size()));
            CHECK(telltale::classify::is_complete(card.input));
            continue;
        }
        const auto recipe = parse_recipe(text.str(), entry.path().string());
        REQUIRE(recipe);
        const auto set = data_set_outline(recipe->data);
        REQUIRE(set);
        CHECK(make_network(recipe->network, set->shape,
                           static_cast<std::int64_t>(set->classes.size())));
        CHECK(!recipe->title.empty());
        CHECK(!recipe->protocol.empty());
    }
    CHECK(recipes > 0);
}

TEST_CASE("the results page is what the recipes, runs and models give") {
    const std::filesystem::path models = TELLTALE_REPOSITORY "/models";
    const auto page = results_page({.models = models});
    REQUIRE(page);
    std::ifstream file(models / "README.md");
    std::stringstream text;
    text << file.rdbuf();
    INFO("write it anew with `./dev telltale results`");
    CHECK(*page == text.str());
    CHECK_THAT(*page, ContainsSubstring("98.75 %"));
    CHECK_THAT(*page, ContainsSubstring("| `telltale-ds1` | ds2 |"));
}

TEST_CASE("a results page without runs says so, and damaged files are errors") {
    namespace fs = std::filesystem;
    const fs::path models = fs::temp_directory_path() / "telltale-test-results";
    fs::remove_all(models);
    CHECK(!results_page({.models = models}));
    fs::create_directories(models / "recipes");
    std::ofstream(models / "recipes/m-published.toml")
        << good << "[published]\naccuracy = 0.75\nauc = 0.5\n";
    const auto page = results_page({.models = models});
    REQUIRE(page);
    CHECK_THAT(*page,
               ContainsSubstring("| `m` on `heartbeat` | 75.00 %, AUC 0.500 | not trained yet"));
    fs::create_directories(models / "runs/m-published");
    std::ofstream(models / "runs/m-published/run.json")
        << R"({"test": {"accuracy": 0.5, "auc": {"a": 0.5, "b": 1},
                        "classes": {"a": {"se": 0.25, "ppv": null, "f1": 0, "support": 1200},
                                    "b": {"se": 0, "ppv": 0, "f1": 0, "support": 0}}},
               "training_seconds": 600, "parameters": 1234567, "limit": 1000,
               "training_beats": 8000, "machine": "An abacus"})";
    const auto run = results_page({.models = models});
    REQUIRE(run);
    CHECK_THAT(*run, ContainsSubstring(
                         "| 75.00 %, AUC 0.500 | 50.00 %, AUC 0.750 (trained on 1 000 of 8 000 "
                         "beats (12.5 %)) | -25.00, AUC +25.00 | not trained yet | 1 234 567 | 10 "
                         "min |"));
    CHECK_THAT(*run, ContainsSubstring("Trained on: An abacus."));
    CHECK_THAT(*run, ContainsSubstring("| a | 1 200 | 25.00 % | - | 0.000 | | | | |\n"));
    CHECK_THAT(*run, ContainsSubstring("| b | 0 | - | - | - | | | | |\n"));
    // The looks at DS2 become a section of the page.
    fs::create_directories(models / "runs/telltale-ds1");
    const auto looks = models / "runs/telltale-ds1/ds2-looks.md";
    std::ofstream(looks) << "# Looks at DS2\n\none";
    CHECK_THAT(*results_page({.models = models}), ContainsSubstring("\n### Looks at DS2\n\none\n"));
    std::ofstream(looks) << "no heading";
    CHECK_THAT(results_page({.models = models}).error().to_string(), ContainsSubstring("heading"));
    fs::remove(looks);

    // The same files as a list of recipes.
    const auto list = recipe_list(models);
    REQUIRE(list);
    CHECK_THAT(*list, ContainsSubstring("75.00 %, AUC 0.500"));
    CHECK_THAT(*list, ContainsSubstring("50.00 %, AUC 0.750 (of 1 000 beats)\n"));
    std::ofstream(models / "runs/m-published/run.json") << "{";
    const auto damaged = results_page({.models = models});
    REQUIRE(!damaged);
    CHECK_THAT(damaged.error().to_string(), ContainsSubstring("run.json"));
    CHECK(!recipe_list(models));
    fs::remove_all(models);
}

TEST_CASE("a rhythm recipe's shares are all of it, and mistakes are told") {
    const std::string good =
        "[model]\nname = \"r\"\n[data]\nset = \"rhythms\"\n[shares]\nN = 0.5\nVT = 0.5\n";
    const auto recipe = parse_rhythm_recipe(good, "r.toml");
    REQUIRE(recipe);
    CHECK(recipe->shares.at("VT") == 0.5);
    CHECK(recipe->shares.at("AFIB") == 0);
    const auto half = parse_rhythm_recipe(
        "[model]\nname = \"r\"\n[data]\nset = \"rhythms\"\n[shares]\nN = 0.5\n", "r.toml");
    REQUIRE_FALSE(half);
    CHECK_THAT(half.error().to_string(), ContainsSubstring("sum to 0.5"));
    CHECK_FALSE(parse_rhythm_recipe(good + "XYZ = 0.1\n", "r.toml"));
}
