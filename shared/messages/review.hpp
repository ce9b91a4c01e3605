// A person's changes, and what is told of them; what another model says of the beats, and why a
// beat got its class. Beats are told by their index, samples are those of the recording.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/fields.hpp"

namespace telltale::messages {

// --- changes -------------------------------------------------------------------------------------

struct RelabelBeats {
    Is<"relabel"> action;
    std::vector<std::size_t> beats;
    std::string class_;
    TELLTALE_MESSAGE(RelabelBeats, action, beats, class_)
};
struct RelabelCluster {
    Is<"relabel_cluster"> action;
    std::size_t cluster = 0;
    std::string class_;
    TELLTALE_MESSAGE(RelabelCluster, action, cluster, class_)
};
struct AddBeat {
    Is<"add"> action;
    double sample = 0;
    std::string class_;
    std::optional<bool> snap;  ///< Puts it on the largest deflection nearby.
    TELLTALE_MESSAGE(AddBeat, action, sample, class_, snap)
};
struct RemoveBeats {
    Is<"remove"> action;
    std::vector<std::size_t> beats;
    TELLTALE_MESSAGE(RemoveBeats, action, beats)
};
struct MoveBeat {
    Is<"move"> action;
    std::size_t beat = 0;
    double sample = 0;
    TELLTALE_MESSAGE(MoveBeat, action, beat, sample)
};
struct SetNotes {
    Is<"notes"> action;
    std::string text;
    TELLTALE_MESSAGE(SetNotes, action, text)
};
struct NoteBeat {
    Is<"beat_note"> action;
    std::size_t beat = 0;
    std::string text;
    TELLTALE_MESSAGE(NoteBeat, action, beat, text)
};
/// An answer to a question about a beat: other beats may follow from it.
struct AnswerBeat {
    Is<"answer"> action;
    std::size_t beat = 0;
    std::string class_;
    TELLTALE_MESSAGE(AnswerBeat, action, beat, class_)
};
/// The question about that beat stays unanswered.
struct PassBeat {
    Is<"pass"> action;
    std::size_t beat = 0;
    TELLTALE_MESSAGE(PassBeat, action, beat)
};
/// A stretch, in samples [first, last), is called so: by WFDB's name of a rhythm, "artefact",
/// "no_ecg", or "note" with its text. An empty name takes away what a person said of it.
struct CallStretch {
    Is<"call_stretch"> action;
    double first = 0, last = 0;
    std::string name, text;
    TELLTALE_MESSAGE(CallStretch, action, first, last, name, text)
};
struct Undo {
    Is<"undo"> action;
    TELLTALE_MESSAGE(Undo, action)
};
struct Redo {
    Is<"redo"> action;
    TELLTALE_MESSAGE(Redo, action)
};
/// A change by a person.
using Edit = std::variant<RelabelBeats, RelabelCluster, AddBeat, RemoveBeats, MoveBeat, SetNotes,
                          NoteBeat, AnswerBeat, PassBeat, CallStretch, Undo, Redo>;

// --- what is told of them ------------------------------------------------------------------------

struct BeatNote {
    std::int64_t sample = 0;
    std::string text;
    TELLTALE_MESSAGE(BeatNote, sample, text)
};

/// What a person called a stretch, in samples [first, last).
struct CalledStretch {
    std::int64_t first = 0, last = 0;
    std::string name;   ///< As CallStretch's.
    std::string words;  ///< "atrial fibrillation"
    std::string text;   ///< Of a note.
    TELLTALE_MESSAGE(CalledStretch, first, last, name, words, text)
};

/// What a person changed, and what undoing or doing again would do (empty: nothing).
struct EditsInfo {
    Is<"edits"> type;
    /// Beats with a person's word (renamed, added, removed, confirmed), and marked stretches.
    std::size_t count = 0;
    std::string in_words;  ///< "3 renamed, 1 added"; empty where the model's beats are not known.
    std::vector<BeatNote> beat_notes;      ///< In time order.
    std::vector<CalledStretch> stretches;  ///< Likewise.
    std::string notes, undo, redo;
    TELLTALE_MESSAGE(EditsInfo, type, count, in_words, beat_notes, stretches, notes, undo, redo)
};

/// What a person was asked, and what the answer moved.
struct AnsweredBeat {
    std::int64_t sample = 0;
    Nullable<std::string> class_;  ///< Null where the question was passed.
    std::size_t moved = 0;         ///< Other beats that changed their class with it.
    TELLTALE_MESSAGE(AnsweredBeat, sample, class_, moved)
};
struct AskedBeat {
    std::size_t beat = 0;
    std::int64_t sample = 0;
    std::size_t alike = 0;  ///< Beats that look like it, itself among them.
    TELLTALE_MESSAGE(AskedBeat, beat, sample, alike)
};
/// Told while a person is asked: what to ask next, which is absent where no answer is expected to
/// move anything.
struct QuestionInfo {
    Is<"question"> type;
    std::vector<AnsweredBeat> answers;
    std::size_t moved = 0;  ///< Beats that are called otherwise than by the model alone.
    std::optional<AskedBeat> next;
    TELLTALE_MESSAGE(QuestionInfo, type, answers, moved, next)
};

/// Whether the browser keeps the review: "kept" once the last change is written.
struct StorageInfo {
    Is<"storage"> type;
    OneOf<"writing", "kept", "refused"> state;
    TELLTALE_MESSAGE(StorageInfo, type, state)
};

// --- another model, and why ----------------------------------------------------------------------

/// What another model calls the beats. An empty name: there is none any more.
struct SecondInfo {
    Is<"second"> type;
    std::string name, title, lead;
    std::vector<std::string> classes;
    std::vector<std::int64_t> samples;
    std::vector<std::int64_t> labels;  ///< Indices of classes; -1: not classified.
    /// EC57's matrix against the reference; absent where there is none.
    std::optional<std::vector<std::vector<std::size_t>>> matrix;
    TELLTALE_MESSAGE(SecondInfo, type, name, title, lead, classes, samples, labels, matrix)
};

struct GroupChange {
    std::string name;
    double change = 0;
    TELLTALE_MESSAGE(GroupChange, name, change)
};

/// Why a beat got its class.
struct ExplanationInfo {
    Is<"explanation"> type;
    std::int64_t sample = 0;  ///< The beat's.
    std::string class_;
    double probability = 0;
    std::int64_t first = 0;  ///< Sample of the first value.
    /// By how much the probability falls if the signal there is hidden, one a sample.
    std::vector<float> saliency;
    std::vector<GroupChange> groups;  ///< Of features, where the model takes such.
    TELLTALE_MESSAGE(ExplanationInfo, type, sample, class_, probability, first, saliency, groups)
};

}  // namespace telltale::messages
