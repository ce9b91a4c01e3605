#include "data/heartbeat.hpp"

#include <array>
#include <charconv>
#include <format>
#include <map>
#include <utility>

#include "classify/windows.hpp"
#include "data/files.hpp"
#include "data/mitdb.hpp"
#include "formats/formats.hpp"

namespace telltale::data {
namespace {

namespace fs = std::filesystem;

// One bit a beat, in record order: in the official test part or not. Base64, highest bit first.
constexpr std::string_view test_bits =
#include "data/heartbeat_test_bits.inc"
    ;

unsigned base64_value(char c) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto at = alphabet.find(c);
    return at == std::string_view::npos ? 0 : static_cast<unsigned>(at);
}

bool in_test(std::size_t beat) {
    const std::size_t character = beat / 6;
    return character < test_bits.size() &&
           (base64_value(test_bits[character]) >> (5 - beat % 6) & 1U) != 0;
}

// The annotations of a record that the data set was made from. Of record 102 the older ones, in
// which one beat lies 334 samples later; where they are missing, the newer ones.
Result<std::vector<Annotation>> annotations_of(const fs::path& folder, Recording& record) {
    const fs::path older = folder / (record.name + "-0.atr");
    if (record.name != "102" || !fs::exists(older)) return std::move(record.annotations);
    const auto bytes = read_file(older);
    if (!bytes) return std::unexpected(bytes.error());
    return formats::read_wfdb_annotations({older.string(), *bytes});
}

// What the data set calls x: the ADC values of the first signal.
std::vector<float> adc_values(const Lead& lead) {
    std::vector<float> values(lead.samples.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(lead.adc(i));
    return values;
}

Result<void> add_record(const fs::path& folder, std::size_t record, Heartbeat& heartbeat) {
    constexpr double sampling_rate = 360;
    const std::string& name = heartbeat.records[record];
    auto read = read_record(folder, name);
    if (!read) return std::unexpected(read.error());
    const std::vector<float> samples = adc_values(read->leads[0]);
    const auto annotations = annotations_of(folder, *read);
    if (!annotations) return std::unexpected(annotations.error());
    std::vector<std::int64_t> positions;
    positions.reserve(annotations->size());
    for (const Annotation& annotation : *annotations) positions.push_back(annotation.sample);

    const classify::InputCard input = heartbeat_input();
    for (std::size_t i = 0; i + 1 < annotations->size(); ++i) {
        const auto label = aami_class((*annotations)[i].code);
        if (!label) continue;
        const std::size_t beat = heartbeat.beats.size();
        heartbeat.beats.push_back({static_cast<std::uint32_t>(record),
                                   static_cast<std::uint32_t>(i), positions[i], *label,
                                   in_test(beat)});
        heartbeat.windows.resize((beat + 1) * heartbeat_width);
        const std::span<float> row = std::span(heartbeat.windows).last(heartbeat_width);
        classify::cut_window(input, sampling_rate, samples, positions, i, row);
    }
    return {};
}

}  // namespace

classify::InputCard heartbeat_input() {
    classify::InputCard input;
    input.sampling_rate = 120;
    input.window = classify::WindowKind::to_next_beats;
    input.next_fraction = 0.2;
    input.length = heartbeat_width;
    input.scaling = classify::Scaling::min_max;
    return input;
}

Result<Heartbeat> read_heartbeat(const fs::path& folder,
                                 const std::function<void(std::size_t)>& progress) {
    const auto mitdb = mitdb_folder(folder);
    if (!mitdb) return std::unexpected(mitdb.error());
    Heartbeat heartbeat;
    heartbeat.records.assign(mitdb_record_names.begin(), mitdb_record_names.end());
    heartbeat.beats.reserve(heartbeat_beats);
    heartbeat.windows.reserve(heartbeat_beats * heartbeat_width);
    for (std::size_t record = 0; record < heartbeat.records.size(); ++record) {
        if (auto added = add_record(*mitdb, record, heartbeat); !added)
            return std::unexpected(added.error());
        if (progress) progress(record + 1);
    }
    if (heartbeat.beats.size() != heartbeat_beats)
        return fail(mitdb->string(), "",
                    std::format("the records give {} beats, expected {}: they are not the MIT-BIH "
                                "Arrhythmia Database 1.0.0",
                                heartbeat.beats.size(), heartbeat_beats));
    return heartbeat;
}

Result<std::vector<std::size_t>> heartbeat_test_order(std::string_view csv, std::string_view file,
                                                      const Heartbeat& heartbeat) {
    std::map<std::pair<std::string_view, std::int64_t>, std::size_t> beat_at;
    for (std::size_t i = 0; i < heartbeat.beats.size(); ++i) {
        const HeartbeatBeat& beat = heartbeat.beats[i];
        beat_at.emplace(std::pair(std::string_view(heartbeat.records[beat.record]), beat.sample),
                        i);
    }
    std::vector<std::size_t> order;
    std::size_t line_number = 0;
    while (!csv.empty()) {
        ++line_number;
        std::string_view line = csv.substr(0, csv.find('\n'));
        csv.remove_prefix(std::min(csv.size(), line.size() + 1));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line_number == 1 || line.empty()) continue;  // the heading
        std::array<std::string_view, 5> fields;
        std::size_t field = 0;
        std::string_view rest = line;
        for (; field < fields.size(); ++field) {
            fields[field] = rest.substr(0, rest.find(','));
            if (fields[field].size() == rest.size()) break;
            rest.remove_prefix(fields[field].size() + 1);
        }
        std::int64_t sample = -1;
        std::from_chars(fields[3].data(), fields[3].data() + fields[3].size(), sample);
        const auto found = beat_at.find({fields[2], sample});
        if (field < 3 || found == beat_at.end())
            return fail(std::string(file), std::format("line {}", line_number),
                        std::format("'{}' names no beat of the data set, expected "
                                    "row,label,record,sample,channel",
                                    line.substr(0, 80)));
        order.push_back(found->second);
    }
    return order;
}

}  // namespace telltale::data
