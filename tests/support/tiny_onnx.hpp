// Makes ONNX models of a few hundred bytes, for tests: the input flattened, times a matrix, plus a
// bias; or a convolution over the beats of a sequence. Written as protobuf by hand, so that no test
// needs the ONNX library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace telltale::tests {

struct TinyNetwork {
    std::vector<std::int64_t> input_shape;  ///< -1 for the batch.
    std::int64_t classes = 0;
    std::vector<float> weights;  ///< [values, classes], row-major.
    std::vector<float> bias;     ///< [classes]
    std::string input = "beats", output = "logits";
    /// If more than 0, an odd number: the input is [1, beats, features], the output
    /// [1, beats, classes], and each beat sees that many beats about it; weights are
    /// [classes, features, kernel].
    std::int64_t kernel = 0;
    std::vector<std::pair<std::string, std::string>> metadata;
};

[[nodiscard]] std::vector<std::byte> tiny_onnx(const TinyNetwork& network);

}  // namespace telltale::tests
