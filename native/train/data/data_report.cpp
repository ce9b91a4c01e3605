#include "train/data/data_report.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <vector>

#include "train/report/html_parts.hpp"

namespace telltale::train {

std::string parts_table(const DataSet& data, std::span<const NamedPart> parts) {
    std::vector<std::string> heads = {"part", "beats"};
    heads.insert(heads.end(), data.classes.begin(), data.classes.end());
    Table table("", heads);
    for (const NamedPart& part : parts) {
        std::vector<std::string> cells = {escaped(part.name), std::format("{}", part.rows.size())};
        const auto all = std::max<double>(1, static_cast<double>(part.rows.size()));
        for (const std::size_t n : class_counts(data, part.rows)) {
            cells.push_back(std::format("{} ({:.2f} %)", n, 100.0 * static_cast<double>(n) / all));
        }
        table.row(cells);
    }
    return table.html();
}

std::span<const float> first_channel(const DataSet& data, std::size_t row) {
    return data.row(row).first(static_cast<std::size_t>(data.shape.length));
}

std::string place_of(const DataSet& data, std::size_t row) {
    std::string record;
    if (row < data.groups.size() && data.groups[row] < data.group_names.size())
        record = data.group_names[data.groups[row]];
    if (row >= data.places.size()) return "record " + record;
    const std::int64_t place = data.places[row];
    if (place == DataSet::mixture) return std::format("a mixture, of record {} and others", record);
    if (data.record_rate <= 0) {
        const bool parted = std::ranges::find(data.test, true) != data.test.end();
        return std::format("row {} of {} file", place,
                           !parted          ? "its"
                           : data.test[row] ? "the test"
                                            : "the training");
    }
    const double seconds = static_cast<double>(place) / data.record_rate;
    const double minutes = std::floor(seconds / 60);
    return std::format("record {}, sample {} ({:.0f}:{:05.2f})", record, place, minutes,
                       seconds - 60 * minutes);
}

std::string sample_pictures(const DataSet& data, std::span<const std::size_t> rows,
                            std::size_t a_class) {
    std::string out = "<div>";
    const auto classes = by_class(data, rows);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const std::size_t shown = std::min(a_class, classes[c].size());
        for (std::size_t i = 0; i < shown; ++i) {
            const std::size_t row = classes[c][(2 * i + 1) * classes[c].size() / (2 * shown)];
            out += beat_picture(first_channel(data, row),
                                std::format("{}, {}", data.classes[c], place_of(data, row)));
        }
    }
    return out + "</div>\n";
}

std::string data_report(const DataSet& data, std::string_view name,
                        std::span<const NamedPart> parts) {
    std::string out = page_start(name);
    out += std::format("<p>{}</p><h2>Beats of each class</h2>", escaped(data.source)) +
           parts_table(data, parts);
    for (const NamedPart& part : parts) {
        out += std::format("<h2>Sample beats of {}</h2>", escaped(part.name)) +
               sample_pictures(data, part.rows, 6);
    }
    return out + std::string(page_end);
}

}  // namespace telltale::train
