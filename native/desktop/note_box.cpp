#include "note_box.hpp"

#include <imgui.h>

#include <string>

namespace telltale::desktop {
namespace {

constexpr const char* name = "##note";

// Dear ImGui writes into the text itself, and asks for room.
int grow(ImGuiInputTextCallbackData* data) {
    if (data->EventFlag != ImGuiInputTextFlags_CallbackResize) return 0;
    auto& text = *static_cast<std::string*>(data->UserData);
    text.resize(static_cast<std::size_t>(data->BufTextLen));
    data->Buf = text.data();
    return 0;
}

}  // namespace

void draw_note_box(DesktopEngine& engine) {
    if (!engine.note()) return;
    if (!ImGui::IsPopupOpen(name)) ImGui::OpenPopup(name);
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({size.x / 2, size.y / 2}, ImGuiCond_Appearing, {0.5F, 0.5F});
    if (!ImGui::BeginPopupModal(name, nullptr,
                                ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoTitleBar))
        return;
    DesktopEngine::Note& note = *engine.note();
    ImGui::TextUnformatted(note.stretch    ? "Note on the stretch"
                           : note.beat < 0 ? "Notes on the recording"
                                           : "Note on the beat");
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    ImGui::InputTextMultiline("##text", note.text.data(), note.text.capacity() + 1, {420, 140},
                              ImGuiInputTextFlags_CallbackResize, grow, &note.text);
    const bool keep = ImGui::Button("Keep", {84, 0});
    ImGui::SameLine();
    const bool away =
        ImGui::Button("Cancel", {84, 0}) || ImGui::IsKeyPressed(ImGuiKey_Escape, false);
    if (keep || away) {
        engine.write(keep);
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

}  // namespace telltale::desktop
