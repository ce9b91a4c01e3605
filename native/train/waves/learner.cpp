#include "train/waves/learner.hpp"

#include <algorithm>
#include <format>

#include "train/loop/random.hpp"
#include "train/waves/draw.hpp"
#include "waves/delineate.hpp"

namespace telltale::train {

namespace {

enum Stream : std::uint64_t { for_weights = 601, for_batches, for_dropout };

}  // namespace

WaveLearner::WaveLearner(const WaveRecipe& recipe, const std::vector<WaveSource>& sources,
                         const std::vector<Recording>& noises, std::optional<int> held_out,
                         std::uint64_t seed)
    : recipe_(recipe), noises_(noises), seed_(seed) {
    for (const WaveSource& source : sources)
        if (!held_out || source.fold != *held_out) sources_.push_back(&source);
    torch::manual_seed(Random(seed, for_weights).next());
    module_ = std::make_shared<Module>(wave_network(recipe));
    cycle_ =
        std::make_unique<OneCycle>(module_, OneCycle::Options{.learning_rate = recipe.learning_rate,
                                                              .weight_decay = recipe.weight_decay,
                                                              .steps = recipe.steps});
}

Result<double> WaveLearner::step() {
    const auto done = static_cast<std::uint64_t>(cycle_->done());
    const auto frames = static_cast<std::size_t>(recipe_.frames);
    const auto batch = recipe_.batch;
    std::vector<float> x, labels, known;
    for (std::int64_t b = 0; b < batch; ++b) {
        Random random(Random(seed_, for_batches, done).next(), static_cast<std::uint64_t>(b));
        const WaveSource& source = *sources_[random.below(sources_.size())];
        DrawnLead lead =
            changed_lead(recipe_, source, random.below(source.marks.size()), noises_, random);
        const std::size_t from =
            lead.rows.frames > frames ? random.below(lead.rows.frames - frames) : 0;
        const auto append = [&](std::vector<float>& to, const std::vector<float>& all,
                                std::size_t width) {
            const std::size_t begin = from * width;
            const std::size_t end = std::min(all.size(), (from + frames) * width);
            to.insert(to.end(), all.begin() + static_cast<std::ptrdiff_t>(begin),
                      all.begin() + static_cast<std::ptrdiff_t>(end));
            to.resize(to.size() + frames * width - (end - begin));
        };
        append(x, lead.rows.values, waves::feature_count);
        append(labels, lead.labels, waves::classes);
        append(known, lead.known, 1);
    }
    const auto length = recipe_.frames;
    const auto tensor = [&](const std::vector<float>& values, std::size_t width) {
        return torch::tensor(values).view({batch, length, static_cast<std::int64_t>(width)});
    };
    cycle_->begin(Random(seed_, for_dropout, done).next());
    const torch::Tensor logits = module_->forward(tensor(x, waves::feature_count));
    const torch::Tensor weight = tensor(known, 1).squeeze(2);
    const torch::Tensor each =
        -(tensor(labels, waves::classes) * torch::log_softmax(logits, 2)).sum(2);
    const torch::Tensor loss = (each * weight).sum() / weight.sum().clamp_min(1);
    if (!cycle_->end(loss))
        return fail(recipe_.name, std::format("step {}", cycle_->done() + 1),
                    "the loss is not a number any more: the training has diverged. Lower "
                    "training.learning_rate");
    return loss.item<double>();
}

std::shared_ptr<Module> WaveLearner::module() {
    module_->eval();
    return module_;
}

}  // namespace telltale::train
