#include "cli/output.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <format>

namespace telltale::cli {
namespace {

void write(std::FILE* to, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace

void print(std::string_view line) {
    write(stdout, std::string(line) + "\n");
}

void print_json(const Json& json) {
    print(json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void complain(const Error& error) {
    write(stderr, "telltale: " + error.to_string() + "\n");
}

void warn(std::string_view about, std::string_view warning) {
    write(stderr, std::format("telltale: {}: warning: {}\n", about, warning));
}

void ProgressLine::show(std::string_view text) {
    static const bool terminal = ::isatty(STDERR_FILENO) != 0;
    if (!terminal) return;
    write(stderr, std::format("\r\033[K{}", text));
    shown_ = true;
}

ProgressLine::~ProgressLine() {
    if (shown_) write(stderr, "\r\033[K");
}

Json number_or_null(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

std::string clock_time(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::floor(seconds));
    if (whole >= 3600)
        return std::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return std::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace telltale::cli
