// Small pieces that several views use.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "views/views.hpp"

namespace telltale::window {

/// A fixed window without decoration that fills `area`; end with ImGui::End().
void begin_panel(const char* id, Rect area, ImU32 background, ImVec2 padding);
/// A heading over a section of a panel.
void heading(App& app, std::string_view text);
/// Text wrapped at blanks only, and not between a number and its unit: ImGui's own wrapping also
/// breaks behind a point, and with it 81.9.
void paragraph(std::string_view text);
/// The same in the soft colour and small size.
void note(App& app, std::string_view text);
/// The same on a warning's ground, with a border.
void warning_card(App& app, std::span<const std::string> lines);
/// A square with the class's letter in its colour.
void class_chip(App& app, ImDrawList* draw, ImVec2 at, float size, std::string_view class_name);
/// Text centred at x (its top at y).
void text_centred(ImDrawList* draw, ImFont* font, float size, float x, float y, ImU32 colour,
                  std::string_view text);
/// Text that ends at x.
void text_right(ImDrawList* draw, ImFont* font, float size, float x, float y, ImU32 colour,
                std::string_view text);
[[nodiscard]] float text_width(ImFont* font, float size, std::string_view text);
/// Text cut to a width, with "…" at the end where something is missing.
void text_cut(ImDrawList* draw, ImFont* font, float size, ImVec2 at, float width, ImU32 colour,
              std::string_view text);
/// "97.2 %", and never a rounded 0 or 100 for what is neither.
[[nodiscard]] std::string percent_text(float share);
/// The full name of an AAMI class: "Ventricular" for "V"; the name itself for others.
[[nodiscard]] std::string_view long_class_name(std::string_view name);

/// A table of figures with its title; lines with a place can be pressed and go there.
void figure_group(App& app, const FigureGroup& group);
/// A small button that can be on or off; its target is `name`. True when pressed.
bool pill(App& app, const std::string& name, const std::string& label, bool on);
/// The width that a pill takes.
[[nodiscard]] float pill_width(const App& app, const std::string& label);
/// Puts the next item beside the last one if it fits, else on a new line.
void flow(float next_width);
/// The menu of the last item, if it is open: under it, and all of it on the screen. True while it
/// is open; end with end_menu().
bool begin_menu(App& app, const char* id);
/// Opens it; its button was pressed.
void show_menu(App& app, const char* id);
void end_menu();
/// Rows of a menu as tall as fingers need them, on narrow screens; between Push and PopStyleVar.
void push_menu_rows(const App& app);
/// A line of a menu, with a target; true when pressed.
bool menu_item(App& app, const std::string& name, const std::string& label, bool on = false,
               bool enabled = true, const char* keys = nullptr);
/// An invisible button with a target; true when pressed.
bool press_area(App& app, const std::string& name, ImVec2 size);

}  // namespace telltale::window
