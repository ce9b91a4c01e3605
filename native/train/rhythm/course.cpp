#include "train/rhythm/course.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <optional>
#include <system_error>

#include "beats/detector.hpp"
#include "data/files.hpp"
#include "evaluate/confusion.hpp"
#include "rhythm/episodes.hpp"
#include "rhythm/rhythm_analysis.hpp"
#include "rhythm/rhythm_features.hpp"
#include "train/loop/checkpoint.hpp"
#include "train/loop/no_denormals.hpp"
#include "train/loop/random.hpp"
#include "train/loop/run_state.hpp"
#include "train/rhythm/learner.hpp"
#include "train/rhythm/report.hpp"
#include "train/rhythm/rhythm_model.hpp"
#include "train/rhythm/sources.hpp"
#include "train/rhythm/windows.hpp"

namespace telltale::train {

namespace {

using torch::Tensor;
using Json = nlohmann::ordered_json;

constexpr std::int64_t probe_seconds = 300;
constexpr std::size_t probe_records = 4;

/// A source's features, lead by lead.
struct Rows {
    std::vector<Tensor> leads;  ///< [seconds, features]
    std::vector<std::vector<float>> weights;
};

Result<Rows> rows_of(const RhythmSource& source) {
    const auto beats = beats::detect(source.recording);
    if (!beats) return std::unexpected(beats.error());
    Rows rows;
    for (const std::size_t lead : rhythm::rhythm_leads(source.recording)) {
        auto made = rhythm::rhythm_rows(source.recording.leads[lead].samples,
                                        source.recording.sampling_rate, *beats);
        rows.leads.push_back(
            torch::tensor(made.values)
                .view({static_cast<std::int64_t>(made.seconds),
                       static_cast<std::int64_t>(rhythm::rhythm_feature_count())}));
        rows.weights.push_back(std::move(made.weight));
    }
    return rows;
}

/// Which sources a figure rests on.
struct Part {
    std::string name;
    std::function<bool(const RhythmSource&)> holds;
};

std::vector<Part> parts() {
    const auto number = [](const RhythmSource& s) { return std::atoi(s.name.c_str()); };
    return {{"vfdb", [](const RhythmSource& s) { return s.database == "vfdb"; }},
            {"vfdb without 418",
             [](const RhythmSource& s) { return s.database == "vfdb" && s.name != "418"; }},
            {"mitdb", [](const RhythmSource& s) { return s.database == "mitdb"; }},
            {"mitdb, even records",
             [=](const RhythmSource& s) { return s.database == "mitdb" && number(s) % 2 == 0; }},
            {"mitdb, odd records",
             [=](const RhythmSource& s) { return s.database == "mitdb" && number(s) % 2 == 1; }},
            {"svdb 800 to 839",
             [](const RhythmSource& s) { return s.database == "svdb" && s.fold != never_learnt; }},
            {"svdb 840 to 859, never learnt from",
             [](const RhythmSource& s) { return s.database == "svdb" && s.fold == never_learnt; }},
            {"qtdb, the half that is learnt from",
             [](const RhythmSource& s) { return s.database == "qtdb" && s.fold != never_learnt; }},
            {"qtdb, the half never learnt from",
             [](const RhythmSource& s) { return s.database == "qtdb" && s.fold == never_learnt; }}};
}

class Follower {
public:
    Follower(const RhythmRecipe& recipe, const RhythmCourseOptions& options, Display& display)
        : recipe_(recipe), options_(options), display_(display), state_(options.out) {}

    Result<Json> run() {
        const NoDenormals fast;
        if (auto r = state_.start(recipe_, options_.resume, parse_rhythm_recipe); !r)
            return std::unexpected(r.error());
        auto sources =
            read_rhythm_sources(options_.data, [&](std::string_view line) { display_.say(line); });
        if (!sources) return std::unexpected(sources.error());
        sources_ = std::move(*sources);
        if (auto r = prepare(); !r) return std::unexpected(r.error());
        if (auto r = folds(); !r) return std::unexpected(r.error());
        Json folds =
            judge([&](std::size_t i) { return state_.checkpoint().tensors.at(held_name(i)); });
        Json summary = state_.head(recipe_, rhythm_network(recipe_).parameters());
        summary["folds"] = std::move(folds);
        if (!options_.folds_only) {
            if (auto r = final_network(); !r) return std::unexpected(r.error());
            Module module(rhythm_network(recipe_));
            if (auto r = get_module(state_.checkpoint(), "best/", module); !r)
                return std::unexpected(r.error());
            // Of these the final network has seen nothing either.
            summary["final"] = judge([&](std::size_t i) {
                return sources_.list[i].fold == never_learnt ? logits_of(module, i) : Tensor();
            });
        }
        // By name, so that nobody takes figures on them for figures on patients not seen.
        Json learnt = Json::array();
        for (const RhythmSource& source : sources_.list)
            if (source.fold != never_learnt) learnt.push_back(source.name);
        summary["learnt_from"] = std::move(learnt);
        if (auto r = state_.write(summary, rhythm_report(recipe_, summary, state_.lines())); !r)
            return std::unexpected(r.error());
        return summary;
    }

private:
    static std::string held_name(std::size_t i) { return std::format("held/{}", i); }
    /// Features of all sources, and the windows: from the run's folder where they are there.
    Result<void> prepare() {
        for (const RhythmSource& source : sources_.list) {
            auto rows = rows_of(source);
            if (!rows) return std::unexpected(rows.error());
            rows_.push_back(std::move(*rows));
        }
        display_.say(std::format("features of {} records are ready", rows_.size()));
        const bool all_known = std::ranges::all_of(
            stages(), [&](const std::string& stage) { return state_.known(stage); });
        if (all_known) return {};
        const auto path = options_.out / "windows.pt";
        const std::string key = window_key(recipe_);
        if (data::exists(path)) {
            auto kept = read_checkpoint(path);
            if (kept && kept->texts["key"] == key) {
                windows_ = {kept->tensors["features"], kept->tensors["labels"],
                            kept->tensors["kinds"], kept->tensors["folds"]};
                display_.say("windows of an earlier run are taken");
                return {};
            }
        }
        auto made =
            make_windows(recipe_, sources_, [&](std::string_view line) { display_.say(line); });
        if (!made) return std::unexpected(made.error());
        windows_ = std::move(*made);
        Checkpoint kept;
        kept.texts["key"] = key;
        kept.tensors = {{"features", windows_.features},
                        {"labels", windows_.labels},
                        {"kinds", windows_.kinds},
                        {"folds", windows_.folds}};
        return write_checkpoint(path, kept);
    }

    [[nodiscard]] std::vector<std::string> stages() const {
        std::vector<std::string> result;
        for (int fold = 0; fold < rhythm_folds; ++fold)
            for (int copy = 0; copy < recipe_.seeds; ++copy)
                result.push_back(std::format("fold {} network {}", fold + 1, copy + 1));
        if (options_.folds_only) return result;
        for (int t = 0; t < recipe_.teachers; ++t)
            result.push_back(std::format("teacher {}", t + 1));
        result.emplace_back("final");
        return result;
    }

    Result<void> learn(const std::string& stage, RhythmLearner& learner) {
        return state_.learn(stage, learner, display_, options_.on_step);
    }

    [[nodiscard]] std::uint64_t seed(std::uint64_t stage, std::uint64_t copy) const {
        return Random(recipe_.seed, stage, copy).next();
    }

    /// Logits of a source, [leads, seconds, outputs].
    [[nodiscard]] Tensor logits_of(Module& module, std::size_t i) const {
        std::vector<Tensor> leads;
        for (const Tensor& rows : rows_[i].leads) leads.push_back(rhythm_logits(module, rows));
        return torch::stack(leads);
    }

    Result<void> folds() {
        for (int fold = 0; fold < rhythm_folds; ++fold)
            for (int copy = 0; copy < recipe_.seeds; ++copy) {
                const std::string stage = std::format("fold {} network {}", fold + 1, copy + 1);
                if (state_.known(stage)) continue;
                RhythmLearner learner(recipe_, windows_, fold,
                                      seed(1000 + static_cast<std::uint64_t>(fold),
                                           static_cast<std::uint64_t>(copy)));
                if (auto r = learn(stage, learner); !r) return r;
                const auto module = learner.module();
                for (std::size_t i = 0; i < sources_.list.size(); ++i) {
                    const int of = sources_.list[i].fold;
                    // What no network learns from is judged by the mean of all.
                    if (of != fold && of != never_learnt) continue;
                    const double share =
                        1.0 / (recipe_.seeds * (of == never_learnt ? rhythm_folds : 1));
                    const Tensor part = logits_of(*module, i) * share;
                    Tensor& sum = state_.checkpoint().tensors[held_name(i)];
                    sum = sum.defined() ? sum + part : part;
                }
                if (auto r = state_.finish(stage); !r) return r;
            }
        return {};
    }

    Result<void> final_network() {
        if (state_.known("final")) return {};
        Tensor answers;
        for (int t = 0; t < recipe_.teachers; ++t) {
            const std::string stage = std::format("teacher {}", t + 1);
            RhythmLearner learner(recipe_, windows_, std::nullopt,
                                  seed(2000, static_cast<std::uint64_t>(t)));
            if (state_.known(stage)) {
                if (auto r = get_module(state_.checkpoint(), stage + "/", *learner.module()); !r)
                    return r;
            } else {
                if (auto r = learn(stage, learner); !r) return r;
                put_module(state_.checkpoint(), stage + "/", *learner.module());
                if (auto r = state_.finish(stage); !r) return r;
            }
            const torch::NoGradGuard guard;
            const auto module = learner.module();
            std::vector<Tensor> parts;
            for (const Tensor& some : windows_.features.split(512))
                parts.push_back(module->forward(some.to(torch::kFloat32)).contiguous());
            const Tensor all = torch::cat(parts) / recipe_.teachers;
            answers = answers.defined() ? answers + all : all;
        }
        RhythmLearner learner(recipe_, windows_, std::nullopt, seed(3000, 0), answers);
        if (auto r = learn("final", learner); !r) return r;
        put_module(state_.checkpoint(), "best/", *learner.module());
        // Real seconds for the check of the export.
        std::vector<Tensor> rows;
        for (const Rows& r : rows_)
            if (rows.size() < probe_records && r.leads[0].size(0) >= probe_seconds)
                rows.push_back(r.leads[0].slice(0, 0, probe_seconds));
        Checkpoint probe;
        probe.tensors["beats"] = torch::stack(rows);
        if (auto r = write_checkpoint(options_.out / "probe.pt", probe); !r) return r;
        return state_.finish("final");
    }

    /// The figures of all parts, from logits [leads, seconds, outputs] of each source; sources
    /// without any are left out, and so are parts without sources.
    [[nodiscard]] Json judge(const std::function<Tensor(std::size_t)>& logits) const {
        const classify::Card card = rhythm_card(recipe_);
        const auto questions = evaluate::rhythm_questions();
        std::vector<std::optional<evaluate::RhythmScore>> scores(sources_.list.size());
        evaluate::Confusion recordings({"A", "N", "O", "~"});
        for (std::size_t i = 0; i < sources_.list.size(); ++i) {
            const Tensor all = logits(i);
            if (!all.defined()) continue;
            const RhythmSource& source = sources_.list[i];
            std::vector<std::vector<float>> outputs;
            for (std::int64_t lead = 0; lead < all.size(0); ++lead) {
                const Tensor one = all[lead].contiguous();
                outputs.emplace_back(one.const_data_ptr<float>(),
                                     one.const_data_ptr<float>() + one.numel());
            }
            const rhythm::RhythmAnswers answers = rhythm::combine(card, outputs, rows_[i].weights);
            const auto length = static_cast<std::int64_t>(source.recording.length());
            const rhythm::RhythmCourse course =
                rhythm::rhythm_course({.answers = answers,
                                       .sampling_rate = source.recording.sampling_rate,
                                       .length = length,
                                       .beats = {},
                                       .classified = false,
                                       .quiet = {}});
            if (source.kind && course.recording) {
                constexpr std::string_view order = "ANO~";
                constexpr std::string_view kinds = "NAO~";
                recordings.add(order.find(kinds[static_cast<std::size_t>(*source.kind)]),
                               order.find(course.recording->kind[0]));
            }
            if (source.reference.empty()) continue;
            std::vector<evaluate::RhythmStretch> marked;
            for (const rhythm::RhythmEpisode& e : course.episodes)
                marked.push_back({std::string(rhythm::name(e.rhythm)), e.first, e.last});
            scores[i] = evaluate::score_rhythms(source.reference, marked,
                                                source.recording.sampling_rate, questions);
        }
        Json json;
        for (const Part& part : parts()) {
            evaluate::RhythmScore sum;
            Json by_record = Json::object();
            for (std::size_t i = 0; i < scores.size(); ++i) {
                if (!scores[i] || !part.holds(sources_.list[i])) continue;
                sum += *scores[i];
                by_record[sources_.list[i].name] = evaluate::to_json(*scores[i]);
            }
            if (by_record.empty()) continue;
            json[part.name] = evaluate::to_json(sum);
            json[part.name]["by_record"] = std::move(by_record);
            display_.say(std::format("{:36} {}", part.name, evaluate::in_a_line(sum)));
        }
        if (recordings.beats() > 0) {
            json["cinc2017"] = evaluate::recordings_json(recordings);
            display_.say("cinc2017 " + json["cinc2017"]["f1"].dump() + " mean of A N O " +
                         json["cinc2017"]["mean_f1"].dump());
        }
        return json;
    }

    const RhythmRecipe& recipe_;
    const RhythmCourseOptions& options_;
    Display& display_;
    RhythmSources sources_;
    std::vector<Rows> rows_;
    RhythmWindows windows_;
    RunState state_;
};

}  // namespace

Result<Json> follow_rhythm(const RhythmRecipe& recipe, const RhythmCourseOptions& options,
                           Display& display) {
    return Follower(recipe, options, display).run();
}

}  // namespace telltale::train
