// Asking a person about one beat after the other.
#include <format>

#include "app.hpp"

namespace telltale::window {

void App::ask_on_off() {
    if (!session.model || session.beats.size() == 0) return;
    view.asking = !view.asking;
    session.question.reset();
    if (view.asking) {
        stop_stepping();
        use_tab(Tab::events);
    }
    send(messages::Ask{.on = view.asking});
}

std::optional<std::size_t> App::asked_beat() const {
    if (!view.asking || !session.question || !session.question->next) return std::nullopt;
    const std::size_t beat = session.question->next->beat;
    return beat < session.beats.size() ? std::optional(beat) : std::nullopt;
}

void App::answer(std::string_view class_name) {
    if (const auto beat = asked_beat())
        edit(messages::AnswerBeat{.beat = *beat, .class_ = std::string(class_name)});
}

void App::pass_question() {
    if (const auto beat = asked_beat()) edit(messages::PassBeat{.beat = *beat});
}

// The strip centred on the beat that is asked about, which is selected.
void App::show_question() {
    if (!view.asking || !session.question) return;
    const auto beat = asked_beat();
    if (!beat) {
        send(messages::Announce{.text = "Nothing would move any more."});
        return;
    }
    const double sample = session.beats.sample[*beat];
    go_to(sample, sample);
    select(beat, true);
    send(messages::Announce{.text = std::format("Question {}: which is this, at {}?",
                                                session.question->answers.size() + 1,
                                                session.place_of(sample, true))});
}

}  // namespace telltale::window
