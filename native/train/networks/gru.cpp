#include "train/networks/gru.hpp"

#include <cstdint>

namespace telltale::train {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class GruSteps : public torch::autograd::Function<GruSteps> {
public:
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& input_weights,
                          const Tensor& hidden_weights, const Tensor& input_bias,
                          const Tensor& hidden_bias, bool reverse) {
        const std::int64_t batch = x.size(0), steps = x.size(1), units = hidden_weights.size(1);
        // In the order in which steps are taken.
        const Tensor turned = reverse ? x.flip(1) : x;
        const Tensor taken = turned.transpose(0, 1).contiguous();  // [steps, batch, inputs]
        const Tensor from_input =
            torch::addmm(input_bias, taken.flatten(0, 1), input_weights.t()).contiguous();
        const Tensor hidden = torch::empty({steps + 1, batch, units}, x.options());
        const Tensor gates = torch::empty({steps, batch, 2 * units}, x.options());
        const Tensor fresh = torch::empty({steps, batch, units}, x.options());
        const Tensor recalled = torch::empty({steps, batch, units}, x.options());
        Tensor from_hidden = torch::empty({batch, 3 * units}, x.options());
        hidden.select(0, 0).zero_();
        const Tensor turned_weights = hidden_weights.t();
        const float* in = from_input.const_data_ptr<float>();
        for (std::int64_t s = 0; s < steps; ++s) {
            at::addmm_out(from_hidden, hidden_bias, hidden.select(0, s), turned_weights);
            const float* h = from_hidden.const_data_ptr<float>();
            Tensor gate = gates.select(0, s), now = fresh.select(0, s);
            float* g = gate.mutable_data_ptr<float>();
            float* n = now.mutable_data_ptr<float>();
            float* kept = recalled.select(0, s).mutable_data_ptr<float>();
            for (std::int64_t b = 0; b < batch; ++b) {
                const float* of_in = in + (s * batch + b) * 3 * units;
                const float* of_hidden = h + b * 3 * units;
                for (std::int64_t k = 0; k < 2 * units; ++k)
                    g[b * 2 * units + k] = of_in[k] + of_hidden[k];
                for (std::int64_t k = 0; k < units; ++k)
                    kept[b * units + k] = of_hidden[2 * units + k];
            }
            gate.sigmoid_();
            for (std::int64_t b = 0; b < batch; ++b) {
                const float* of_in = in + (s * batch + b) * 3 * units + 2 * units;
                for (std::int64_t k = 0; k < units; ++k)
                    n[b * units + k] = of_in[k] + g[b * 2 * units + k] * kept[b * units + k];
            }
            now.tanh_();
            const float* before = hidden.select(0, s).const_data_ptr<float>();
            float* after = hidden.select(0, s + 1).mutable_data_ptr<float>();
            for (std::int64_t b = 0; b < batch; ++b) {
                const float* update = g + b * 2 * units + units;
                for (std::int64_t k = 0; k < units; ++k) {
                    const std::int64_t i = b * units + k;
                    after[i] = n[i] + update[k] * (before[i] - n[i]);
                }
            }
        }
        context->save_for_backward(
            {taken, input_weights, hidden_weights, hidden, gates, fresh, recalled});
        context->saved_data["reverse"] = reverse;
        const Tensor out = hidden.slice(0, 1).transpose(0, 1);
        return (reverse ? out.flip(1) : out).contiguous();
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const Tensor &taken = saved[0], &input_weights = saved[1], &hidden_weights = saved[2],
                     &hidden = saved[3], &gates = saved[4], &fresh = saved[5], &recalled = saved[6];
        const bool reverse = context->saved_data["reverse"].toBool();
        const std::int64_t steps = taken.size(0), batch = taken.size(1),
                           units = hidden_weights.size(1);
        const Tensor& given = gradients[0];
        const Tensor of_out = (reverse ? given.flip(1) : given)
                                  .transpose(0, 1)
                                  .contiguous();  // [steps, batch, units]
        const Tensor to_input = torch::empty({steps, batch, 3 * units}, taken.options());
        const Tensor to_hidden = torch::empty({steps, batch, 3 * units}, taken.options());
        Tensor later = torch::zeros({batch, units}, taken.options());
        for (std::int64_t s = steps - 1; s >= 0; --s) {
            const float* out = of_out.select(0, s).const_data_ptr<float>();
            const float* g = gates.select(0, s).const_data_ptr<float>();
            const float* n = fresh.select(0, s).const_data_ptr<float>();
            const float* kept = recalled.select(0, s).const_data_ptr<float>();
            const float* before = hidden.select(0, s).const_data_ptr<float>();
            const Tensor of_hidden = to_hidden.select(0, s);
            float* di = to_input.select(0, s).mutable_data_ptr<float>();
            float* dh = of_hidden.mutable_data_ptr<float>();
            float* l = later.mutable_data_ptr<float>();
            for (std::int64_t b = 0; b < batch; ++b) {
                const float* reset = g + b * 2 * units;
                const float* update = reset + units;
                float* to_in = di + b * 3 * units;
                float* to_h = dh + b * 3 * units;
                for (std::int64_t k = 0; k < units; ++k) {
                    const std::int64_t i = b * units + k;
                    const float d = out[i] + l[i];
                    const float d_new = d * (1 - update[k]) * (1 - n[i] * n[i]);
                    const float d_update = d * (before[i] - n[i]) * update[k] * (1 - update[k]);
                    const float d_reset = d_new * kept[i] * reset[k] * (1 - reset[k]);
                    to_in[k] = to_h[k] = d_reset;
                    to_in[units + k] = to_h[units + k] = d_update;
                    to_in[2 * units + k] = d_new;
                    to_h[2 * units + k] = d_new * reset[k];
                    l[i] = d * update[k];
                }
            }
            later.addmm_(of_hidden, hidden_weights);
        }
        const Tensor rows = to_input.flatten(0, 1), hidden_rows = to_hidden.flatten(0, 1);
        const Tensor to_x = torch::mm(rows, input_weights)
                                .view({steps, batch, input_weights.size(1)})
                                .transpose(0, 1);
        return {reverse ? to_x.flip(1) : to_x,
                torch::mm(rows.t(), taken.flatten(0, 1)),
                torch::mm(hidden_rows.t(), hidden.slice(0, 0, steps).flatten(0, 1)),
                rows.sum(0),
                hidden_rows.sum(0),
                Tensor()};
    }
};

}  // namespace

Tensor gru_steps(const Tensor& x, const Tensor& input_weights, const Tensor& hidden_weights,
                 const Tensor& input_bias, const Tensor& hidden_bias, bool reverse) {
    return GruSteps::apply(x, input_weights, hidden_weights, input_bias, hidden_bias, reverse);
}

}  // namespace telltale::train
