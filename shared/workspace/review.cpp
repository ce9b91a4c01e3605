#include "workspace/review.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>

namespace telltale::workspace {
namespace {

std::unexpected<Error> wrong(std::string what) {
    return fail("", "edit", std::move(what));
}

// A command's fields, and the beats that it speaks of.
class Command {
public:
    Command(const nlohmann::json& json, const Reviewed& reviewed)
        : json_(json), reviewed_(reviewed) {}

    [[nodiscard]] std::string string(const char* key) const {
        const auto it = json_.find(key);
        return it != json_.end() && it->is_string() ? it->get<std::string>() : std::string();
    }
    [[nodiscard]] std::optional<std::int64_t> number(const char* key) const {
        const auto it = json_.find(key);
        if (it == json_.end() || !it->is_number()) return std::nullopt;
        const double value = it->get<double>();
        if (!(value >= 0 && value < 1e15)) return std::nullopt;
        return static_cast<std::int64_t>(value);
    }
    [[nodiscard]] Result<std::string> label() const {
        std::string name = string("class");
        if (std::ranges::find(reviewed_.labels, name) == reviewed_.labels.end())
            return wrong(std::format("there is no class {}", name));
        return name;
    }
    /// Of "beat".
    [[nodiscard]] Result<const Edits::Beat*> beat() const {
        const auto index = number("beat");
        if (!index || static_cast<std::size_t>(*index) >= reviewed_.beats.size())
            return wrong("there is no such beat");
        return &reviewed_.beats[static_cast<std::size_t>(*index)];
    }
    /// Samples of "beats".
    [[nodiscard]] Result<std::vector<std::int64_t>> samples() const {
        std::vector<std::int64_t> samples;
        const auto list = json_.find("beats");
        if (list == json_.end() || !list->is_array()) return samples;
        for (const auto& item : *list) {
            if (!item.is_number_unsigned() || item.get<std::size_t>() >= reviewed_.beats.size())
                return wrong("there is no such beat");
            samples.push_back(reviewed_.beats[item.get<std::size_t>()].sample);
        }
        return samples;
    }
    [[nodiscard]] Result<std::int64_t> sample() const {
        const auto sample = number("sample");
        if (!sample || *sample >= reviewed_.length)
            return wrong("expected a sample inside the recording");
        return *sample;
    }

private:
    const nlohmann::json& json_;
    const Reviewed& reviewed_;
};

Result<void> relabel(Edits& edits, const Command& command) {
    const auto label = command.label();
    if (!label) return std::unexpected(label.error());
    const auto samples = command.samples();
    if (!samples) return std::unexpected(samples.error());
    edits.relabel(*samples, *label);
    return {};
}

Result<void> relabel_cluster(Edits& edits, const Command& command, const Reviewed& reviewed) {
    const auto label = command.label();
    if (!label) return std::unexpected(label.error());
    const auto index = command.number("cluster");
    const auto members = index ? reviewed.members(static_cast<std::size_t>(*index)) : std::nullopt;
    if (!members) return wrong("there is no such cluster");
    edits.relabel(*members, *label);
    return {};
}

Result<void> add(Edits& edits, const Command& command, const Reviewed& reviewed) {
    const auto label = command.label();
    if (!label) return std::unexpected(label.error());
    const auto sample = command.sample();
    if (!sample) return std::unexpected(sample.error());
    const std::int64_t place =
        command.number("snap").value_or(0) != 0 ? reviewed.snap(*sample) : *sample;
    const auto near = std::llround(same_beat_s * reviewed.sampling_rate);
    if (std::ranges::any_of(reviewed.beats, [&](const Edits::Beat& beat) {
            return std::abs(beat.sample - place) <= near;
        }))
        return wrong("there is a beat already");
    edits.add(place, *label);
    return {};
}

Result<void> remove(Edits& edits, const Command& command) {
    const auto samples = command.samples();
    if (!samples) return std::unexpected(samples.error());
    edits.remove(*samples);
    return {};
}

Result<void> move(Edits& edits, const Command& command, const Reviewed& reviewed) {
    const auto beat = command.beat();
    if (!beat) return std::unexpected(beat.error());
    const auto sample = command.sample();
    if (!sample) return std::unexpected(sample.error());
    const std::string kept = reviewed.class_of(**beat);
    edits.move((*beat)->sample, *sample, kept.empty() ? reviewed.labels.front() : kept);
    return {};
}

// An answer to a question, or none.
Result<void> answer(Edits& edits, const Command& command, bool pass) {
    const auto beat = command.beat();
    if (!beat) return std::unexpected(beat.error());
    if (!(*beat)->source) return wrong("only a beat that the model found can be asked about");
    if (pass) {
        edits.answer((*beat)->sample, {});
        return {};
    }
    const auto label = command.label();
    if (!label) return std::unexpected(label.error());
    edits.answer((*beat)->sample, *label);
    return {};
}

Result<void> note(Edits& edits, const Command& command, const Reviewed& reviewed) {
    const auto beat = command.beat();
    if (!beat) return std::unexpected(beat.error());
    // Where the beat has a note, that is changed, though its mark may lie a little aside.
    const std::int64_t place = (*beat)->sample;
    const auto reach = std::llround(same_beat_s * reviewed.sampling_rate);
    std::int64_t key = place;
    for (const auto& [noted, note] : edits.beat_notes())
        if (std::abs(noted - place) <= reach &&
            (key == place || std::abs(noted - place) < std::abs(key - place)))
            key = noted;
    edits.set_beat_note(key, command.string("text"));
    return {};
}

}  // namespace

Result<void> change(Edits& edits, std::string_view text, const Reviewed& reviewed) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return wrong("expected a JSON object");
    const Command command(json, reviewed);
    const std::string action = command.string("action");
    if (action == "relabel") return relabel(edits, command);
    if (action == "relabel_cluster") return relabel_cluster(edits, command, reviewed);
    if (action == "add") return add(edits, command, reviewed);
    if (action == "remove") return remove(edits, command);
    if (action == "move") return move(edits, command, reviewed);
    if (action == "answer" || action == "pass") return answer(edits, command, action == "pass");
    if (action == "beat_note") return note(edits, command, reviewed);
    if (action == "notes") {
        edits.set_notes(command.string("text"));
        return {};
    }
    if (action == "undo") {
        if (!edits.undo()) return wrong("there is nothing to undo");
        return {};
    }
    if (action == "redo") {
        if (!edits.redo()) return wrong("there is nothing to do again");
        return {};
    }
    return wrong(std::format("there is no action \"{}\"", action));
}

// FNV-1a (Fowler, Noll, Vo) over the samples' bits, the leads one after the other.
std::string fingerprint(const Recording& recording) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    const auto take = [&](std::uint32_t word) { hash = (hash ^ word) * 0x100000001b3U; };
    take(static_cast<std::uint32_t>(recording.leads.size()));
    take(static_cast<std::uint32_t>(std::llround(recording.sampling_rate * 1000)));
    for (const Lead& lead : recording.leads)
        // NaN has many forms; all of them are one here.
        for (const float x : lead.samples)
            take(x == x ? std::bit_cast<std::uint32_t>(x) : 0x7fc00000U);
    return std::format("{:016x}", hash);
}

std::string session_file(const Edits& edits, const Recording& recording, std::string_view print,
                         const classify::Card* card, std::string_view lead) {
    nlohmann::ordered_json json = {{"telltale_session", 1},
                                   {"fingerprint", print},
                                   {"recording", recording.name},
                                   {"samples", recording.length()},
                                   {"sampling_rate", recording.sampling_rate}};
    if (card != nullptr) json["model"] = {{"name", card->name}, {"version", card->version}};
    if (!lead.empty()) json["lead"] = lead;
    json["review"] = nlohmann::json::parse(edits.json(), nullptr, false);
    return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<std::string> review_in(std::string_view session, std::string_view file,
                              const Recording& recording, std::string_view print) {
    const std::string name(file);
    const auto json = nlohmann::json::parse(session, nullptr, false);
    if (!json.is_object() || !json.contains("telltale_session") || !json.contains("review"))
        return fail(name, "", "this is not a session file of Telltale");
    if (json["telltale_session"] != 1)
        return fail(name, "telltale_session", "made by a newer Telltale, expected 1");
    const auto of = json.find("fingerprint");
    if (of == json.end() || !of->is_string() || of->get<std::string>() != print)
        return fail(
            name, "fingerprint",
            std::format("this session belongs to another recording than {}", recording.name));
    return json["review"].dump();
}

}  // namespace telltale::workspace
