#include "train/data/beat_cache.hpp"

#include <array>
#include <cstring>
#include <format>
#include <nlohmann/json.hpp>

#include "data/files.hpp"
#include "train/loop/random.hpp"

namespace telltale::train {

namespace {

constexpr std::string_view magic = "telltale beats 2\n";
// Raise when windows are cut in another way, so that kept ones are not used again.
constexpr int cutting_version = 1;

// How rows are cut: the part of the key that is the same before and after the files changed.
std::string cut_of(const DataSet& outline) {
    classify::Card card;
    card.name = outline.name;
    card.classes = outline.classes;
    card.input = outline.input;
    return std::format("{}\n{}", cutting_version, classify::card_json(card));
}

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0;
    for (const char c : text) hash = mixed(hash ^ static_cast<unsigned char>(c));
    return hash;
}

template <class T>
void put(std::string& out, std::span<const T> values) {
    out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

/// Takes so many values off the front; false where there are not as many.
template <class T>
bool take(std::span<const std::byte>& bytes, std::size_t count, std::vector<T>& out) {
    if (bytes.size() / sizeof(T) < count) return false;
    out.resize(count);
    if (count > 0) std::memcpy(out.data(), bytes.data(), count * sizeof(T));
    bytes = bytes.subspan(count * sizeof(T));
    return true;
}

bool take_text(std::span<const std::byte>& bytes, std::string_view expected) {
    if (bytes.size() < expected.size() ||
        std::memcmp(bytes.data(), expected.data(), expected.size()) != 0) {
        return false;
    }
    bytes = bytes.subspan(expected.size());
    return true;
}

}  // namespace

std::string cache_key(const DataSet& outline, std::span<const std::filesystem::path> files) {
    std::string key = cut_of(outline);
    for (const auto& path : files) {
        std::error_code code;
        const auto size = std::filesystem::file_size(path, code);
        const auto time = std::filesystem::last_write_time(path, code);
        key += std::format("\n{} {} {}", path.string(), code ? 0 : size,
                           code ? 0 : time.time_since_epoch().count());
    }
    return key;
}

std::string cache_file_name(const DataSet& outline) {
    return std::format("{}-{:016x}.beats", outline.name, hash_of(cut_of(outline)));
}

bool read_cached(DataSet& set, const std::filesystem::path& file, const std::string& key) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(file, code)) return false;
    const auto content = data::read_file(file);
    if (!content) return false;
    std::span<const std::byte> bytes = *content;
    std::vector<std::uint64_t> sizes;  // of key, names, rows
    if (!take_text(bytes, magic) || !take(bytes, 3, sizes) || sizes[0] != key.size() ||
        !take_text(bytes, key)) {
        return false;
    }
    std::vector<char> names;
    DataSet kept = set;
    std::vector<std::uint8_t> test;
    const std::size_t rows = sizes[2];
    if (!take(bytes, sizes[1], names) || !take(bytes, rows, kept.places) ||
        !take(bytes, rows, kept.labels) || !take(bytes, rows, kept.groups) ||
        !take(bytes, rows, test) || bytes.size() != rows * set.width() * sizeof(float) ||
        !take(bytes, rows * set.width(), kept.values)) {
        return false;
    }
    const auto told = nlohmann::json::parse(names.begin(), names.end(), nullptr, false);
    if (!told.is_object() || !told.contains("records") || !told["records"].is_array() ||
        !told.contains("sampling_rate") || !told["sampling_rate"].is_number()) {
        return false;
    }
    kept.record_rate = told["sampling_rate"].get<double>();
    for (const auto& name : told["records"]) {
        if (!name.is_string()) return false;
        kept.group_names.push_back(name.get<std::string>());
    }
    for (std::size_t i = 0; i < rows; ++i) {
        if (kept.labels[i] >= set.classes.size() || kept.groups[i] >= kept.group_names.size()) {
            return false;
        }
        kept.test.push_back(test[i] != 0);
    }
    set = std::move(kept);
    return true;
}

Result<void> write_cached(const DataSet& set, const std::filesystem::path& file,
                          const std::string& key) {
    std::error_code code;
    std::filesystem::create_directories(file.parent_path(), code);
    if (code) return fail(file.parent_path().string(), "", "cannot be made: " + code.message());
    const std::string names =
        nlohmann::json{{"records", set.group_names}, {"sampling_rate", set.record_rate}}.dump();
    std::string out(magic);
    out.reserve(magic.size() + key.size() + names.size() + set.values.size() * sizeof(float) +
                set.rows() * 14 + 24);
    const std::array<std::uint64_t, 3> sizes = {key.size(), names.size(), set.rows()};
    put(out, std::span<const std::uint64_t>(sizes));
    out += key;
    out += names;
    put(out, std::span<const std::int64_t>(set.places));
    put(out, std::span<const std::uint8_t>(set.labels));
    put(out, std::span<const std::uint32_t>(set.groups));
    for (const bool test : set.test) out += test ? '\1' : '\0';
    put(out, std::span<const float>(set.values));
    return data::write_file(file, out);
}

}  // namespace telltale::train
