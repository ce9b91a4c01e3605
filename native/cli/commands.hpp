// The program's commands. Each gives the exit code: 0 ok, 1 bad input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/batch.hpp"
#include "evaluate/ec57_report.hpp"
#include "recording/error.hpp"
#include "synth/synth.hpp"

namespace telltale::cli {

struct InfoOptions {
    std::vector<std::string> files;
    double rate = 0;  ///< Hz, for files that do not tell theirs; 0: not given.
    bool json = false;
};
int info(const InfoOptions& options);

struct AnalyzeOptions {
    std::vector<std::string> files;
    std::string model;  ///< Name or path.
    /// Likewise; empty the default, "none" none.
    std::string rhythm_model, wave_model;
    std::string lead;                  ///< Empty follows the model's card.
    std::filesystem::path out;         ///< Empty writes no files.
    std::vector<std::string> formats;  ///< csv, json, atr, html
    double rate = 0;                   ///< Hz, for files that do not tell theirs; 0: not given.
    double pause_s = 2.5;              ///< An RR interval of at least this is a pause.
    int threads = 0;
    bool json = false;
    bool json_lines = false;  ///< One object a recording on a line of its own, as it is done.
    bool no_beats = false;    ///< JSON without the list of beats and their clusters.
    std::string list;         ///< A file of paths instead of `files`, "-" is standard input.
    Shard shard;              ///< Of the list.
};
/// With a list it hands over to analyze_list().
int analyze(const AnalyzeOptions& options);
/// Every input of a shard of a list, with results that tell whether they are still valid: what is
/// done and unchanged is not done again.
int analyze_list(const AnalyzeOptions& options);

struct CollectOptions {
    std::filesystem::path folder;  ///< That analyze_list() wrote to.
    std::filesystem::path out;     ///< Path of the table without ending; empty: FOLDER/table.
    bool json = false;
};
int collect(const CollectOptions& options);

struct EvaluateDetectorOptions {
    std::filesystem::path data;
    std::string leads = "first";  ///< first or all
    double window_ms = 150;
    bool errors = false;         ///< List every error in the text too.
    std::filesystem::path html;  ///< A report to write; empty writes none.
    bool json = false;
};
int evaluate_detector(const EvaluateDetectorOptions& options);

/// Two annotation files, or two folders of them.
struct CompareOptions {
    std::filesystem::path reference, test;
    std::string reference_ending = "atr", test_ending = "atr";  ///< In folders.
    double window_ms = 150;
    double start_s = 0;
    double rate = 0;                 ///< Hz; 0 takes the header's.
    std::string map = "literature";  ///< literature or bxb
    bool errors = false;
    std::filesystem::path html;
    bool json = false;
};
int evaluate_compare(const CompareOptions& options);
/// Writes the report to a file; an empty path writes nothing.
Result<void> write_html(const std::filesystem::path& path, const evaluate::Ec57Report& report);

struct EvaluateClassifierOptions {
    std::string model;
    std::filesystem::path data;
    std::string split;  ///< ds1, ds2, all, heartbeat-test, ecg5000-test; empty: any records.
    std::vector<std::string> records;  ///< By name; empty: all of the split or the folder.
    std::string annotator = "atr";     ///< Ending of the reference annotations' files.
    std::string beats = "annotated";   ///< annotated or detected
    bool trained_on = false;           ///< Evaluate even on records that the model was trained on.
    int threads = 0;
    bool json = false;
};
int evaluate_classifier(const EvaluateClassifierOptions& options);

/// A model's beats with a technician who answers its questions, played from the reference.
struct EvaluateAssistedOptions : EvaluateClassifierOptions {
    std::vector<std::size_t> answers = {0, 4, 8, 12, 24};  ///< After how many to count.
    double errors = 0;                                     ///< Share of wrong answers.
    std::uint64_t seed = 1;                                ///< Of these.
};
int evaluate_assisted(const EvaluateAssistedOptions& options);

struct EvaluateRhythmOptions {
    std::string model, rhythm_model;   ///< As of AnalyzeOptions.
    std::filesystem::path data;        ///< With rhythm annotations, or with a REFERENCE.csv.
    std::vector<std::string> records;  ///< By name; empty: all.
    int threads = 0;
    bool json = false;
};
int evaluate_rhythm(const EvaluateRhythmOptions& options);

struct EvaluateWavesOptions {
    std::string wave_model;            ///< As of AnalyzeOptions.
    std::filesystem::path data;        ///< With marks of P, QRS and T.
    std::vector<std::string> records;  ///< By name; empty: all.
    int threads = 0;
    bool json = false;
};
int evaluate_waves(const EvaluateWavesOptions& options);

struct ModelsOptions {
    bool speed = false;  ///< Measure beats a second of each, some two seconds a model.
    bool json = false;
};
int models(const ModelsOptions& options);

struct SynthOptions {
    std::filesystem::path out;
    std::string format = "wfdb";  ///< wfdb or csv
    synth::Options recording;
    bool json = false;
};
int synth(const SynthOptions& options);

struct ConvertOptions {
    std::filesystem::path in, out;
    int wfdb_format = 212;
    double rate = 0;        ///< Hz, for files that do not tell theirs; 0: not given.
    bool comments = false;  ///< Write the comments too, which may name the patient.
    bool json = false;
};
int convert(const ConvertOptions& options);

/// Hands over to `telltale-train train ARGS...`, the program beside this one.
int train(const std::string& subcommand, const std::vector<std::string>& arguments);

struct ExportOptions {
    std::string run;
    std::filesystem::path out;
    std::vector<std::string> rest;  ///< Passed on to telltale-train.
    bool json = false;
};
/// `telltale-train export`, then ONNX Runtime against LibTorch; only then the file gets its name.
int export_model(const ExportOptions& options);

}  // namespace telltale::cli
