// A probe: what a network answered to some inputs, so that another program can check that it
// answers the same. `telltale-train export` writes one with LibTorch's logits on real beats;
// `telltale export` holds ONNX Runtime's against them.
//
// The file: one line of JSON, {"inputs":[{"name":...,"shape":[...]},...],"output":{"name":...,
// "shape":[...]}}, then "\n", then the values of the inputs in that order and of the output, as
// little-endian float32 without gaps.
//
//     telltale-train export RUN --out MODEL.onnx --probe MODEL.probe
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/error.hpp"

namespace telltale::runtime {

struct ProbeTensor {
    std::string name;
    std::vector<std::int64_t> shape;  ///< First the number of beats, the same in all tensors.
    std::vector<float> values;        ///< Row-major; as many as the shape says.
};

struct Probe {
    std::vector<ProbeTensor> inputs;
    ProbeTensor output;
};

[[nodiscard]] std::vector<std::byte> write_probe(const Probe& probe);
[[nodiscard]] Result<Probe> read_probe(std::span<const std::byte> bytes, std::string_view file);

}  // namespace telltale::runtime
