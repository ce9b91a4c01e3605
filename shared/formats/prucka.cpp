// Read from a file: the maker publishes no specification, but the .inf file explains itself.
#include "formats/prucka.hpp"

#include <algorithm>
#include <format>
#include <limits>

#include "formats/lead_names.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::int64_t most_channels = 512;

struct Description {
    std::vector<std::string> labels;
    std::optional<std::int64_t> points;  // for each channel
    double rate = 0;                     // Hz
    std::optional<StartTime> start;
    bool millivolts = false;
};

// "7/26/2024 10:02:58 AM"
std::optional<StartTime> start_of(std::string_view text) {
    StartTime start;
    const auto part = [&](char end) {
        const auto value = take_integer(text);
        if (!value || *value < 0 || *value > 9999) return -1;
        if (end != 0 && !text.empty() && text.front() == end) text.remove_prefix(1);
        return static_cast<int>(*value);
    };
    start.month = part('/');
    start.day = part('/');
    start.year = part(0);
    text = trimmed(text);
    start.hour = part(':');
    start.minute = part(':');
    start.second = part(0);
    const std::string half = lower(trimmed(text));
    if (half == "pm" && start.hour < 12) start.hour += 12;
    if (half == "am" && start.hour == 12) start.hour = 0;
    if (start.month < 0 || start.day < 0 || start.year < 0) return std::nullopt;
    return checked(start);
}

Result<Description> describe(const NamedBytes& file) {
    Description found;
    std::string_view rest = as_text(file.bytes);
    bool labels = false;
    while (!rest.empty()) {
        std::string_view line = trimmed(next_line(rest));
        if (labels) {
            // "49   ABL d": a number, then the label.
            if (!take_integer(line) ||
                static_cast<std::int64_t>(found.labels.size()) >= most_channels)
                continue;
            found.labels.emplace_back(trimmed(line));
            continue;
        }
        if (line.starts_with("Units:")) {
            found.millivolts = line.find("mV") != std::string_view::npos;
            continue;
        }
        if (line.starts_with("Channel Number")) {
            labels = true;
            continue;
        }
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string key = lower(trimmed(line.substr(0, equals)));
        std::string_view value = trimmed(line.substr(equals + 1));
        if (key == "data sampling rate") found.rate = take_number(value).value_or(0);
        if (key == "points for each channel") found.points = integer(value);
        if (key == "start time") found.start = start_of(value);
    }
    if (!(found.rate > 0 && found.rate <= 1e6))
        return fail(file.name, "Data Sampling Rate", "expected a number of points per second");
    if (found.labels.empty())
        return fail(file.name, "Channel Number", "it lists no channels, expected one a column");
    return found;
}

}  // namespace

bool looks_like_prucka(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes).substr(0, 4096);
    return looks_like_text(text) && text.find("Data Sampling Rate") != std::string_view::npos &&
           text.find("Channel Label") != std::string_view::npos;
}

Result<Recording> read_prucka(FileSet& files, int index) {
    const NamedBytes& about = files[static_cast<std::size_t>(index)];
    const std::string name(stem_of(about.name));
    const int data = files.find(folder_of(about.name), name + ".txt");
    const auto found = describe(about);
    if (data >= 0) files.use(data);
    if (!found) return std::unexpected(found.error());
    if (data < 0)
        return fail(about.name, "",
                    std::format("its samples are missing, expected {}.txt beside it", name));
    const NamedBytes& file = files[static_cast<std::size_t>(data)];

    Recording recording;
    recording.name = name;
    recording.sampling_rate = found->rate;
    recording.start = found->start;
    const std::size_t count = found->labels.size();
    for (const std::string& label : found->labels) {
        Lead lead;
        lead.original_name = label;
        lead.name = normalised_lead_name(label);
        lead.calibration = {.gain = 1000, .baseline = 0, .assumed = !found->millivolts};
        recording.leads.push_back(std::move(lead));
    }
    std::size_t bad = 0, first_bad = 0, line_number = 0;
    std::vector<float> row;
    for (std::string_view rest = as_text(file.bytes); !rest.empty();) {
        std::string_view line = trimmed(next_line(rest));
        ++line_number;
        if (line.empty()) continue;
        row.clear();
        while (!line.empty() && row.size() <= count) {
            const auto value = take_number(line);
            if (!value || (!line.empty() && !is_blank(line.front()))) break;
            row.push_back(static_cast<float>(*value));
            line = trimmed(line);
        }
        const bool fits = row.size() == count && line.empty();
        if (!fits && bad++ == 0) first_bad = line_number;
        if (bad > 3 && bad > line_number / 100) break;
        for (std::size_t l = 0; l < count; ++l)
            recording.leads[l].samples.push_back(fits ? row[l]
                                                      : std::numeric_limits<float>::quiet_NaN());
    }
    if (bad > 3 && bad > line_number / 100)
        return fail(file.name, std::format("line {}", first_bad),
                    std::format("expected {} numbers, one for each channel of {}", count,
                                file_of(about.name)));
    if (recording.length() == 0) return fail(file.name, "", "it holds no samples");
    if (bad > 0)
        recording.warnings.push_back(
            std::format("{} rows do not have {} numbers (the first is line {}); their samples are "
                        "missing.",
                        bad, count, first_bad));
    const auto length = static_cast<std::int64_t>(recording.length());
    const bool cut = found->points && *found->points > length;
    if (cut)
        recording.warnings.push_back(
            std::format("The file is cut short: {} of {} rows are missing.",
                        *found->points - length, *found->points));
    recording.damaged = bad > 0 || cut;
    if (!found->millivolts)
        recording.warnings.push_back(
            "The file gives no unit; mV are assumed, so amplitudes may be wrong.");
    return recording;
}

}  // namespace telltale::formats
