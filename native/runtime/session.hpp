// Runs a network with ONNX Runtime. The front door of native/runtime.
//
// ONNX Runtime is reached through its C API, and no exception leaves this file.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "classify/analysis.hpp"
#include "classify/card.hpp"
#include "recording/error.hpp"

namespace telltale::runtime {

struct SessionOptions {
    int threads = 0;  ///< That one run may use; 0 lets ONNX Runtime choose.
};

class Session {
public:
    /// Opens a model. `file` names it in errors. An error if ONNX Runtime refuses it, or if its
    /// inputs and output are not those that the card tells of.
    [[nodiscard]] static Result<Session> open(std::span<const std::byte> onnx,
                                              const classify::Card& card, std::string_view file,
                                              SessionOptions options = {});
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    /// The output for a batch, [beats, classes] row-major; valid until the next run.
    [[nodiscard]] Result<std::span<const float>> run(const classify::Batch& batch);
    /// The last batch's embedding, [beats, embedding_length]; empty where the card has none.
    [[nodiscard]] std::span<const float> embedding() const;

private:
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// ONNX Runtime's own version, "1.30.0".
[[nodiscard]] std::string runtime_version();

}  // namespace telltale::runtime
