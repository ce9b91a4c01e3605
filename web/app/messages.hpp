// The JSON side of the seam that web/README.md describes: messages into the Session, commands out.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "session.hpp"

namespace telltale::window {

/// What a message asks of the view besides changing the session.
struct MessageEffect {
    bool new_recording = false;
    bool new_notice = false;
    std::string run;          ///< not empty: the command of that name
    std::string theme;        ///< not empty: use this theme
    double select_beat = -1;  ///< not negative: select this beat
    bool new_question = false;
    std::optional<Stretch> go_to;  ///< show this part of the recording, in samples
};

/// Takes one message. What is not understood, or is of the wrong type, changes nothing.
MessageEffect receive(Session& session, std::string_view json);

/// A command for the world around: name and fields, as one JSON object.
class Command {
public:
    explicit Command(std::string_view name);
    Command& with(std::string_view key, std::string_view value);
    Command& with(std::string_view key, double value);
    Command& with_list(std::string_view key, std::span<const std::size_t> values);
    /// The fields of another command as an object.
    Command& with_object(std::string_view key, const Command& fields);
    [[nodiscard]] std::string json() const { return text_ + "}"; }

private:
    std::string text_;
};

using Send = std::function<void(const Command&)>;

}  // namespace telltale::window
