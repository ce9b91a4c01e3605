// Messages: plain structs that cross a border (between the core and the window, the page's two
// threads, a program and its reader) as JSON. A struct lists its fields once; writing, reading and
// the page's TypeScript are made from that list, so no key stands anywhere else.
//
//     struct Place {
//         std::int64_t first = 0, last = 0;
//         TELLTALE_MESSAGE(Place, first, last)
//     };
//
// A key is its member's name; a last underscore is left out, so that `class_` is "class". Members
// may be bool, numbers, std::string, Is, OneOf, other messages, std::vector, std::array,
// std::map<std::string, T>, std::variant of messages, Nullable, and std::optional, whose key is
// absent where it has no value.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#define TELLTALE_PARENS ()
#define TELLTALE_EXPAND(...) \
    TELLTALE_EXPAND3(TELLTALE_EXPAND3(TELLTALE_EXPAND3(TELLTALE_EXPAND3(__VA_ARGS__))))
#define TELLTALE_EXPAND3(...) \
    TELLTALE_EXPAND2(TELLTALE_EXPAND2(TELLTALE_EXPAND2(TELLTALE_EXPAND2(__VA_ARGS__))))
#define TELLTALE_EXPAND2(...) \
    TELLTALE_EXPAND1(TELLTALE_EXPAND1(TELLTALE_EXPAND1(TELLTALE_EXPAND1(__VA_ARGS__))))
#define TELLTALE_EXPAND1(...) __VA_ARGS__
#define TELLTALE_FIELD(name, ...)                       \
    each(telltale::messages::key_of(#name), self.name); \
    __VA_OPT__(TELLTALE_NEXT_FIELD TELLTALE_PARENS(__VA_ARGS__))
#define TELLTALE_NEXT_FIELD() TELLTALE_FIELD

/// In a struct: its name, and the members that are its fields, in the order of the JSON.
#define TELLTALE_MESSAGE(name, ...)                                                \
    static constexpr std::string_view message_name = #name;                        \
    template <class Self, class Each>                                              \
    static void fields([[maybe_unused]] Self& self, [[maybe_unused]] Each& each) { \
        __VA_OPT__(TELLTALE_EXPAND(TELLTALE_FIELD(__VA_ARGS__)))                   \
    }

namespace telltale::messages {

constexpr std::string_view key_of(std::string_view member) {
    return member.ends_with('_') ? member.substr(0, member.size() - 1) : member;
}

template <class T>
concept Message = requires { T::message_name; };

template <std::size_t N>
struct Literal {
    std::array<char, N> text{};
    // NOLINTNEXTLINE(google-explicit-constructor): a text as a template's argument
    constexpr Literal(const char (&from)[N]) { std::copy_n(from, N, text.begin()); }
    [[nodiscard]] constexpr std::string_view view() const { return {text.data(), N - 1}; }
};

/// A field that tells messages of a kind from others: always this text.
template <Literal Text>
struct Is {
    static constexpr std::string_view text = Text.view();
};

/// One of some words; the first where nothing was said.
template <Literal... Words>
class OneOf {
public:
    static constexpr std::array<std::string_view, sizeof...(Words)> words = {Words.view()...};

    constexpr OneOf() = default;
    /// Any other word leaves the first.
    // NOLINTNEXTLINE(google-explicit-constructor): it is a word
    constexpr OneOf(std::string_view word) { (void)set(word); }
    // NOLINTNEXTLINE(google-explicit-constructor): it is a word
    constexpr OneOf(const char* word) : OneOf(std::string_view(word)) {}
    /// False, and nothing changed, where it is none of them.
    [[nodiscard]] constexpr bool set(std::string_view word) {
        const auto at = std::ranges::find(words, word);
        if (at == words.end()) return false;
        index_ = static_cast<std::size_t>(at - words.begin());
        return true;
    }
    [[nodiscard]] constexpr std::string_view word() const { return words[index_]; }
    friend constexpr bool operator==(const OneOf& a, std::string_view b) { return a.word() == b; }

private:
    std::size_t index_ = 0;
};

/// Its key is always there: null where it has no value.
template <class T>
struct Nullable {
    std::optional<T> value;

    Nullable() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): it is the value, or none
    Nullable(std::optional<T> from) : value(std::move(from)) {}
    // NOLINTNEXTLINE(google-explicit-constructor): it is the value
    Nullable(T from) : value(std::move(from)) {}
    [[nodiscard]] explicit operator bool() const { return value.has_value(); }
    [[nodiscard]] const T& operator*() const { return *value; }
};

}  // namespace telltale::messages
