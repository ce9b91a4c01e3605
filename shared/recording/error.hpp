// Errors as values. Every function that reads bytes from outside returns Result<T>;
// an Error says in one sentence what is wrong, where, and what was expected.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace telltale {

struct Error {
    std::string file;     ///< The file as the user knows it; empty when no file is concerned.
    std::string place;    ///< Where in it: "byte 1200", "line 3", "record line"; may be empty.
    std::string message;  ///< What was found and what was expected, without a final full stop.

    /// "100.hea, line 1: the number of signals is 'x', expected a number from 0 to 4096"
    [[nodiscard]] std::string to_string() const;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning an error: `return fail("100.hea", "line 1", "...")`.
[[nodiscard]] inline std::unexpected<Error> fail(std::string file, std::string place,
                                                 std::string message) {
    return std::unexpected(Error{std::move(file), std::move(place), std::move(message)});
}

}  // namespace telltale
