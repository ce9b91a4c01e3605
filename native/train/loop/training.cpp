#include "train/loop/training.hpp"

#include <ATen/autocast_mode.h>

#include <algorithm>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>
#include <numbers>

#include "data/files.hpp"
#include "train/loop/checkpoint.hpp"
#include "train/loop/no_denormals.hpp"
#include "train/networks/networks.hpp"

namespace telltale::train {

namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;
namespace F = torch::nn::functional;

/// Names of the streams of random numbers that a seed is split into.
enum Stream : std::uint64_t { for_weights = 1, for_balance, for_order, for_dropout, for_augment };

std::uint64_t stream_seed(const Recipe& recipe, Stream stream, std::uint64_t epoch) {
    return Random(recipe.seed, stream, epoch).next();
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

nlohmann::ordered_json to_json(const Epoch& e) {
    return {{"epoch", e.epoch},
            {"learning_rate", e.learning_rate},
            {"loss", e.loss},
            {"accuracy", e.accuracy},
            {"validation_loss", e.validation_loss},
            {"validation_accuracy", e.validation_accuracy},
            {"validation_macro_f1", e.validation_macro_f1},
            {"seconds", e.seconds},
            {"beats_per_s", e.beats_per_s},
            {"best", e.best}};
}

Epoch epoch_of(const nlohmann::json& j) {
    return {.epoch = j.value("epoch", 0),
            .learning_rate = j.value("learning_rate", 0.0),
            .loss = j.value("loss", 0.0),
            .accuracy = j.value("accuracy", 0.0),
            .validation_loss = j.value("validation_loss", 0.0),
            .validation_accuracy = j.value("validation_accuracy", 0.0),
            .validation_macro_f1 = j.value("validation_macro_f1", 0.0),
            .seconds = j.value("seconds", 0.0),
            .beats_per_s = j.value("beats_per_s", 0.0),
            .best = j.value("best", false)};
}

/// Larger is better.
double merit(const Recipe& recipe, const Epoch& e) {
    switch (recipe.keep) {
        case Keep::accuracy: return e.validation_accuracy;
        case Keep::loss: return -e.validation_loss;
        case Keep::macro_f1: break;
    }
    return e.validation_macro_f1;
}

/// While it lives, LibTorch computes convolutions and matrix products in bfloat16 on that device.
/// bfloat16 has float32's range, so gradients need no scaling.
class MixedPrecision {
public:
    MixedPrecision(bool wanted, torch::DeviceType device) : wanted_(wanted), device_(device) {
        if (!wanted_) return;
        at::autocast::set_autocast_dtype(device_, at::kBFloat16);
        at::autocast::set_autocast_enabled(device_, true);
    }
    ~MixedPrecision() {
        if (!wanted_) return;
        at::autocast::set_autocast_enabled(device_, false);
        at::autocast::clear_cache();  // of weights in bfloat16, which the step changes
    }
    MixedPrecision(const MixedPrecision&) = delete;
    MixedPrecision& operator=(const MixedPrecision&) = delete;

private:
    bool wanted_;
    torch::DeviceType device_;
};

/// The training itself; its members are the state that a checkpoint holds, and scratch.
class Trainer {
public:
    Trainer(const Recipe& recipe, const DataSet& data, const Split& split,
            const TrainOptions& options, Display& display)
        : recipe_(recipe),
          data_(data),
          options_(options),
          display_(display),
          learnt_(limited_rows(split.train, 1)),
          judged_(limited_rows(split.validation, share_of(split.validation, split.train))) {}

    Result<Run> run();

private:
    /// A trial on fewer beats is judged on fewer too, in proportion: it is to be quick.
    std::vector<std::size_t> limited_rows(const std::vector<std::size_t>& rows,
                                          double share) const {
        if (options_.limit == 0) return rows;
        const double most = std::ceil(share * static_cast<double>(options_.limit));
        return limited(data_, rows, static_cast<std::size_t>(most), recipe_.seed);
    }
    static double share_of(std::span<const std::size_t> part, std::span<const std::size_t> whole) {
        return static_cast<double>(part.size()) / static_cast<double>(whole.size());
    }
    Result<void> start();
    Result<void> resume(const std::filesystem::path& file);
    Result<Epoch> epoch(int number);
    void fill_batch(std::span<const Row> rows, Random& random, Tensor& x, Tensor& y) const;
    /// The rows of an epoch. What was balanced before the split is not balanced again.
    [[nodiscard]] std::vector<Row> balanced(std::uint64_t epoch) const {
        std::vector<Row> rows = balance(
            data_, learnt_, recipe_.balance.before_split ? BalanceOptions{} : recipe_.balance,
            stream_seed(recipe_, for_balance, epoch), options_.threads);
        const std::size_t n = rows.size();
        rows.reserve(n * static_cast<std::size_t>(1 + recipe_.augment.copies));
        for (int copy = 0; copy < recipe_.augment.copies; ++copy) {
            for (std::size_t i = 0; i < n; ++i) {
                rows.push_back(rows[i]);
                rows.back().copy = true;
            }
        }
        return rows;
    }
    void tell(const Epoch& e) {
        display_.epoch(e);
        if (options_.on_epoch) options_.on_epoch(e);
    }
    void average_weights();
    Result<void> save();
    [[nodiscard]] Result<void> write_metrics() const;
    [[nodiscard]] int epochs_since_best() const;
    [[nodiscard]] std::filesystem::path file(const char* name) const { return options_.out / name; }

    const Recipe& recipe_;
    const DataSet& data_;
    const TrainOptions& options_;
    Display& display_;
    std::vector<std::size_t> learnt_, judged_;

    std::shared_ptr<Module> module_, average_;  ///< average_ only with a moving average.
    std::unique_ptr<torch::optim::Adam> adam_;
    Checkpoint best_;  ///< Weights of the best epoch.
    std::vector<Epoch> history_;
    int best_epoch_ = 0;
    int plateaus_ = 0;  ///< How often the learning rate was lowered.
    int epochs_on_plateau_ = 0;
    double lowest_loss_ = std::numeric_limits<double>::infinity();
    std::vector<Row> rows_;
    Tensor class_weights_;  ///< Undefined where all classes weigh the same.
};

Result<void> Trainer::start() {
    const auto network =
        make_network(recipe_.network, data_.shape, static_cast<std::int64_t>(data_.classes.size()));
    if (!network) return std::unexpected(network.error());
    torch::manual_seed(stream_seed(recipe_, for_weights, 0));
    module_ = std::make_shared<Module>(*network, recipe_.start);
    module_->to(options_.device);
    if (recipe_.ema > 0) {
        average_ = std::make_shared<Module>(*network);
        average_->to(options_.device);
        Checkpoint same;
        put_module(same, "", *module_);
        if (auto r = get_module(same, "", *average_); !r) return r;
    }
    adam_ = std::make_unique<torch::optim::Adam>(
        module_->parameters(),
        torch::optim::AdamOptions(recipe_.learning_rate).weight_decay(recipe_.weight_decay));
    rows_ = balanced(0);
    if (recipe_.class_weights) {
        class_weights_ = torch::tensor(class_weights(data_, learnt_)).to(options_.device);
    }

    const auto checkpoint = file("checkpoint.pt");
    std::error_code code;
    std::filesystem::create_directories(options_.out, code);
    if (code) return fail(options_.out.string(), "", "cannot be made: " + code.message());
    if (!data::exists(checkpoint)) return {};
    if (!options_.resume) {
        return fail(checkpoint.string(), "",
                    "is the checkpoint of an earlier training; continue it with --resume, or "
                    "choose another --out");
    }
    return resume(checkpoint);
}

Result<void> Trainer::resume(const std::filesystem::path& path) {
    auto read = read_checkpoint(path);
    if (!read) return std::unexpected(read.error());
    Checkpoint& c = *read;
    auto earlier = parse_recipe(c.texts["recipe"], path.string());
    if (!earlier) return std::unexpected(earlier.error());
    if (c.texts.contains("seed")) earlier->seed = std::stoull(c.texts["seed"]);
    if (essence(*earlier) != essence(recipe_) ||
        c.texts["limit"] != std::to_string(options_.limit)) {
        return fail(path.string(), "",
                    "belongs to another recipe, or to other options; choose another --out");
    }
    if (auto r = get_module(c, "model/", *module_); !r) return r;
    if (average_) {
        if (auto r = get_module(c, "average/", *average_); !r) return r;
    }
    if (auto r = get_adam(c, "adam/", *adam_); !r) return r;
    const auto state = nlohmann::json::parse(c.texts["state"], nullptr, false);
    if (!state.is_object() || !state.contains("history") || !state["history"].is_array()) {
        return fail(path.string(), "", "holds no history");
    }
    for (const auto& e : state["history"]) history_.push_back(epoch_of(e));
    best_epoch_ = state.value("best_epoch", 0);
    plateaus_ = state.value("plateaus", 0);
    epochs_on_plateau_ = state.value("epochs_on_plateau", 0);
    if (state.contains("lowest_loss") && state["lowest_loss"].is_number()) {
        lowest_loss_ = state["lowest_loss"].get<double>();
    }
    for (const auto& [name, tensor] : c.tensors) {
        if (name.starts_with("best/")) best_.tensors[name.substr(5)] = tensor;
    }
    display_.say(std::format("continuing after epoch {}", history_.size()));
    return write_metrics();  // the earlier run may have ended between the two files
}

Result<void> Trainer::save() {
    Checkpoint c;
    put_module(c, "model/", *module_);
    if (average_) put_module(c, "average/", *average_);
    put_adam(c, "adam/", *adam_);
    for (const auto& [name, tensor] : best_.tensors) c.tensors["best/" + name] = tensor;
    nlohmann::ordered_json state{{"best_epoch", best_epoch_},
                                 {"plateaus", plateaus_},
                                 {"epochs_on_plateau", epochs_on_plateau_},
                                 {"history", nlohmann::ordered_json::array()}};
    if (std::isfinite(lowest_loss_)) state["lowest_loss"] = lowest_loss_;
    for (const Epoch& e : history_) state["history"].push_back(to_json(e));
    c.texts["state"] = state.dump();
    c.texts["recipe"] = recipe_.text;
    c.texts["recipe_name"] = recipe_.name;
    c.texts["seed"] = std::to_string(recipe_.seed);
    c.texts["limit"] = std::to_string(options_.limit);
    if (auto r = write_checkpoint(file("checkpoint.pt"), c); !r) return r;
    return write_metrics();
}

Result<void> Trainer::write_metrics() const {
    std::string lines;
    for (const Epoch& e : history_) lines += to_json(e).dump() + '\n';
    return data::write_file(file("metrics.jsonl"), lines);
}

int Trainer::epochs_since_best() const {
    return static_cast<int>(history_.size()) - best_epoch_;
}

void Trainer::fill_batch(std::span<const Row> rows, Random& random, Tensor& x, Tensor& y) const {
    const std::size_t width = data_.width();
    float* values = x.mutable_data_ptr<float>();
    std::int64_t* labels = y.mutable_data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        const std::span out(values + i * width, width);
        write_row(data_, row, out);
        if (recipe_.augment.any() && (row.copy || !recipe_.augment.copies_only)) {
            const auto length = static_cast<std::size_t>(data_.shape.length);
            for (std::size_t c = 0; c < width; c += length) {
                augment(out.subspan(c, length), recipe_.augment, random);
            }
        }
        labels[i] = data_.labels[row.a];
    }
}

void Trainer::average_weights() {
    const torch::NoGradGuard guard;
    // Young averages follow faster, or the first weights would linger.
    const auto steps = static_cast<double>(
        static_cast<torch::optim::AdamParamState&>(*adam_->state().begin()->second).step());
    const double decay = std::min(recipe_.ema, (1.0 + steps) / (10.0 + steps));
    const auto blend = [&](const std::vector<Tensor>& to, const std::vector<Tensor>& from) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i].lerp_(from[i], 1.0 - decay);
    };
    blend(average_->parameters(), module_->parameters());
    blend(average_->buffers(), module_->buffers());
}

Result<Epoch> Trainer::epoch(int number) {
    const auto n = static_cast<std::uint64_t>(number);
    if (recipe_.redraw) {
        rows_ = balanced(n);
    }
    std::vector<Row> rows = rows_;
    Random(stream_seed(recipe_, for_order, n)).shuffle(std::span(rows));
    module_->seed_dropout(stream_seed(recipe_, for_dropout, n));
    torch::manual_seed(stream_seed(recipe_, for_dropout, n));  // for dropout on a GPU
    Random random(stream_seed(recipe_, for_augment, n));
    module_->train();

    const auto start = Clock::now();
    const auto batch = static_cast<std::size_t>(recipe_.batch);
    const auto steps = static_cast<std::int64_t>((rows.size() + batch - 1) / batch);
    Epoch result{.epoch = number};
    double loss_sum = 0;
    std::int64_t right = 0;
    std::size_t done = 0;
    for (std::int64_t step = 0; step < steps; ++step) {
        const std::size_t size = std::min(batch, rows.size() - done);
        Tensor x = torch::empty(
            {static_cast<std::int64_t>(size), data_.shape.channels, data_.shape.length});
        Tensor y = torch::empty({static_cast<std::int64_t>(size)}, torch::kLong);
        fill_batch(std::span(rows).subspan(done, size), random, x, y);
        x = x.to(options_.device);
        y = y.to(options_.device);

        result.learning_rate =
            learning_rate(recipe_, (number - 1) * steps + step, steps, plateaus_);
        static_cast<torch::optim::AdamOptions&>(adam_->param_groups()[0].options())
            .lr(result.learning_rate);
        adam_->zero_grad();
        Tensor logits;
        {
            const MixedPrecision mixed(recipe_.mixed_precision, options_.device.type());
            logits = module_->forward(x);
        }
        logits = logits.to(torch::kFloat);
        const Tensor loss = F::cross_entropy(logits, y,
                                             F::CrossEntropyFuncOptions()
                                                 .weight(class_weights_)
                                                 .label_smoothing(recipe_.label_smoothing));
        const double value = loss.item<double>();
        if (!std::isfinite(value)) {
            return fail(recipe_.name, std::format("epoch {}, step {}", number, step + 1),
                        std::format("the loss is not a number any more: the training has diverged. "
                                    "Lower training.learning_rate ({}) or set training.clip; the "
                                    "checkpoint of the last whole epoch is kept",
                                    recipe_.learning_rate));
        }
        loss.backward();
        if (recipe_.clip > 0)
            torch::nn::utils::clip_grad_norm_(module_->parameters(), recipe_.clip);
        adam_->step();
        if (average_) average_weights();

        loss_sum += value * static_cast<double>(size);
        right += logits.argmax(1).eq(y).sum().item<std::int64_t>();
        done += size;
        display_.step(number, done, loss_sum / static_cast<double>(done));
    }
    result.beats_per_s = static_cast<double>(done) / seconds_since(start);
    result.loss = loss_sum / static_cast<double>(done);
    result.accuracy = static_cast<double>(right) / static_cast<double>(done);

    const Evaluation judged =
        evaluate(average_ ? *average_ : *module_, data_, judged_, options_.device);
    result.validation_loss = judged.loss;
    result.validation_accuracy = judged.confusion.accuracy().value_or(0);
    result.validation_macro_f1 = judged.confusion.macro_f1().value_or(0);
    result.seconds = seconds_since(start);
    return result;
}

Result<Run> Trainer::run() {
    const NoDenormals fast;
    if (auto r = start(); !r) return std::unexpected(r.error());
    display_.begin(recipe_.epochs, rows_.size());
    for (const Epoch& e : history_) tell(e);
    bool stopped = recipe_.stop_after > 0 && epochs_since_best() >= recipe_.stop_after;
    while (!stopped && static_cast<int>(history_.size()) < recipe_.epochs) {
        const int number = static_cast<int>(history_.size()) + 1;
        auto e = epoch(number);
        if (!e) return std::unexpected(e.error());
        e->best = history_.empty() ||
                  merit(recipe_, *e) >
                      merit(recipe_, history_[static_cast<std::size_t>(best_epoch_ - 1)]);
        if (e->best) {
            best_epoch_ = number;
            best_ = {};
            put_module(best_, "", average_ ? *average_ : *module_);
        }
        if (e->validation_loss < lowest_loss_) {
            lowest_loss_ = e->validation_loss;
            epochs_on_plateau_ = 0;
        } else if (++epochs_on_plateau_ >= recipe_.patience) {
            ++plateaus_;
            epochs_on_plateau_ = 0;
        }
        history_.push_back(*e);
        if (auto r = save(); !r) return std::unexpected(r.error());
        tell(*e);
        if (recipe_.stop_after > 0 && epochs_since_best() >= recipe_.stop_after) {
            stopped = true;
            display_.say(std::format("no better model for {} epochs: stopped", recipe_.stop_after));
        }
        if (options_.stop_after_epoch > 0 && number >= options_.stop_after_epoch) break;
    }
    Run run;
    run.finished = stopped || static_cast<int>(history_.size()) >= recipe_.epochs;
    if (auto r = get_module(best_, "", *module_); !r) return std::unexpected(r.error());
    module_->eval();
    run.module = module_;
    run.history = std::move(history_);
    run.best_epoch = best_epoch_;
    return run;
}

}  // namespace

double learning_rate(const Recipe& r, std::int64_t step, std::int64_t steps, int plateaus) {
    const auto s = static_cast<double>(step);
    const auto per_epoch = static_cast<double>(steps);
    switch (r.schedule) {
        case Schedule::constant: break;
        case Schedule::plateau: return r.learning_rate * std::pow(r.factor, plateaus);
        case Schedule::step: {
            const auto past = step / steps / r.every;  // whole ones
            return r.learning_rate * std::pow(r.factor, static_cast<double>(past));
        }
        case Schedule::cosine: {
            const double warm = r.warmup * per_epoch;
            if (s < warm) return r.learning_rate * (s + 1.0) / warm;
            const double share = (s - warm) / std::max(r.epochs * per_epoch - warm, 1.0);
            return r.learning_rate * 0.5 *
                   (1.0 + std::cos(std::numbers::pi * std::min(share, 1.0)));
        }
    }
    return r.learning_rate;
}

Evaluation evaluate(Module& module, const DataSet& data, std::span<const std::size_t> rows,
                    torch::Device device) {
    const torch::NoGradGuard guard;
    module.eval();
    constexpr std::size_t batch = 256;
    const std::size_t classes = data.classes.size();
    Evaluation result{.confusion = Confusion(data.classes)};
    result.logits.reserve(rows.size() * classes);
    double loss = 0;
    for (std::size_t start = 0; start < rows.size(); start += batch) {
        const std::size_t size = std::min(batch, rows.size() - start);
        Tensor x =
            torch::empty({static_cast<std::int64_t>(size), data.shape.channels, data.shape.length});
        Tensor y = torch::empty({static_cast<std::int64_t>(size)}, torch::kLong);
        for (std::size_t i = 0; i < size; ++i) {
            std::ranges::copy(data.row(rows[start + i]),
                              x.mutable_data_ptr<float>() + i * data.width());
            y.mutable_data_ptr<std::int64_t>()[i] = data.labels[rows[start + i]];
        }
        const Tensor logits = module.forward(x.to(device)).to(torch::kCPU).contiguous();
        loss += F::cross_entropy(logits, y, F::CrossEntropyFuncOptions().reduction(torch::kSum))
                    .item<double>();
        const std::span out(logits.const_data_ptr<float>(), size * classes);
        result.logits.insert(result.logits.end(), out.begin(), out.end());
        for (std::size_t i = 0; i < size; ++i) {
            const auto row = out.subspan(i * classes, classes);
            result.confusion.add(
                data.labels[rows[start + i]],
                static_cast<std::size_t>(std::ranges::max_element(row) - row.begin()));
        }
    }
    result.loss = rows.empty() ? 0.0 : loss / static_cast<double>(rows.size());
    return result;
}

Result<Run> train(const Recipe& recipe, const DataSet& data, const Split& split,
                  const TrainOptions& options, Display& display) {
    return Trainer(recipe, data, split, options, display).run();
}

}  // namespace telltale::train
