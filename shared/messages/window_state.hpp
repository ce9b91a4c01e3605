// The window as it was last drawn, for the page's own buttons, scripts and tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/fields.hpp"

namespace telltale::messages {

/// Something that the window can do.
struct NamedCommand {
    std::string name, title;
    std::string keys;  ///< Empty where there is no key.
    bool enabled = false;
    TELLTALE_MESSAGE(NamedCommand, name, title, keys, enabled)
};

/// What can be pressed, by name; its place in CSS px of the page.
struct TargetInfo {
    std::string name;
    double x = 0, y = 0, width = 0, height = 0;
    TELLTALE_MESSAGE(TargetInfo, name, x, y, width, height)
};

/// What J and K step through.
struct StepsInfo {
    std::string title;
    std::size_t count = 0;
    Nullable<std::size_t> at;
    TELLTALE_MESSAGE(StepsInfo, title, count, at)
};

/// Calipers: their legs in samples (null before they are placed), and what they say.
struct MeasureInfo {
    bool on = false, snap = false, march = false;
    Nullable<double> first, last;
    std::vector<std::string> lines;
    TELLTALE_MESSAGE(MeasureInfo, on, snap, march, first, last, lines)
};

/// The stretch in hand, in samples; null where there is none.
struct MarkInfo {
    bool on = false;
    Nullable<double> first, last;
    TELLTALE_MESSAGE(MarkInfo, on, first, last)
};

struct WindowState {
    OneOf<"summary", "beat", "events", "variability", "intervals", "clusters", "compare", "model">
        tab;
    double first = 0, last = 0;  ///< Samples at the left and right edge of the strip.
    double mm_per_s = 0, mm_per_mv = 0, px_per_s = 0, px_per_mv = 0;
    std::string sheet;  ///< Layout of the twelve-lead sheet that is shown instead; empty: none.
    bool disclosure = false;      ///< The whole record as stacked strips is shown instead.
    double disclosure_first = 0;  ///< The sample in its upper left corner.
    std::string menu;             ///< That is open; empty: none.
    std::string notice;           ///< What was last said in passing.
    Nullable<std::size_t> selected;
    std::vector<bool> leads;  ///< Which the strip shows.
    /// Events that the list shows, and that its filter hides.
    std::size_t events = 0, events_hidden = 0;
    std::size_t frames = 0;      ///< Drawn so far.
    std::vector<double> strips;  ///< Samples of the strips that were chosen for the report.
    Nullable<double> explained;  ///< The sample of the beat that is explained.
    StepsInfo steps;
    bool asking = false;          ///< The person is asked about beats,
    Nullable<std::size_t> asked;  ///< and this is the beat.
    MeasureInfo measure;
    MarkInfo mark;
    std::vector<NamedCommand> commands;  ///< Everything that can be done, for the palette.
    std::vector<TargetInfo> targets;
    TELLTALE_MESSAGE(WindowState, tab, first, last, mm_per_s, mm_per_mv, px_per_s, px_per_mv, sheet,
                     disclosure, disclosure_first, menu, notice, selected, leads, events,
                     events_hidden, frames, strips, explained, steps, asking, asked, measure, mark,
                     commands, targets)
};

}  // namespace telltale::messages
