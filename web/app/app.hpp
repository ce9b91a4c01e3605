// The window: session, view state, and one frame at a time. Platform code (bridge_web.cpp,
// desktop) owns one App, feeds it messages and arrays, and calls frame() while it wants frames.
#pragma once

#include <imgui.h>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "event_list.hpp"
#include "fonts.hpp"
#include "measure.hpp"
#include "messages.hpp"
#include "session.hpp"
#include "sheet.hpp"
#include "steps.hpp"
#include "theme.hpp"
#include "view_math.hpp"

namespace telltale::window {

/// Parts of the side panel.
enum class Tab { summary, beat, events, variability, intervals, clusters, compare, model };
inline constexpr std::size_t tab_count = 8;

/// Something on screen that can be pressed (or has to be found), for scripts and tests: its name
/// and place in CSS px.
struct Target {
    std::string name;
    float x, y, width, height;
};

/// The events as filtered and sorted, worked out when something has changed.
struct EventView {
    std::array<bool, event_groups> wanted = {true, true, true, true, true,
                                             true, true, true, true, true};
    EventOrder order = EventOrder::time;
    std::vector<ListedEvent> all;
    std::vector<std::size_t> picked;
    std::optional<std::size_t> revision;  ///< of the session that `all` is about
    bool scroll_to_current = false;
};

/// How far a person has come in looking at the beats, worked out when something has changed.
struct ReviewView {
    std::optional<std::size_t> revision;
    std::size_t doubtful = 0, reviewed = 0;
};

/// Calipers on the strip.
struct MeasureView {
    bool on = false;  ///< dragging on the strip measures instead of moving along
    bool snap = true, march = false;
    std::optional<Calipers> calipers;
    enum class Grip { none, from, to } grip = Grip::none;  ///< the leg being dragged
};

/// A stretch in hand, to be called something.
struct MarkView {
    bool on = false;                 ///< dragging takes a stretch in hand instead of moving along
    std::optional<Stretch> stretch;  ///< samples
    bool dragging = false;
    double anchor = 0;  ///< the sample where the drag holds it
};

/// What the views share: what is shown, and how.
struct ViewState {
    Viewport viewport;
    std::optional<std::size_t> selected;  ///< beat
    /// Sample of the beat to select as soon as the beats come anew: one that is being added, or the
    /// one after one that is being removed.
    std::optional<double> select_at;
    Tab tab = Tab::summary;
    StepList steps;
    std::vector<double> strips;        ///< samples of the strips that a person chose for the report
    std::optional<Stretch> highlight;  ///< samples, of the event that was gone to
    EventView events;
    ReviewView review;
    std::vector<bool> shown_leads;
    MeasureView measure;
    MarkView mark;
    std::string open_menu;             ///< the one that is open; empty: none
    std::string pressed_away;          ///< a menu that the press under way has closed
    bool asking = false;               ///< the person answers questions
    bool waves = false;                ///< P, QRS and T are marked on the strip
    std::optional<SheetLayout> sheet;  ///< twelve leads on a sheet, instead of the strip
    /// what a recording of ten seconds opens on: as the person left the last one
    std::optional<SheetLayout> first_sheet = SheetLayout::three_by_four;
    bool disclosure = false;  ///< the whole record as stacked strips, instead of the strip
    std::optional<double> disclosure_row_s;  ///< by the person; else what suits the screen
    float disclosure_scroll = 0;             ///< px
    bool disclosure_shown = false;           ///< in the last frame
    double disclosure_first = 0;             ///< sample at the top, as last drawn
    std::optional<std::size_t> cluster;
    std::array<std::size_t, 2> compare_cell = {comparison_labels, comparison_labels};
    std::vector<ImVec2> lasso;  ///< of the Poincaré plot, while it is drawn
    std::vector<Target> targets;
    std::size_t frames = 0;  ///< drawn so far
    float panel_width = 0;   ///< 0: by the window's width
    float panel_height = 0;  ///< of the sheet on narrow screens; 0: by the window's height
    bool narrow = false;
    bool touch = false;  ///< the last pointer was a finger
    bool show_help = false;
    bool show_provider_note = false;
    float lead_scroll = 0;  ///< px, where there are more leads than fit
    double notice_until = 0;
    bool fit_pending = false;        ///< a new recording waits for the strip's width
    bool amplitude_pending = false;  ///< and for its levels of detail
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
    /// Makes J and K step through these, and goes to the first.
    void step_through(StepList list, bool go_to_first = true);
    void step(int direction);
    void stop_stepping();
    /// Shows a stretch (or a place) of the recording in the strip.
    void go_to(double first, double last);
    void use_tab(Tab tab);
    // A person's changes to the beats; the engine makes them and sends the beats anew.
    void relabel(std::span<const std::size_t> beats, std::string_view class_name);
    void relabel_cluster(std::size_t cluster, std::string_view class_name);
    /// The beat after them is selected then.
    void remove_beats(std::span<const std::size_t> beats);
    /// Adds a beat near that sample, on the largest deflection there, and selects it.
    void add_beat(double sample);
    void move_beat(std::size_t beat, double by_samples);
    /// Samples that a beat moves at a press: 4 ms, at least one.
    [[nodiscard]] double small_step() const;
    /// The amplitude's scale, larger or smaller by a half of a doubling.
    void louder(int direction);
    void undo();
    void redo();
    /// Steps through all beats, those that want a look first; what follows is under way until
    /// something else is stepped through.
    void start_review();
    [[nodiscard]] bool reviewing() const { return view.steps.title == review_title; }
    /// The selected beat's class becomes a person's word; in a review the next beat follows.
    void confirm();
    /// The same with another class.
    void call(std::string_view class_name);
    /// Asks for the text of a note on the selected beat, or on the recording.
    void write_note(bool on_beat);
    /// Asks why the selected beat got its class.
    void explain();
    /// Steps through the slowest, fastest and longest; and puts a strip of each into the report.
    void step_extremes();
    void extremes_into_report();
    /// Puts a strip into the report, or takes it out again.
    void toggle_strip(double sample);
    [[nodiscard]] bool has_strip(double sample) const;
    void export_report() const;
    // Asking: one question after the other, and the other beats follow from the answers.
    void ask_on_off();
    /// The beat that the person is asked about; nothing where nobody is asked, or nothing is left.
    [[nodiscard]] std::optional<std::size_t> asked_beat() const;
    /// The beat that was asked about is of that class. The next question follows.
    void answer(std::string_view class_name);
    void pass_question();
    // Measuring.
    /// Calipers that were not placed yet go on the selected beat and the one before it.
    void measure_on_off();
    /// Puts one leg at a sample, on the extremum near it where `snap`; reads its amplitude.
    void place_leg(MeasureView::Grip leg, double sample, bool snap);
    /// What the calipers say, line by line, and where they stand; empty without calipers.
    [[nodiscard]] std::vector<std::string> measured() const;
    void copy_measured() const;
    void announce_measured() const;
    // Calling a stretch something.
    /// Takes the stretch that was gone to, or measured, or is in view; or leaves it.
    void mark_on_off();
    /// Takes samples [first, last) in hand.
    void mark(double first, double last);
    /// Calls what is in hand so; an empty name takes away what a person said of it.
    void call_stretch(std::string_view name);
    /// "0:24:39.2 to 0:24:51.0, 11.8 s"; empty with nothing in hand.
    [[nodiscard]] std::string marked_place() const;
    void announce_mark() const;
    /// Twelve leads on a sheet, or the strip.
    void show_sheet(std::optional<SheetLayout> layout);
    [[nodiscard]] bool tab_offered(Tab tab) const;  ///< comparing needs something to compare with
    /// Notes the last item drawn, or a place, as something that can be pressed.
    void target(std::string name);
    void target(std::string name, float x, float y, float width, float height);
    /// What is shown, as JSON: the view's state and its targets.
    [[nodiscard]] std::string state_json() const;
    void use_theme(ThemeName name);
    template <messages::Message T>
    void send(const T& command) const {
        send_(command);
    }
    [[nodiscard]] const Theme& theme() const { return window::theme(theme_name_); }
    [[nodiscard]] double seconds(double sample) const;

    static constexpr std::string_view review_title = "review queue";
    Session session;
    ViewState view;
    Fonts fonts;

private:
    [[nodiscard]] bool opens_on_sheet() const;
    bool close_menus();
    [[nodiscard]] bool needs_selection();
    void keys();
    void review_keys();
    void measure_keys();
    /// True where the keys are those of the stretch in hand.
    bool mark_keys();
    void move_end(bool of_start, double by_s);
    void edit(messages::Edit edit) const;
    /// In passing: it is shown for some seconds.
    void say(std::string_view text);
    void show_notice();
    void show_question();
    void typed(unsigned sign);
    void nudge_leg(MeasureView::Grip leg, double samples);
    void layout();

    Send send_;
    ThemeName theme_name_ = ThemeName::light;
    void go_to_current_step();
    void next_unreviewed();
    float strip_left_ = 0;
    bool style_touch_ = false;
};

}  // namespace telltale::window
