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
    send(Command("ask").with("on", view.asking ? 1.0 : 0.0));
}

std::optional<std::size_t> App::asked_beat() const {
    if (!view.asking || !session.question || !session.question->beat) return std::nullopt;
    if (*session.question->beat >= session.beats.size()) return std::nullopt;
    return session.question->beat;
}

void App::answer(std::string_view class_name) {
    const auto beat = asked_beat();
    if (!beat) return;
    edit(Command("")
             .with("action", "answer")
             .with("beat", static_cast<double>(*beat))
             .with("class", class_name));
}

void App::pass_question() {
    const auto beat = asked_beat();
    if (!beat) return;
    edit(Command("").with("action", "pass").with("beat", static_cast<double>(*beat)));
}

// The strip centred on the beat that is asked about, which is selected.
void App::show_question() {
    const auto beat = asked_beat();
    const std::size_t number = session.question ? session.question->answers.size() : 0;
    if (!beat) {
        if (view.asking && session.question)
            send(Command("announce").with("text", "Nothing would move any more."));
        return;
    }
    const double sample = session.beats.sample[*beat];
    go_to(sample, sample);
    select(beat, true);
    send(Command("announce")
             .with("text", std::format("Question {}: which is this, at {}?", number + 1,
                                       session.place_of(sample, true))));
}

}  // namespace telltale::window
