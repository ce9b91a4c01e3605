#include "workspace/edits.hpp"

#include <algorithm>
#include <cstdlib>
#include <format>
#include <utility>

#include "messages/stretches.hpp"
#include "workspace/edits_limits.hpp"

namespace telltale::workspace {
namespace {

std::string beats_text(std::string_view what, std::size_t count) {
    return count == 1 ? std::format("{} a beat", what) : std::format("{} {} beats", what, count);
}

}  // namespace

void Edits::put(std::int64_t sample, const std::optional<Change>& change) {
    if (change)
        changes_[sample] = *change;
    else
        changes_.erase(sample);
}

void Edits::set(Step& step, std::int64_t sample, std::optional<Change> after) {
    const auto found = changes_.find(sample);
    std::optional<Change> before;
    if (found != changes_.end()) before = found->second;
    if (before == after) return;
    put(sample, after);
    step.parts.push_back({sample, std::move(before), std::move(after)});
}

void Edits::finish(Step step) {
    if (step.parts.empty() && !step.notes_after && !step.beat_note && !step.answer &&
        step.stretches.empty())
        return;
    ++revision_;
    done_.push_back(std::move(step));
    undone_.clear();
}

void Edits::relabel(std::span<const std::int64_t> samples, std::string_view label) {
    Step step;
    for (const std::int64_t sample : samples) set(step, sample, Change(std::string(label)));
    step.text = beats_text("relabel", step.parts.size()) + std::format(" as {}", label);
    finish(std::move(step));
}

void Edits::add(std::int64_t sample, std::string_view label) {
    Step step;
    step.text = "add a beat";
    set(step, sample, Change(std::string(label)));
    finish(std::move(step));
}

void Edits::remove(std::span<const std::int64_t> samples) {
    Step step;
    for (const std::int64_t sample : samples) set(step, sample, Change(std::nullopt));
    step.text = beats_text("remove", step.parts.size());
    finish(std::move(step));
}

void Edits::move(std::int64_t from, std::int64_t to, std::string_view label) {
    if (from == to) return;
    Step step;
    step.text = "move a beat";
    set(step, from, Change(std::nullopt));
    set(step, to, Change(std::string(label)));
    finish(std::move(step));
}

void Edits::answer(std::int64_t sample, std::string_view label) {
    Step step;
    step.text = label.empty() ? "pass a question" : std::format("answer {}", label);
    if (!label.empty()) set(step, sample, Change(std::string(label)));
    if (std::ranges::find(answers_, sample) == answers_.end()) {
        answers_.push_back(sample);
        step.answer = sample;
    }
    finish(std::move(step));
}

void Edits::set_notes(std::string notes) {
    limits::cut(notes, limits::notes);
    if (notes == notes_) return;
    // Typing on is one step.
    if (!done_.empty() && done_.back().notes_after && undone_.empty()) {
        done_.back().notes_after = notes;
        notes_ = std::move(notes);
        ++revision_;
        return;
    }
    Step step;
    step.text = "change the notes";
    step.notes_before = notes_;
    step.notes_after = notes;
    notes_ = std::move(notes);
    finish(std::move(step));
}

void Edits::put_note(std::int64_t sample, const std::string& note) {
    if (note.empty())
        beat_notes_.erase(sample);
    else
        beat_notes_[sample] = note;
}

void Edits::set_beat_note(std::int64_t sample, std::string note) {
    limits::cut(note, limits::beat_note);
    const auto found = beat_notes_.find(sample);
    const std::string before = found == beat_notes_.end() ? std::string() : found->second;
    if (before == note) return;
    put_note(sample, note);
    Step step;
    step.text = note.empty() ? "take a note away" : "note on a beat";
    step.beat_note = {.sample = sample, .before = before, .after = std::move(note)};
    finish(std::move(step));
}

void Edits::call_stretch(Stretch called) {
    limits::cut(called.text, limits::beat_note);
    Step step;
    const auto* name = messages::stretch_name(called.name);
    const bool nothing = called.name.empty() || (called.is_note() && called.text.empty());
    step.text = nothing ? std::string("take a word on a stretch away")
                : called.is_note()
                    ? std::string("note on a stretch")
                    : std::format("call a stretch {}", name != nullptr ? name->words : called.name);
    step.stretches = calling(stretches_, std::move(called));
    carry_out(stretches_, step.stretches.taken, step.stretches.put);
    finish(std::move(step));
}

bool Edits::undo() {
    if (done_.empty()) return false;
    ++revision_;
    Step step = std::move(done_.back());
    done_.pop_back();
    for (auto part = step.parts.rbegin(); part != step.parts.rend(); ++part)
        put(part->sample, part->before);
    if (step.notes_before) notes_ = *step.notes_before;
    if (step.beat_note) put_note(step.beat_note->sample, step.beat_note->before);
    if (step.answer) std::erase(answers_, *step.answer);
    carry_out(stretches_, step.stretches.put, step.stretches.taken);
    undone_.push_back(std::move(step));
    return true;
}

bool Edits::redo() {
    if (undone_.empty()) return false;
    ++revision_;
    Step step = std::move(undone_.back());
    undone_.pop_back();
    for (const Step::Part& part : step.parts) put(part.sample, part.after);
    if (step.notes_after) notes_ = *step.notes_after;
    if (step.beat_note) put_note(step.beat_note->sample, step.beat_note->after);
    if (step.answer) answers_.push_back(*step.answer);
    carry_out(stretches_, step.stretches.taken, step.stretches.put);
    done_.push_back(std::move(step));
    return true;
}

std::string Edits::undo_text() const {
    return done_.empty() ? std::string() : done_.back().text;
}

std::string Edits::redo_text() const {
    return undone_.empty() ? std::string() : undone_.back().text;
}

std::vector<Edits::Beat> Edits::apply(std::span<const std::int64_t> samples,
                                      std::int64_t tolerance) const {
    std::vector<Beat> beats(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) beats[i] = {samples[i], i, {}};
    std::vector<bool> gone(samples.size());
    // The nearest of the model's beats that is still there.
    const auto nearest = [&](std::int64_t sample) -> std::optional<std::size_t> {
        const auto from = std::ranges::lower_bound(samples, sample - tolerance) - samples.begin();
        std::optional<std::size_t> best;
        for (auto i = static_cast<std::size_t>(from);
             i < samples.size() && samples[i] <= sample + tolerance; ++i)
            if (!gone[i] &&
                (!best || std::abs(samples[i] - sample) < std::abs(samples[*best] - sample)))
                best = i;
        return best;
    };
    // What is removed first, so that a beat that was moved a little does not take its place again.
    for (const auto& [sample, label] : changes_)
        if (!label)
            if (const auto i = nearest(sample)) gone[*i] = true;
    std::vector<Beat> added;
    for (const auto& [sample, label] : changes_) {
        if (!label) continue;
        if (const auto i = nearest(sample); i && beats[*i].label.empty())
            beats[*i].label = *label;
        else
            added.push_back({sample, std::nullopt, *label});
    }
    std::vector<Beat> result;
    result.reserve(beats.size() + added.size());
    auto next = added.begin();
    for (std::size_t i = 0; i < beats.size(); ++i) {
        if (gone[i]) continue;
        while (next != added.end() && next->sample < beats[i].sample) result.push_back(*next++);
        result.push_back(beats[i]);
    }
    std::copy(next, added.end(), std::back_inserter(result));
    return result;
}

}  // namespace telltale::workspace
