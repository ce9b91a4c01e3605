// What is said in passing, and what asks something of the window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/fields.hpp"

namespace telltale::messages {

struct ProgressInfo {
    Is<"progress"> type;
    std::string stage;     ///< Empty: idle.
    double fraction = -1;  ///< Below 0: unknown.
    TELLTALE_MESSAGE(ProgressInfo, type, stage, fraction)
};
struct SummaryInfo {
    Is<"summary"> type;
    std::vector<std::size_t> counts;  ///< One a label of the model.
    std::size_t beats = 0;
    double seconds = 0;  ///< That the analysis took.
    TELLTALE_MESSAGE(SummaryInfo, type, counts, beats, seconds)
};
/// Of the analysis; shown in the summary with the recording's own.
struct WarningsInfo {
    Is<"warnings"> type;
    std::vector<std::string> texts;
    TELLTALE_MESSAGE(WarningsInfo, type, texts)
};
/// Rhythm, comparison and clusters are of beats that are no more; new ones follow.
struct OutdatedInfo {
    Is<"outdated"> type;
    TELLTALE_MESSAGE(OutdatedInfo, type)
};
/// Shown until dismissed; the recording on screen stays.
struct ErrorInfo {
    Is<"error"> type;
    std::string text;
    TELLTALE_MESSAGE(ErrorInfo, type, text)
};
/// Shown for some seconds.
struct NoticeInfo {
    Is<"notice"> type;
    std::string text;
    TELLTALE_MESSAGE(NoticeInfo, type, text)
};

// --- what the page asks of the window ------------------------------------------------------------

/// The theme that was remembered.
struct UseTheme {
    Is<"theme"> type;
    std::string name;
    TELLTALE_MESSAGE(UseTheme, type, name)
};
/// Does one of the commands that WindowState lists.
struct RunCommand {
    Is<"run"> type;
    std::string name;
    TELLTALE_MESSAGE(RunCommand, type, name)
};
/// The sample recordings of the empty state.
struct SamplesInfo {
    Is<"samples"> type;
    std::vector<std::string> names;
    TELLTALE_MESSAGE(SamplesInfo, type, names)
};
/// Shows that stretch, in samples.
struct GoTo {
    Is<"go_to"> type;
    double first = 0, last = 0;
    TELLTALE_MESSAGE(GoTo, type, first, last)
};
/// Selects the beat and brings it into view; -1: none.
struct SelectBeat {
    Is<"select"> type;
    double beat = -1;
    TELLTALE_MESSAGE(SelectBeat, type, beat)
};

}  // namespace telltale::messages
