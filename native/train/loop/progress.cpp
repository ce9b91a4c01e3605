#include "train/loop/progress.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <format>

#include "train/loop/training.hpp"

namespace telltale::train {

namespace {
double since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
}  // namespace

std::string clock_time(double seconds) {
    const auto s = static_cast<long>(std::lround(std::max(0.0, seconds)));
    if (s >= 3600) return std::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    return std::format("{}:{:02}", s / 60, s % 60);
}

Display::Display(bool silent) : silent_(silent), terminal_(isatty(STDERR_FILENO) != 0) {}

void Display::clear() {
    if (line_open_) std::fputs("\r\033[K", stderr);
    line_open_ = false;
}

void Display::say(std::string_view line) {
    if (silent_) return;
    clear();
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void Display::begin(int epochs, std::size_t beats) {
    epochs_ = epochs;
    beats_ = beats;
    say("epoch   loss   acc %   | validation: loss   acc %  macro-F1 |  lr        beats/s  time");
}

void Display::step(int epoch, std::size_t done, double loss) {
    if (silent_) return;
    if (epoch != current_) {
        current_ = epoch;
        epoch_start_ = last_ = Clock::now();
    }
    if (since(last_) < (terminal_ ? 0.2 : 30.0) || done == 0) return;
    last_ = Clock::now();
    const double share = static_cast<double>(done) / static_cast<double>(beats_);
    const double spent = since(epoch_start_);
    // Validation is part of an epoch, so the last epoch's time tells best how long one takes.
    const double whole = epoch_seconds_ > 0 ? epoch_seconds_ : spent / share;
    const double left = std::max(whole - spent, 0.0) + whole * (epochs_ - epoch);
    clear();
    std::fprintf(
        stderr, "%s%s",
        std::format("epoch {}/{}  {:3.0f} %  loss {:.4f}  {:.0f} beats/s  {} left", epoch, epochs_,
                    100 * share, loss, static_cast<double>(done) / spent, clock_time(left))
            .c_str(),
        terminal_ ? "" : "\n");
    line_open_ = terminal_;
    std::fflush(stderr);
}

void Display::epoch(const Epoch& e) {
    epoch_seconds_ = e.seconds;
    say(std::format(
        "{:5}  {:6.4f}  {:6.2f}  |             {:6.4f}  {:6.2f}  {:7.4f}{} |  {:.2e}  {:7.0f}  {}",
        e.epoch, e.loss, 100 * e.accuracy, e.validation_loss, 100 * e.validation_accuracy,
        e.validation_macro_f1, e.best ? "*" : " ", e.learning_rate, e.beats_per_s,
        clock_time(e.seconds)));
}

}  // namespace telltale::train
