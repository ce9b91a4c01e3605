// Messages as JSON text, and back.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <format>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "messages/fields.hpp"
#include "recording/error.hpp"

namespace telltale::messages {

/// Writes JSON without spaces. Numbers are written by the fewest digits that give the same double
/// back, those that are not finite as null; bytes of a text that are no UTF-8 are replaced.
class Writer {
public:
    void begin(char bracket);  ///< '{' or '['
    void end(char bracket);
    void key(std::string_view key);
    void number(double value);
    void number(std::int64_t value);
    void number(std::uint64_t value);
    void text(std::string_view value);
    void boolean(bool value);
    void null();
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    void separate();
    std::string text_;
    bool first_ = true;
};

/// A value of a parsed text; valid as long as its Document.
class Value {
public:
    explicit Value(const void* json) : json_(json) {}
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_null() const;
    /// Of an object.
    [[nodiscard]] std::optional<Value> find(std::string_view key) const;
    [[nodiscard]] std::vector<std::pair<std::string, Value>> members() const;
    /// Of an array.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] Value operator[](std::size_t index) const;
    [[nodiscard]] std::optional<double> number() const;
    [[nodiscard]] std::optional<std::string> text() const;
    [[nodiscard]] std::optional<bool> boolean() const;

private:
    const void* json_;
};

class Document {
public:
    /// What is no JSON gives a null.
    explicit Document(std::string_view json);
    [[nodiscard]] Value root() const { return Value(json_.get()); }

private:
    std::unique_ptr<void, void (*)(void*)> json_;
};

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
void write(Writer& out, const T& value);

struct WriteFields {
    Writer& out;
    template <class T>
    void operator()(std::string_view key, const T& value) {
        if constexpr (is_optional<T>) {
            if (!value) return;
            // A figure that is no number is one that is not known.
            if constexpr (std::floating_point<typename T::value_type>)
                if (!std::isfinite(*value)) return;
            out.key(key);
            write(out, *value);
        } else {
            out.key(key);
            write(out, value);
        }
    }
};

template <class List>
void write_list(Writer& out, const List& list) {
    out.begin('[');
    // A std::vector<bool> gives no bool& of its items.
    for (const auto& item : list) write<typename List::value_type>(out, item);
    out.end(']');
}

template <class T>
struct Write {
    static void to(Writer& out, const T& value) {
        if constexpr (Message<T>) {
            out.begin('{');
            WriteFields fields{out};
            T::fields(value, fields);
            out.end('}');
        } else if constexpr (std::same_as<T, bool>) {
            out.boolean(value);
        } else if constexpr (std::floating_point<T>) {
            out.number(static_cast<double>(value));
        } else if constexpr (std::signed_integral<T>) {
            out.number(static_cast<std::int64_t>(value));
        } else if constexpr (std::unsigned_integral<T>) {
            out.number(static_cast<std::uint64_t>(value));
        } else {
            out.text(value);
        }
    }
};
template <Literal Text>
struct Write<Is<Text>> {
    static void to(Writer& out, const Is<Text>&) { out.text(Text.view()); }
};
template <Literal... Words>
struct Write<OneOf<Words...>> {
    static void to(Writer& out, const OneOf<Words...>& value) { out.text(value.word()); }
};
template <class T>
struct Write<Nullable<T>> {
    static void to(Writer& out, const Nullable<T>& value) {
        if (value)
            write(out, *value);
        else
            out.null();
    }
};
template <class T>
struct Write<std::vector<T>> {
    static void to(Writer& out, const std::vector<T>& list) { write_list(out, list); }
};
template <class T, std::size_t N>
struct Write<std::array<T, N>> {
    static void to(Writer& out, const std::array<T, N>& list) { write_list(out, list); }
};
template <class T>
struct Write<std::map<std::string, T>> {
    static void to(Writer& out, const std::map<std::string, T>& map) {
        out.begin('{');
        for (const auto& [key, value] : map) {
            out.key(key);
            write(out, value);
        }
        out.end('}');
    }
};
template <class... Ts>
struct Write<std::variant<Ts...>> {
    static void to(Writer& out, const std::variant<Ts...>& value) {
        std::visit([&](const auto& one) { write(out, one); }, value);
    }
};

template <class T>
void write(Writer& out, const T& value) {
    Write<T>::to(out, value);
}

/// Where a reading is, and the first thing that was not as the fields say.
struct Reading {
    std::string place;
    std::optional<std::string> problem;
    bool wrong(std::string_view expected) {
        if (!problem)
            problem = place.empty() ? std::format("expected {}", expected)
                                    : std::format("{}: expected {}", place, expected);
        return false;
    }
};

/// True where the value is of the type; else it stays as it was.
template <class T>
bool read(Reading& at, Value from, T& to);

// Reads at a place below the present one.
template <class T>
bool read_at(Reading& at, const std::string& below, Value from, T& to) {
    const std::size_t length = at.place.size();
    at.place += below;
    const bool good = read(at, from, to);
    at.place.resize(length);
    return good;
}

struct ReadFields {
    Reading& at;
    Value from;
    template <class T>
    void operator()(std::string_view key, T& to) {
        const auto found = from.find(key);
        const std::string below = (at.place.empty() ? "" : ".") + std::string(key);
        if constexpr (is_optional<T>) {
            if (!found || found->is_null()) return;
            typename T::value_type value{};
            if (read_at(at, below, *found, value)) to = std::move(value);
        } else if (!found) {
            at.wrong("\"" + std::string(key) + "\"");
        } else {
            read_at(at, below, *found, to);
        }
    }
};

// Whether an object is of a kind: all of its Is fields are as they are to be.
struct MatchFields {
    Value from;
    bool match = true;
    template <class T>
    void operator()(std::string_view key, const T&) {
        if constexpr (requires { T::text; }) {
            const auto found = from.find(key);
            match = match && found && found->text() == T::text;
        }
    }
};
template <Message T>
bool matches(Value from) {
    if (!from.is_object()) return false;
    const T empty{};
    MatchFields fields{.from = from};
    T::fields(empty, fields);
    return fields.match;
}

template <class T>
struct Read {
    static bool from(Reading& at, Value value, T& to) {
        if constexpr (Message<T>) {
            if (!value.is_object()) return at.wrong("an object");
            ReadFields fields{at, value};
            T::fields(to, fields);
            return true;
        } else if constexpr (std::same_as<T, bool>) {
            const auto found = value.boolean();
            if (!found) return at.wrong("true or false");
            to = *found;
        } else if constexpr (std::floating_point<T>) {
            const auto found = value.number();
            if (!found) return at.wrong("a number");
            to = static_cast<T>(*found);
        } else if constexpr (std::integral<T>) {
            const auto found = value.number();
            constexpr double most =
                std::min(9e15, static_cast<double>(std::numeric_limits<T>::max()));
            constexpr double least = std::is_signed_v<T> ? -most : 0;
            if (!found || !(*found >= least && *found <= most) || std::floor(*found) != *found)
                return at.wrong(std::is_signed_v<T> ? "a whole number"
                                                    : "a whole number from 0 on");
            to = static_cast<T>(*found);
        } else {
            auto found = value.text();
            if (!found) return at.wrong("a text");
            to = std::move(*found);
        }
        return true;
    }
};
template <Literal Text>
struct Read<Is<Text>> {
    static bool from(Reading& at, Value value, Is<Text>&) {
        return value.text() == Text.view() || at.wrong("\"" + std::string(Text.view()) + "\"");
    }
};
template <Literal... Words>
struct Read<OneOf<Words...>> {
    static bool from(Reading& at, Value value, OneOf<Words...>& to) {
        const auto found = value.text();
        return (found && to.set(*found)) || at.wrong("one of its words");
    }
};
template <class T>
struct Read<Nullable<T>> {
    static bool from(Reading& at, Value value, Nullable<T>& to) {
        to.value.reset();
        if (value.is_null()) return true;
        T inner{};
        if (!read(at, value, inner)) return false;
        to.value = std::move(inner);
        return true;
    }
};
template <class T>
struct Read<std::vector<T>> {
    // Numbers keep their places, whatever is beside them; of others those that are right are taken.
    static bool from(Reading& at, Value value, std::vector<T>& to) {
        if (!value.is_array()) return at.wrong("a list");
        const std::size_t size = value.size();
        to.clear();
        to.reserve(size);
        for (std::size_t i = 0; i < size; ++i) {
            T item{};
            if (read_at(at, std::format("[{}]", i), value[i], item) || keeps_place)
                to.push_back(std::move(item));
        }
        return true;
    }
    static constexpr bool keeps_place =
        std::is_arithmetic_v<T> || requires(T& item) { item.value.reset(); };
};
template <class T, std::size_t N>
struct Read<std::array<T, N>> {
    static bool from(Reading& at, Value value, std::array<T, N>& to) {
        if (!value.is_array() || value.size() != N) return at.wrong(std::format("a list of {}", N));
        bool good = true;
        for (std::size_t i = 0; i < N; ++i)
            good = read_at(at, std::format("[{}]", i), value[i], to[i]) && good;
        return good;
    }
};
template <class T>
struct Read<std::map<std::string, T>> {
    static bool from(Reading& at, Value value, std::map<std::string, T>& to) {
        if (!value.is_object()) return at.wrong("an object");
        for (const auto& [key, one] : value.members()) read_at(at, "." + key, one, to[key]);
        return true;
    }
};
template <class... Ts>
struct Read<std::variant<Ts...>> {
    static bool from(Reading& at, Value value, std::variant<Ts...>& to) {
        const auto one = [&]<class T>() {
            if (!matches<T>(value)) return false;
            T found{};
            read(at, value, found);
            to = std::move(found);
            return true;
        };
        return (one.template operator()<Ts>() || ...) || at.wrong("a message that is known");
    }
};

template <class T>
bool read(Reading& at, Value from, T& to) {
    return Read<T>::from(at, from, to);
}

}  // namespace detail

/// As JSON text.
template <class T>
[[nodiscard]] std::string text(const T& message) {
    Writer out;
    detail::write(out, message);
    return out.take();
}

/// Whether the value is a message of this kind.
template <Message T>
[[nodiscard]] bool is(Value value) {
    return detail::matches<T>(value);
}

/// As much of it as is right; what is missing or of another type is as in T{}.
template <class T>
[[nodiscard]] T read_loosely(Value value) {
    T message{};
    detail::Reading at;
    detail::read(at, value, message);
    return message;
}

/// All of it. The error, at place `what`, names the field that is missing or of another type.
template <class T>
[[nodiscard]] Result<T> read(Value value, std::string_view what) {
    T message{};
    detail::Reading at;
    detail::read(at, value, message);
    if (at.problem) return fail("", std::string(what), *at.problem);
    return message;
}
template <class T>
[[nodiscard]] Result<T> read(std::string_view json, std::string_view what) {
    const Document document(json);
    return read<T>(document.root(), what);
}

}  // namespace telltale::messages
