#include "train/waves/course.hpp"

#include <algorithm>
#include <format>
#include <optional>

#include "evaluate/wave_score.hpp"
#include "train/loop/no_denormals.hpp"
#include "train/loop/random.hpp"
#include "train/loop/run_state.hpp"
#include "train/waves/draw.hpp"
#include "train/waves/learner.hpp"
#include "train/waves/report.hpp"
#include "train/waves/sources.hpp"
#include "waves/delineate.hpp"
#include "waves/joined.hpp"

namespace telltale::train {

namespace {

using torch::Tensor;
using Json = nlohmann::ordered_json;

constexpr std::size_t probe_leads = 6;

/// What a network finds on each lead of a source.
std::vector<waves::WaveMarks> found_by(Module& module, const WaveSource& source) {
    const torch::NoGradGuard guard;
    module.eval();
    const Recording& r = source.recording;
    const auto length = static_cast<std::int64_t>(r.length());
    std::vector<waves::WaveMarks> leads;
    // Some minutes at a time: the QT Database's records are a quarter of an hour long.
    const auto part = static_cast<std::int64_t>(120 * r.sampling_rate);
    const auto context = static_cast<std::int64_t>(2 * r.sampling_rate);
    for (const Lead& lead : r.leads) {
        waves::WaveMarks all;
        for (std::int64_t at = 0; at < length; at += part) {
            const std::int64_t end = std::min(length, at + part);
            const waves::WaveRows rows = waves::wave_rows(
                lead.samples, r.sampling_rate, source.r_peaks, at - context, end + context);
            const auto frames = static_cast<std::int64_t>(rows.frames);
            const Tensor x =
                torch::tensor(rows.values)
                    .view({1, frames, static_cast<std::int64_t>(waves::feature_count)});
            const Tensor p = torch::softmax(module.forward(x), 2).contiguous();
            auto found =
                waves::delineate(lead.samples, r.sampling_rate, source.r_peaks, at, end, rows,
                                 {p.const_data_ptr<float>(), static_cast<std::size_t>(p.numel())});
            std::ranges::move(found.beats, std::back_inserter(all.beats));
            std::ranges::move(found.lone_p, std::back_inserter(all.lone_p));
        }
        leads.push_back(std::move(all));
    }
    return leads;
}

class Follower {
public:
    Follower(const WaveRecipe& recipe, const WaveCourseOptions& options, Display& display)
        : recipe_(recipe), options_(options), display_(display), state_(options.out) {}

    Result<Json> run() {
        const NoDenormals fast;
        const auto log = [&](std::string_view line) { display_.say(line); };
        if (auto r = state_.start(recipe_, options_.resume,
                                  [](std::string_view text, std::string_view file) {
                                      return parse_wave_recipe(text, file);
                                  });
            !r)
            return std::unexpected(r.error());
        auto sources = read_ludb(options_.data, log);
        if (!sources) return std::unexpected(sources.error());
        sources_ = std::move(*sources);
        auto noises = read_noises(options_.data);
        if (!noises) return std::unexpected(noises.error());
        noises_ = std::move(*noises);

        Json scores;
        if (auto r = folds(scores); !r) return std::unexpected(r.error());
        if (!options_.folds_only)
            if (auto r = final_network(scores); !r) return std::unexpected(r.error());
        Json summary = state_.head(recipe_, wave_network(recipe_).parameters());
        summary["scores"] = std::move(scores);
        // Of LUDB's records by folds, lead by lead: those with waves missed or falsely marked.
        summary["errors"] = std::move(errors_);
        if (auto r = state_.write(summary, wave_report(recipe_, summary, state_.lines())); !r)
            return std::unexpected(r.error());
        return summary;
    }

private:
    Result<void> learn(const std::string& stage, WaveLearner& learner) {
        return state_.learn(stage, learner, display_, options_.on_step);
    }
    [[nodiscard]] std::uint64_t seed(std::uint64_t stage) const {
        return Random(recipe_.seed, stage).next();
    }

    void tell(Json& scores, const std::string& name, const evaluate::WaveScore& score) {
        scores[name] = evaluate::to_json(score);
        display_.say(name + '\n' + evaluate::to_text(score));
    }

    Result<void> folds(Json& scores) {
        evaluate::WaveScore each, joined;
        for (int fold = 0; fold < wave_folds; ++fold) {
            const std::string stage = std::format("fold {}", fold + 1);
            WaveLearner learner(recipe_, sources_, noises_, fold,
                                seed(1000 + static_cast<std::uint64_t>(fold)));
            if (state_.known(stage)) {
                if (auto r = get_module(state_.checkpoint(), stage + "/", *learner.module()); !r)
                    return r;
            } else {
                if (auto r = learn(stage, learner); !r) return r;
                put_module(state_.checkpoint(), stage + "/", *learner.module());
                if (auto r = state_.finish(stage); !r) return r;
            }
            const auto module = learner.module();
            for (const WaveSource& source : sources_) {
                if (source.fold != fold) continue;
                const auto leads = found_by(*module, source);
                std::vector<waves::WaveMarks> marked;
                evaluate::WaveScore of_record;
                for (std::size_t lead = 0; lead < leads.size(); ++lead) {
                    of_record += evaluate::score_waves(source.marks[lead], leads[lead]);
                    marked.push_back(evaluate::as_found(source.marks[lead], source.r_peaks,
                                                        source.recording.sampling_rate));
                }
                each += of_record;
                for (const waves::WaveKind kind : waves::all_waves) {
                    const auto& peak = of_record.of(kind, 1);
                    if (peak.found == peak.reference && peak.found == peak.marked) continue;
                    errors_[source.name][waves::name(kind)] = {{"reference", peak.reference},
                                                               {"found", peak.found},
                                                               {"marked", peak.marked}};
                }
                // The leads' marks of a person joined by the same rule are the reference.
                joined += evaluate::score_waves(evaluate::as_marked(waves::join(marked)),
                                                waves::join(leads));
            }
        }
        tell(scores, "LUDB, lead by lead, by folds of patients", each);
        tell(scores, "LUDB, all leads joined, by folds of patients", joined);
        return {};
    }

    Result<void> final_network(Json& scores) {
        WaveLearner learner(recipe_, sources_, noises_, std::nullopt, seed(3000));
        if (state_.known("final")) {
            if (auto r = get_module(state_.checkpoint(), "best/", *learner.module()); !r) return r;
        } else {
            if (auto r = learn("final", learner); !r) return r;
            put_module(state_.checkpoint(), "best/", *learner.module());
            if (auto r = state_.finish("final"); !r) return r;
        }
        const auto module = learner.module();
        // Real frames for the check of the export.
        std::vector<Tensor> probe;
        for (std::size_t i = 0; i < probe_leads; ++i) {
            const WaveSource& source = sources_[i * sources_.size() / probe_leads];
            const auto rows = waves::wave_rows(
                source.recording.leads[i].samples, source.recording.sampling_rate, source.r_peaks,
                0, static_cast<std::int64_t>(source.recording.length()));
            probe.push_back(torch::tensor(rows.values)
                                .view({static_cast<std::int64_t>(rows.frames),
                                       static_cast<std::int64_t>(waves::feature_count)})
                                .slice(0, 0, recipe_.frames));
        }
        Checkpoint kept;
        kept.tensors["beats"] = torch::stack(probe);
        if (auto r = write_checkpoint(options_.out / "probe.pt", kept); !r) return r;

        auto unseen = read_qtdb(options_.data, [&](std::string_view line) { display_.say(line); });
        if (!unseen) return std::unexpected(unseen.error());
        evaluate::WaveScore joined, best;
        for (const WaveSource& source : *unseen) {
            const auto leads = found_by(*module, source);
            joined += evaluate::score_waves(source.marks[0], waves::join(leads));
            best += evaluate::score_best_lead(source.marks[0], leads);
        }
        tell(scores, "QT Database, never learnt from, leads joined", joined);
        tell(scores, "QT Database, never learnt from, the better lead of each point", best);
        return {};
    }

    const WaveRecipe& recipe_;
    const WaveCourseOptions& options_;
    Display& display_;
    RunState state_;
    std::vector<WaveSource> sources_;
    std::vector<Recording> noises_;
    Json errors_ = Json::object();
};

}  // namespace

Result<Json> follow_waves(const WaveRecipe& recipe, const WaveCourseOptions& options,
                          Display& display) {
    return Follower(recipe, options, display).run();
}

}  // namespace telltale::train
