// What a person changed about the beats of a recording: relabelled, added, removed, moved. Changes
// are kept by the place in the recording, apart from what a model said, and laid over it: a new
// analysis or another model never overwrites them. Every change can be undone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/error.hpp"
#include "workspace/stretches.hpp"

namespace telltale::workspace {

class Edits {
public:
    /// A beat laid over by the edits.
    struct Beat {
        std::int64_t sample = 0;  ///< R peak.
        std::optional<std::size_t>
            source;  ///< Index of the model's beat; none where a person added it.
        /// The person's class; empty where the model's stands. Good until the next change.
        std::string_view label;
    };

    // Each of these is one step to undo. Samples are those of beats as they are now; those that
    // change nothing are left out.
    /// `label` is a class: "N", "S", "V", "F", "Q".
    void relabel(std::span<const std::int64_t> samples, std::string_view label);
    void add(std::int64_t sample, std::string_view label);
    void remove(std::span<const std::int64_t> samples);
    void move(std::int64_t from, std::int64_t to, std::string_view label);
    /// A question about the beat there is answered: it gets that class, and other beats may follow
    /// from it. An empty label passes the question. A beat that was asked about before gets the new
    /// class only.
    void answer(std::int64_t sample, std::string_view label);
    /// The person's remarks on the recording, and on a beat; an empty one takes it away.
    void set_notes(std::string notes);
    void set_beat_note(std::int64_t sample, std::string note);
    /// A person's word on a stretch; see calling().
    void call_stretch(Stretch called);

    /// False where there is nothing to undo or redo.
    bool undo();
    bool redo();
    /// What undo() or redo() would take back or do again, in words; empty where nothing.
    [[nodiscard]] std::string undo_text() const;
    [[nodiscard]] std::string redo_text() const;

    [[nodiscard]] bool empty() const {
        return changes_.empty() && answers_.empty() && notes_.empty() && beat_notes_.empty() &&
               stretches_.empty();
    }
    /// Another one after every change.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    /// Places that a person changed.
    [[nodiscard]] std::size_t size() const { return changes_.size(); }
    /// The beats that a person was asked about, in the order of the questions. What was answered is
    /// the label of the beat; one without a person's label was passed.
    [[nodiscard]] const std::vector<std::int64_t>& answers() const { return answers_; }
    [[nodiscard]] const std::string& notes() const { return notes_; }
    /// By the samples of their beats.
    [[nodiscard]] const std::map<std::int64_t, std::string>& beat_notes() const {
        return beat_notes_;
    }
    [[nodiscard]] const Stretches& stretches() const { return stretches_; }

    /// The model's beats (samples in time order) with the changes laid over them, in time order. A
    /// change belongs to the nearest beat within `tolerance` samples, since another analysis may
    /// place its mark a little aside.
    [[nodiscard]] std::vector<Beat> apply(std::span<const std::int64_t> samples,
                                          std::int64_t tolerance) const;

    /// {"changes": [{"sample", "label"}, ...], "answers": [sample, ...], "notes", "beat_notes":
    /// [{"sample", "text"}, ...], "stretches": [{"first", "last", "name", "text"}, ...], "done":
    /// [step, ...], "undone": [...]}; a removed beat's label is null. The last steps are told, some
    /// hundreds of them.
    [[nodiscard]] std::string json() const;
    /// Whose steps can be undone after load(): those of the file, or those done here.
    enum class Steps : std::uint8_t { of_the_file, own };
    /// Takes over what json() wrote, forgetting what was there. An error names `file` and what is
    /// wrong; nothing is changed then. `length` is the recording's, in samples.
    [[nodiscard]] Result<void> load(std::string_view json, std::string_view file,
                                    std::int64_t length, Steps steps = Steps::of_the_file);

private:
    friend class EditsReader;
    /// A label, or nothing for a beat that is removed.
    using Change = std::optional<std::string>;
    struct Step {
        std::string text;
        struct Part {
            std::int64_t sample;
            std::optional<Change> before, after;  // nothing: no change there
        };
        std::vector<Part> parts;
        std::optional<std::string> notes_before, notes_after;
        struct BeatNote {
            std::int64_t sample;
            std::string before, after;
        };
        std::optional<BeatNote> beat_note;
        std::optional<std::int64_t> answer;  // the beat that was asked about
        StretchChange stretches;
    };
    void set(Step& step, std::int64_t sample, std::optional<Change> after);
    void put(std::int64_t sample, const std::optional<Change>& change);
    void put_note(std::int64_t sample, const std::string& note);
    void finish(Step step);

    std::map<std::int64_t, Change> changes_;
    std::vector<std::int64_t> answers_;
    std::string notes_;
    std::map<std::int64_t, std::string> beat_notes_;
    Stretches stretches_;
    std::vector<Step> done_, undone_;
    std::uint64_t revision_ = 0;
};

}  // namespace telltale::workspace
