#include "messages/json.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace telltale::messages {
namespace {

using Json = nlohmann::ordered_json;

const Json& of(const void* json) {
    return *static_cast<const Json*>(json);
}

}  // namespace

void Writer::separate() {
    if (!first_) text_ += ',';
    first_ = false;
}

void Writer::begin(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
}

void Writer::end(char bracket) {
    text_ += bracket == '{' ? '}' : bracket == '[' ? ']' : bracket;
    first_ = false;
}

void Writer::key(std::string_view key) {
    separate();
    text_ += '"';
    text_ += key;  // plain letters
    text_ += "\":";
    first_ = true;
}

void Writer::number(double value) {
    if (!std::isfinite(value)) return null();
    separate();
    std::array<char, 64> digits{};
    const char* end =
        nlohmann::detail::to_chars(digits.data(), digits.data() + digits.size(), value);
    text_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void Writer::number(std::int64_t value) {
    separate();
    text_ += std::to_string(value);
}

void Writer::number(std::uint64_t value) {
    separate();
    text_ += std::to_string(value);
}

void Writer::text(std::string_view value) {
    separate();
    text_ += Json(value).dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Writer::boolean(bool value) {
    separate();
    text_ += value ? "true" : "false";
}

void Writer::null() {
    separate();
    text_ += "null";
}

bool Value::is_object() const {
    return of(json_).is_object();
}
bool Value::is_array() const {
    return of(json_).is_array();
}
bool Value::is_null() const {
    return of(json_).is_null();
}

std::optional<Value> Value::find(std::string_view key) const {
    const auto found = of(json_).find(key);
    if (found == of(json_).end()) return std::nullopt;
    return Value(&*found);
}

std::vector<std::pair<std::string, Value>> Value::members() const {
    std::vector<std::pair<std::string, Value>> members;
    if (!is_object()) return members;
    for (const auto& [key, value] : of(json_).items()) members.emplace_back(key, Value(&value));
    return members;
}

std::size_t Value::size() const {
    return of(json_).size();
}
Value Value::operator[](std::size_t index) const {
    return Value(&of(json_)[index]);
}

std::optional<double> Value::number() const {
    if (!of(json_).is_number()) return std::nullopt;
    return of(json_).get<double>();
}
std::optional<std::string> Value::text() const {
    if (!of(json_).is_string()) return std::nullopt;
    return of(json_).get<std::string>();
}
std::optional<bool> Value::boolean() const {
    if (!of(json_).is_boolean()) return std::nullopt;
    return of(json_).get<bool>();
}

Document::Document(std::string_view json)
    : json_(nullptr, [](void* value) { delete static_cast<Json*>(value); }) {
    Json value = Json::parse(json, nullptr, false);
    if (value.is_discarded()) value = nullptr;
    json_.reset(new Json(std::move(value)));
}

}  // namespace telltale::messages
