// P waves that go on alone must not pass for beats.
//
// The searches compare each candidate with what lies within some seconds of it. Where the
// ventricles stand still for longer, the P waves are the tallest there is. So what is nine times
// less steep than the last beats is no beat: for half a minute, after which, if many such have
// come, it may be the recorder that has changed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace telltale::beats {

class UsualHeight {
public:
    /// Values a second, as `index` counts.
    explicit UsualHeight(double rate) : patience_(static_cast<std::int64_t>(30 * rate)) {}

    /// Whether a beat of this height (log2 of its slope) at this index is to be believed.
    [[nodiscard]] bool allows(float height, std::int64_t index) {
        if (count_ == last_.size()) {
            std::array<float, memory> sorted = last_;
            std::ranges::nth_element(sorted, sorted.begin() + memory / 2);
            if (height < sorted[memory / 2] - octaves) {
                if (doubted_from_ < 0) doubted_from_ = index;
                if (++doubted_ < fewest || index - doubted_from_ < patience_) return false;
                count_ = 0;
            }
        }
        doubted_from_ = -1;
        doubted_ = 0;
        last_[next_++ % memory] = height;
        count_ = std::min(count_ + 1, memory);
        return true;
    }

private:
    static constexpr std::size_t memory = 12, fewest = 24;
    static constexpr float octaves = 3.2F;

    std::int64_t patience_;
    std::array<float, memory> last_{};
    std::size_t next_ = 0, count_ = 0, doubted_ = 0;
    std::int64_t doubted_from_ = -1;
};

}  // namespace telltale::beats
