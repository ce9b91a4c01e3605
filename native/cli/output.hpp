// What the program says: results on stdout, everything else on stderr.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "recording/error.hpp"

namespace telltale::cli {

using Json = nlohmann::ordered_json;

enum Exit : int { exit_ok = 0, exit_bad_input = 1, exit_usage = 2 };

/// One line on stdout.
void print(std::string_view line);
/// The one JSON object of a command with --json. Text that is not UTF-8 is repaired.
void print_json(const Json& json);
/// A JSON object on one line, for --json-lines.
void print_json_line(const Json& json);
/// Whether all that was printed went out; complains where it did not (a full disk).
[[nodiscard]] bool flushed();
/// "telltale: ..." on stderr.
void complain(const Error& error);
void warn(std::string_view about, std::string_view warning);

/// A line on stderr that is written over as work goes on; only where stderr is a terminal.
class ProgressLine {
public:
    ~ProgressLine();
    void show(std::string_view text);

private:
    bool shown_ = false;
};

/// A number, or null where there is none.
[[nodiscard]] Json number_or_null(std::optional<double> value);

}  // namespace telltale::cli
