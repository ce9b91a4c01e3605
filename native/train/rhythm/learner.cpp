#include "train/rhythm/learner.hpp"

#include <format>

#include "train/loop/random.hpp"

namespace telltale::train {

namespace {

using torch::Tensor;

enum Stream : std::uint64_t { for_weights = 501, for_batches, for_dropout };

/// The loss of the seconds: logits [n, second_classes], labels [n], weights [n].
Tensor seconds_loss(const RhythmRecipe& recipe, const Tensor& logits, const Tensor& labels,
                    const Tensor& weights) {
    const Tensor log_p = torch::log_softmax(logits, 1);
    const Tensor known = labels.ge(0);
    const Tensor target = labels.clamp_min(0);
    const Tensor plain = -log_p.gather(1, target.unsqueeze(1)).squeeze(1);
    const Tensor smooth = -log_p.mean(1);
    const Tensor other = (1 - recipe.label_smoothing) * plain + recipe.label_smoothing * smooth;
    // The database's VT and VF cannot be told apart by eye: both together first, then which.
    const Tensor both = torch::logsumexp(log_p.slice(1, second_vt, second_vfl + 1), 1);
    const Tensor of_two = torch::log_softmax(logits.slice(1, second_vt, second_vfl + 1), 1);
    const Tensor which =
        -of_two.gather(1, (target - second_vt).clamp(0, 1).unsqueeze(1)).squeeze(1);
    const Tensor ventricular = target.eq(second_vt).logical_or(target.eq(second_vfl));
    const Tensor each = torch::where(ventricular, -both + recipe.apart * which, other);
    const Tensor w = weights * known.to(torch::kFloat32);
    return (each * w).sum() / w.sum().clamp_min(1);
}

/// Recordings' logits [n, recording_kinds] from the network's [n, seconds, outputs].
Tensor pooled(const Tensor& logits) {
    const Tensor attention = torch::softmax(logits.select(2, second_classes + recording_kinds), 1);
    const Tensor kinds = logits.slice(2, second_classes, second_classes + recording_kinds);
    return (kinds * attention.unsqueeze(2)).sum(1);
}

Tensor soft_loss(const Tensor& logits, const Tensor& answers) {
    return -(torch::softmax(answers, -1) * torch::log_softmax(logits, -1)).sum(-1).mean();
}

}  // namespace

RhythmLearner::RhythmLearner(const RhythmRecipe& recipe, const RhythmWindows& windows,
                             std::optional<int> held_out, std::uint64_t seed, Tensor answers)
    : recipe_(recipe), windows_(windows), answers_(std::move(answers)), seed_(seed) {
    const std::int8_t* folds = windows.folds.const_data_ptr<std::int8_t>();
    const std::int8_t* kinds = windows.kinds.const_data_ptr<std::int8_t>();
    for (std::int64_t w = 0; w < windows.folds.size(0); ++w)
        if (!held_out || folds[w] != *held_out) (kinds[w] < 0 ? long_ : short_).push_back(w);
    torch::manual_seed(Random(seed, for_weights).next());
    module_ = std::make_shared<Module>(rhythm_network(recipe));
    cycle_ =
        std::make_unique<OneCycle>(module_, OneCycle::Options{.learning_rate = recipe.learning_rate,
                                                              .weight_decay = recipe.weight_decay,
                                                              .steps = recipe.steps});
}

Result<double> RhythmLearner::step() {
    Random random(seed_, for_batches, static_cast<std::uint64_t>(cycle_->done()));
    std::vector<std::int64_t> rows;
    const std::int64_t of_short = short_.empty() ? 0 : recipe_.batch / 3;
    for (std::int64_t b = 0; b < recipe_.batch; ++b) {
        const auto& from = b < of_short ? short_ : long_;
        rows.push_back(from[random.below(from.size())]);
    }
    const Tensor index = torch::tensor(rows);
    // Shorter windows now and then: strips of 9 s are to be answered too.
    const std::int64_t seconds = recipe_.seconds;
    const std::int64_t length =
        random.uniform() < 0.75
            ? seconds
            : std::min(seconds, 9 + static_cast<std::int64_t>(random.below(static_cast<std::size_t>(
                                        std::max<std::int64_t>(seconds - 9, 1)))));
    const auto from =
        static_cast<std::int64_t>(random.below(static_cast<std::size_t>(seconds - length + 1)));
    const auto cut = [&](const Tensor& t) {
        return t.index_select(0, index).slice(1, from, from + length);
    };
    const Tensor x = cut(windows_.features).to(torch::kFloat32);
    const Tensor labels = cut(windows_.labels).to(torch::kLong).reshape({-1});
    const Tensor kinds = windows_.kinds.index_select(0, index).to(torch::kLong);

    const auto done = static_cast<std::uint64_t>(cycle_->done());
    cycle_->begin(Random(seed_, for_dropout, done).next());
    const Tensor logits = module_->forward(x);
    const Tensor of_seconds = logits.slice(2, 0, second_classes);
    const Tensor is_short = kinds.ge(0);
    const Tensor weights = torch::where(is_short, recipe_.weak, 1.0)
                               .to(torch::kFloat32)
                               .unsqueeze(1)
                               .expand({recipe_.batch, length})
                               .reshape({-1});
    Tensor loss = seconds_loss(recipe_, of_seconds.reshape({-1, second_classes}), labels, weights);
    Tensor whole = torch::zeros({});
    if (of_short > 0) {
        const Tensor answers = pooled(logits.slice(0, 0, of_short));
        whole = torch::nn::functional::cross_entropy(
            answers, kinds.slice(0, 0, of_short),
            torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(
                recipe_.label_smoothing));
        loss = loss + recipe_.recording_weight * whole;
    }
    if (answers_.defined()) {
        const Tensor taught = cut(answers_).to(torch::kFloat32);
        Tensor soft = soft_loss(of_seconds, taught.slice(2, 0, second_classes));
        if (of_short > 0)
            soft =
                soft + recipe_.recording_weight * soft_loss(pooled(logits.slice(0, 0, of_short)),
                                                            pooled(taught.slice(0, 0, of_short)));
        loss = (1 - recipe_.soft) * loss + recipe_.soft * soft;
    }
    if (!cycle_->end(loss))
        return fail(recipe_.name, std::format("step {}", cycle_->done() + 1),
                    "the loss is not a number any more: the training has diverged. Lower "
                    "training.learning_rate");
    return loss.item<double>();
}

std::shared_ptr<Module> RhythmLearner::module() {
    module_->eval();
    return module_;
}

Tensor rhythm_logits(Module& module, const Tensor& rows) {
    const torch::NoGradGuard guard;
    module.eval();
    return module.forward(rows.unsqueeze(0)).squeeze(0).contiguous();
}

}  // namespace telltale::train
