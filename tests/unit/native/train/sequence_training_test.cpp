// The network over sequences: LibTorch against ONNX Runtime, resuming, learning, calibration.
#include "torch_and_catch.hpp"

#include <unistd.h>

#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <filesystem>
#include <format>

#include "classify/features.hpp"
#include "runtime/session.hpp"
#include "train/export/onnx.hpp"
#include "train/networks/module.hpp"
#include "train/sequence/contrast.hpp"
#include "train/sequence/course.hpp"
#include "train/sequence/learner.hpp"
#include "train/sequence/variants.hpp"

using namespace telltale;
using namespace telltale::train;
using Catch::Matchers::ContainsSubstring;
using torch::Tensor;

namespace {

namespace fs = std::filesystem;

class Folder {
public:
    Folder() {
        static int count = 0;
        path_ = fs::temp_directory_path() / std::format("telltale-seq-{}-{}", getpid(), ++count);
        fs::create_directories(path_);
    }
    ~Folder() {
        std::error_code code;
        fs::remove_all(path_, code);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path operator/(const char* name) const { return path_ / name; }

private:
    fs::path path_;
};

SequenceRecipe small_recipe() {
    auto r = parse_sequence_recipe(R"(
[model]
name = "m"
[data]
set = "sequences"
folds = ["101", "106"]
[input]
groups = ["F"]
leads = 2
[network]
embedding = 16
units = 8
[training]
steps = 60
batch = 4
chunk = 16
teachers = 1
student_steps = 60
learning_rate = 0.01
replaced = 0.05
)",
                                   "small.toml");
    REQUIRE(r);
    return *r;
}

/// Two records whose S and V beats show in one feature, and what they are only beside the beats
/// around them: a beat is S where the feature of the beat before is high.
Bank small_bank(const SequenceRecipe& recipe, std::int64_t beats = 400) {
    const auto count = static_cast<std::int64_t>(classify::feature_count(recipe.groups));
    Bank bank;
    for (std::size_t r = 0; r < 2; ++r) {
        Random random(99, r);
        Sequence s{.record = recipe.folds[r][0], .fold = r};
        Tensor x = torch::empty({beats, count});
        bool high_before = false;
        for (std::int64_t i = 0; i < beats; ++i) {
            const bool high = random.uniform() < 0.3;
            const bool wide = random.uniform() < 0.2;
            for (std::int64_t f = 0; f < count; ++f) x[i][f] = 0.1 * random.normal();
            x[i][0] = high ? 1.0 : 0.0;
            x[i][1] = wide ? 1.0 : 0.0;
            const std::uint8_t label = wide ? label_v : high_before ? label_s : label_n;
            s.places[label].push_back(i);
            s.labels.push_back(label);
            high_before = high;
        }
        s.leads = {x, x + 0.05};
        bank.push_back(std::move(s));
    }
    return bank;
}

Course course_of(const SequenceRecipe& recipe, const CourseOptions& options) {
    Display display(true);
    auto course = follow(recipe, small_bank(recipe), options, display);
    REQUIRE(course);
    return std::move(*course);
}

}  // namespace

TEST_CASE("a network over sequences is the same in LibTorch and ONNX Runtime", "[sequence]") {
    SequenceRecipe recipe = small_recipe();
    recipe.leads = GENERATE(1, 3);
    const Network net = sequence_network(recipe);
    REQUIRE(net.joins_leads() == (recipe.leads > 1));
    torch::manual_seed(5);
    Module module(net);
    const std::int64_t count = net.shape(net.input()).channels;
    const auto input = [&](std::int64_t batch, std::int64_t leads, std::int64_t steps) {
        return net.joins_leads() ? torch::randn({batch, leads, steps, count})
                                 : torch::randn({batch, steps, count});
    };
    module.train();
    {
        const torch::NoGradGuard guard;
        for (int i = 0; i < 5; ++i) module.forward(input(4, 2, 20) * 2 + 1);
    }
    module.eval();
    const std::int64_t told = net.shape(*net.embedding()).channels;
    classify::Card card;
    card.name = card.title = "test";
    card.classes = {"N", "S", "V", "F"};
    card.input.kind = classify::InputKind::sequence;
    card.input.groups = recipe.groups;
    card.input.length = static_cast<std::size_t>(count);
    card.input.chunk = 64;
    card.input.context = 8;
    card.input.name = "features";
    card.input.leads = static_cast<std::size_t>(recipe.leads);
    card.input.shape.assign(net.joins_leads() ? 3 : 2, -1);
    card.input.shape.push_back(count);
    card.output.name = "logits";
    card.output.embedding = "embedding";
    card.output.embedding_length = static_cast<std::size_t>(told);
    const auto bytes = onnx_model(
        net,
        [&](const Layer& layer, std::string_view suffix) {
            const Tensor t = module.weight(layer, suffix).detach().contiguous();
            return std::vector<float>(t.const_data_ptr<float>(),
                                      t.const_data_ptr<float>() + t.numel());
        },
        card);
    if (!bytes) FAIL(bytes.error().to_string());
    auto session =
        runtime::Session::open(std::as_bytes(std::span(*bytes)), card, "test.onnx", {.threads = 1});
    if (!session) FAIL(session.error().to_string());
    // The last layer, a row of weights a class, makes the logits of the embedding.
    const Layer& last = net[net.output()];
    const Tensor weights = module.weight(last, "weight").reshape({4, told});
    const Tensor bias = module.weight(last, "bias");
    for (const auto& [batch, leads, steps] :
         {std::tuple{1, 1, 1}, std::tuple{1, 2, 37}, std::tuple{3, 5, 12}}) {
        CAPTURE(batch, leads, steps);
        const Tensor x = input(batch, leads, steps);
        const torch::NoGradGuard guard;
        const Tensor y = module.forward(x).contiguous();
        REQUIRE(y.sizes() == at::IntArrayRef({batch, steps, 4}));
        const std::vector<std::int64_t> shape = x.sizes().vec();
        classify::Batch b;
        b.beats = static_cast<std::size_t>(batch * steps);
        b.inputs.push_back(
            {card.input.name, shape,
             std::span(x.const_data_ptr<float>(), static_cast<std::size_t>(x.numel()))});
        const auto out = session->run(b);
        if (!out) FAIL(out.error().to_string());
        REQUIRE(out->size() == static_cast<std::size_t>(y.numel()));
        for (std::size_t i = 0; i < out->size(); ++i) {
            REQUIRE(std::fabs((*out)[i] - y.const_data_ptr<float>()[i]) < 1e-5F);
        }
        const auto embedding = session->embedding();
        REQUIRE(embedding.size() == b.beats * static_cast<std::size_t>(told));
        const Tensor e = torch::tensor(std::vector<float>(embedding.begin(), embedding.end()))
                             .view({batch, steps, told});
        CHECK((torch::matmul(e, weights.t()) + bias - y).abs().max().item<double>() < 1e-4);
        if (leads == 2 && net.joins_leads()) {
            // Their order means nothing.
            const Tensor turned = module.forward(x.flip(1));
            CHECK((turned - y).abs().max().item<double>() < 1e-5);
        }
    }
    if (!net.joins_leads()) return;
    // One lead is as good as the same one twice.
    const torch::NoGradGuard guard;
    const Tensor one = input(1, 1, 20);
    CHECK((module.forward(one) - module.forward(torch::cat({one, one}, 1)))
              .abs()
              .max()
              .item<double>() < 1e-5);
}

TEST_CASE("a sequence training that was killed ends as one that was not", "[sequence]") {
    const SequenceRecipe recipe = small_recipe();
    const Folder folder;
    using Told = std::vector<std::pair<std::string, int>>;
    Told told, told_again;
    const auto into = [](Told& list) {
        return [&list](const CourseStep& s) {
            CHECK(std::isfinite(s.loss));
            list.emplace_back(s.stage, s.step);
        };
    };
    const Course whole = course_of(recipe, {.out = folder / "whole", .on_step = into(told)});
    REQUIRE(whole.finished);
    REQUIRE(whole.module);
    // Within a fold, within a teacher, within the student.
    int calls = 0;
    Course broken;
    while (!broken.finished) {
        REQUIRE(++calls < 12);
        told_again.clear();
        broken = course_of(recipe, {.out = folder / "broken",
                                    .resume = calls > 1,
                                    .stop_after_steps = 47,
                                    .on_step = into(told_again)});
    }
    // Whoever listens last hears of all steps, those before the break too.
    CHECK(told.size() > 4);
    CHECK(told == told_again);
    CHECK(calls > 4);
    const auto a = whole.module->named_parameters(), b = broken.module->named_parameters();
    for (const auto& item : a) {
        CAPTURE(item.key());
        CHECK(torch::equal(item.value(), b[item.key()]));
    }
    CHECK(whole.summary["cross_validation"] == broken.summary["cross_validation"]);
    CHECK(whole.held_out.temperature == broken.held_out.temperature);

    Display display(true);
    const auto again = follow(recipe, small_bank(recipe), {.out = folder / "whole"}, display);
    REQUIRE_FALSE(again);
    CHECK_THAT(again.error().to_string(), ContainsSubstring("--resume"));
    SequenceRecipe other = recipe;
    other.seed = 2;
    const auto foreign =
        follow(other, small_bank(recipe), {.out = folder / "whole", .resume = true}, display);
    REQUIRE_FALSE(foreign);
    CHECK_THAT(foreign.error().to_string(), ContainsSubstring("another recipe"));
}

TEST_CASE("in the leaky contrast the labels of test beats are judged by, never learnt from",
          "[sequence]") {
    at::set_num_threads(1);
    const SequenceRecipe recipe = small_recipe();
    const Bank bank = small_bank(recipe);
    std::vector<std::vector<bool>> test(bank.size());
    std::size_t tests = 0;
    Bank poisoned = bank;
    for (std::size_t i = 0; i < bank.size(); ++i) {
        for (std::size_t b = 0; b < bank[i].labels.size(); ++b) {
            test[i].push_back(b % 5 == 2);
            if (!test[i].back()) continue;
            ++tests;
            poisoned[i].labels[b] = label_v;
        }
        poisoned[i].places = {};
        for (std::size_t b = 0; b < poisoned[i].labels.size(); ++b) {
            poisoned[i].places[poisoned[i].labels[b]].push_back(static_cast<std::int64_t>(b));
        }
    }
    Display display(true);
    const auto scores = leaky_contrast(recipe, bank, test, display);
    const auto with_poison = leaky_contrast(recipe, poisoned, test, display);
    REQUIRE(scores);
    REQUIRE(with_poison);
    CHECK(scores->beats() == tests);
    CHECK(with_poison->support(label_v) == tests);
    for (std::size_t given = 0; given < sequence_classes; ++given) {
        std::size_t a = 0, b = 0;
        for (std::size_t truth = 0; truth <= sequence_classes; ++truth) {
            a += scores->at(truth, given);
            b += with_poison->at(truth, given);
        }
        CHECK(a == b);
    }
    CHECK(scores->f1(label_v).value_or(0) > 0.5);
}

TEST_CASE("the temperature undoes overconfidence", "[sequence]") {
    Random random(4);
    const std::int64_t beats = 4000;
    Tensor logits = torch::empty({beats, 4});
    std::vector<std::uint8_t> labels;
    for (std::int64_t i = 0; i < beats; ++i) {
        for (std::int64_t c = 0; c < 4; ++c) logits[i][c] = 2 * random.normal();
        const Tensor p = torch::softmax(logits[i], 0);
        double left = random.uniform();
        std::uint8_t label = 0;
        for (; label < 3; ++label) {
            left -= p[label].item<double>();
            if (left < 0) break;
        }
        labels.push_back(label);
    }
    labels[0] = label_q;  // counts for nothing
    CHECK(std::fabs(fitted_temperature(logits, labels) - 1.0) < 0.1);
    CHECK(std::fabs(fitted_temperature(logits * 2.5, labels) - 2.5) < 0.25);
}

TEST_CASE("rare classes that are asked for too seldom get a bias", "[sequence]") {
    // S beats have 0.35 of S, normal ones 0.1: 0.5 is never reached without a bias.
    std::vector<Answers> databases(1);
    databases[0].probabilities = torch::zeros({400, 4});
    for (std::int64_t i = 0; i < 400; ++i) {
        const bool s = i % 20 == 0;
        databases[0].labels.push_back(s ? label_s : i % 20 == 10 ? label_v : label_n);
        const float of_s = s ? 0.35F : 0.1F, of_v = i % 20 == 10 ? 0.8F : 0.02F;
        databases[0].probabilities[i][label_s] = of_s;
        databases[0].probabilities[i][label_v] = of_v;
        databases[0].probabilities[i][label_n] = 1 - of_s - of_v;
    }
    const auto bias = fitted_bias(databases);
    CHECK(bias[label_n] == 0);
    CHECK(bias[label_f] == 0);
    // Enough that 0.35 beats 0.63, too little that 0.1 beats 0.88.
    CHECK(bias[label_s] > std::log(0.63 / 0.35));
    CHECK(bias[label_s] < std::log(0.88 / 0.1));
    CHECK(fitted_bias({})[label_s] >= -1);
}

TEST_CASE("variants of a recipe change what they say and nothing else", "[sequence]") {
    const SequenceRecipe recipe = small_recipe();
    const auto variants = parse_variants(
        recipe, "[\"one beat\"]\nnetwork.name = \"beat\"\n[\"longer\"]\ntraining.steps = 70\n",
        "v.toml");
    REQUIRE(variants);
    REQUIRE(variants->size() == 3);
    CHECK((*variants)[0].recipe.steps == 60);
    CHECK((*variants)[0].name == "the recipe itself");
    for (const Variant& v : *variants) {
        if (v.name == "one beat") CHECK(v.recipe.network == "beat");
        if (v.name == "longer") CHECK(v.recipe.steps == 70);
        CHECK(v.recipe.groups == recipe.groups);
    }
    CHECK_FALSE(parse_variants(recipe, "[\"x\"]\ntraining.stepz = 70\n", "v.toml"));
    CHECK_FALSE(parse_variants(recipe, "[\"x\"]\nnothing.steps = 70\n", "v.toml"));
    CHECK_FALSE(parse_variants(recipe, "[\"x\"]\ndata.folds = [\"101\", \"108\"]\n", "v.toml"));
}
