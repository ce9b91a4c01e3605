// A set of beats that are cut out already, named by a model that need not be the one of the
// recordings.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "classify/beat_rows.hpp"
#include "classify/card.hpp"
#include "formats/formats.hpp"
#include "messages/recording.hpp"

namespace telltale::workspace {

class BeatSetNaming {
public:
    /// `set` outlives its use here.
    void use(const formats::BeatSet& set);
    /// No set any more.
    void forget();
    /// Starts naming its beats with that model. An error if it takes no such beats.
    [[nodiscard]] Result<void> start(std::span<const std::byte> onnx, std::string_view file);
    [[nodiscard]] const std::optional<classify::Card>& card() const { return card_; }
    [[nodiscard]] std::optional<classify::Batch> next_batch(std::size_t max_beats);
    [[nodiscard]] Result<void> accept(std::span<const float> output);
    /// The values of all beats, row after row.
    [[nodiscard]] std::span<const float> values() const;
    /// Of the set in use: there is one. Without index and models; with what the model calls the
    /// beats once they are all named.
    [[nodiscard]] messages::BeatSetFacts facts() const;
    [[nodiscard]] bool in_use() const { return set_ != nullptr; }

private:
    const formats::BeatSet* set_ = nullptr;
    std::optional<classify::Card> card_;
    std::optional<classify::BeatRows> rows_;
};

}  // namespace telltale::workspace
