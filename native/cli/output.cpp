#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <format>
#include <iostream>

#include "recording/clean_text.hpp"

namespace telltale::cli {
namespace {

int lost = 0;  // why something that was printed did not go out

void write(std::FILE* to, std::string_view text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), to) != text.size() && to == stdout && lost == 0)
        lost = errno;
}

}  // namespace

// Names and texts of files are clean already; what the command line or the system says is not.
void print(std::string_view line) {
    write(stdout, clean_text(line, LineEnds::keep) + "\n");
}

void print_json(const Json& json) {
    print(json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_json_line(const Json& json) {
    print(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    std::fflush(stdout);
}

bool flushed() {
    std::cout.flush();
    errno = 0;
    if (std::fflush(stdout) != 0 && lost == 0) lost = errno;
    if (lost == 0 && std::ferror(stdout) == 0 && std::cout) return true;
    complain({"standard output", "",
              lost != 0 ? std::format("cannot be written: {}", std::strerror(lost))
                        : std::string("cannot be written")});
    return false;
}

void complain(const Error& error) {
    write(stderr, "telltale: " + clean_text(error.to_string(), LineEnds::keep) + "\n");
}

void warn(std::string_view about, std::string_view warning) {
    write(stderr, clean_text(std::format("telltale: {}: warning: {}", about, warning)) + "\n");
}

void ProgressLine::show(std::string_view text) {
    static const bool terminal = ::isatty(STDERR_FILENO) != 0;
    if (!terminal) return;
    write(stderr, std::format("\r\033[K{}", clean_text(text)));
    shown_ = true;
}

ProgressLine::~ProgressLine() {
    if (shown_) write(stderr, "\r\033[K");
}

Json number_or_null(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

}  // namespace telltale::cli
