// A training's whole state on disk, in one file that is always either the old or the new one.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <string>

#include "recording/error.hpp"

namespace telltale::train {

/// Named tensors and texts.
struct Checkpoint {
    std::map<std::string, torch::Tensor> tensors;
    std::map<std::string, std::string> texts;
};

[[nodiscard]] Result<void> write_checkpoint(const std::filesystem::path& path,
                                            const Checkpoint& checkpoint);
[[nodiscard]] Result<Checkpoint> read_checkpoint(const std::filesystem::path& path);

/// Copies of a module's parameters and buffers, under `prefix`, on the CPU.
void put_module(Checkpoint& checkpoint, const std::string& prefix, const torch::nn::Module& module);
/// Puts them back; an error names a tensor that is missing or of another shape.
[[nodiscard]] Result<void> get_module(const Checkpoint& checkpoint, const std::string& prefix,
                                      torch::nn::Module& module);

/// The same for Adam's moments and step counts.
void put_adam(Checkpoint& checkpoint, const std::string& prefix, torch::optim::Adam& adam);
[[nodiscard]] Result<void> get_adam(const Checkpoint& checkpoint, const std::string& prefix,
                                    torch::optim::Adam& adam);

}  // namespace telltale::train
