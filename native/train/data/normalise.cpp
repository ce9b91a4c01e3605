#include "train/data/normalise.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

// The loops below are over channels that lie side by side, for whatever registers there are.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TELLTALE_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TELLTALE_WIDE
#endif

namespace telltale::train {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

constexpr double epsilon = 1e-5;  // with momentum, as Module::run has it
constexpr double momentum = 0.1;

/// Rows of channels: `samples` times `length` come in, `samples` times `outs` go out.
struct Rows {
    std::int64_t samples = 0, length = 0, outs = 0, channels = 0;
    std::int64_t kernel = 1, stride = 1, left = 0;
    /// A ReLU raises to 0, none to minus infinity.
    float floor_before = 0, floor_after = 0;

    [[nodiscard]] bool pooled() const { return kernel > 1 || stride > 1; }
    /// The rows of a window that are there.
    [[nodiscard]] std::int64_t first(std::int64_t out) const {
        return std::max<std::int64_t>(out * stride - left, 0);
    }
    [[nodiscard]] std::int64_t end(std::int64_t out) const {
        return std::min(out * stride - left + kernel, length);
    }
};

constexpr std::int64_t block = 64;  // rows that stay in the first cache for a second look

/// Mean and sum of squared deviations of each channel over some rows.
TELLTALE_WIDE void moments(const float* x, std::int64_t rows, std::int64_t channels, float floor,
                           float* mean, float* squares) {
    std::fill_n(mean, channels, 0.0F);
    std::fill_n(squares, channels, 0.0F);
    for (std::int64_t r = 0; r < rows; ++r) {
        const float* row = x + r * channels;
        for (std::int64_t c = 0; c < channels; ++c) mean[c] += row[c] < floor ? floor : row[c];
    }
    for (std::int64_t c = 0; c < channels; ++c) mean[c] /= static_cast<float>(rows);
    for (std::int64_t r = 0; r < rows; ++r) {
        const float* row = x + r * channels;
        for (std::int64_t c = 0; c < channels; ++c) {
            const float d = (row[c] < floor ? floor : row[c]) - mean[c];
            squares[c] += d * d;
        }
    }
}

/// One sample forward. `place` gets the rows that won their windows.
TELLTALE_WIDE void forward_sample(const Rows& s, const float* x, const float* scale,
                                  const float* shift, float* out, std::int32_t* place) {
    const float before = s.floor_before;
    const float after = s.floor_after;
    for (std::int64_t o = 0; o < s.outs; ++o, out += s.channels) {
        const std::int64_t first = s.first(o);
        const float* row = x + first * s.channels;
        for (std::int64_t c = 0; c < s.channels; ++c) {
            out[c] = (row[c] < before ? before : row[c]) * scale[c] + shift[c];
        }
        if (s.pooled()) {
            std::fill_n(place, s.channels, static_cast<std::int32_t>(first));
            for (std::int64_t t = first + 1; t < s.end(o); ++t) {
                row += s.channels;
                const auto here = static_cast<std::int32_t>(t);
                for (std::int64_t c = 0; c < s.channels; ++c) {
                    const float y = (row[c] < before ? before : row[c]) * scale[c] + shift[c];
                    const bool wins = y > out[c];
                    out[c] = wins ? y : out[c];
                    place[c] = wins ? here : place[c];
                }
            }
            place += s.channels;
        }
        for (std::int64_t c = 0; c < s.channels; ++c) out[c] = out[c] < after ? after : out[c];
    }
}

/// Sums over one sample of the gradient g that reaches the normalised values, and of g (x - mean).
TELLTALE_WIDE void gradient_sums(const Rows& s, const float* x, const float* out,
                                 const std::int32_t* place, const float* gradient,
                                 const float* mean, float* sums, float* products) {
    const float before = s.floor_before;
    const float after = s.floor_after;
    std::fill_n(sums, s.channels, 0.0F);
    std::fill_n(products, s.channels, 0.0F);
    for (std::int64_t o = 0; o < s.outs; ++o) {
        const std::int64_t at = o * s.channels;
        for (std::int64_t t = s.first(o); t < s.end(o); ++t) {
            const float* row = x + t * s.channels;
            const auto here = static_cast<std::int32_t>(t);
            for (std::int64_t c = 0; c < s.channels; ++c) {
                const bool reached = (place == nullptr || place[at + c] == here) &
                                     (out == nullptr || out[at + c] > after);
                const float g = reached ? gradient[at + c] : 0.0F;
                sums[c] += g;
                products[c] += g * ((row[c] < before ? before : row[c]) - mean[c]);
            }
        }
    }
}

/// The gradient of one sample's input: base + slope (x - mean) + scale g.
TELLTALE_WIDE void backward_sample(const Rows& s, const float* x, const float* out,
                                   const std::int32_t* place, const float* gradient,
                                   const float* mean, const float* scale, const float* base,
                                   const float* slope, float* result) {
    const float before = s.floor_before;
    const float after = s.floor_after;
    for (std::int64_t t = 0; t < s.length; ++t, x += s.channels, result += s.channels) {
        for (std::int64_t c = 0; c < s.channels; ++c) {
            result[c] = base[c] + slope[c] * ((x[c] < before ? before : x[c]) - mean[c]);
        }
        const auto here = static_cast<std::int32_t>(t);
        // Windows that hold this row.
        const std::int64_t past = t + s.left - s.kernel;
        for (std::int64_t o = past < 0 ? 0 : past / s.stride + 1; o < s.outs && s.first(o) <= t;
             ++o) {
            const std::int64_t at = o * s.channels;
            for (std::int64_t c = 0; c < s.channels; ++c) {
                const bool reached = (place == nullptr || place[at + c] == here) &
                                     (out == nullptr || out[at + c] > after);
                result[c] += reached ? gradient[at + c] * scale[c] : 0.0F;
            }
        }
        for (std::int64_t c = 0; c < s.channels; ++c) result[c] = x[c] > before ? result[c] : 0.0F;
    }
}

/// Calls f for every sample, on LibTorch's threads.
template <class F>
void each_sample(std::int64_t samples, const F& f) {
    at::parallel_for(0, samples, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) f(i);
    });
}

/// Sums of rows of `channels` floats, in their order.
std::vector<double> total(const std::vector<float>& rows, std::int64_t channels) {
    std::vector<double> sums(static_cast<std::size_t>(channels));
    for (std::size_t i = 0; i < rows.size(); ++i) sums[i % sums.size()] += rows[i];
    return sums;
}

Tensor channels_last(const Tensor& x) {
    return x.dim() == 4 ? x.contiguous(torch::MemoryFormat::ChannelsLast) : x.contiguous();
}

/// Memory for `channels` values at `outs` places of x.
Tensor like(const Tensor& x, const Rows& s, torch::ScalarType type) {
    const auto options = x.options().dtype(type).requires_grad(false);
    if (x.dim() == 2) return torch::empty(x.sizes(), options);
    return torch::empty({s.samples, s.channels, 1, s.outs},
                        options.memory_format(torch::MemoryFormat::ChannelsLast));
}

Rows rows_of(const Tensor& x, const NormaliseOptions& o) {
    constexpr float lowest = -std::numeric_limits<float>::infinity();
    Rows s;
    s.channels = x.size(1);
    s.samples = x.dim() == 4 ? x.size(0) : 1;
    s.length = x.dim() == 4 ? x.size(3) : x.size(0);
    s.kernel = o.kernel;
    s.stride = o.stride;
    s.left = o.pads.left;
    s.outs = (s.length + o.pads.left + o.pads.right - o.kernel) / o.stride + 1;
    s.floor_before = o.relu_before ? 0.0F : lowest;
    s.floor_after = o.relu_after ? 0.0F : lowest;
    return s;
}

struct Moments {
    std::vector<double> mean, variance;  // the variance of the rows themselves: divided by n
};

Moments moments_of(const Rows& s, const float* x) {
    const std::int64_t rows = s.samples * s.length;
    const std::int64_t blocks = (rows + block - 1) / block;
    const auto n = static_cast<std::size_t>(s.channels);
    std::vector<float> means(static_cast<std::size_t>(blocks) * n), squares(means.size());
    const auto in_block = [&](std::int64_t b) { return std::min(block, rows - b * block); };
    each_sample(blocks, [&](std::int64_t b) {
        moments(x + b * block * s.channels, in_block(b), s.channels, s.floor_before,
                means.data() + b * s.channels, squares.data() + b * s.channels);
    });
    // Chan, Golub, LeVeque 1979: moments of parts put together.
    Moments all{std::vector<double>(n), std::vector<double>(n)};
    double before = 0;
    for (std::int64_t b = 0; b < blocks; ++b) {
        const auto more = static_cast<double>(in_block(b));
        const double share = more / (before + more);
        for (std::size_t c = 0; c < n; ++c) {
            const std::size_t i = static_cast<std::size_t>(b) * n + c;
            const double d = means[i] - all.mean[c];
            all.mean[c] += d * share;
            all.variance[c] += squares[i] + d * d * before * share;
        }
        before += more;
    }
    for (double& v : all.variance) v /= static_cast<double>(rows);
    return all;
}

class Normalise : public torch::autograd::Function<Normalise> {
public:
    static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight,
                          const Tensor& bias, const Tensor& running_mean,
                          const Tensor& running_variance, const NormaliseOptions& options) {
        const Tensor x = channels_last(input);
        const Rows s = rows_of(x, options);
        const Moments m = moments_of(s, x.const_data_ptr<float>());

        const auto n = static_cast<std::size_t>(s.channels);
        const double rows = static_cast<double>(s.samples * s.length);
        // Rows: mean, deviation's inverse.
        const Tensor kept = torch::empty({2, s.channels}, x.options().requires_grad(false));
        float* mean = kept.mutable_data_ptr<float>();
        float* inverse = mean + n;
        std::vector<float> scale(n), shift(n);
        // Contiguous: they are parameters and buffers of a module.
        const float* w = weight.const_data_ptr<float>();
        const float* b = bias.const_data_ptr<float>();
        float* running = running_mean.mutable_data_ptr<float>();
        float* running_var = running_variance.mutable_data_ptr<float>();
        for (std::size_t c = 0; c < n; ++c) {
            const double deviation = 1.0 / std::sqrt(m.variance[c] + epsilon);
            mean[c] = static_cast<float>(m.mean[c]);
            inverse[c] = static_cast<float>(deviation);
            scale[c] = static_cast<float>(w[c] * deviation);
            shift[c] = static_cast<float>(b[c] - m.mean[c] * w[c] * deviation);
            const auto follow = [](float& old, double now) {
                old = static_cast<float>((1.0 - momentum) * old + momentum * now);
            };
            follow(running[c], m.mean[c]);
            follow(running_var[c], m.variance[c] * rows / std::max(rows - 1.0, 1.0));
        }

        const Tensor out = like(x, s, torch::kFloat);
        const Tensor place = s.pooled() ? like(x, s, torch::kInt) : Tensor();
        float* values = out.mutable_data_ptr<float>();
        auto* places = place.defined() ? place.mutable_data_ptr<std::int32_t>() : nullptr;
        each_sample(s.samples, [&](std::int64_t i) {
            const std::int64_t at = i * s.outs * s.channels;
            forward_sample(s, x.const_data_ptr<float>() + i * s.length * s.channels, scale.data(),
                           shift.data(), values + at, places == nullptr ? nullptr : places + at);
        });
        context->save_for_backward({x, weight, kept, place, options.relu_after ? out : Tensor()});
        context->saved_data["options"] =
            std::vector<std::int64_t>{options.relu_before, options.relu_after, options.kernel,
                                      options.stride,      options.pads.left,  options.pads.right};
        return out;
    }

    static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
        const auto saved = context->get_saved_variables();
        const auto o = context->saved_data["options"].toIntVector();
        const Tensor &x = saved[0], &weight = saved[1], &kept = saved[2], &place = saved[3],
                     &out = saved[4];
        const Rows s = rows_of(x, {.relu_before = o[0] != 0,
                                   .relu_after = o[1] != 0,
                                   .kernel = o[2],
                                   .stride = o[3],
                                   .pads = {.left = o[4], .right = o[5]}});
        const Tensor gradient = channels_last(gradients[0]);

        const auto n = static_cast<std::size_t>(s.channels);
        const float* mean = kept.const_data_ptr<float>();
        const float* inverse = mean + n;
        struct Sample {
            const float *x, *out;
            const std::int32_t* place;
            const float* gradient;
        };
        const auto sample = [&](std::int64_t i) {
            const std::int64_t at = i * s.outs * s.channels;
            return Sample{x.const_data_ptr<float>() + i * s.length * s.channels,
                          out.defined() ? out.const_data_ptr<float>() + at : nullptr,
                          place.defined() ? place.const_data_ptr<std::int32_t>() + at : nullptr,
                          gradient.const_data_ptr<float>() + at};
        };
        std::vector<float> sums(static_cast<std::size_t>(s.samples) * n), products(sums.size());
        each_sample(s.samples, [&](std::int64_t i) {
            const Sample in = sample(i);
            gradient_sums(s, in.x, in.out, in.place, in.gradient, mean,
                          sums.data() + i * s.channels, products.data() + i * s.channels);
        });
        const std::vector<double> sum = total(sums, s.channels);
        const std::vector<double> product = total(products, s.channels);

        const Tensor weight_gradient = torch::empty_like(weight);
        const Tensor bias_gradient = torch::empty_like(weight);
        std::vector<float> scale(n), base(n), slope(n);
        const double rows = static_cast<double>(s.samples * s.length);
        for (std::size_t c = 0; c < n; ++c) {
            const double v = inverse[c];
            const double k = weight.const_data_ptr<float>()[c] * v;
            weight_gradient.mutable_data_ptr<float>()[c] = static_cast<float>(product[c] * v);
            bias_gradient.mutable_data_ptr<float>()[c] = static_cast<float>(sum[c]);
            scale[c] = static_cast<float>(k);
            base[c] = static_cast<float>(-k * sum[c] / rows);
            slope[c] = static_cast<float>(-k * product[c] * v * v / rows);
        }
        const Tensor result = torch::empty_like(x);
        each_sample(s.samples, [&](std::int64_t i) {
            const Sample in = sample(i);
            backward_sample(s, in.x, in.out, in.place, in.gradient, mean, scale.data(), base.data(),
                            slope.data(),
                            result.mutable_data_ptr<float>() + i * s.length * s.channels);
        });
        return {result, weight_gradient, bias_gradient, Tensor(), Tensor(), Tensor()};
    }
};

class GlobalAverage : public torch::autograd::Function<GlobalAverage> {
public:
    static Tensor forward(AutogradContext* context, const Tensor& x) {
        context->saved_data["length"] = x.size(3);
        return x.mean({2, 3});
    }
    static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
        const std::int64_t length = context->saved_data["length"].toInt();
        const Tensor g = gradients[0] / static_cast<double>(length);
        Tensor result = torch::empty({g.size(0), g.size(1), 1, length},
                                     g.options().memory_format(torch::MemoryFormat::ChannelsLast));
        result.copy_(g.unsqueeze(-1).unsqueeze(-1).expand_as(result));
        return {result};
    }
};

}  // namespace

Tensor normalise(const Tensor& x, const Tensor& weight, const Tensor& bias,
                 const Tensor& running_mean, const Tensor& running_variance,
                 const NormaliseOptions& options) {
    return Normalise::apply(x, weight, bias, running_mean, running_variance, options);
}

Tensor global_average(const Tensor& x) {
    return GlobalAverage::apply(x);
}

}  // namespace telltale::train
