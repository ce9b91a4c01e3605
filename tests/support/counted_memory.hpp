// Counts what operator new hands out, for tests that bound memory. Linking counted_memory.cpp
// replaces the global operators of that test program.
#pragma once

#include <cstddef>

namespace telltale::tests {

/// From its making on: the most bytes that were held at once beyond those held at the start.
class MemoryCount {
public:
    MemoryCount();
    [[nodiscard]] std::size_t peak() const;

private:
    std::size_t before_;
};

}  // namespace telltale::tests
