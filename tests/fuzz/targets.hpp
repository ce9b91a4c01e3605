// One function a parser: takes any bytes, must come back, and checks what a reader promises.
// libFuzzer calls them (libfuzzer.cpp), and so does the short run in the tests (replay.cpp).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace telltale::fuzz {

using Bytes = std::vector<std::byte>;

struct Target {
    std::string name;
    void (*run)(std::span<const std::byte>);
    std::vector<Bytes> (*seeds)();  ///< Valid inputs, made by our own writers.
};

[[nodiscard]] std::span<const Target> targets();

}  // namespace telltale::fuzz
