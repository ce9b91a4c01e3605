// What keys do. web/app/palette.cpp lists the same commands by name.
#include <imgui_internal.h>

#include <algorithm>
#include <array>

#include "app.hpp"

namespace telltale::window {

// Ctrl+Z and Ctrl+Y; a class's letter, A, Delete, and Alt with the arrows for the selected beat.
void App::review_keys() {
    const ImGuiIO& io = ImGui::GetIO();
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, true); };
    if (!session.recording || !session.model) return;
    if (io.KeyCtrl || io.KeySuper) {
        if (pressed(ImGuiKey_Z)) io.KeyShift ? redo() : undo();
        if (pressed(ImGuiKey_Y)) redo();
        return;
    }
    if (pressed(ImGuiKey_A)) {
        // At the pointer where it is over the strip, else in the middle.
        const double x = io.MousePos.x - strip_left_;
        const bool over = x >= 0 && x < view.viewport.width && !view.touch;
        add_beat(view.viewport.sample_at(over ? x : view.viewport.width / 2));
    }
    const auto called = std::ranges::find_if(session.model->labels, [&](const std::string& name) {
        return name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z' &&
               pressed(static_cast<ImGuiKey>(ImGuiKey_A + (name[0] - 'A')));
    });
    const bool asked =
        called != session.model->labels.end() ||
        std::ranges::any_of(std::array{ImGuiKey_Enter, ImGuiKey_KeypadEnter, ImGuiKey_W, ImGuiKey_R,
                                       ImGuiKey_X, ImGuiKey_Delete, ImGuiKey_Backspace},
                            pressed);
    if (!view.selected || *view.selected >= session.beats.size()) {
        if (asked && session.beats.size() > 0) (void)needs_selection();
        return;
    }
    const std::size_t beat = *view.selected;
    if (called != session.model->labels.end())
        asked_beat() == beat ? answer(*called) : call(*called);
    if (pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeypadEnter)) confirm();
    if (pressed(ImGuiKey_W)) write_note(true);
    if (pressed(ImGuiKey_R)) toggle_strip(session.beats.sample[beat]);
    if (pressed(ImGuiKey_X)) explain();
    if (pressed(ImGuiKey_Delete) || pressed(ImGuiKey_Backspace)) remove_beats(std::span(&beat, 1));
    const double step = small_step();
    if (io.KeyAlt && pressed(ImGuiKey_RightArrow)) move_beat(beat, step);
    if (io.KeyAlt && pressed(ImGuiKey_LeftArrow)) move_beat(beat, -step);
}

// Signs, wherever the person's keyboard has them.
void App::typed(unsigned sign) {
    if (sign == '?') view.show_help = !view.show_help;
    if (!session.recording) return;
    Viewport& v = view.viewport;
    // Of a stretch in hand the ends move by a tenth of a second, of the calipers by a sample.
    const auto nudge = [&](MeasureView::Grip leg, double direction) {
        if (view.mark.on)
            move_end(leg == MeasureView::Grip::from, direction * 0.1);
        else
            nudge_leg(leg, direction);
    };
    switch (sign) {
        case '+':
        case '=': v.zoom(1.25, v.width / 2); break;
        case '-': v.zoom(1 / 1.25, v.width / 2); break;
        case '[': louder(-1); break;
        case ']': louder(1); break;
        case ',': nudge(MeasureView::Grip::to, -1); break;
        case '.': nudge(MeasureView::Grip::to, 1); break;
        case '<':
        case ';': nudge(MeasureView::Grip::from, -1); break;
        case '>':
        case ':': nudge(MeasureView::Grip::from, 1); break;
        default: break;
    }
}

bool App::close_menus() {
    if (!ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup)) return false;
    ImGui::ClosePopupToLevel(0, true);
    view.open_menu.clear();
    return true;
}

void App::keys() {
    ImGuiIO& io = ImGui::GetIO();
    if (io.WantTextInput) return;
    for (const ImWchar c : io.InputQueueCharacters) typed(c);
    const bool marking = mark_keys();
    if (!marking || io.KeyCtrl || io.KeySuper) review_keys();
    measure_keys();
    if (io.KeyCtrl || io.KeySuper || io.KeyAlt) return;
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, true); };
    if (pressed(ImGuiKey_Escape)) {
        if (close_menus())
            return;
        else if (view.show_help)
            view.show_help = false;
        else if (!session.error.empty())
            session.error.clear();
        else if (!session.progress.stage.empty())
            send(messages::Cancel{});
        else if (view.mark.on)
            mark_on_off();
        else if (view.disclosure)
            view.disclosure = false;
        else if (view.measure.on)
            measure_on_off();
        else if (view.asking)
            ask_on_off();
        else if (!view.steps.empty())
            stop_stepping();
        else
            view.selected.reset();
    }
    if (pressed(ImGuiKey_O)) send(messages::ChooseFiles{});
    if (pressed(ImGuiKey_T)) {
        use_theme(theme_name_ == ThemeName::light  ? ThemeName::dark
                  : theme_name_ == ThemeName::dark ? ThemeName::contrast
                                                   : ThemeName::light);
    }
    if (!session.recording) return;

    Viewport& v = view.viewport;
    const double page = 0.9 * v.visible() / v.sampling_rate;
    const double middle = v.width / 2;
    if (pressed(ImGuiKey_J)) view.steps.empty() ? select_next(1, true) : step(1);
    if (pressed(ImGuiKey_K)) view.steps.empty() ? select_next(-1, true) : step(-1);
    if (pressed(ImGuiKey_G) && session.model) start_review();
    if (pressed(ImGuiKey_Y)) step_extremes();
    if (pressed(ImGuiKey_I) && session.model) ask_on_off();
    if (pressed(ImGuiKey_Space) && asked_beat()) pass_question();
    if (ImGui::IsKeyPressed(ImGuiKey_L, false)) mark_on_off();
    if (pressed(ImGuiKey_D)) view.disclosure = !view.disclosure;
    if (pressed(ImGuiKey_H) && has_sheet(session.recording->leads))
        show_sheet(view.sheet ? std::nullopt : std::optional(SheetLayout::three_by_four));
    if (pressed(ImGuiKey_P) && !session.findings.waves.empty()) view.waves = !view.waves;
    for (std::size_t tab = 0; !marking && tab < tab_count; ++tab)
        if (pressed(static_cast<ImGuiKey>(ImGuiKey_1 + static_cast<int>(tab))) &&
            tab_offered(static_cast<Tab>(tab)))
            use_tab(static_cast<Tab>(tab));
    if (pressed(ImGuiKey_RightArrow)) io.KeyShift ? v.pan(page / 9) : select_next(1, false);
    if (pressed(ImGuiKey_LeftArrow)) io.KeyShift ? v.pan(-page / 9) : select_next(-1, false);
    if (pressed(ImGuiKey_PageDown)) v.pan(page);
    if (pressed(ImGuiKey_PageUp)) v.pan(-page);
    if (pressed(ImGuiKey_Home)) v.first = 0;
    if (pressed(ImGuiKey_End)) v.first = v.length;
    if ((pressed(ImGuiKey_0) && !marking) || pressed(ImGuiKey_Keypad0)) {
        v.set_speed(25, middle);
        v.mm_per_mv = 10;
    }
    if (pressed(ImGuiKey_E) && session.beats.size() > 0)
        send(messages::Export{.kind = "csv", .strips = {}});
    v.keep_inside();
}

}  // namespace telltale::window
