#include "workspace/review.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>

#include "messages/stretches.hpp"
#include "numbers/mixing.hpp"

namespace telltale::workspace {
namespace {

std::unexpected<Error> wrong(std::string_view what) {
    return fail("", "edit", what);
}

// Carries out one change after the other.
class Changer {
public:
    Changer(Edits& edits, const Reviewed& reviewed) : edits_(edits), reviewed_(reviewed) {}

    Result<void> operator()(const messages::RelabelBeats& wanted) {
        if (auto known = label(wanted.class_); !known) return known;
        const auto places = samples(wanted.beats);
        if (!places) return std::unexpected(places.error());
        edits_.relabel(*places, wanted.class_);
        return {};
    }
    Result<void> operator()(const messages::RelabelCluster& wanted) {
        if (auto known = label(wanted.class_); !known) return known;
        const auto members = reviewed_.members(wanted.cluster);
        if (!members) return wrong("there is no such cluster");
        edits_.relabel(*members, wanted.class_);
        return {};
    }
    Result<void> operator()(const messages::AddBeat& wanted) {
        if (auto known = label(wanted.class_); !known) return known;
        const auto at = sample(wanted.sample);
        if (!at) return std::unexpected(at.error());
        const std::int64_t place = wanted.snap.value_or(false) ? reviewed_.snap(*at) : *at;
        if (std::ranges::any_of(reviewed_.beats, [&](const Edits::Beat& beat) {
                return std::abs(beat.sample - place) <= reach();
            }))
            return wrong("there is a beat already");
        edits_.add(place, wanted.class_);
        return {};
    }
    Result<void> operator()(const messages::RemoveBeats& wanted) {
        const auto places = samples(wanted.beats);
        if (!places) return std::unexpected(places.error());
        edits_.remove(*places);
        return {};
    }
    Result<void> operator()(const messages::MoveBeat& wanted) {
        const auto moved = beat(wanted.beat);
        if (!moved) return std::unexpected(moved.error());
        const auto to = sample(wanted.sample);
        if (!to) return std::unexpected(to.error());
        const std::string kept = reviewed_.class_of(**moved);
        edits_.move((*moved)->sample, *to, kept.empty() ? reviewed_.labels.front() : kept);
        return {};
    }
    Result<void> operator()(const messages::SetNotes& wanted) {
        edits_.set_notes(wanted.text);
        return {};
    }
    Result<void> operator()(const messages::NoteBeat& wanted) {
        const auto noted_beat = beat(wanted.beat);
        if (!noted_beat) return std::unexpected(noted_beat.error());
        // Where the beat has a note, that is changed, though its mark may lie a little aside.
        const std::int64_t place = (*noted_beat)->sample;
        std::int64_t key = place;
        for (const auto& [noted, note] : edits_.beat_notes())
            if (std::abs(noted - place) <= reach() &&
                (key == place || std::abs(noted - place) < std::abs(key - place)))
                key = noted;
        edits_.set_beat_note(key, wanted.text);
        return {};
    }
    Result<void> operator()(const messages::AnswerBeat& wanted) {
        if (auto known = label(wanted.class_); !known) return known;
        return answer(wanted.beat, wanted.class_);
    }
    Result<void> operator()(const messages::PassBeat& wanted) { return answer(wanted.beat, {}); }
    Result<void> operator()(const messages::CallStretch& wanted) {
        if (!wanted.name.empty() && messages::stretch_name(wanted.name) == nullptr)
            return wrong(std::format("a stretch cannot be called {}", wanted.name));
        const auto length = static_cast<double>(reviewed_.length);
        if (!(wanted.first >= 0 && wanted.first < wanted.last && wanted.last <= length))
            return wrong("expected a stretch inside the recording");
        const auto first = static_cast<std::int64_t>(wanted.first);
        const auto last = static_cast<std::int64_t>(std::ceil(wanted.last));
        edits_.call_stretch({first, last, wanted.name, wanted.text});
        return {};
    }
    Result<void> operator()(const messages::Undo&) {
        if (!edits_.undo()) return wrong("there is nothing to undo");
        return {};
    }
    Result<void> operator()(const messages::Redo&) {
        if (!edits_.redo()) return wrong("there is nothing to do again");
        return {};
    }

private:
    [[nodiscard]] std::int64_t reach() const {
        return std::llround(same_beat_s * reviewed_.sampling_rate);
    }
    Result<void> answer(std::size_t index, std::string_view label) {
        const auto asked = beat(index);
        if (!asked) return std::unexpected(asked.error());
        if (!(*asked)->source) return wrong("only a beat that the model found can be asked about");
        edits_.answer((*asked)->sample, label);
        return {};
    }
    [[nodiscard]] Result<void> label(const std::string& name) const {
        if (std::ranges::find(reviewed_.labels, name) == reviewed_.labels.end())
            return wrong(std::format("there is no class {}", name));
        return {};
    }
    [[nodiscard]] Result<const Edits::Beat*> beat(std::size_t index) const {
        if (index >= reviewed_.beats.size()) return wrong("there is no such beat");
        return &reviewed_.beats[index];
    }
    [[nodiscard]] Result<std::vector<std::int64_t>> samples(
        std::span<const std::size_t> beats) const {
        std::vector<std::int64_t> samples;
        for (const std::size_t index : beats) {
            const auto found = beat(index);
            if (!found) return std::unexpected(found.error());
            samples.push_back((*found)->sample);
        }
        return samples;
    }
    [[nodiscard]] Result<std::int64_t> sample(double place) const {
        if (!(place >= 0 && place < static_cast<double>(reviewed_.length)))
            return wrong("expected a sample inside the recording");
        return static_cast<std::int64_t>(place);
    }

    Edits& edits_;
    const Reviewed& reviewed_;
};

}  // namespace

Result<void> change(Edits& edits, const messages::Edit& edit, const Reviewed& reviewed) {
    return std::visit(Changer(edits, reviewed), edit);
}

// Over the samples' bits, the leads one after the other.
std::string fingerprint(const Recording& recording) {
    numbers::Fnv hash;
    hash.take(static_cast<std::uint32_t>(recording.leads.size()));
    hash.take(static_cast<std::uint32_t>(std::llround(recording.sampling_rate * 1000)));
    for (const Lead& lead : recording.leads)
        // NaN has many forms; all of them are one here.
        for (const float x : lead.samples)
            hash.take(x == x ? std::bit_cast<std::uint32_t>(x) : 0x7fc00000U);
    return std::format("{:016x}", hash.value());
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
