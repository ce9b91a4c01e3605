#include "train/loop/checkpoint.hpp"

#include <format>
#include <sstream>
#include <string_view>
#include <utility>

#include "data/files.hpp"

namespace telltale::train {

namespace {

using torch::Tensor;

Result<Tensor> find(const Checkpoint& c, const std::string& name, at::IntArrayRef sizes) {
    const auto found = c.tensors.find(name);
    if (found == c.tensors.end()) {
        return fail("checkpoint", "", std::format("holds no tensor '{}'", name));
    }
    if (found->second.sizes() != sizes) {
        return fail("checkpoint", "", std::format("tensor '{}' has another shape", name));
    }
    return found->second;
}

template <class Items>
Result<void> fill(const Checkpoint& c, const std::string& prefix, const Items& items) {
    const torch::NoGradGuard guard;
    for (const auto& item : items) {
        const auto tensor = find(c, prefix + item.key(), item.value().sizes());
        if (!tensor) return std::unexpected(tensor.error());
        item.value().copy_(*tensor);
    }
    return {};
}

}  // namespace

Result<void> write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
    torch::serialize::OutputArchive archive;
    std::string names;
    std::size_t i = 0;
    for (const auto& [name, tensor] : checkpoint.tensors) {
        // Names go into a list of their own: an archive's keys may not hold dots.
        archive.write(std::format("t{}", i++), tensor.contiguous(), true);
        names += name + '\n';
    }
    archive.write("tensors", c10::IValue(names));
    std::string text_names;
    i = 0;
    for (const auto& [name, text] : checkpoint.texts) {
        archive.write(std::format("s{}", i++), c10::IValue(text));
        text_names += name + '\n';
    }
    archive.write("texts", c10::IValue(text_names));
    std::ostringstream stream;
    archive.save_to(stream);
    return data::write_file(path, stream.view());
}

Result<Checkpoint> read_checkpoint(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    try {
        torch::serialize::InputArchive archive;
        archive.load_from(reinterpret_cast<const char*>(bytes->data()), bytes->size());
        const auto lines = [&](const char* key) {
            c10::IValue value;
            archive.read(key, value);
            std::vector<std::string> names;
            std::istringstream stream(value.toStringRef());
            for (std::string name; std::getline(stream, name);) names.push_back(name);
            return names;
        };
        Checkpoint result;
        std::size_t i = 0;
        for (const std::string& name : lines("tensors")) {
            archive.read(std::format("t{}", i++), result.tensors[name], true);
        }
        i = 0;
        for (const std::string& name : lines("texts")) {
            c10::IValue value;
            archive.read(std::format("s{}", i++), value);
            result.texts[name] = value.toStringRef();
        }
        return result;
    } catch (const std::exception&) {
        return fail(path.string(), "", "is not a checkpoint of this program, or is damaged");
    }
}

void put_module(Checkpoint& c, const std::string& prefix, const torch::nn::Module& module) {
    for (const auto& item : module.named_parameters()) {
        c.tensors[prefix + item.key()] = item.value().detach().to(torch::kCPU).clone();
    }
    for (const auto& item : module.named_buffers()) {
        c.tensors[prefix + item.key()] = item.value().detach().to(torch::kCPU).clone();
    }
}

Result<void> get_module(const Checkpoint& c, const std::string& prefix, torch::nn::Module& module) {
    if (auto r = fill(c, prefix, module.named_parameters()); !r) return r;
    return fill(c, prefix, module.named_buffers());
}

void put_adam(Checkpoint& c, const std::string& prefix, torch::optim::Adam& adam) {
    std::size_t i = 0;
    for (const Tensor& p : adam.param_groups()[0].params()) {
        const std::string name = std::format("{}{}.", prefix, i++);
        const auto found = adam.state().find(p.unsafeGetTensorImpl());
        if (found == adam.state().end()) continue;
        const auto& state = static_cast<const torch::optim::AdamParamState&>(*found->second);
        c.tensors[name + "mean"] = state.exp_avg().to(torch::kCPU).clone();
        c.tensors[name + "square"] = state.exp_avg_sq().to(torch::kCPU).clone();
        c.tensors[name + "step"] = torch::tensor(state.step());
    }
}

Result<void> get_adam(const Checkpoint& c, const std::string& prefix, torch::optim::Adam& adam) {
    std::size_t i = 0;
    for (const Tensor& p : adam.param_groups()[0].params()) {
        const std::string name = std::format("{}{}.", prefix, i++);
        if (!c.tensors.contains(name + "step")) continue;
        const auto mean = find(c, name + "mean", p.sizes());
        const auto square = find(c, name + "square", p.sizes());
        if (!mean) return std::unexpected(mean.error());
        if (!square) return std::unexpected(square.error());
        auto state = std::make_unique<torch::optim::AdamParamState>();
        // In the parameter's own memory order, as the optimiser would have made them.
        state->exp_avg(torch::zeros_like(p, torch::MemoryFormat::Preserve).detach().copy_(*mean));
        state->exp_avg_sq(
            torch::zeros_like(p, torch::MemoryFormat::Preserve).detach().copy_(*square));
        state->step(c.tensors.at(name + "step").item<std::int64_t>());
        adam.state()[p.unsafeGetTensorImpl()] = std::move(state);
    }
    return {};
}

}  // namespace telltale::train
