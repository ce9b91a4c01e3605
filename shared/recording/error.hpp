// Errors as values. Every function that reads bytes from outside returns Result<T>;
// an Error says in one sentence what is wrong, where, and what was expected.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace telltale {

struct Error {
    Error() = default;
    /// Texts that quote a file are made fit to be shown (clean_text).
    Error(std::string_view of_file, std::string_view at, std::string_view what);

    std::string file;     ///< The file as the user knows it; empty when no file is concerned.
    std::string place;    ///< Where in it: "byte 1200", "line 3", "record line"; may be empty.
    std::string message;  ///< What was found and what was expected, without a final full stop.

    /// "100.hea, line 1: the number of signals is 'x', expected a number from 0 to 4096"
    [[nodiscard]] std::string to_string() const;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning an error: `return fail("100.hea", "line 1", "...")`.
[[nodiscard]] inline std::unexpected<Error> fail(std::string_view file, std::string_view place,
                                                 std::string_view message) {
    return std::unexpected(Error{file, place, message});
}

}  // namespace telltale
