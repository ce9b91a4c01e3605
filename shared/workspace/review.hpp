// A person's review of one recording: changes as commands, and the session file that carries them
// to another place.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "messages/review.hpp"
#include "recording/recording.hpp"
#include "workspace/edits.hpp"

namespace telltale::workspace {

/// Marks this near, in s, are of one beat.
inline constexpr double same_beat_s = 0.05;

/// What a command is about: the beats as they are now, with the changes laid over them.
struct Reviewed {
    std::span<const std::string> labels;  ///< What a beat can be called.
    std::span<const Edits::Beat> beats;   ///< In time order.
    std::int64_t length = 0;              ///< Of the recording, samples.
    double sampling_rate = 0;             ///< Hz
    /// The class that a beat has, a person's or the model's; empty where none.
    std::function<std::string(const Edits::Beat&)> class_of;
    /// The largest deflection near a sample.
    std::function<std::int64_t(std::int64_t)> snap;
    /// The samples of the beats of a cluster; nothing where there is no such cluster.
    std::function<std::optional<std::vector<std::int64_t>>(std::size_t)> members;
};

/// A change by a person. Beats are indices of `reviewed.beats`. An answer is to a question about a
/// beat that the model found: other beats may follow from it. An error says what is wrong with
/// it, and nothing is changed.
[[nodiscard]] Result<void> change(Edits& edits, const messages::Edit& edit,
                                  const Reviewed& reviewed);

/// What tells this recording from others: 16 hex digits made from its samples.
[[nodiscard]] std::string fingerprint(const Recording& recording);

/// The review as a session file: fingerprint, recording, model and its version, changes, notes.
[[nodiscard]] std::string session_file(const Edits& edits, const Recording& recording,
                                       std::string_view print, const classify::Card* card,
                                       std::string_view lead);
/// The review inside a session file, for Edits::load(). An error names `file`: it is none, or
/// belongs to another recording.
[[nodiscard]] Result<std::string> review_in(std::string_view session, std::string_view file,
                                            const Recording& recording, std::string_view print);

}  // namespace telltale::workspace
