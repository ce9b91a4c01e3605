#include "train/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <numeric>

#include "data/mitdb.hpp"
#include "train/loop/random.hpp"

namespace telltale::train {

namespace {

/// Streams of random numbers; take_share's are those of the classes.
constexpr std::uint64_t for_test = 1000, for_records = 2000;

/// Moves `share` of each class from `rows` into the result, at random.
std::vector<std::size_t> take_share(const DataSet& data, std::vector<std::size_t>& rows,
                                    double share, std::uint64_t seed, std::uint64_t stream = 0) {
    std::vector<std::size_t> taken, left;
    auto classes = by_class(data, rows);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        Random random(seed, stream + c);
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

/// Whole records at random, by their share of all records: test first, then validation.
Split by_record(const DataSet& data, const SplitOptions& options) {
    std::vector<std::size_t> order(data.group_names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random(options.seed, for_records).shuffle(std::span(order));
    const auto share = [](double part, std::size_t of) {
        return static_cast<std::size_t>(std::lround(part * static_cast<double>(of)));
    };
    const std::size_t test = share(options.test, order.size());
    const std::size_t validation = share(options.validation, order.size() - test);
    std::vector<std::size_t> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    Split result;
    for (std::size_t row = 0; row < data.rows(); ++row) {
        const std::size_t at = place[data.groups[row]];
        (at < test                ? result.test
         : at < test + validation ? result.validation
                                  : result.train)
            .push_back(row);
    }
    return result;
}

bool is_among(std::span<const std::string_view> names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

Result<Split> split(const DataSet& data, const SplitOptions& options) {
    Split result;
    std::vector<bool> validating(data.group_names.size());
    for (const std::string& name : options.validation_groups) {
        const auto found = std::ranges::find(data.group_names, name);
        if (found == data.group_names.end() || options.kind != SplitKind::ds1_ds2 ||
            !is_among(data::ds1_record_names, name)) {
            return fail("", "validation_records",
                        std::format("'{}' is not a record of the training part", name));
        }
        validating[static_cast<std::size_t>(found - data.group_names.begin())] = true;
    }
    if (options.kind == SplitKind::patients) {
        result = by_record(data, options);
    } else {
        for (std::size_t row = 0; row < data.rows(); ++row) {
            if (options.kind == SplitKind::official || options.kind == SplitKind::beats) {
                const bool test = options.kind == SplitKind::official && data.test[row];
                (test ? result.test : result.train).push_back(row);
                continue;
            }
            const std::string& record = data.group_names[data.groups[row]];
            if (is_among(data::ds2_record_names, record)) {
                result.test.push_back(row);
            } else if (is_among(data::ds1_record_names, record)) {
                (validating[data.groups[row]] ? result.validation : result.train).push_back(row);
            }
        }
        if (options.kind == SplitKind::beats) {
            result.test = take_share(data, result.train, options.test, options.seed, for_test);
        }
        if (options.validation_groups.empty()) {
            result.validation = take_share(data, result.train, options.validation, options.seed);
        }
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

}  // namespace telltale::train
