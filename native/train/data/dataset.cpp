#include "train/data/dataset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>

#include "data/files.hpp"
#include "formats/beat_set.hpp"
#include "train/data/beat_cache.hpp"
#include "train/data/data_sets.hpp"

namespace telltale::train {

namespace {

constexpr std::array<const DataSource*, 4> sources = {&heartbeat_source, &heartbeat_ptb_source,
                                                      &ecg5000_source, &mitbih_source};

Result<const DataSource*> find_source(std::string_view name) {
    std::string known;
    for (const DataSource* s : sources) {
        known += std::format("{}{}", known.empty() ? "" : ", ", s->name);
        if (s->name == name) return s;
    }
    return fail("", "", std::format("there is no data set '{}', expected one of {}", name, known));
}

}  // namespace

std::vector<std::string> data_set_names() {
    std::vector<std::string> names;
    for (const DataSource* s : sources) names.emplace_back(s->name);
    return names;
}

Result<DataSet> data_set_outline(const DataOptions& options) {
    const auto source = find_source(options.set);
    if (!source) return std::unexpected(source.error());
    auto set = (*source)->outline(options);
    if (!set) return set;
    set->name = options.set;
    // A row is the network's input as it stands.
    set->input.name = "beats";
    set->input.shape = {-1, set->shape.channels, set->shape.length};
    return set;
}

Result<DataSet> load_data_set(const DataOptions& options, const std::filesystem::path& folder,
                              const Log& log, const std::filesystem::path& cache) {
    auto set = data_set_outline(options);
    if (!set) return set;
    const DataSource& source = **find_source(options.set);
    const auto files = source.files(folder);
    if (!files) return std::unexpected(files.error());
    std::filesystem::path kept;
    std::string key;
    if (!cache.empty()) {
        key = cache_key(*set, *files);
        kept = cache / cache_file_name(*set);
        if (read_cached(*set, kept, key)) {
            if (log) log(std::format("{} beats from {}", set->rows(), kept.string()));
            return set;
        }
    }
    if (auto r = source.read(*set, options, folder, log); !r) return std::unexpected(r.error());
    // A cache that cannot be written costs time only.
    if (!kept.empty()) {
        if (auto r = write_cached(*set, kept, key); !r && log) {
            log(std::format("the beats are not kept for the next time: {}", r.error().to_string()));
        }
    }
    return set;
}

Result<void> append_beat_file(DataSet& set, const std::filesystem::path& path, int first_label,
                              bool test) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto beats = formats::read_beat_set({path.string(), *bytes});
    if (!beats) return std::unexpected(beats.error());
    if (beats->width != set.width()) {
        return fail(
            path.string(), "",
            std::format("holds beats of {} values, expected {}", beats->width, set.width()));
    }
    const auto missing =
        std::ranges::find_if(beats->values, [](float v) { return !std::isfinite(v); });
    if (missing != beats->values.end()) {
        return fail(
            path.string(),
            std::format(
                "beat {}",
                static_cast<std::size_t>(missing - beats->values.begin()) / beats->width + 1),
            "a value is missing, expected numbers");
    }
    const auto count = static_cast<int>(set.classes.size());
    std::vector<std::uint8_t> classes;
    for (const std::string& label : beats->label_names) {
        const int number =
            label.size() == 1 && label[0] >= '0' && label[0] <= '9' ? label[0] - '0' : -1;
        if (number < first_label || number >= first_label + count) {
            return fail(path.string(), "",
                        std::format("a class is {}, expected {} to {}", label, first_label,
                                    first_label + count - 1));
        }
        classes.push_back(static_cast<std::uint8_t>(number - first_label));
    }
    set.values.insert(set.values.end(), beats->values.begin(), beats->values.end());
    std::int64_t place = 0;
    for (const int label : beats->labels) {
        set.labels.push_back(classes[static_cast<std::size_t>(label)]);
        set.places.push_back(++place);
        set.groups.push_back(0);
        set.test.push_back(test);
    }
    return {};
}

std::vector<std::vector<std::size_t>> by_class(const DataSet& data,
                                               std::span<const std::size_t> rows) {
    std::vector<std::vector<std::size_t>> classes(data.classes.size());
    for (const std::size_t row : rows) classes[data.labels[row]].push_back(row);
    return classes;
}

std::vector<std::size_t> class_counts(const DataSet& data, std::span<const std::size_t> rows) {
    std::vector<std::size_t> counts(data.classes.size());
    for (const std::size_t row : rows) ++counts[data.labels[row]];
    return counts;
}

}  // namespace telltale::train
