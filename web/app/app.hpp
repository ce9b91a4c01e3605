// The window: session, view state, and one frame at a time. Platform code (bridge_web.cpp,
// desktop) owns one App, feeds it messages and arrays, and calls frame() while it wants frames.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "fonts.hpp"
#include "messages.hpp"
#include "session.hpp"
#include "theme.hpp"
#include "view_math.hpp"

namespace telltale::window {

/// What the views share: what is shown, and how.
struct ViewState {
    Viewport viewport;
    std::optional<std::size_t> selected;  ///< beat
    float panel_width = 320;
    float panel_height = 300;  ///< of the sheet on narrow screens
    bool narrow = false;
    bool touch = false;  ///< the last pointer was a finger
    bool show_help = false;
    bool show_provider_note = false;
    float lead_scroll = 0;  ///< px, where there are more leads than fit
    double notice_until = 0;
    bool fit_pending = false;  ///< a new recording waits for the strip's width
};

class App {
public:
    explicit App(Send send);

    // What comes through the seam.
    void message(std::string_view json);
    void level(std::size_t lead, std::int64_t samples_per_bin, std::span<const float> min_max);
    void samples(std::size_t lead, std::int64_t first, std::span<const float> mv);
    void beats(Beats beats);
    void reference(Reference reference);
    /// Two fingers: the distance between them changed by `scale` around x, y.
    void pinch(double x, double y, double scale, double dx);
    void set_touch(bool touch) { view.touch = touch; }

    /// Fonts for the screen's pixel ratio; before the first frame and whenever it changes.
    void set_pixel_ratio(float ratio);
    /// Draws one frame; between ImGui::NewFrame() and ImGui::Render().
    void frame();
    /// True while something moves by itself (a notice fades).
    [[nodiscard]] bool animating() const;

    // For the views.
    void select(std::optional<std::size_t> beat, bool bring_into_view);
    void select_next(int direction, bool notable_only);
    void use_theme(ThemeName name);
    void send(const Command& command) const { send_(command); }
    [[nodiscard]] const Theme& theme() const { return window::theme(theme_name_); }
    [[nodiscard]] double seconds(double sample) const;

    Session session;
    ViewState view;
    Fonts fonts;

private:
    void keys();
    void layout();

    Send send_;
    ThemeName theme_name_ = ThemeName::light;
    float strip_left_ = 0;
    bool style_touch_ = false;
};

}  // namespace telltale::window
