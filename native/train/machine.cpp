#include "machine.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

/// The value of the first line "key : value" of a file of the system; empty where there is none.
std::string first_value(const fs::path& file, std::string_view key) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        const std::size_t colon = line.find(':');
        if (!line.starts_with(key) || colon == std::string::npos) continue;
        const std::size_t start = line.find_first_not_of(" \t", colon + 1);
        return start == std::string::npos ? "" : line.substr(start);
    }
    return "";
}

}  // namespace

nlohmann::ordered_json machine_facts() {
    nlohmann::ordered_json facts = nlohmann::ordered_json::object();
    if (const std::string cpu = first_value("/proc/cpuinfo", "model name"); !cpu.empty()) {
        facts["cpu"] = cpu;
    }
    if (const unsigned cores = std::thread::hardware_concurrency(); cores > 0) {
        facts["cores"] = cores;
    }
    std::vector<fs::path> gpus;
    std::error_code code;
    for (const auto& gpu : fs::directory_iterator("/proc/driver/nvidia/gpus", code)) {
        gpus.push_back(gpu.path());
    }
    std::ranges::sort(gpus);
    for (const fs::path& gpu : gpus) {
        const std::string name = first_value(gpu / "information", "Model");
        if (name.empty()) continue;
        facts["gpu"] = name;
        break;
    }
    return facts;
}

std::string built_version() {
    return
#include "version.inc"
        ;
}

std::string environment_line(const nlohmann::ordered_json& run) {
    const auto told = [](const nlohmann::ordered_json& json, const char* key) {
        const auto found = json.is_object() ? json.find(key) : json.end();
        if (found == json.end()) return std::string();
        return found->is_string() ? found->get<std::string>() : found->dump();
    };
    const auto machine = run.contains("machine") ? run["machine"] : nlohmann::ordered_json();
    std::string out;
    const auto add = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) out += (out.empty() ? "" : "; ") + std::string(label) + value;
    };
    add("", told(machine, "cpu"));
    add("cores ", told(machine, "cores"));
    add("", told(machine, "gpu"));
    add("computed on ", told(run, "device"));
    add("threads ", told(run, "threads"));
    add("seed ", told(run, "seed"));
    add("LibTorch ", told(run, "libtorch"));
    add("Telltale ", told(run, "version"));
    return out + ".";
}

}  // namespace telltale::train
