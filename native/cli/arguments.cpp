#include "cli/arguments.hpp"

namespace telltale::cli {

CLI::Option* add_choice(CLI::App& command, const std::string& name, std::string& value,
                        const std::vector<std::string>& words, const std::string& help) {
    return command.add_option(name, value, help)
        ->check(CLI::IsMember(words))
        ->capture_default_str();
}

void add_json(CLI::App& command, bool& json) {
    command.add_flag("--json", json, "Print one JSON object on stdout");
}

void add_rate(CLI::App& command, double& rate) {
    command.add_option("--rate", rate, "Sampling rate in Hz of files that do not tell theirs")
        ->check(CLI::Range(1.0, 100000.0));
}

void add_threads(CLI::App& command, int& threads) {
    command
        .add_option("--threads", threads, "Threads the network may use; 0: as many as there are")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
}

void add_model(CLI::App& command, std::string& model) {
    command
        .add_option("--model", model,
                    "A model by name (see `telltale models`) or the path of an .onnx file")
        ->capture_default_str();
}

void add_wave_model(CLI::App& command, std::string& model) {
    command.add_option("--waves", model,
                       "The model that marks P, QRS and T, by name or path; none: no waves");
}

void add_rhythm_model(CLI::App& command, std::string& model) {
    command.add_option("--rhythm", model,
                       "The model that names the rhythm, by name or path; none: no rhythm");
}

}  // namespace telltale::cli
