// What the window asks of the world around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/fields.hpp"
#include "messages/review.hpp"

namespace telltale::messages {

struct ChooseFiles {
    Is<"choose_files"> command;
    TELLTALE_MESSAGE(ChooseFiles, command)
};
struct OpenSample {
    Is<"open_sample"> command;
    std::size_t index = 0;
    TELLTALE_MESSAGE(OpenSample, command, index)
};
struct Cancel {
    Is<"cancel"> command;
    TELLTALE_MESSAGE(Cancel, command)
};
struct EditBeats {
    Is<"edit"> command;
    Edit edit;
    TELLTALE_MESSAGE(EditBeats, command, edit)
};
struct NeedSamples {
    Is<"need_samples"> command;
    std::size_t lead = 0;
    double first = 0, count = 0;
    TELLTALE_MESSAGE(NeedSamples, command, lead, first, count)
};
using ExportKind = OneOf<"csv", "json", "atr", "html", "edf_beats", "session", "png", "wfdb", "edf",
                         "signals", "waves", "waves_csv">;
struct Export {
    Is<"export"> command;
    ExportKind kind;
    std::vector<double> strips;  ///< Samples of a report's strips; none: the gravest events.
    TELLTALE_MESSAGE(Export, command, kind, strips)
};
/// Asks for a note on a beat; -1: on samples [first, last), or where there are none on the
/// recording.
struct WriteNote {
    Is<"write_note"> command;
    double beat = -1;
    std::optional<double> first, last;
    TELLTALE_MESSAGE(WriteNote, command, beat, first, last)
};
struct Explain {
    Is<"explain"> command;
    std::size_t beat = 0;
    TELLTALE_MESSAGE(Explain, command, beat)
};
/// Another model on the same beats; an empty name ends that.
struct AskSecond {
    Is<"second"> command;
    std::string name;
    TELLTALE_MESSAGE(AskSecond, command, name)
};
/// Begins, or ends, to ask the person about beats.
struct Ask {
    Is<"ask"> command;
    bool on = false;
    TELLTALE_MESSAGE(Ask, command, on)
};
struct UseProvider {
    Is<"provider"> command;
    OneOf<"auto", "wasm", "webgpu", "native"> choice;
    TELLTALE_MESSAGE(UseProvider, command, choice)
};
struct UseModel {
    Is<"model"> command;
    std::string name;
    TELLTALE_MESSAGE(UseModel, command, name)
};
struct UseLead {
    Is<"lead"> command;
    std::string name;
    TELLTALE_MESSAGE(UseLead, command, name)
};
struct UseRecording {
    Is<"recording"> command;
    std::size_t index = 0;
    TELLTALE_MESSAGE(UseRecording, command, index)
};
/// Asks which of those that the last files held.
struct ChooseRecording {
    Is<"choose_recording"> command;
    TELLTALE_MESSAGE(ChooseRecording, command)
};
struct BeatSelected {
    Is<"selected"> command;
    std::size_t beat = 0;
    TELLTALE_MESSAGE(BeatSelected, command, beat)
};
/// For those who do not see the window.
struct Announce {
    Is<"announce"> command;
    std::string text;
    TELLTALE_MESSAGE(Announce, command, text)
};
/// What the file of the recording says, and saving it in other formats.
struct AboutRecording {
    Is<"about"> command;
    TELLTALE_MESSAGE(AboutRecording, command)
};
/// The list of all commands.
struct OpenPalette {
    Is<"palette"> command;
    TELLTALE_MESSAGE(OpenPalette, command)
};
/// What was measured, to the clipboard.
struct CopyText {
    Is<"copy"> command;
    std::string text;
    TELLTALE_MESSAGE(CopyText, command, text)
};
struct RememberTheme {
    Is<"theme"> command;
    OneOf<"light", "dark", "contrast"> name;
    TELLTALE_MESSAGE(RememberTheme, command, name)
};
/// The browser took the graphics away, or gave them back.
struct Drawing {
    Is<"drawing"> command;
    bool on = false;
    TELLTALE_MESSAGE(Drawing, command, on)
};

// From the page's own buttons, to the window.
struct ShowBeat {
    Is<"select_beat"> command;
    double beat = -1;
    TELLTALE_MESSAGE(ShowBeat, command, beat)
};
struct ShowPlace {
    Is<"go_to"> command;
    double first = 0, last = 0;
    TELLTALE_MESSAGE(ShowPlace, command, first, last)
};

using Command = std::variant<ChooseFiles, OpenSample, Cancel, EditBeats, NeedSamples, Export,
                             WriteNote, Explain, AskSecond, Ask, UseProvider, UseModel, UseLead,
                             UseRecording, ChooseRecording, BeatSelected, Announce, AboutRecording,
                             OpenPalette, CopyText, RememberTheme, Drawing, ShowBeat, ShowPlace>;

}  // namespace telltale::messages
