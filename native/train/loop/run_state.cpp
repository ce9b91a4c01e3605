#include "train/loop/run_state.hpp"

#include "data/files.hpp"
#include "data/machine.hpp"
#include "train/loop/environment.hpp"

namespace telltale::train {

namespace {

constexpr int steps_between_lines = 50;

}  // namespace

Result<bool> RunState::open(const RecipeHead& recipe, bool resume) {
    if (auto made = data::make_folder(out_); !made) return std::unexpected(made.error());
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
    // The earlier run may have ended between the two files.
    if (auto r = data::write_file(out_ / "metrics.jsonl", lines_); !r)
        return std::unexpected(r.error());
    return true;
}

Result<void> RunState::finish(const std::string& stage) {
    checkpoint_.tensors["finished/" + stage] = torch::ones({1});
    checkpoint_.texts["lines"] = lines_;
    checkpoint_.tensors["seconds"] = torch::tensor(seconds_, torch::kFloat64);
    if (auto r = write_checkpoint(path(), checkpoint_); !r) return r;
    return data::write_file(out_ / "metrics.jsonl", lines_);
}

nlohmann::ordered_json RunState::head(const RecipeHead& recipe, std::int64_t parameters) const {
    return {{"recipe", recipe.name},
            {"seed", recipe.seed},
            {"parameters", parameters},
            {"seconds", seconds_},
            {"threads", torch::get_num_threads()},
            {"machine", data::machine_name()},
            {"libtorch", TORCH_VERSION},
            {"version", built_version()}};
}

Result<void> RunState::write(const nlohmann::ordered_json& summary,
                             const std::string& report) const {
    if (auto r = data::write_file(out_ / "report.html", report); !r) return r;
    return data::write_file(out_ / "run.json", summary.dump(2) + "\n");
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
