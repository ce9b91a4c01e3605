#include "formats/opensignals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>

#include "formats/csv_table.hpp"
#include "formats/lead_names.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::string_view mark = "OpenSignals Text File Format";

const Json& at(const Json& object, const char* key) {
    static const Json none;
    if (!object.is_object()) return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

std::vector<std::string> texts(const Json& array) {
    std::vector<std::string> result;
    if (array.is_array())
        for (const Json& value : array)
            result.push_back(value.is_string() ? value.get<std::string>() : std::string());
    return result;
}

double number_in(const Json& array, std::size_t i) {
    if (array.is_number()) return array.get<double>();
    return array.is_array() && i < array.size() && array[i].is_number() ? array[i].get<double>()
                                                                        : 0;
}

// "2016-6-11" and "7:3:47.29"
std::optional<StartTime> start_of(const Json& device) {
    const auto parts = [](const Json& text, char sign) {
        std::array<double, 3> values = {-1, -1, -1};
        if (!text.is_string()) return values;
        const std::string whole = text.get<std::string>();
        std::string_view rest = whole;
        for (double& value : values) {
            value = take_number(rest).value_or(-1);
            if (!rest.empty() && rest.front() == sign) rest.remove_prefix(1);
        }
        return values;
    };
    const auto [year, month, day] = parts(at(device, "date"), '-');
    const auto [hour, minute, second] = parts(at(device, "time"), ':');
    for (const double v : {year, month, day, hour, minute, second})
        if (!(v >= 0 && v < 10000)) return std::nullopt;
    return checked({.year = static_cast<int>(year),
                    .month = static_cast<int>(month),
                    .day = static_cast<int>(day),
                    .hour = static_cast<int>(hour),
                    .minute = static_cast<int>(minute),
                    .second = second});
}

// Supply in volts and gain of the ECG sensor of a device.
struct Sensor {
    double supply_v, gain;
};
Sensor ecg_sensor_of(std::string_view device) {
    return device.starts_with("bitalino") ? Sensor{3.3, 1100} : Sensor{3.0, 1000};
}

// The columns of one device.
void describe(const Json& device, csv::Layout& layout) {
    const std::vector<std::string> names = texts(at(device, "column"));
    std::vector<std::string> sensors = texts(at(device, "sensor"));
    const std::vector<std::string> labels = texts(at(device, "label"));
    const Json& kind = at(device, "device");
    const Sensor ecg = ecg_sensor_of(kind.is_string() ? lower(kind.get<std::string>()) : "");
    // The analogue channels are the last columns, one a sensor.
    const std::size_t analogue = std::min(sensors.size(), names.size());
    for (std::size_t c = 0; c < names.size() && layout.columns.size() <= csv::max_columns; ++c) {
        csv::Column column;
        column.name = names[c];
        if (c < names.size() - analogue) {
            column.role = csv::Role::index;  // sequence numbers, digital inputs and outputs
            layout.columns.push_back(std::move(column));
            continue;
        }
        const std::size_t i = c - (names.size() - analogue);
        const std::string sensor = sensors[i];
        const NameKind of_sensor = kind_of_name(sensor).kind;
        const std::string small = lower(sensor);
        if (of_sensor == NameKind::ecg || small.starts_with("ecg")) {
            const double bits = number_in(at(device, "resolution"), c);
            column.declared = Declared::ecg;
            column.name = analogue > 1 ? std::format("ECG {}", names[c]) : "ECG";
            if (bits >= 4 && bits <= 24) {
                const double steps = std::exp2(bits);
                column.unit = "mV";
                column.zero = steps / 2;
                column.factor = 1000 * ecg.supply_v / ecg.gain / steps;
            }
        } else if (!sensor.empty() && small != "raw" && !small.starts_with("custom")) {
            column.declared = Declared::other;
            column.name = std::format("{} {}", sensor, names[c]);
        }
        if (column.unit.empty()) column.unit = "ADC";  // the converter's own numbers
        layout.columns.push_back(std::move(column));
    }
}

}  // namespace

bool looks_like_opensignals(const NamedBytes& file) {
    std::string_view text = as_text(file.bytes);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return text.starts_with('#') && trimmed(next_line(text).substr(1)) == mark;
}

Result<Recording> read_opensignals(const NamedBytes& file, const ReadOptions& options) {
    std::string_view text = as_text(file.bytes);
    (void)next_line(text);
    std::string_view line = next_line(text);
    const auto header_fails = [&](std::string message) {
        return fail(file.name, "line 2", std::move(message));
    };
    if (!line.starts_with('#')) return header_fails("it is no description, expected '# {...}'");
    const Json header = Json::parse(line.substr(1), nullptr, false);
    if (!header.is_object()) return header_fails("its description is no JSON object");

    csv::Layout layout;
    layout.dialect = {'\t', '.'};
    layout.has_header = true;
    layout.first_line = 3;
    for (const auto& [address, device] : header.items()) {
        describe(device, layout);
        const Json& rate = at(device, "sampling rate");
        const double hz = rate.is_number() ? rate.get<double>() : 0;
        if (hz > 0 && hz <= 1e6 && !layout.rate) layout.rate = hz;
        if (!layout.start) layout.start = start_of(device);
    }
    if (!layout.rate) return header_fails("it tells no sampling rate, expected a number above 0");
    if (layout.columns.empty()) return header_fails("it names no columns");
    while (!text.empty() && text.front() == '#') {
        (void)next_line(text);
        ++layout.first_line;
    }
    layout.rows = text;
    return csv::read_laid_out(file, std::move(layout), options);
}

}  // namespace telltale::formats
