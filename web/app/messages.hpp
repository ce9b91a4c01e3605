// The window's side of the seam: messages (shared/messages) into the Session, commands out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "messages/commands.hpp"
#include "messages/json.hpp"
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

/// Takes one message. Of a message that is not whole, what is right is taken; what is no message
/// changes nothing.
MessageEffect receive(Session& session, std::string_view json);

/// Sends commands to the world around, as JSON.
class Send {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a function that takes the text
    Send(std::function<void(std::string)> to) : to_(std::move(to)) {}
    template <messages::Message T>
    void operator()(const T& command) const {
        to_(messages::text(command));
    }

private:
    std::function<void(std::string)> to_;
};

}  // namespace telltale::window
