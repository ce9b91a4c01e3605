#include "run_state.hpp"

#include <nlohmann/json.hpp>
#include <system_error>

#include "data/files.hpp"

namespace telltale::train {

namespace {

constexpr int steps_between_lines = 50;

}  // namespace

Result<bool> RunState::open(const RecipeHead& recipe, bool resume) {
    std::error_code code;
    std::filesystem::create_directories(out_, code);
    if (code) return fail(out_.string(), "", "cannot be made: " + code.message());
    if (!data::exists(path())) {
        checkpoint_.texts["recipe"] = recipe.text;
        checkpoint_.texts["recipe_name"] = recipe.name;
        checkpoint_.texts["seed"] = std::to_string(recipe.seed);
        return false;
    }
    if (!resume)
        return fail(path().string(), "",
                    "is the checkpoint of an earlier training; continue it with --resume, or "
                    "choose another --out");
    auto read = read_checkpoint(path());
    if (!read) return std::unexpected(read.error());
    checkpoint_ = std::move(*read);
    lines_ = checkpoint_.texts["lines"];
    if (const auto found = checkpoint_.tensors.find("seconds"); found != checkpoint_.tensors.end())
        seconds_ = found->second.item<double>();
    return true;
}

Result<void> RunState::finish(const std::string& stage) {
    checkpoint_.tensors["finished/" + stage] = torch::ones({1});
    checkpoint_.texts["lines"] = lines_;
    checkpoint_.tensors["seconds"] = torch::tensor(seconds_, torch::kFloat64);
    if (auto r = write_checkpoint(path(), checkpoint_); !r) return r;
    return data::write_file(out_ / "metrics.jsonl", lines_);
}

void RunState::begin_stage() {
    since_ = std::chrono::steady_clock::now();
    sum_ = 0;
    summed_ = 0;
}

void RunState::count(const std::string& stage, int step, double loss, bool last,
                     const OnStep& on_step) {
    sum_ += loss;
    ++summed_;
    if (step % steps_between_lines != 0 && !last) return;
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - since_).count();
    since_ = now;
    seconds_ += seconds;
    lines_ +=
        nlohmann::ordered_json{
            {"stage", stage}, {"step", step}, {"loss", sum_ / summed_}, {"seconds", seconds}}
            .dump() +
        '\n';
    if (on_step) on_step(stage, step, sum_ / summed_);
    sum_ = 0;
    summed_ = 0;
}

}  // namespace telltale::train
