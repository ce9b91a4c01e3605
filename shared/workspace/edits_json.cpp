// A person's changes as JSON, and back.
#include <algorithm>
#include <format>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "messages/stretches.hpp"
#include "workspace/edits.hpp"
#include "workspace/edits_limits.hpp"

namespace telltale::workspace {
namespace {

using Json = nlohmann::json;

// Of the steps that can be undone.
constexpr std::size_t most_steps = 300, most_parts = 20'000;

}  // namespace

/// Reads and writes the parts of Edits.
class EditsReader {
public:
    using Change = Edits::Change;
    using Step = Edits::Step;

    EditsReader(std::string_view file, std::int64_t length) : file_(file), length_(length) {}

    [[nodiscard]] static Json write(const Change& change) {
        return change ? Json(*change) : Json(nullptr);
    }
    [[nodiscard]] static Json write(const Stretches& stretches) {
        Json list = Json::array();
        for (const Stretch& stretch : stretches) {
            Json json = {{"first", stretch.first}, {"last", stretch.last}, {"name", stretch.name}};
            if (!stretch.text.empty()) json["text"] = stretch.text;
            list.push_back(std::move(json));
        }
        return list;
    }
    [[nodiscard]] static Json write(const Step& step) {
        Json parts = Json::array();
        for (const Step::Part& part : step.parts) {
            Json json = {{"sample", part.sample}};
            if (part.before) json["before"] = write(*part.before);
            if (part.after) json["after"] = write(*part.after);
            parts.push_back(std::move(json));
        }
        Json json = {{"text", step.text}, {"parts", std::move(parts)}};
        if (step.answer) json["answer"] = *step.answer;
        if (!step.stretches.empty())
            json["stretches"] = {{"taken", write(step.stretches.taken)},
                                 {"put", write(step.stretches.put)}};
        if (step.notes_before) json["notes_before"] = *step.notes_before;
        if (step.notes_after) json["notes_after"] = *step.notes_after;
        if (step.beat_note)
            json["beat_note"] = {{"sample", step.beat_note->sample},
                                 {"before", step.beat_note->before},
                                 {"after", step.beat_note->after}};
        return json;
    }
    /// The last of them: few enough.
    [[nodiscard]] static Json write(std::span<const Step> steps) {
        std::size_t first = steps.size(), parts = 0;
        while (first > 0 && steps.size() - first < most_steps &&
               parts + steps[first - 1].parts.size() <= most_parts)
            parts += steps[--first].parts.size();
        Json list = Json::array();
        for (const Step& step : steps.subspan(first)) list.push_back(write(step));
        return list;
    }

    [[nodiscard]] Result<std::int64_t> place_in(const Json& value, const std::string& place) const {
        if (!value.is_number_integer() || value.get<std::int64_t>() < 0 ||
            value.get<std::int64_t>() >= length_)
            return fail(file_, place, std::format("expected a sample from 0 to {}", length_ - 1));
        return value.get<std::int64_t>();
    }
    [[nodiscard]] Result<std::int64_t> sample(const Json& item, const std::string& place) const {
        return place_in(item.is_object() ? item.value("sample", Json()) : Json(), place);
    }
    [[nodiscard]] Result<std::vector<std::int64_t>> answers(const Json& json) const {
        std::vector<std::int64_t> answers;
        const auto list = json.find("answers");
        if (list == json.end()) return answers;  // written before there were any
        if (!list->is_array()) return fail(file_, "answers", "expected a list of samples");
        for (std::size_t i = 0; i < list->size(); ++i) {
            const auto at = place_in((*list)[i], std::format("answers[{}]", i));
            if (!at) return std::unexpected(at.error());
            if (std::ranges::find(answers, *at) == answers.end()) answers.push_back(*at);
        }
        return answers;
    }
    [[nodiscard]] Result<Change> change(const Json& label, const std::string& place) const {
        if (label.is_null()) return Change(std::nullopt);
        if (!label.is_string() || label.get_ref<const std::string&>().empty() ||
            label.get_ref<const std::string&>().size() > limits::label)
            return fail(file_, place, "expected a label, or null for a removed beat");
        return Change(label.get<std::string>());
    }
    [[nodiscard]] Result<std::map<std::int64_t, Change>> changes(const Json& json) const {
        const auto list = json.find("changes");
        if (list == json.end() || !list->is_array())
            return fail(file_, "changes", "missing, expected a list");
        std::map<std::int64_t, Change> changes;
        for (std::size_t i = 0; i < list->size(); ++i) {
            const Json& item = (*list)[i];
            const std::string place = std::format("changes[{}]", i);
            const auto at = sample(item, place);
            if (!at) return std::unexpected(at.error());
            const auto label = change(item.value("label", Json(0)), place);
            if (!label) return std::unexpected(label.error());
            changes[*at] = *label;
        }
        return changes;
    }
    [[nodiscard]] Result<std::map<std::int64_t, std::string>> beat_notes(const Json& json) const {
        std::map<std::int64_t, std::string> notes;
        const auto list = json.find("beat_notes");
        if (list == json.end()) return notes;
        if (!list->is_array()) return fail(file_, "beat_notes", "expected a list");
        for (std::size_t i = 0; i < list->size(); ++i) {
            const Json& item = (*list)[i];
            const std::string place = std::format("beat_notes[{}]", i);
            const auto at = sample(item, place);
            if (!at) return std::unexpected(at.error());
            const auto text = item.find("text");
            if (text == item.end() || !text->is_string())
                return fail(file_, place, "expected a text");
            std::string note = text->get<std::string>();
            limits::cut(note, limits::beat_note);
            if (!note.empty()) notes[*at] = std::move(note);
        }
        return notes;
    }
    [[nodiscard]] Result<Stretches> stretches(const Json& json, const char* key) const {
        Stretches stretches;
        const auto list = json.find(key);
        if (list == json.end()) return stretches;  // written before there were any
        if (!list->is_array()) return fail(file_, key, "expected a list");
        for (std::size_t i = 0; i < list->size(); ++i) {
            const Json& item = (*list)[i];
            const std::string place = std::format("{}[{}]", key, i);
            if (!item.is_object()) return fail(file_, place, "expected an object");
            const auto number = [&](const char* name) {
                const auto found = item.find(name);
                return found != item.end() && found->is_number_integer()
                           ? found->get<std::int64_t>()
                           : std::int64_t{-1};
            };
            Stretch stretch{.first = number("first"),
                            .last = number("last"),
                            .name = text(item, "name", limits::label),
                            .text = text(item, "text", limits::beat_note)};
            if (stretch.first < 0 || stretch.last > length_ || stretch.first >= stretch.last)
                return fail(
                    file_, place,
                    std::format("expected \"first\" before \"last\", within 0 to {}", length_));
            if (messages::stretch_name(stretch.name) == nullptr)
                return fail(file_, place, "expected a \"name\" that a stretch can have");
            stretches.push_back(std::move(stretch));
        }
        return stretches;
    }
    [[nodiscard]] static std::string text(const Json& json, const char* key, std::size_t most) {
        const auto found = json.find(key);
        std::string text =
            found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
        limits::cut(text, most);
        return text;
    }
    [[nodiscard]] Result<Step> step(const Json& json, const std::string& place) const {
        if (!json.is_object() || !json.contains("parts") || !json["parts"].is_array())
            return fail(file_, place, "expected an object with \"text\" and \"parts\"");
        Step step{.text = text(json, "text", limits::step_text),
                  .parts = {},
                  .notes_before = {},
                  .notes_after = {},
                  .beat_note = {},
                  .answer = {},
                  .stretches = {}};
        for (const Json& item : json["parts"]) {
            const auto at = sample(item, place);
            if (!at) return std::unexpected(at.error());
            Step::Part part{.sample = *at, .before = {}, .after = {}};
            for (const auto& [key, to] :
                 {std::pair("before", &part.before), std::pair("after", &part.after)}) {
                if (!item.contains(key)) continue;
                auto label = change(item[key], place);
                if (!label) return std::unexpected(label.error());
                to->emplace(std::move(*label));
            }
            step.parts.push_back(std::move(part));
        }
        if (const auto answer = json.find("answer"); answer != json.end()) {
            const auto at = place_in(*answer, place);
            if (!at) return std::unexpected(at.error());
            step.answer = *at;
        }
        if (const auto called = json.find("stretches"); called != json.end()) {
            if (!called->is_object())
                return fail(file_, place, "expected \"stretches\" as an object");
            auto taken = stretches(*called, "taken"), put = stretches(*called, "put");
            if (!taken) return std::unexpected(taken.error());
            if (!put) return std::unexpected(put.error());
            step.stretches = {.taken = std::move(*taken), .put = std::move(*put)};
        }
        if (json.contains("notes_after")) {
            step.notes_before = text(json, "notes_before", limits::notes);
            step.notes_after = text(json, "notes_after", limits::notes);
        }
        if (const auto note = json.find("beat_note"); note != json.end()) {
            const auto at = sample(*note, place);
            if (!at) return std::unexpected(at.error());
            step.beat_note = Step::BeatNote{.sample = *at,
                                            .before = text(*note, "before", limits::beat_note),
                                            .after = text(*note, "after", limits::beat_note)};
        }
        return step;
    }
    [[nodiscard]] Result<std::vector<Step>> steps(const Json& json, const char* key) const {
        std::vector<Step> steps;
        const auto list = json.find(key);
        if (list == json.end()) return steps;
        if (!list->is_array()) return fail(file_, key, "expected a list");
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto read = step((*list)[i], std::format("{}[{}]", key, i));
            if (!read) return std::unexpected(read.error());
            steps.push_back(std::move(*read));
        }
        return steps;
    }

private:
    std::string file_;
    std::int64_t length_;
};

std::string Edits::json() const {
    Json changes = Json::array();
    for (const auto& [sample, label] : changes_)
        changes.push_back({{"sample", sample}, {"label", EditsReader::write(label)}});
    Json beat_notes = Json::array();
    for (const auto& [sample, note] : beat_notes_)
        beat_notes.push_back({{"sample", sample}, {"text", note}});
    return Json{{"changes", std::move(changes)},
                {"answers", answers_},
                {"notes", notes_},
                {"beat_notes", std::move(beat_notes)},
                {"stretches", EditsReader::write(stretches_)},
                {"done", EditsReader::write(std::span(done_))},
                {"undone", EditsReader::write(std::span(undone_))}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> Edits::load(std::string_view text, std::string_view file, std::int64_t length,
                         Steps steps) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return fail(std::string(file), "", "this is not JSON of a review");
    const EditsReader reader(file, length);
    auto changes = reader.changes(json);
    if (!changes) return std::unexpected(changes.error());
    auto beat_notes = reader.beat_notes(json);
    if (!beat_notes) return std::unexpected(beat_notes.error());
    auto answers = reader.answers(json);
    if (!answers) return std::unexpected(answers.error());
    const auto stretches = reader.stretches(json, "stretches");
    if (!stretches) return std::unexpected(stretches.error());
    if (steps == Steps::of_the_file) {
        auto done = reader.steps(json, "done"), undone = reader.steps(json, "undone");
        if (!done) return std::unexpected(done.error());
        if (!undone) return std::unexpected(undone.error());
        done_ = std::move(*done);
        undone_ = std::move(*undone);
    }
    notes_ = EditsReader::text(json, "notes", limits::notes);
    changes_ = std::move(*changes);
    answers_ = std::move(*answers);
    beat_notes_ = std::move(*beat_notes);
    // As if a person called one after the other: whatever a file says, no two overlap.
    stretches_.clear();
    for (const Stretch& stretch : *stretches) {
        const StretchChange change = calling(stretches_, stretch);
        carry_out(stretches_, change.taken, change.put);
    }
    ++revision_;
    return {};
}

}  // namespace telltale::workspace
