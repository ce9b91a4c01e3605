#include "data/heartbeat.hpp"

#include <array>
#include <format>
#include <utility>

#include "classify/windows.hpp"
#include "data/files.hpp"
#include "data/mitdb.hpp"
#include "formats/formats.hpp"

namespace telltale::data {
namespace {

namespace fs = std::filesystem;

// The beats of the official test part in the order of the file in circulation, each as three digits
// of base 64, highest first. In parts, for a compiler need not take a longer literal than 65 536.
constexpr std::string_view test_beats[] = {
#include "data/heartbeat_test_order.inc"
};
constexpr std::size_t digits_a_beat = 3;

std::size_t base64_value(char c) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return alphabet.find(c);
}

// The annotations of a record that the data set was made from. Of record 102 the older ones, in
// which one beat lies 334 samples later; where they are missing, the newer ones.
Result<std::vector<Annotation>> annotations_of(const fs::path& folder, Recording& record) {
    const fs::path older = folder / (record.name + "-0.atr");
    if (record.name != "102" || !data::exists(older)) return std::move(record.annotations);
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
                                   static_cast<std::uint32_t>(i), positions[i], *label});
        heartbeat.windows.resize((beat + 1) * heartbeat_width);
        const std::span<float> row = std::span(heartbeat.windows).last(heartbeat_width);
        classify::cut_window(input, heartbeat_record_rate, samples, positions, i, row);
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
    for (const std::size_t beat : heartbeat_test_order()) heartbeat.beats[beat].test = true;
    return heartbeat;
}

std::vector<std::size_t> heartbeat_test_order() {
    std::vector<std::size_t> order;
    for (const std::string_view beats : test_beats)
        for (std::size_t i = 0; i + digits_a_beat <= beats.size(); i += digits_a_beat) {
            std::size_t beat = 0;
            for (std::size_t k = 0; k < digits_a_beat; ++k)
                beat = beat << 6U | base64_value(beats[i + k]);
            order.push_back(beat);
        }
    return order;
}

}  // namespace telltale::data
