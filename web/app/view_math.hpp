// The window's arithmetic: paper scale, time and pixels, which marks to draw. No drawing here.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace telltale::window {

/// CSS defines 96 px as 25.4 mm; so does the window.
inline constexpr double px_per_mm = 96.0 / 25.4;

/// What part of a recording the strip shows, at which paper scale.
struct Viewport {
    double sampling_rate = 1;  ///< Hz
    double length = 0;         ///< samples
    double width = 1;          ///< px
    double first = 0;          ///< sample at the left edge
    double mm_per_s = 25;
    double mm_per_mv = 10;

    [[nodiscard]] double px_per_s() const { return mm_per_s * px_per_mm; }
    [[nodiscard]] double px_per_mv() const { return mm_per_mv * px_per_mm; }
    [[nodiscard]] double samples_per_px() const { return sampling_rate / px_per_s(); }
    [[nodiscard]] double visible() const { return width * samples_per_px(); }  ///< samples
    [[nodiscard]] double last() const { return first + visible(); }
    [[nodiscard]] double x_of(double sample) const { return (sample - first) / samples_per_px(); }
    [[nodiscard]] double sample_at(double x) const { return first + x * samples_per_px(); }

    /// Moves so that `first` stays inside the recording; a short recording starts at the left.
    void keep_inside();
    /// Shows `seconds` later (or earlier).
    void pan(double seconds);
    /// Changes the paper speed by a factor; the sample under pixel x stays there. The speed stays
    /// between the whole recording in view and 200 mm/s.
    void zoom(double factor, double x);
    void set_speed(double speed, double x);
    /// Brings a sample into the middle, unless it is well in view already.
    void reveal(double sample);
    [[nodiscard]] double lowest_speed() const;
};

/// Lines of the paper: every `minor` and every `major` seconds (or mV); 0 for none.
struct Grid {
    double minor = 0, major = 0;
};

/// 0.04 and 0.2 s at common speeds; coarser ones where the lines would run together.
[[nodiscard]] Grid time_grid(double px_per_s);
/// 0.1 and 0.5 mV, likewise.
[[nodiscard]] Grid amplitude_grid(double px_per_mv);
/// Seconds between time labels, so that they are at least `px` apart.
[[nodiscard]] double label_step(double px_per_s, double px);

/// The index of the value nearest to x in an ascending span, if it is within `reach`.
[[nodiscard]] std::optional<std::size_t> nearest(std::span<const double> ascending, double x,
                                                 double reach);

/// Time from the start: "0:00:05", "1:02:03"; with tenths where `tenths`.
[[nodiscard]] std::string clock_time(double seconds, bool tenths = false);
/// "25", "12.5", "0.83": a number without needless digits.
[[nodiscard]] std::string short_number(double value);
/// 12345 as "12 345".
[[nodiscard]] std::string grouped(std::size_t value);

}  // namespace telltale::window
