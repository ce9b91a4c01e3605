// Small pieces that several views use.
#pragma once

#include <string_view>

#include "views/views.hpp"

namespace telltale::window {

/// A fixed window without decoration that fills `area`; end with ImGui::End().
void begin_panel(const char* id, Rect area, ImU32 background, ImVec2 padding);
/// A heading over a section of a panel.
void heading(App& app, const char* text);
/// Text in the soft colour and small size, wrapped.
void note(App& app, std::string_view text);
/// A square with the class's letter in its colour.
void class_chip(App& app, ImDrawList* draw, ImVec2 at, float size, std::string_view class_name);
/// Text centred at x (its top at y).
void text_centred(ImDrawList* draw, ImFont* font, float size, float x, float y, ImU32 colour,
                  std::string_view text);
[[nodiscard]] float text_width(ImFont* font, float size, std::string_view text);
/// The full name of an AAMI class: "Ventricular" for "V"; the name itself for others.
[[nodiscard]] std::string_view long_class_name(std::string_view name);

}  // namespace telltale::window
