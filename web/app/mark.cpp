// Calling a stretch of the recording something: artefact, a rhythm, a note.
#include <algorithm>
#include <cmath>
#include <format>

#include "app.hpp"
#include "messages/stretches.hpp"

namespace telltale::window {

void App::mark(double first, double last) {
    if (!session.recording) return;
    const double length = session.recording->length;
    first = std::clamp(std::floor(first), 0.0, length);
    last = std::clamp(std::ceil(last), 0.0, length);
    view.mark.on = true;
    if (first < last)
        view.mark.stretch = Stretch{first, last};
    else
        view.mark.stretch.reset();
}

void App::mark_on_off() {
    if (!session.recording) return;
    if (view.mark.on) {
        view.mark = {};
        return;
    }
    // What was gone to, or measured, is most likely meant; else what is in view.
    const Viewport& v = view.viewport;
    Stretch meant{v.first, v.last()};
    if (view.highlight)
        meant = *view.highlight;
    else if (view.measure.calipers)
        meant = {view.measure.calipers->first(), view.measure.calipers->last()};
    view.sheet.reset();
    mark(meant.first, meant.last);
    announce_mark();
}

void App::move_end(bool of_start, double by_s) {
    if (!view.mark.stretch || !session.recording) return;
    const double by = by_s * session.recording->sampling_rate;
    Stretch moved = *view.mark.stretch;
    (of_start ? moved.first : moved.last) += by;
    if (moved.first >= moved.last) return;
    mark(moved.first, moved.last);
    announce_mark();
}

std::string App::marked_place() const {
    if (!view.mark.stretch) return {};
    const Stretch& s = *view.mark.stretch;
    const double length = seconds(s.last - s.first);
    return std::format("{} to {}, {}", session.place_of(s.first, true),
                       clock_time(seconds(s.last), true),
                       length < 60 ? std::format("{:.1f} s", length) : elapsed(length));
}

void App::announce_mark() const {
    if (view.mark.stretch) send(messages::Announce{.text = "What is this? From " + marked_place()});
}

void App::call_stretch(std::string_view name) {
    if (!view.mark.stretch) return;
    const Stretch at = *view.mark.stretch;
    view.mark = {};
    if (name == "note")
        return send(messages::WriteNote{.beat = -1, .first = at.first, .last = at.last});
    edit(messages::CallStretch{
        .first = at.first, .last = at.last, .name = std::string(name), .text = {}});
    const auto* called = messages::stretch_name(name);
    say(called != nullptr
            ? std::format("Called {}, {:.1f} s.", called->words, seconds(at.last - at.first))
            : std::string("What was said of that stretch is taken away."));
}

bool App::mark_keys() {
    if (!view.mark.on || !view.mark.stretch) return false;
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, false); };
    // 1 to 9 and 0 are the first ten.
    for (int i = 0; i < 10; ++i)
        if (pressed(static_cast<ImGuiKey>(ImGuiKey_0 + (i + 1) % 10))) {
            call_stretch(messages::stretch_names[static_cast<std::size_t>(i)].name);
            return true;
        }
    if (pressed(ImGuiKey_W)) call_stretch("note");
    if (pressed(ImGuiKey_Delete) || pressed(ImGuiKey_Backspace)) call_stretch("");
    return true;
}

}  // namespace telltale::window
