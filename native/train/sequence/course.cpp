#include "train/sequence/course.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>
#include <sstream>
#include <system_error>

#include "data/files.hpp"
#include "data/machine.hpp"
#include "train/loop/checkpoint.hpp"
#include "train/loop/environment.hpp"
#include "train/loop/no_denormals.hpp"
#include "train/report/run_files.hpp"
#include "train/sequence/learner.hpp"
#include "train/sequence/report.hpp"

namespace telltale::train {

namespace {

using torch::Tensor;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr int steps_between_saves = 150;
constexpr int steps_between_lines = 50;
constexpr std::int64_t probe_beats = 300;
constexpr std::size_t probe_records = 4;

std::size_t largest(const float* row) {
    return static_cast<std::size_t>(std::max_element(row, row + sequence_classes) - row);
}

void add_answers(Confusion& into, const std::vector<std::uint8_t>& labels, const Tensor& answers) {
    for (std::size_t b = 0; b < labels.size(); ++b) {
        if (labels[b] == label_unknown) continue;
        into.add(labels[b], largest(answers.const_data_ptr<float>() + b * sequence_classes));
    }
}

/// The state of a recipe that is being followed.
class Follower {
public:
    Follower(const SequenceRecipe& recipe, Bank bank, const CourseOptions& options,
             Display& display)
        : recipe_(recipe), bank_(std::move(bank)), options_(options), display_(display) {}

    Result<Course> run();

private:
    Result<void> start();
    /// Trains a network to its end, from where the checkpoint left it; false if stopped before.
    Result<bool> learn(const std::string& stage, Learner& learner);
    Result<bool> folds();
    Result<bool> teachers();
    Result<bool> student();
    [[nodiscard]] HeldOut judge() const;
    /// Mean probabilities of each sequence's fold networks; undefined where there are none.
    [[nodiscard]] std::vector<Tensor> held_answers(bool all_leads) const;
    [[nodiscard]] std::vector<const Sequence*> all_but(std::optional<std::size_t> fold) const;
    Result<void> save();
    Json summary(const HeldOut& held_out) const;
    [[nodiscard]] std::string held_name(std::size_t i, bool all_leads = true) const {
        return std::format("{}/{}", all_leads ? "held" : "held-first", i);
    }
    void answer(Module& module, std::size_t i, int copy, bool all_leads);
    [[nodiscard]] bool known(const std::string& stage) const {
        return state_.tensors.contains("finished/" + stage);
    }
    void finish(const std::string& stage) {
        state_.tensors["finished/" + stage] = torch::ones({1});
        std::erase_if(state_.tensors, [](const auto& t) { return t.first.starts_with("now/"); });
        state_.texts.erase("now");
    }
    [[nodiscard]] std::uint64_t seed(std::uint64_t stage, std::uint64_t copy) const {
        return Random(recipe_.seed, stage, copy).next();
    }

    const SequenceRecipe& recipe_;
    Bank bank_;
    const CourseOptions& options_;
    Display& display_;
    Checkpoint state_;
    std::string lines_;  // of metrics.jsonl
    int steps_now_ = 0;  // in this call
    double seconds_ = 0;
};

Result<void> Follower::start() {
    std::error_code code;
    std::filesystem::create_directories(options_.out, code);
    if (code) return fail(options_.out.string(), "", "cannot be made: " + code.message());
    const auto path = options_.out / "checkpoint.pt";
    if (!data::exists(path)) {
        state_.texts["recipe"] = recipe_.text;
        state_.texts["recipe_name"] = recipe_.name;
        state_.texts["seed"] = std::to_string(recipe_.seed);
        return {};
    }
    if (!options_.resume) {
        return fail(path.string(), "",
                    "is the checkpoint of an earlier training; continue it with --resume, or "
                    "choose another --out");
    }
    auto read = read_checkpoint(path);
    if (!read) return std::unexpected(read.error());
    auto earlier = parse_sequence_recipe(read->texts["recipe"], path.string());
    if (!earlier) return std::unexpected(earlier.error());
    if (!read->texts["seed"].empty()) earlier->seed = std::stoull(read->texts["seed"]);
    if (essence(*earlier) != essence(recipe_)) {
        return fail(path.string(), "", "belongs to another recipe; choose another --out");
    }
    state_ = std::move(*read);
    lines_ = state_.texts["lines"];
    std::istringstream stream(lines_);
    for (std::string line; options_.on_step && std::getline(stream, line);) {
        const Json told = Json::parse(line, nullptr, false);
        const auto step = number_at(told, "/step"), loss = number_at(told, "/loss");
        if (!step || !loss) continue;
        options_.on_step({text_at(told, "/stage"), static_cast<int>(*step), *loss,
                          number_at(told, "/beats_per_s").value_or(0)});
    }
    if (const auto found = state_.tensors.find("seconds"); found != state_.tensors.end()) {
        seconds_ = found->second.item<double>();
    }
    // The earlier run may have ended between the two files.
    return data::write_file(options_.out / "metrics.jsonl", lines_);
}

Result<void> Follower::save() {
    state_.texts["lines"] = lines_;
    state_.tensors["seconds"] = torch::tensor(seconds_, torch::kFloat64);
    if (auto r = write_checkpoint(options_.out / "checkpoint.pt", state_); !r) return r;
    return data::write_file(options_.out / "metrics.jsonl", lines_);
}

Result<bool> Follower::learn(const std::string& stage, Learner& learner) {
    if (state_.texts["now"] == stage) {
        if (auto r = learner.get(state_, "now/"); !r) return std::unexpected(r.error());
        display_.say(std::format("{}: continuing after step {}", stage, learner.done()));
    }
    auto last = Clock::now();
    double loss_sum = 0;
    int summed = 0;
    while (!learner.finished()) {
        const bool stopped =
            options_.stop_after_steps > 0 && steps_now_ >= options_.stop_after_steps;
        if (stopped || (learner.done() > 0 && learner.done() % steps_between_saves == 0)) {
            learner.put(state_, "now/");
            state_.texts["now"] = stage;
            if (auto r = save(); !r) return std::unexpected(r.error());
            if (stopped) return false;
        }
        const auto loss = learner.step();
        if (!loss) return std::unexpected(loss.error());
        ++steps_now_;
        loss_sum += *loss;
        ++summed;
        if (learner.done() % steps_between_lines != 0 && !learner.finished()) continue;
        const double seconds = std::chrono::duration<double>(Clock::now() - last).count();
        last = Clock::now();
        seconds_ += seconds;
        const double beats = static_cast<double>(recipe_.batch * recipe_.chunk) * summed;
        const CourseStep told{stage, learner.done(), loss_sum / summed, beats / seconds};
        lines_ += Json{{"stage", told.stage},
                       {"step", told.step},
                       {"loss", told.loss},
                       {"seconds", seconds},
                       {"beats_per_s", told.beats_per_s}}
                      .dump() +
                  '\n';
        if (options_.on_step) options_.on_step(told);
        loss_sum = 0;
        summed = 0;
    }
    return true;
}

// Several networks' probabilities are added up.
void Follower::answer(Module& module, std::size_t i, int copy, bool all_leads) {
    const Tensor p = torch::softmax(sequence_logits(module, bank_[i], all_leads), 1);
    Tensor& sum = state_.tensors[held_name(i, all_leads)];
    sum = sum.defined() && copy > 0 ? sum + p : p;
}

std::vector<const Sequence*> Follower::all_but(std::optional<std::size_t> fold) const {
    std::vector<const Sequence*> result;
    for (const Sequence& s : bank_) {
        if (!fold || s.fold != *fold) result.push_back(&s);
    }
    return result;
}

Result<bool> Follower::folds() {
    for (std::size_t fold = 0; fold < recipe_.folds.size(); ++fold) {
        for (int copy = 0; copy < recipe_.fold_seeds; ++copy) {
            const std::string stage = std::format("fold {} network {}", fold + 1, copy + 1);
            if (known(stage)) continue;
            Learner learner(recipe_, all_but(fold),
                            seed(1000 + fold, static_cast<std::uint64_t>(copy)), recipe_.steps);
            const auto whole = learn(stage, learner);
            if (!whole || !*whole) return whole;
            const auto module = learner.averaged();
            std::map<std::string, Confusion> scores;
            for (std::size_t i = 0; i < bank_.size(); ++i) {
                if (bank_[i].fold != fold) continue;
                answer(*module, i, copy, true);
                if (bank_[i].kind) continue;
                if (recipe_.joins_leads()) answer(*module, i, copy, false);
                Confusion& of_base =
                    scores.try_emplace(bank_[i].database, sequence_class_names()).first->second;
                add_answers(of_base, bank_[i].labels, state_.tensors.at(held_name(i)));
            }
            finish(stage);
            if (auto r = save(); !r) return std::unexpected(r.error());
            for (const auto& [database, confusion] : scores)
                display_.say(std::format("{}, {}: {}", stage, database, score_line(confusion)));
        }
    }
    return true;
}

Result<bool> Follower::teachers() {
    if (recipe_.teachers == 0) return true;
    std::vector<std::shared_ptr<Module>> modules;
    for (int copy = 0; copy < recipe_.teachers; ++copy) {
        const std::string stage = std::format("teacher {}", copy + 1);
        Learner learner(recipe_, all_but({}), seed(2000, static_cast<std::uint64_t>(copy)),
                        recipe_.steps);
        if (!known(stage)) {
            const auto whole = learn(stage, learner);
            if (!whole || !*whole) return whole;
            put_module(state_, stage + "/", *learner.averaged());
            finish(stage);
            if (auto r = save(); !r) return std::unexpected(r.error());
            display_.say(std::format("{} is done", stage));
        } else if (auto r = get_module(state_, stage + "/", *learner.averaged()); !r) {
            return std::unexpected(r.error());
        }
        modules.push_back(learner.averaged());
    }
    for (Sequence& s : bank_) {
        for (const auto& module : modules) {
            const Tensor p = torch::softmax(sequence_logits(*module, s), 1);
            s.answers = s.answers.defined() ? s.answers + p : p;
        }
        s.answers /= static_cast<double>(modules.size());
    }
    return true;
}

Result<bool> Follower::student() {
    const std::string stage = "student";
    if (known(stage)) return true;
    const auto taught = teachers();
    if (!taught || !*taught) return taught;
    Learner learner(recipe_, all_but({}), seed(3000, 0), recipe_.student_steps,
                    recipe_.teachers > 0 ? recipe_.soft : 0);
    const auto whole = learn(stage, learner);
    if (!whole || !*whole) return whole;
    put_module(state_, "best/", *learner.averaged());
    finish(stage);
    if (auto r = save(); !r) return std::unexpected(r.error());
    display_.say("the final network is done");
    return true;
}

std::vector<Tensor> Follower::held_answers(bool all_leads) const {
    std::vector<Tensor> result;
    for (std::size_t i = 0; i < bank_.size(); ++i) {
        const auto found = state_.tensors.find(held_name(i, all_leads));
        result.push_back(found == state_.tensors.end() ? Tensor()
                                                       : found->second / recipe_.fold_seeds);
    }
    return result;
}

HeldOut Follower::judge() const {
    HeldOut result;
    std::vector<Tensor> answers = held_answers(true), first_lead = held_answers(false);
    std::map<std::string, Answers> databases;
    for (std::size_t i = 0; i < bank_.size(); ++i) {
        if (bank_[i].kind) continue;
        Answers& of = databases[bank_[i].database];
        of.probabilities =
            of.probabilities.defined() ? torch::cat({of.probabilities, answers[i]}) : answers[i];
        of.labels.insert(of.labels.end(), bank_[i].labels.begin(), bank_[i].labels.end());
    }
    std::vector<Answers> each;
    for (auto& [name, of] : databases) each.push_back(std::move(of));
    if (recipe_.fit_bias) result.bias = fitted_bias(each);
    const Tensor bias =
        torch::tensor(std::vector<double>(result.bias.begin(), result.bias.end()), torch::kFloat32);
    for (auto* const set : {&answers, &first_lead})
        for (Tensor& p : *set)
            if (p.defined()) p = torch::softmax(torch::log(p.clamp_min(1e-9)) + bias, 1);
    std::vector<Tensor> rows;
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < bank_.size(); ++i) {
        const Sequence& s = bank_[i];
        const Tensor p = answers[i].contiguous();
        const auto of_database = [&](std::map<std::string, Confusion>& of) -> Confusion& {
            return of.try_emplace(s.database, result.real.classes()).first->second;
        };
        if (!s.kind && recipe_.joins_leads())
            add_answers(of_database(result.first_lead_by_database), s.labels,
                        first_lead[i].contiguous());
        Confusion* into = nullptr;
        if (s.kind) {
            into = &result.by_kind.try_emplace(*s.kind, result.real.classes()).first->second;
        } else {
            into = &result.by_record.try_emplace(s.record, result.real.classes()).first->second;
            rows.push_back(torch::log(p.clamp_min(1e-9)));
            labels.insert(labels.end(), s.labels.begin(), s.labels.end());
        }
        for (std::size_t b = 0; b < s.labels.size(); ++b) {
            if (s.labels[b] == label_unknown) continue;
            const std::size_t given = largest(p.const_data_ptr<float>() + b * sequence_classes);
            into->add(s.labels[b], given);
            if (s.kind) continue;
            of_database(result.by_database).add(s.labels[b], given);
            result.real.add(s.labels[b], given);
            const float* row = p.const_data_ptr<float>() + b * sequence_classes;
            result.beats.push_back({.record = s.record,
                                    .index = b,
                                    .label = s.labels[b],
                                    .given = static_cast<std::uint8_t>(given),
                                    .probability = row[given]});
            for (std::size_t c = 0; c < sequence_classes; ++c) {
                result.log_probabilities.push_back(std::log(std::max(row[c], 1e-9F)));
            }
        }
    }
    const Tensor log_p = torch::cat(rows);
    result.temperature = fitted_temperature(log_p, labels);
    const Tensor p = torch::softmax(log_p / result.temperature, 1);
    const auto [best, given] = p.max(1);
    std::vector<float> sorted(best.const_data_ptr<float>(),
                              best.const_data_ptr<float>() + best.numel());
    const auto at =
        static_cast<std::size_t>(recipe_.doubtful_share * static_cast<double>(sorted.size()));
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<long>(at));
    // A threshold that a person can read.
    result.doubt_below = std::round(static_cast<double>(sorted[at]) * 1000) / 1000;
    std::array<double, 2> right{}, count{};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto k = static_cast<std::int64_t>(i);
        const std::size_t side = best[k].item<double>() < result.doubt_below ? 1 : 0;
        count[side] += 1;
        right[side] += given[k].item<std::int64_t>() == labels[i] ? 1 : 0;
    }
    result.accuracy_certain = count[0] > 0 ? right[0] / count[0] : 0;
    result.accuracy_doubtful = count[1] > 0 ? right[1] / count[1] : 0;
    return result;
}

Json Follower::summary(const HeldOut& held_out) const {
    Json folds = to_json(held_out.real);
    folds["auc"] = held_out_areas(held_out);
    folds["loss"] = held_out_loss(held_out);
    for (const auto& [database, confusion] : held_out.by_database)
        folds["databases"][database] = to_json(confusion);
    for (const auto& [database, confusion] : held_out.first_lead_by_database)
        folds["databases_first_lead"][database] = to_json(confusion);
    Json& records = folds["records"] = Json::object();
    for (const auto& [record, confusion] : held_out.by_record) {
        records[record] = to_json(confusion)["confusion"];
    }
    Json& kinds = folds["synthetic"] = Json::object();
    for (const auto& [kind, confusion] : held_out.by_kind) {
        kinds[std::string(name_of(kind))] = to_json(confusion);
    }
    const Network network = sequence_network(recipe_);
    return {{"recipe", recipe_.name},
            {"model", recipe_.model},
            {"data", sequence_data_set},
            {"records", recipe_.records()},
            {"network", recipe_.network},
            {"features", network.shape(network.input()).channels},
            {"parameters", network.parameters()},
            {"trainable_parameters", network.trainable_parameters()},
            {"seed", recipe_.seed},
            {"training_seconds", seconds_},
            {"device", "cpu"},
            {"threads", torch::get_num_threads()},
            {"machine", data::machine_name()},
            {"libtorch", TORCH_VERSION},
            {"version", built_version()},
            {"bias", held_out.bias},
            {"temperature", held_out.temperature},
            {"doubt",
             {{"below", held_out.doubt_below},
              {"share_of_held_out", recipe_.doubtful_share},
              {"accuracy_certain", held_out.accuracy_certain},
              {"accuracy_doubtful", held_out.accuracy_doubtful}}},
            {"cross_validation", std::move(folds)}};
}

Result<Course> Follower::run() {
    const NoDenormals fast;
    if (auto r = start(); !r) return std::unexpected(r.error());
    const auto judged = folds();
    if (!judged) return std::unexpected(judged.error());
    Course course;
    if (!*judged) return course;
    course.held_out = judge();
    display_.say(std::format("held-out patients: loss {:.4f}  {}", held_out_loss(course.held_out),
                             score_line(course.held_out.real)));
    for (const auto& [database, confusion] : course.held_out.by_database)
        display_.say(std::format("  {:13} {}", database, score_line(confusion)));
    for (const auto& [database, confusion] : course.held_out.first_lead_by_database)
        display_.say(std::format("  {:13} {}", database + ", first", score_line(confusion)));
    for (const auto& [kind, confusion] : course.held_out.by_kind) {
        display_.say(std::format("  {:13} {}", name_of(kind), score_line(confusion)));
    }
    if (!options_.folds_only) {
        const auto whole = student();
        if (!whole) return std::unexpected(whole.error());
        if (!*whole) return course;
        course.module = std::make_shared<Module>(sequence_network(recipe_));
        if (auto r = get_module(state_, "best/", *course.module); !r) {
            return std::unexpected(r.error());
        }
        course.module->eval();
        // Real beats for the check of the export.
        std::vector<Tensor> rows;
        for (const Sequence& s : bank_) {
            if (s.kind || s.beats() < probe_beats || rows.size() == probe_records) continue;
            rows.push_back(sequence_input(*course.module, s)
                               .slice(-2, 0, probe_beats)
                               .squeeze(0)
                               .contiguous());
        }
        if (rows.empty()) return fail(options_.out.string(), "", "no record has 300 beats");
        Checkpoint probe;
        probe.tensors["beats"] = torch::stack(rows);
        if (auto r = write_checkpoint(options_.out / "probe.pt", probe); !r) {
            return std::unexpected(r.error());
        }
    }
    course.summary = summary(course.held_out);
    course.finished = true;
    const std::string page = html({.recipe = recipe_,
                                   .summary = course.summary,
                                   .lines = lines_,
                                   .held_out = course.held_out,
                                   .data = options_.data});
    if (auto r = data::write_file(options_.out / "report.html", page); !r) {
        return std::unexpected(r.error());
    }
    if (auto r = data::write_file(options_.out / "run.json", course.summary.dump(2) + "\n"); !r) {
        return std::unexpected(r.error());
    }
    return course;
}

}  // namespace

double fitted_temperature(const Tensor& log_probabilities,
                          const std::vector<std::uint8_t>& labels) {
    std::vector<std::int64_t> rows, classes;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] >= sequence_classes) continue;
        rows.push_back(static_cast<std::int64_t>(i));
        classes.push_back(labels[i]);
    }
    if (rows.empty()) return 1;
    const Tensor x = log_probabilities.index_select(0, torch::tensor(rows)).to(torch::kFloat64);
    const Tensor y = torch::tensor(classes);
    const auto loss = [&](double log_t) {
        return torch::nll_loss(torch::log_softmax(x / std::exp(log_t), 1), y).item<double>();
    };
    // The loss has one valley in the temperature's logarithm: golden-section search.
    const double ratio = (std::sqrt(5.0) - 1) / 2;
    double low = std::log(0.2), high = std::log(5.0);
    while (high - low > 1e-3) {
        const double a = high - ratio * (high - low), b = low + ratio * (high - low);
        (loss(a) < loss(b) ? high : low) = loss(a) < loss(b) ? b : a;
    }
    return std::exp((low + high) / 2);
}

std::array<double, sequence_classes> fitted_bias(const std::vector<Answers>& databases) {
    std::array<double, sequence_classes> best{}, tried{};
    double most = -1;
    const auto score = [&] {
        double sum = 0;
        std::array<double, sequence_classes> factor{};
        for (std::size_t c = 0; c < factor.size(); ++c) factor[c] = std::exp(tried[c]);
        for (const Answers& of : databases) {
            Confusion scores(sequence_class_names());
            const Tensor p = of.probabilities.contiguous();
            for (std::size_t b = 0; b < of.labels.size(); ++b) {
                if (of.labels[b] == label_unknown) continue;
                const float* row = p.const_data_ptr<float>() + b * sequence_classes;
                std::size_t given = 0;
                double highest = -1;
                for (std::size_t c = 0; c < sequence_classes; ++c) {
                    const double value = row[c] * factor[c];
                    if (value > highest) highest = value, given = c;
                }
                scores.add(of.labels[b], given);
            }
            sum += scores.f1(label_s).value_or(0) + scores.f1(label_v).value_or(0);
        }
        return sum;
    };
    for (int s = -5; s <= 7; ++s) {
        for (int v = -5; v <= 7; ++v) {
            tried[label_s] = 0.2 * s;
            tried[label_v] = 0.2 * v;
            const double sum = score();
            if (sum > most) most = sum, best = tried;
        }
    }
    return best;
}

std::string score_line(const Confusion& confusion) {
    std::string line = std::format("accuracy {:.2f}", 100 * confusion.accuracy().value_or(0));
    for (std::size_t c = 1; c < sequence_classes; ++c) {
        if (confusion.support(c) == 0) continue;
        line += std::format("  {} {:.1f}/{:.1f}/{:.1f}", confusion.classes()[c],
                            100 * confusion.sensitivity(c).value_or(0),
                            100 * confusion.predictive_value(c).value_or(0),
                            100 * confusion.f1(c).value_or(0));
    }
    if (const std::size_t normal = confusion.support(0); normal > 0) {
        line +=
            std::format("  N called S {:.2f} %", 100.0 * static_cast<double>(confusion.at(0, 1)) /
                                                     static_cast<double>(normal));
    }
    return line;
}

Result<Course> follow(const SequenceRecipe& recipe, Bank bank, const CourseOptions& options,
                      Display& display) {
    return Follower(recipe, std::move(bank), options, display).run();
}

Result<Course> follow(const SequenceRecipe& recipe, const CourseOptions& options,
                      Display& display) {
    auto bank = make_bank(recipe, options.data, [&](std::string_view line) { display.say(line); });
    if (!bank) return std::unexpected(bank.error());
    return follow(recipe, std::move(*bank), options, display);
}

}  // namespace telltale::train
