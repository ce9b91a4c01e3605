// How the command line of the program is read: what its commands share, and the parts of it that
// have a file of their own.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace telltale::cli {

/// What every command of the program holds until it is run.
struct Commands {
    InfoOptions info;
    AnalyzeOptions analyze;
    CollectOptions collect;
    EvaluateDetectorOptions detector;
    CompareOptions compare;
    EvaluateClassifierOptions classifier;
    EvaluateAssistedOptions assisted;
    EvaluateRhythmOptions rhythm;
    EvaluateWavesOptions waves;
    ModelsOptions models;
    SynthOptions synth;
    ConvertOptions convert;
    ExportOptions export_;

    int exit = exit_ok;
};

/// An option that takes one of some words.
CLI::Option* add_choice(CLI::App& command, const std::string& name, std::string& value,
                        const std::vector<std::string>& words, const std::string& help);
void add_json(CLI::App& command, bool& json);
void add_rate(CLI::App& command, double& rate);
void add_threads(CLI::App& command, int& threads);
void add_model(CLI::App& command, std::string& model);
void add_rhythm_model(CLI::App& command, std::string& model);
void add_wave_model(CLI::App& command, std::string& model);

/// `telltale evaluate` and what is below it.
void add_evaluate(CLI::App& app, Commands& c);

}  // namespace telltale::cli
