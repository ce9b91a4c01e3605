#include "train/sequence/learner.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <numbers>

namespace telltale::train {

namespace {

using torch::Tensor;
namespace F = torch::nn::functional;

enum Stream : std::uint64_t { for_weights = 201, for_chunks, for_dropout };
constexpr double lowest_rate = 1e-5;  // where the cosine ends
constexpr std::int64_t unlabelled = -100;

}  // namespace

Learner::Learner(const SequenceRecipe& recipe, std::vector<const Sequence*> sequences,
                 std::uint64_t seed, int steps, double soft)
    : recipe_(recipe), seed_(seed), steps_(steps), soft_(soft) {
    // Shares of kinds that no record could give fall to the others.
    double real = 1;
    for (const auto& [kind, share] : recipe.shares) real -= share;
    sources_.emplace_back();
    source_shares_.push_back(real);
    for (const auto& [kind, share] : recipe.shares) {
        std::vector<const Sequence*> of_kind;
        for (const Sequence* s : sequences) {
            if (s->kind == kind && s->beats() >= recipe.chunk) of_kind.push_back(s);
        }
        if (of_kind.empty()) continue;
        sources_.push_back(std::move(of_kind));
        source_shares_.push_back(source_shares_.back() + share);
    }
    std::vector<Tensor> rows;
    for (const Sequence* s : sequences) {
        if (s->kind || s->beats() < recipe.chunk) continue;
        sources_[0].push_back(s);
        rows.push_back(s->leads[0]);
    }
    means_ = torch::cat(rows).mean(0);
    class_weights_ =
        torch::tensor({1.0, recipe.weight_s, recipe.weight_v, recipe.weight_f}, torch::kFloat32);
    torch::manual_seed(Random(seed, for_weights).next());
    const Network network = sequence_network(recipe);
    module_ = std::make_shared<Module>(network);
    average_ = std::make_shared<Module>(network);
    Checkpoint same;
    put_module(same, "", *module_);
    (void)get_module(same, "", *average_);  // the same network: every tensor is there
    adam_ = std::make_unique<torch::optim::Adam>(module_->parameters(),
                                                 torch::optim::AdamOptions(recipe.learning_rate));
}

Learner::Chunk Learner::draw(Random& random) const {
    const double at = random.uniform() * source_shares_.back();
    const auto source = static_cast<std::size_t>(std::ranges::upper_bound(source_shares_, at) -
                                                 source_shares_.begin());
    const auto& choices = sources_[std::min(source, sources_.size() - 1)];
    Chunk chunk;
    const bool event = random.uniform() < recipe_.events;
    if (event) {
        // On a beat of a rare class; records by the square root of how many they have, so that
        // no single patient stands for the class.
        const double c = random.uniform();
        const std::size_t label = c < recipe_.events_s                      ? label_s
                                  : c < recipe_.events_s + recipe_.events_v ? label_v
                                                                            : label_f;
        double sum = 0;
        for (const Sequence* s : choices) {
            sum += std::sqrt(static_cast<double>(s->places[label].size()));
        }
        double left = random.uniform() * sum;
        for (const Sequence* s : choices) {
            const auto& places = s->places[label];
            left -= std::sqrt(static_cast<double>(places.size()));
            if (places.empty() || left > 0) continue;
            chunk.sequence = s;
            const auto within =
                static_cast<std::int64_t>(random.below(static_cast<std::size_t>(recipe_.chunk)));
            chunk.start = places[random.below(places.size())] - within;
            break;
        }
    }
    if (chunk.sequence == nullptr) {
        chunk.sequence = choices[random.below(choices.size())];
        chunk.start = static_cast<std::int64_t>(
            random.below(static_cast<std::size_t>(chunk.sequence->beats())));
    }
    chunk.start = std::clamp<std::int64_t>(chunk.start, 0, chunk.sequence->beats() - recipe_.chunk);
    if (chunk.sequence->leads.size() > 1) {
        if (recipe_.joins_leads() && random.uniform() >= recipe_.single) {
            chunk.leads = {0, 1};
        } else if (random.uniform() < recipe_.second_lead) {
            chunk.leads = {1, 1};
        }
    }
    return chunk;
}

double Learner::learning_rate() const {
    const double warm = recipe_.warmup * steps_;
    if (done_ < warm) return recipe_.learning_rate * (done_ + 1) / warm;
    const double share = (done_ - warm) / std::max(steps_ - warm, 1.0);
    return lowest_rate + (recipe_.learning_rate - lowest_rate) * 0.5 *
                             (1 + std::cos(std::numbers::pi * std::min(share, 1.0)));
}

void Learner::average() {
    const torch::NoGradGuard guard;
    const double decay = std::min(recipe_.ema, (1.0 + done_) / (10.0 + done_));
    const auto blend = [&](const std::vector<Tensor>& to, const std::vector<Tensor>& from) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i].lerp_(from[i], 1.0 - decay);
    };
    blend(average_->parameters(), module_->parameters());
    blend(average_->buffers(), module_->buffers());
}

Result<double> Learner::step() {
    Random random(seed_, for_chunks, static_cast<std::uint64_t>(done_));
    const std::int64_t features = means_.size(0);
    const std::size_t leads = recipe_.joins_leads() ? 2 : 1;
    std::vector<std::int64_t> shape = {recipe_.batch, recipe_.chunk, features};
    if (recipe_.joins_leads()) shape.insert(shape.begin() + 1, 2);
    Tensor x = torch::empty(shape);
    Tensor y = torch::empty({recipe_.batch, recipe_.chunk}, torch::kLong);
    std::vector<Tensor> answers;
    float* values = x.mutable_data_ptr<float>();
    std::int64_t* labels = y.mutable_data_ptr<std::int64_t>();
    const float* means = means_.const_data_ptr<float>();
    std::vector<bool> hidden(static_cast<std::size_t>(features));
    for (std::int64_t b = 0; b < recipe_.batch; ++b) {
        const Chunk chunk = draw(random);
        const auto show = [&](std::size_t lead) {
            const float* from =
                chunk.sequence->leads[lead].const_data_ptr<float>() + chunk.start * features;
            for (std::size_t f = 0; f < hidden.size(); ++f) {
                hidden[f] = random.uniform() < recipe_.replaced;
            }
            for (std::int64_t t = 0; t < recipe_.chunk; ++t) {
                for (std::int64_t f = 0; f < features; ++f) {
                    const float v = hidden[static_cast<std::size_t>(f)] ? means[f] : *from;
                    ++from;
                    *values++ = v + static_cast<float>(recipe_.noise *
                                                       random.uniform(-1.7320508, 1.7320508));
                }
            }
        };
        show(chunk.leads[0]);
        const std::int64_t shown = recipe_.chunk * features;
        if (leads > 1 && chunk.leads[1] == chunk.leads[0]) {
            values = std::copy_n(values - shown, shown, values);
        } else if (leads > 1) {
            show(chunk.leads[1]);
        }
        for (std::int64_t t = 0; t < recipe_.chunk; ++t) {
            const std::uint8_t label =
                chunk.sequence->labels[static_cast<std::size_t>(chunk.start + t)];
            *labels++ = label < sequence_classes ? label : unlabelled;
        }
        if (soft_ > 0) {
            answers.push_back(
                chunk.sequence->answers.slice(0, chunk.start, chunk.start + recipe_.chunk));
        }
    }
    const double rate = learning_rate();
    static_cast<torch::optim::AdamOptions&>(adam_->param_groups()[0].options()).lr(rate);
    module_->train();
    module_->seed_dropout(Random(seed_, for_dropout, static_cast<std::uint64_t>(done_)).next());
    adam_->zero_grad();
    const Tensor logits = module_->forward(x).reshape({-1, std::int64_t{sequence_classes}});
    const Tensor target = y.reshape({-1});
    Tensor loss = F::cross_entropy(logits, target,
                                   F::CrossEntropyFuncOptions()
                                       .weight(class_weights_)
                                       .label_smoothing(recipe_.label_smoothing)
                                       .ignore_index(unlabelled));
    if (soft_ > 0) {
        const Tensor each =
            -(torch::stack(answers).reshape_as(logits) * torch::log_softmax(logits, 1)).sum(1);
        const Tensor known = target.ne(unlabelled).to(torch::kFloat32);
        loss = (1 - soft_) * loss + soft_ * (each * known).sum() / known.sum().clamp_min(1);
    }
    const double value = loss.item<double>();
    if (!std::isfinite(value)) {
        return fail(recipe_.name, std::format("step {}", done_ + 1),
                    "the loss is not a number any more: the training has diverged. Lower "
                    "training.learning_rate or training.clip");
    }
    loss.backward();
    if (recipe_.clip > 0) torch::nn::utils::clip_grad_norm_(module_->parameters(), recipe_.clip);
    {
        // Weight decay apart from the gradient (AdamW; Loshchilov and Hutter 2019).
        const torch::NoGradGuard guard;
        for (const Tensor& p : module_->parameters()) p.mul_(1 - rate * recipe_.weight_decay);
    }
    adam_->step();
    average();
    ++done_;
    return value;
}

std::shared_ptr<Module> Learner::averaged() {
    average_->eval();
    return average_;
}

void Learner::put(Checkpoint& c, const std::string& prefix) {
    put_module(c, prefix + "model/", *module_);
    put_module(c, prefix + "average/", *average_);
    put_adam(c, prefix + "adam/", *adam_);
    c.tensors[prefix + "done"] = torch::tensor(std::int64_t{done_});
}

Result<void> Learner::get(const Checkpoint& c, const std::string& prefix) {
    if (auto r = get_module(c, prefix + "model/", *module_); !r) return r;
    if (auto r = get_module(c, prefix + "average/", *average_); !r) return r;
    if (auto r = get_adam(c, prefix + "adam/", *adam_); !r) return r;
    const auto found = c.tensors.find(prefix + "done");
    if (found == c.tensors.end()) return fail("checkpoint", "", "does not tell the steps done");
    done_ = static_cast<int>(found->second.item<std::int64_t>());
    return {};
}

Tensor sequence_input(const Module& module, const Sequence& sequence, bool all_leads) {
    if (!module.network().joins_leads()) return sequence.leads[0].unsqueeze(0);
    const auto end = all_leads ? sequence.leads.end() : sequence.leads.begin() + 1;
    return torch::stack(std::vector<Tensor>(sequence.leads.begin(), end)).unsqueeze(0);
}

Tensor sequence_logits(Module& module, const Sequence& sequence, bool all_leads) {
    const torch::NoGradGuard guard;
    module.eval();
    return module.forward(sequence_input(module, sequence, all_leads)).squeeze(0).contiguous();
}

}  // namespace telltale::train
