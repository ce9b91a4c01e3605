// Something worked out from something else, and what state of that it was worked out from. It is
// there only as long as that state is the present one: nothing has to be reset by hand.
#pragma once

#include <optional>
#include <utility>

namespace telltale::workspace {

/// `Revision` tells one state from all others; it can be compared.
template <class T, class Revision>
class Derived {
public:
    void set(Revision of, T value) {
        value_ = std::move(value);
        of_ = std::move(of);
    }
    /// Null where nothing was worked out from that state.
    [[nodiscard]] const T* get(const Revision& now) const {
        return value_ && of_ == now ? &*value_ : nullptr;
    }
    [[nodiscard]] T* get(const Revision& now) { return value_ && of_ == now ? &*value_ : nullptr; }

private:
    std::optional<T> value_;
    Revision of_{};
};

}  // namespace telltale::workspace
