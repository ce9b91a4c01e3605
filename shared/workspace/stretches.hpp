// Stretches of a recording that a person called something: a rhythm, artefact, no ECG; or noted
// something on. A person's word stands above the machine's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/review.hpp"
#include "rhythm/rhythm.hpp"

namespace telltale::workspace {

/// Samples [first, last).
struct Stretch {
    std::int64_t first = 0, last = 0;
    std::string name;       ///< One of messages::stretch_names.
    std::string text = {};  ///< What a person wrote; of a note.

    [[nodiscard]] bool is_note() const { return name == "note"; }
    bool operator==(const Stretch&) const = default;
};

/// The rhythm that a stretch of that name is: noise where nothing can be read, none of a note.
[[nodiscard]] std::optional<rhythm::Rhythm> rhythm_of(const Stretch& stretch);

/// In time order; no two overlap but notes, which may lie on anything.
using Stretches = std::vector<Stretch>;

/// With their names in words.
[[nodiscard]] std::vector<messages::CalledStretch> told(const Stretches& stretches);

/// What a change takes away, and what it puts there instead.
struct StretchChange {
    Stretches taken, put;
    [[nodiscard]] bool empty() const { return taken == put; }
};

/// Calls [called.first, called.last) so: what was called otherwise there ends where it begins, and
/// begins again where it ends. A note replaces the one of exactly that stretch. An empty name takes
/// away what was said: names within, and notes that lie within as a whole; so does a note without a
/// text, of exactly that stretch.
[[nodiscard]] StretchChange calling(const Stretches& stretches, Stretch called);

/// Carries a change out, or back.
void carry_out(Stretches& stretches, const Stretches& taken, const Stretches& put);

}  // namespace telltale::workspace
