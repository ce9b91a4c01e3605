#include "data/machine.hpp"

#include <format>
#include <fstream>
#include <thread>

namespace telltale::data {

std::string machine_name() {
    std::string name = "unknown processor";
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("model name")) continue;
        const auto colon = line.find(':');
        if (colon == std::string::npos || colon + 2 >= line.size()) continue;
        name = line.substr(colon + 2);
        break;
    }
    const unsigned count = std::thread::hardware_concurrency();
    return std::format("{}, {} CPU{}", name, count, count == 1 ? "" : "s");
}

}  // namespace telltale::data
