#include "results.hpp"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <format>
#include <string>

#include "data/files.hpp"

using namespace telltale;
using namespace telltale::train;
namespace fs = std::filesystem;

namespace {

const fs::path own_models = TELLTALE_REPOSITORY "/models";

std::string content(const fs::path& path) {
    const auto bytes = data::read_file(path);
    REQUIRE(bytes);
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

/// A models folder of one recipe, deleted with the object.
struct Models {
    fs::path path = fs::temp_directory_path() / std::format("telltale-results-{}", ::getpid());
    Models() {
        fs::create_directories(path / "recipes");
        fs::create_directories(path / "runs" / "some-published");
        write("recipes/some-published.toml",
              "[model]\nname = \"some\"\ntitle = \"Some network\"\nprotocol = \"As published\"\n"
              "[published]\naccuracy = 0.9\nmacro_f1 = 0.8\nsource = \"a text\"\n"
              "[data]\nset = \"ecg5000\"\n[network]\nname = \"cnn-skip\"\n"
              "[training]\nepochs = 2\n");
    }
    Models(const Models&) = delete;
    Models& operator=(const Models&) = delete;
    ~Models() {
        std::error_code code;
        fs::remove_all(path, code);
    }
    void write(const char* name, std::string_view text) const {
        REQUIRE(data::write_file(path / name, text));
    }
};

}  // namespace

TEST_CASE("the committed page of results is what the committed runs give") {
    const auto page = results_page(own_models);
    REQUIRE(page);
    // If this fails, `./dev telltale results` writes the page anew.
    CHECK(*page == content(own_models / "README.md"));
}

TEST_CASE("a recipe without a run says so, and one with a run tells its figures") {
    const Models models;
    const auto before = results_page(models.path);
    REQUIRE(before);
    CHECK(before->contains("| some | 90.00 %, F1 0.800 | not trained yet |"));

    models.write("runs/some-published/run.json",
                 R"({"recipe": "some-published", "parameters": 1234567, "epochs": 2,
                     "training_seconds": 4000, "device": "cpu", "threads": 1, "limit": 5000,
                     "machine": {"cpu": "A processor"},
                     "test": {"accuracy": 0.925, "macro_f1": 0.75, "auc": {"N": 0.9, "S": 0.8},
                              "classes": {"N": {"se": 0.5, "ppv": 0.25, "f1": 0.333, "support": 10},
                                          "S": {"se": 1, "ppv": 1, "f1": 1, "support": 2000}}}})");
    models.write("runs/some-published/speed.json", R"({"beats_per_s": 54321.4})");
    const auto after = results_page(models.path);
    REQUIRE(after);
    CHECK(after->contains("| 92.50 % (+2.50), F1 0.750, AUC 0.850; a trial on 5\u00a0000 beats |"));
    CHECK(after->contains("| 1\u00a0234\u00a0567 | 1 h 07 min, 2 epochs; A processor, 1 thread |"));
    CHECK(after->contains("| 54\u00a0321 |"));
    CHECK(after->contains("| its protocol | N | 0.250 | 0.500 | 0.333 | 0.900 | 10 |"));
    CHECK(after->contains("|  | S | 1.000 | 1.000 | 1.000 | 0.800 | 2\u00a0000 |"));
}

TEST_CASE("what is not JSON, a recipe or a model is an error that names it") {
    const Models models;
    models.write("runs/some-published/run.json", "{");
    auto page = results_page(models.path);
    REQUIRE(!page);
    CHECK(page.error().file.ends_with("run.json"));
    models.write("runs/some-published/run.json", R"({"test": [], "parameters": "many"})");
    page = results_page(models.path);
    REQUIRE(page);
    CHECK(page->contains("not trained yet"));
    models.write("some.onnx", "no model");
    page = results_page(models.path);
    REQUIRE(!page);
    CHECK(page.error().file.ends_with("some.onnx"));
    CHECK(!results_page(models.path / "nowhere"));
}
