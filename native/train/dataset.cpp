#include "dataset.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <format>

#include "data/files.hpp"
#include "data/heartbeat.hpp"
#include "random.hpp"
#include "recording/annotation.hpp"

namespace telltale::train {

namespace {

using Log = std::function<void(std::string_view)>;

// The inter-patient division of MIT-BIH (de Chazal 2004); the four paced records are in neither.
constexpr std::array<std::string_view, 22> ds1 = {
    "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122",
    "124", "201", "203", "205", "207", "208", "209", "215", "220", "223", "230"};
constexpr std::array<std::string_view, 22> ds2 = {
    "100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210",
    "212", "213", "214", "219", "221", "222", "228", "231", "232", "233", "234"};

DataSet heartbeat_outline() {
    DataSet set;
    set.name = "heartbeat";
    set.source =
        "MIT-BIH Arrhythmia Database in the form of Kachuee et al. 2018 (heartbeat), "
        "rebuilt from its records";
    for (const AamiClass c : all_aami_classes) set.classes.emplace_back(1, letter(c));
    set.shape = {.channels = 1, .length = static_cast<std::int64_t>(data::heartbeat_width)};
    set.input = data::heartbeat_input();
    // The data set takes each record's first signal, which is MLII in all but three records.
    set.input.lead_choice = {"MLII", "II"};
    return set;
}

Result<void> read_heartbeat_rows(DataSet& set, const std::filesystem::path& folder,
                                 const Log& log) {
    auto read = data::read_heartbeat(folder, [&](std::size_t done) {
        if (log && done % 16 == 0) log(std::format("read {} of 48 records", done));
    });
    if (!read) return std::unexpected(read.error());
    set.values = std::move(read->windows);
    set.group_names = std::move(read->records);
    for (const data::HeartbeatBeat& b : read->beats) {
        set.labels.push_back(static_cast<std::uint8_t>(b.label));
        set.groups.push_back(b.record);
        set.test.push_back(b.test);
    }
    return {};
}

DataSet ecg5000_outline() {
    DataSet set;
    set.name = "ecg5000";
    set.source =
        "ECG5000 of the UCR archive: beats of one patient, PhysioNet BIDMC congestive heart "
        "failure record chf07";
    set.classes = {"N", "R-on-T PVC", "PVC", "SP", "UB"};
    set.shape = {.channels = 1, .length = 140};
    // The archive does not tell how its rows were cut; they look like one beat from its R peak on.
    set.input.sampling_rate = 140;
    set.input.window = classify::WindowKind::centred;
    set.input.before = 0;
    set.input.after = 1;
    set.input.length = 140;
    set.input.scaling = classify::Scaling::z_score;
    return set;
}

/// The archive's text form: a line a row, the class from 1 and then 140 values, blanks between.
Result<void> read_ecg5000(DataSet& set, const std::filesystem::path& folder, const Log&) {
    set.group_names = {"chf07"};
    for (const bool test : {false, true}) {
        const std::string name = test ? "ECG5000_TEST.txt" : "ECG5000_TRAIN.txt";
        auto path = folder / name;
        if (!std::filesystem::exists(path)) path = folder / "ecg5000" / name;
        const auto bytes = data::read_file(path);
        if (!bytes) return std::unexpected(bytes.error());
        const char* at = reinterpret_cast<const char*>(bytes->data());
        const char* const end = at + bytes->size();
        std::size_t line = 1, values = 0;
        const auto bad = [&](std::string what) {
            return fail(path.string(), std::format("line {}", line), std::move(what));
        };
        for (; at != end;) {
            if (*at == '\n') {
                if (values != 0 && values != set.width() + 1) {
                    return bad(std::format("holds {} numbers, expected a class and {} values",
                                           values, set.width()));
                }
                values = 0;
                ++line;
                ++at;
                continue;
            }
            if (*at == ' ' || *at == '\t' || *at == '\r') {
                ++at;
                continue;
            }
            double value = 0;
            const auto [next, code] = std::from_chars(at, end, value);
            if (code != std::errc() || !std::isfinite(value)) return bad("expected a number");
            at = next;
            if (values++ > 0) {
                if (values > set.width() + 1) continue;  // counted, and told of at the line's end
                set.values.push_back(static_cast<float>(value));
                continue;
            }
            if (value != std::floor(value) || value < 1 ||
                value > static_cast<double>(set.classes.size())) {
                return bad(
                    std::format("the class is {}, expected 1 to {}", value, set.classes.size()));
            }
            set.labels.push_back(static_cast<std::uint8_t>(value - 1));
            set.groups.push_back(0);
            set.test.push_back(test);
        }
        if (set.values.size() != set.rows() * set.width()) return bad("the last row is not whole");
    }
    return {};
}

struct Entry {
    std::string_view name;
    DataSet (*outline)();
    Result<void> (*read)(DataSet&, const std::filesystem::path&, const Log&);
};
constexpr std::array<Entry, 2> entries = {{{"heartbeat", heartbeat_outline, read_heartbeat_rows},
                                           {"ecg5000", ecg5000_outline, read_ecg5000}}};

Result<const Entry*> find_entry(std::string_view name) {
    std::string known;
    for (const Entry& e : entries) {
        known += std::format("{}{}", known.empty() ? "" : ", ", e.name);
        if (e.name == name) return &e;
    }
    return fail("", "", std::format("there is no data set '{}', expected one of {}", name, known));
}

/// Rows of one class each, in the order given.
std::vector<std::vector<std::size_t>> by_class(const DataSet& data,
                                               std::span<const std::size_t> rows) {
    std::vector<std::vector<std::size_t>> classes(data.classes.size());
    for (const std::size_t row : rows) classes[data.labels[row]].push_back(row);
    return classes;
}

/// Moves `share` of each class from `rows` into the result, at random.
std::vector<std::size_t> take_share(const DataSet& data, std::vector<std::size_t>& rows,
                                    double share, std::uint64_t seed) {
    std::vector<std::size_t> taken, left;
    auto classes = by_class(data, rows);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        Random random(seed, c);
        random.shuffle(std::span(classes[c]));
        const auto n =
            static_cast<std::size_t>(std::lround(share * static_cast<double>(classes[c].size())));
        taken.insert(taken.end(), classes[c].begin(), classes[c].begin() + static_cast<long>(n));
        left.insert(left.end(), classes[c].begin() + static_cast<long>(n), classes[c].end());
    }
    std::ranges::sort(taken);
    std::ranges::sort(left);
    rows = std::move(left);
    return taken;
}

}  // namespace

std::vector<std::string> data_set_names() {
    std::vector<std::string> names;
    for (const Entry& e : entries) names.emplace_back(e.name);
    return names;
}

Result<DataSet> data_set_outline(std::string_view name) {
    const auto entry = find_entry(name);
    if (!entry) return std::unexpected(entry.error());
    DataSet set = (*entry)->outline();
    // A row is the network's input as it stands.
    set.input.name = "beats";
    set.input.shape = {-1, set.shape.channels, set.shape.length};
    return set;
}

Result<DataSet> load_data_set(std::string_view name, const std::filesystem::path& folder,
                              const Log& progress) {
    auto set = data_set_outline(name);
    if (!set) return set;
    if (auto r = (*find_entry(name))->read(*set, folder, progress); !r) {
        return std::unexpected(r.error());
    }
    return set;
}

Result<Split> split(const DataSet& data, const SplitOptions& options) {
    Split result;
    std::vector<bool> validating(data.group_names.size());
    for (const std::string& name : options.validation_groups) {
        const auto found = std::ranges::find(data.group_names, name);
        if (found == data.group_names.end() || options.kind != SplitKind::ds1_ds2 ||
            std::ranges::find(ds1, name) == ds1.end()) {
            return fail("", "validation_records",
                        std::format("'{}' is not a record of the training part", name));
        }
        validating[static_cast<std::size_t>(found - data.group_names.begin())] = true;
    }
    for (std::size_t row = 0; row < data.rows(); ++row) {
        if (options.kind == SplitKind::official) {
            (data.test[row] ? result.test : result.train).push_back(row);
            continue;
        }
        const std::string& record = data.group_names[data.groups[row]];
        if (std::ranges::find(ds2, record) != ds2.end()) {
            result.test.push_back(row);
        } else if (std::ranges::find(ds1, record) != ds1.end()) {
            (validating[data.groups[row]] ? result.validation : result.train).push_back(row);
        }
    }
    if (options.validation_groups.empty()) {
        result.validation = take_share(data, result.train, options.validation, options.seed);
    }
    if (result.train.empty() || result.validation.empty() || result.test.empty()) {
        return fail("", data.name, "this split leaves a part without rows");
    }
    return result;
}

std::vector<std::size_t> limited(const DataSet& data, std::span<const std::size_t> rows,
                                 std::size_t limit, std::uint64_t seed) {
    std::vector<std::size_t> kept(rows.begin(), rows.end());
    if (rows.size() <= limit) return kept;
    const double share = static_cast<double>(limit) / static_cast<double>(rows.size());
    kept.clear();
    auto classes = by_class(data, rows);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        if (classes[c].empty()) continue;
        Random random(seed, c);
        random.shuffle(std::span(classes[c]));
        const auto n = std::max<std::size_t>(
            1, static_cast<std::size_t>(share * static_cast<double>(classes[c].size())));
        kept.insert(kept.end(), classes[c].begin(), classes[c].begin() + static_cast<long>(n));
    }
    std::ranges::sort(kept);
    return kept;
}

std::vector<std::size_t> class_counts(const DataSet& data, std::span<const std::size_t> rows) {
    std::vector<std::size_t> counts(data.classes.size());
    for (const std::size_t row : rows) ++counts[data.labels[row]];
    return counts;
}

}  // namespace telltale::train
