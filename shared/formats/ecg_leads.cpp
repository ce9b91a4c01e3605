#include "formats/ecg_leads.hpp"

#include <algorithm>
#include <format>
#include <string_view>

#include "formats/ecg_content.hpp"
#include "formats/lead_names.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::string_view no_ecg = "none of its channels is known to be an ECG";

// What is known of a channel before it is held against the others.
struct Channel {
    NameVerdict name;
    std::string_view unit;  // what its unit measures, where that is no voltage
    Content content = Content::undecided;
    double score = 0;
    Declared declared = Declared::nothing;

    [[nodiscard]] bool named() const {
        if (declared != Declared::nothing) return declared == Declared::ecg;
        return name.kind == NameKind::ecg && unit.empty();
    }
    [[nodiscard]] bool excluded() const {
        return declared == Declared::other ||
               (declared == Declared::nothing && (name.kind == NameKind::other || !unit.empty()));
    }
    // Such samples are no ECG, whatever the name.
    [[nodiscard]] bool mechanical() const {
        return content == Content::blank || content == Content::counter;
    }
};

Channel look_at_lead(const Lead& lead, double sampling_rate) {
    Channel channel;
    channel.declared = lead.declared;
    channel.name = kind_of_name(lead.original_name);
    // Readers name what has no name ("ECG1"); the original says that it had none.
    if (channel.name.kind == NameKind::none && !lead.original_name.starts_with("column ") &&
        lead.name != lead.original_name)
        channel.name = kind_of_name(lead.name);
    channel.unit = measured_by(lead.unit);
    if (channel.excluded()) return channel;
    const ContentVerdict seen = look_at(lead.samples, sampling_rate);
    channel.content = seen.content;
    channel.score = seen.score;
    return channel;
}

std::string why_not(const Channel& channel) {
    if (channel.declared == Declared::other) return "the file says that it is something else";
    if (channel.name.kind == NameKind::other)
        return std::format("its name is that of {}", channel.name.is);
    if (!channel.unit.empty()) return std::format("its unit is that of {}", channel.unit);
    return std::format("it {}", in_words(channel.content));
}

std::string why(const Channel& channel) {
    if (channel.declared == Declared::ecg) return "the file says that it is an ECG";
    return "its name is that of an ECG lead";
}

}  // namespace

std::vector<LeadVerdict> judge_leads(const Recording& recording) {
    std::vector<Channel> channels;
    for (const Lead& lead : recording.leads)
        channels.push_back(look_at_lead(lead, recording.sampling_rate));
    const bool any_named = std::ranges::any_of(channels, &Channel::named);
    const bool any_live = std::ranges::any_of(
        channels, [](const Channel& c) { return c.named() && !c.mechanical(); });
    const auto maybe = std::ranges::count_if(channels, [](const Channel& c) {
        return c.name.kind == NameKind::maybe && !c.excluded() && !c.mechanical();
    });

    std::vector<LeadVerdict> verdicts;
    for (const Channel& channel : channels) {
        LeadVerdict verdict{.standing = Standing::none, .reason = {}, .score = channel.score};
        const bool open = channel.content == Content::undecided;
        if (channel.excluded()) {
            verdict.reason = why_not(channel);
        } else if (channel.named() && !channel.mechanical()) {
            verdict.standing = Standing::named;
            verdict.reason = why(channel);
        } else if (channel.named() && channel.content == Content::blank && !any_live) {
            verdict.standing = Standing::empty;
            verdict.reason = why(channel) + ", and it is blank";
        } else if (channel.mechanical()) {
            verdict.reason = why_not(channel);
        } else if (any_named) {
            verdict.reason = "nothing names it an ECG, and other channels are named so";
        } else if (channel.content == Content::qrs) {
            verdict.standing = Standing::shown;
            verdict.reason = "its samples show QRS complexes";
        } else if (open &&
                   (channels.size() == 1 || (maybe == 1 && channel.name.kind == NameKind::maybe))) {
            verdict.standing = Standing::alone;
            verdict.reason =
                "nothing else in the file can be an ECG; its samples do not show clearly that it "
                "is one";
        } else {
            verdict.reason = why_not(channel);
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

std::vector<std::size_t> ecg_leads(const Recording& recording) {
    const std::vector<LeadVerdict> verdicts = judge_leads(recording);
    std::vector<std::size_t> leads;
    for (std::size_t i = 0; i < verdicts.size(); ++i)
        if (verdicts[i].ecg()) leads.push_back(i);
    return leads;
}

Result<LeadChoice> choose_lead(const Recording& recording, std::span<const std::string> preferred,
                               const std::string& asked) {
    if (!asked.empty()) {
        if (const auto lead = recording.lead_index(asked))
            return LeadChoice{*lead, true, "it was asked for"};
        std::string names;
        for (const Lead& lead : recording.leads)
            names += std::format("{}{}", names.empty() ? "" : ", ", lead.name);
        return fail(recording.name, "",
                    std::format("no lead is named '{}', expected one of: {}", asked, names));
    }
    const std::vector<LeadVerdict> verdicts = judge_leads(recording);
    Standing best = Standing::none;
    for (const LeadVerdict& verdict : verdicts) best = std::max(best, verdict.standing);
    if (best == Standing::none) {
        constexpr std::size_t most = 12;
        std::string channels;
        for (std::size_t i = 0; i < verdicts.size() && i < most; ++i)
            channels += std::format("{}{} ({})", i == 0 ? "" : ", ", recording.leads[i].name,
                                    verdicts[i].reason);
        if (verdicts.size() > most) channels += std::format(" and {} more", verdicts.size() - most);
        return fail(recording.name, "",
                    std::format("{}: {}; a lead that is named when opening is taken all the same",
                                no_ecg, channels));
    }
    for (const std::string& name : preferred)
        for (std::size_t i = 0; i < verdicts.size(); ++i)
            if (verdicts[i].standing == best &&
                (recording.leads[i].name == name || recording.leads[i].original_name == name))
                return LeadChoice{i, true, verdicts[i].reason};
    const auto first = std::ranges::find(verdicts, best, &LeadVerdict::standing);
    return LeadChoice{static_cast<std::size_t>(first - verdicts.begin()), false, first->reason};
}

bool lacks_ecg(const Error& error) {
    return error.message.starts_with(no_ecg);
}

}  // namespace telltale::formats
