#include "cli/batch.hpp"

#include <charconv>
#include <format>
#include <fstream>
#include <iostream>
#include <set>

#include "cli/fingerprint.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

// So much of a file's own name is kept in the names of its results, in bytes.
constexpr std::size_t longest_stem = 100;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// `"name":[` and an element a line.
std::string lines_of(std::string_view name, const std::vector<Json>& elements) {
    std::string text = std::format("\"{}\":[", name);
    for (std::size_t i = 0; i < elements.size(); ++i)
        text += (i > 0 ? ",\n" : "\n") + dump(elements[i]);
    return text + "]";
}

}  // namespace

std::optional<Shard> parse_shard(std::string_view text) {
    Shard shard;
    const auto number = [&](std::string_view digits, std::size_t& value) {
        const auto [end, code] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return code == std::errc() && end == digits.data() + digits.size();
    };
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || !number(text.substr(0, slash), shard.number) ||
        !number(text.substr(slash + 1), shard.of) || shard.number < 1 || shard.number > shard.of)
        return std::nullopt;
    return shard;
}

Result<std::vector<std::string>> read_list(const std::string& list, const Shard& shard) {
    std::ifstream file;
    if (list != "-") {
        file.open(list);
        if (!file) return fail(list, "", "this list of files cannot be read");
    }
    std::istream& lines = list == "-" ? std::cin : file;
    std::vector<std::string> paths;
    std::set<std::string> known;
    std::string line;
    while (std::getline(lines, line)) {
        if (line.ends_with('\r')) line.pop_back();
        if (line.empty()) continue;
        fs::path path = fs::path(line).lexically_normal();
        if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
        if (!known.insert(path.string()).second) continue;
        if ((known.size() - 1) % shard.of + 1 == shard.number) paths.push_back(path.string());
    }
    if (lines.bad()) return fail(list, "", "this list of files cannot be read to its end");
    return paths;
}

std::string result_stem(const std::string& path) {
    Fingerprint hash;
    hash.take(path);
    std::string stem = fs::path(path).stem().string();
    if (stem.size() > longest_stem) {
        stem.resize(longest_stem);
        // Not in the middle of a character of UTF-8.
        while (!stem.empty() && (static_cast<unsigned char>(stem.back()) & 0xC0U) == 0x80U)
            stem.pop_back();
        if (!stem.empty() && static_cast<unsigned char>(stem.back()) >= 0xC0U) stem.pop_back();
    }
    return std::format("{}-{}", stem, hash.text());
}

std::string result_json(const ResultHead& head, const std::vector<Json>& recordings,
                        const std::vector<Json>& beat_sets) {
    std::string text = dump(Json{{"fingerprint", head.fingerprint},
                                 {"file", head.file},
                                 {"files", head.files},
                                 {"errors", head.errors}});
    text.back() = ',';
    text += '\n' + lines_of("recordings", recordings);
    if (!beat_sets.empty()) text += ",\n" + lines_of("beat_sets", beat_sets);
    return text + "}\n";
}

std::optional<ResultHead> read_result_head(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string line;
    if (!std::getline(file, line) || !line.starts_with("{\"fingerprint\":") || !line.ends_with(','))
        return std::nullopt;
    line.back() = '}';
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    ResultHead head;
    const auto texts = [&](const char* key, std::vector<std::string>& into) {
        const auto found = json.find(key);
        if (found == json.end() || !found->is_array()) return false;
        for (const Json& text : *found) {
            if (!text.is_string()) return false;
            into.push_back(text.get<std::string>());
        }
        return true;
    };
    const auto text = [&](const char* key, std::string& into) {
        const auto found = json.find(key);
        if (found == json.end() || !found->is_string()) return false;
        into = found->get<std::string>();
        return true;
    };
    if (!text("fingerprint", head.fingerprint) || !text("file", head.file) ||
        !texts("files", head.files) || !texts("errors", head.errors))
        return std::nullopt;
    return head;
}

}  // namespace telltale::cli
