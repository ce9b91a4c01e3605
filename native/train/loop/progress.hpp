// What a training tells its user: a line that renews itself on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace telltale::train {

struct Epoch;

/// "4:07", "1:02:09"
[[nodiscard]] std::string clock_time(double seconds);

/// Writes to stderr. Silent if asked to be.
class Display {
public:
    explicit Display(bool silent = false);

    /// A line of its own.
    void say(std::string_view line);
    /// Before the first epoch: how many there are, and how many beats in each.
    void begin(int epochs, std::size_t beats);
    /// Within an epoch, counted from 1; may be called after every batch.
    void step(int epoch, std::size_t beats_done, double mean_loss);
    /// The line of an epoch that is done.
    void epoch(const Epoch& epoch);

private:
    void clear();

    using Clock = std::chrono::steady_clock;
    bool silent_, terminal_;
    bool line_open_ = false;
    int epochs_ = 0;
    std::size_t beats_ = 0;
    int current_ = 0;
    double epoch_seconds_ = 0;  ///< The last epoch's, for the time left.
    Clock::time_point epoch_start_{}, last_{};
};

}  // namespace telltale::train
