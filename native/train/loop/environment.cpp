#include "train/loop/environment.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

namespace telltale::train {

namespace fs = std::filesystem;

std::string built_version() {
    return
#include "version.inc"
        ;
}

std::string gpu_name() {
    std::vector<fs::path> gpus;
    std::error_code code;
    for (const auto& gpu : fs::directory_iterator("/proc/driver/nvidia/gpus", code)) {
        gpus.push_back(gpu.path());
    }
    std::ranges::sort(gpus);
    for (const fs::path& gpu : gpus) {
        std::ifstream stream(gpu / "information");
        for (std::string line; std::getline(stream, line);) {
            if (!line.starts_with("Model:")) continue;
            const std::size_t start = line.find_first_not_of(" \t", 6);
            if (start != std::string::npos) return line.substr(start);
        }
    }
    return "";
}

std::string environment_line(const nlohmann::ordered_json& run) {
    std::string out;
    const auto add = [&](std::string_view label, const char* key) {
        const auto found = run.is_object() ? run.find(key) : run.end();
        if (found == run.end() || found->is_null()) return;
        const std::string value = found->is_string() ? found->get<std::string>() : found->dump();
        if (!value.empty()) out += (out.empty() ? "" : "; ") + std::string(label) + value;
    };
    add("", "machine");
    add("", "gpu");
    add("computed on ", "device");
    add("threads ", "threads");
    add("seed ", "seed");
    add("LibTorch ", "libtorch");
    add("Telltale ", "version");
    return out + ".";
}

}  // namespace telltale::train
