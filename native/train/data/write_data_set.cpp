#include "train/data/write_data_set.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <format>
#include <nlohmann/json.hpp>
#include <numeric>

#include "data/files.hpp"
#include "data/heartbeat.hpp"
#include "train/data/data_report.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

void append_number(std::string& out, double value) {
    std::array<char, 32> text{};
    const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), value,
                                           std::chars_format::scientific, 18);
    (void)code;  // 26 characters at most
    out.append(text.data(), end);
}

std::string csv_of(const DataSet& data, std::span<const std::size_t> rows) {
    std::string out;
    out.reserve(rows.size() * (data.width() + 1) * 26);
    for (const std::size_t row : rows) {
        for (const float value : data.row(row)) {
            append_number(out, value);
            out += ',';
        }
        append_number(out, data.labels[row]);
        out += '\n';
    }
    return out;
}

/// The head of a NumPy file, version 1.0 of its format: little-endian, rows first.
std::string npy_head(std::string_view type, const std::vector<std::size_t>& shape) {
    std::string sizes;
    for (const std::size_t n : shape) sizes += std::format("{}, ", n);
    if (shape.size() > 1) sizes.resize(sizes.size() - 2);
    std::string text =
        std::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type,
                    shape.size() == 1 ? sizes.substr(0, sizes.size() - 1) : sizes);
    constexpr std::size_t before = 10;  // magic, version and the length that follows
    text.append(63 - (before + text.size()) % 64, ' ');
    text += '\n';
    std::string head = "\x93NUMPY";
    head += '\x01';
    head += '\x00';
    head += static_cast<char>(text.size() % 256);
    head += static_cast<char>(text.size() / 256);
    return head + text;
}

template <class T>
void append_bytes(std::string& out, std::span<const T> values) {
    out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

Result<void> write_npy(const DataSet& data, const NamedPart& part, const fs::path& folder,
                       std::vector<fs::path>& files) {
    const std::size_t n = part.rows.size();
    std::vector<std::size_t> shape = {n, data.width()};
    if (data.shape.channels > 1) {
        shape = {n, static_cast<std::size_t>(data.shape.channels),
                 static_cast<std::size_t>(data.shape.length)};
    }
    std::string beats = npy_head("<f4", shape);
    std::string labels = npy_head("|u1", {n});
    std::string records = npy_head("<u2", {n});
    for (const std::size_t row : part.rows) {
        append_bytes(beats, data.row(row));
        labels += static_cast<char>(data.labels[row]);
        const auto record = static_cast<std::uint16_t>(data.groups[row]);
        append_bytes(records, std::span(&record, 1));
    }
    for (const auto& [what, content] : {std::pair{"beats", &beats}, std::pair{"labels", &labels},
                                        std::pair{"records", &records}}) {
        files.push_back(folder / std::format("{}_{}.npy", part.name, what));
        if (auto r = data::write_file(files.back(), *content); !r) return r;
    }
    return {};
}

nlohmann::ordered_json description(const DataSet& data, std::span<const NamedPart> parts) {
    classify::Card card;
    card.name = data.name;
    card.classes = data.classes;
    card.input = data.input;
    const auto as_card = nlohmann::ordered_json::parse(classify::card_json(card));
    nlohmann::ordered_json json{{"name", data.name},
                                {"source", data.source},
                                {"classes", data.classes},
                                {"records", data.group_names},
                                {"beat", as_card["input"]}};
    for (const NamedPart& part : parts) {
        nlohmann::ordered_json counts;
        const auto of_class = class_counts(data, part.rows);
        for (std::size_t c = 0; c < of_class.size(); ++c) counts[data.classes[c]] = of_class[c];
        json["parts"][part.name] = {{"beats", part.rows.size()}, {"classes", counts}};
    }
    return json;
}

}  // namespace

std::vector<NamedPart> official_parts(const DataSet& data) {
    if (data.name == "heartbeat-ptb") {
        std::vector<std::size_t> all(data.rows());
        std::iota(all.begin(), all.end(), std::size_t{0});
        auto classes = by_class(data, all);
        return {{"ptbdb_normal", std::move(classes[0])}, {"ptbdb_abnormal", std::move(classes[1])}};
    }
    NamedPart train{data.name + "_train", {}}, test{data.name + "_test", {}};
    for (std::size_t row = 0; row < data.rows(); ++row) {
        (data.test[row] ? test : train).rows.push_back(row);
    }
    if (test.rows.empty()) return {{data.name, std::move(train.rows)}};
    if (data.name == "heartbeat") {
        train.name = "mitbih_train";
        test.name = "mitbih_test";
        // Read from the files in circulation, the rows are in their order already.
        if (data.group_names.size() > 1) test.rows = data::heartbeat_test_order();
    }
    return {std::move(train), std::move(test)};
}

std::vector<NamedPart> split_parts(const std::string& name, const Split& split) {
    return {{name + "_train", split.train},
            {name + "_validation", split.validation},
            {name + "_test", split.test}};
}

Result<std::vector<fs::path>> write_data_set(const DataSet& data, const std::string& name,
                                             std::span<const NamedPart> parts, DataFormat format,
                                             const fs::path& folder, const Log& log) {
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) return fail(folder.string(), "", "cannot be made: " + code.message());
    std::vector<fs::path> files;
    for (const NamedPart& part : parts) {
        if (log) log(std::format("writing {}: {} beats", part.name, part.rows.size()));
        if (format == DataFormat::npy) {
            if (auto r = write_npy(data, part, folder, files); !r)
                return std::unexpected(r.error());
            continue;
        }
        files.push_back(folder / (part.name + ".csv"));
        if (auto r = data::write_file(files.back(), csv_of(data, part.rows)); !r) {
            return std::unexpected(r.error());
        }
    }
    files.push_back(folder / (name + ".html"));
    if (auto r = data::write_file(files.back(), data_report(data, name, parts)); !r) {
        return std::unexpected(r.error());
    }
    files.push_back(folder / (name + ".json"));
    if (auto r = data::write_file(files.back(), description(data, parts).dump(1) + '\n'); !r) {
        return std::unexpected(r.error());
    }
    return files;
}

}  // namespace telltale::train
