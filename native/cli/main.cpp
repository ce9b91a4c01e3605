// telltale: the program. Reads the command line; the commands themselves are beside this file.
#include <CLI/CLI.hpp>
#include <format>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/model_files.hpp"
#include "cli/output.hpp"
#include "runtime/session.hpp"

namespace {

using namespace telltale;

constexpr const char* overview =
    R"(Telltale finds the heartbeats of an ECG and names each of them.
It is not a medical device.

Try it without a recording of your own:
  telltale synth --out demo --pvc 0.1       makes a recording: demo.hea, demo.dat, demo.atr
  telltale info demo.hea                    says what it holds
  telltale analyze demo.hea --out reports   names its beats: reports/demo.beats.csv

A recording is a WFDB record (name its .hea or .dat file, or the record without ending: the files
that belong to it are fetched from beside it) or a CSV table. `telltale COMMAND --help` says more
of each command.)";

constexpr const char* conventions =
    R"(With --json a command prints exactly one JSON object on stdout; progress and complaints go to
stderr. Exit codes: 0 all is well, 1 bad input, also where it is only part of what was given and the
rest was done (a file cut short, samples that are no numbers), 2 wrong usage.)";

// An option that takes one of some words.
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

void add_rhythm_model(CLI::App& command, std::string& model) {
    command.add_option("--rhythm", model,
                       "The model that names the rhythm, by name or path; none: no rhythm");
}

void add_wave_model(CLI::App& command, std::string& model) {
    command.add_option("--waves", model,
                       "The model that marks P, QRS and T, by name or path; none: no waves");
}

// What every command of the program holds until it is run.
struct Commands {
    cli::InfoOptions info;
    cli::AnalyzeOptions analyze;
    cli::EvaluateDetectorOptions detector;
    cli::CompareOptions compare;
    cli::EvaluateClassifierOptions classifier;
    cli::EvaluateAssistedOptions assisted;
    cli::EvaluateRhythmOptions rhythm;
    cli::EvaluateWavesOptions waves;
    cli::ModelsOptions models;
    cli::SynthOptions synth;
    cli::ConvertOptions convert;
    cli::ExportOptions export_;
    std::vector<std::string> train;
    std::string out;  // of export, as typed

    int exit = cli::exit_ok;
};

void add_info(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand("info", "What a file holds");
    command.add_option("FILE", c.info.files, "Recordings or models")->required();
    add_rate(command, c.info.rate);
    add_json(command, c.info.json);
    command.footer(
        "Shows leads, sampling rate, duration, reference beats and what had to be assumed; of an\n"
        ".onnx model its card.\n\n  telltale info 100.hea\n  telltale info cnn-skip.onnx");
    command.callback([&c] { c.exit = cli::info(c.info); });
}

void add_analyze(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand("analyze", "Find and name the beats of recordings");
    command.add_option("FILE", c.analyze.files, "Recordings")->required();
    add_model(command, c.analyze.model);
    add_rhythm_model(command, c.analyze.rhythm_model);
    add_wave_model(command, c.analyze.wave_model);
    command.add_option("--lead", c.analyze.lead,
                       "The lead to work on, by name; the model's card chooses if not given");
    command.add_option("--out", c.analyze.out, "Folder for the reports; made if need be");
    command.add_option("--format", c.analyze.formats, "Reports to write, with commas between")
        ->delimiter(',')
        ->check(CLI::IsMember({"csv", "json", "atr", "html", "waves"}));
    add_rate(command, c.analyze.rate);
    command
        .add_option("--pause", c.analyze.pause_s, "RR interval in s from which on it is a pause")
        ->check(CLI::Range(0.5, 60.0))
        ->capture_default_str();
    add_threads(command, c.analyze.threads);
    add_json(command, c.analyze.json);
    command
        .add_flag("--json-lines", c.analyze.json_lines,
                  "Print one JSON object a line instead: each recording's as soon as it is done")
        ->excludes("--json");
    command.add_flag("--no-beats", c.analyze.no_beats,
                     "JSON without the lists of beats: summary, quality, rhythm and its events");
    command.footer(
        "Prints a line for each recording. With --out it writes NAME.beats.csv (one line a beat),\n"
        "with --format also NAME.beats.json, NAME.atr (WFDB annotations), NAME.waves (P, QRS and\n"
        "T as WFDB annotations) and NAME.waves.csv, or NAME.html (a report to\n"
        "print: rhythm, hours, variability, strips of the events). One bad file does not\n"
        "stop the rest.\n\n"
        "  telltale analyze 100.hea\n"
        "  telltale analyze *.hea --out reports --format csv,atr,html\n"
        "  telltale analyze watch.csv --lead I --json\n"
        "  telltale analyze *.hea --json-lines --no-beats\n\n"
        "Each line of --json-lines is what --json has in \"recordings\" (or \"beat_sets\"); of "
        "what\n"
        "cannot be read it is {\"file\": ..., \"error\": ...}.");
    command.callback([&c] { c.exit = cli::analyze(c.analyze); });
}

// What the reports of a comparison have in common.
void add_report(CLI::App& command, bool& errors, std::filesystem::path& html) {
    command.add_flag("--errors", errors,
                     "List every error with its time (always in JSON and HTML)");
    command.add_option("--html", html, "Write the report to this file too");
}

void add_evaluate_rhythm(CLI::App& evaluate, Commands& c) {
    CLI::App& command = *evaluate.add_subcommand("rhythm", "The rhythm");
    command
        .add_option("--data", c.rhythm.data,
                    "Folder of WFDB records with rhythm annotations (.atr), or of short recordings "
                    "with a REFERENCE.csv (NAME,A or N or O or ~)")
        ->required();
    command.add_option("--records", c.rhythm.records, "Some of the records only, by name")
        ->delimiter(',');
    add_model(command, c.rhythm.model);
    add_rhythm_model(command, c.rhythm.rhythm_model);
    add_threads(command, c.rhythm.threads);
    add_json(command, c.rhythm.json);
    command.footer(
        "Of each rhythm: how much of its time is named (Se) and how much of what is named is it\n"
        "(+P), episodes found and right by the rules of ANSI/AAMI EC57 as WFDB's epicmp counts\n"
        "them, and false episodes an hour. Reference time that is called NOISE is left out.\n\n"
        "  telltale evaluate rhythm --data vfdb --json\n"
        "  telltale evaluate rhythm --data challenge2017");
    command.callback([&c] { c.exit = cli::evaluate_rhythm(c.rhythm); });
}

void add_evaluate_waves(CLI::App& evaluate, Commands& c) {
    CLI::App& command = *evaluate.add_subcommand("waves", "P, QRS and T waves");
    command
        .add_option("--data", c.waves.data,
                    "Folder of WFDB records with a person's marks: NAME.q1c as in the QT Database, "
                    "or one annotation file a lead (NAME.i, NAME.ii, ...) as in LUDB")
        ->required();
    command.add_option("--records", c.waves.records, "Some of the records only, by name")
        ->delimiter(',');
    add_wave_model(command, c.waves.wave_model);
    add_threads(command, c.waves.threads);
    add_json(command, c.waves.json);
    command.footer(
        "Of onset, peak and end of each wave: how many are found within 150 ms (Se), how many of\n"
        "those told are there (+P), and the mean and standard deviation of their errors; lead by\n"
        "lead, and with all leads joined.\n\n"
        "  telltale evaluate waves --data qtdb\n"
        "  telltale evaluate waves --data ludb/data --records 1,2,3 --json");
    command.callback([&c] { c.exit = cli::evaluate_waves(c.waves); });
}

// The records that a model is measured on, and how.
void add_measured(CLI::App& command, cli::EvaluateClassifierOptions& options,
                  const std::vector<std::string>& splits, const char* data) {
    add_model(command, options.model);
    command.add_option("--data", options.data, data)->required();
    add_choice(command, "--split", options.split, splits,
               "The beats to evaluate on; without it, all annotated records of the folder");
    command.add_option("--records", options.records, "Some of the records only, by name")
        ->delimiter(',');
    command
        .add_option("--annotator", options.annotator, "Ending of the reference annotations' files")
        ->capture_default_str();
    add_choice(command, "--beats", options.beats, {"annotated", "detected"},
               "Take the annotated beats, or find them and match them (150 ms)");
    command.add_flag("--trained-on", options.trained_on,
                     "Evaluate even on records that the model was trained on");
    add_threads(command, options.threads);
    add_json(command, options.json);
}

void add_evaluate_assisted(CLI::App& evaluate, Commands& c) {
    CLI::App& command =
        *evaluate.add_subcommand("assisted", "A model with a person who answers its questions");
    add_measured(command, c.assisted, {"ds1", "ds2", "all"},
                 "Folder of WFDB records with reference annotations; for a split, of the MIT-BIH "
                 "records, or the folder above it");
    command.add_option("--answers", c.assisted.answers, "Count after so many answers a record")
        ->delimiter(',')
        ->capture_default_str();
    command.add_option("--errors", c.assisted.errors, "Share of the answers that are wrong")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_option("--seed", c.assisted.seed, "Of these errors")->capture_default_str();
    command.footer(
        "Plays the technician: the model asks about one beat after the other, the reference\n"
        "answers, and all beats of the record are named anew. Prints F1 of S and V over all\n"
        "records, once with and once without the beats that were asked about.\n\n"
        "  telltale evaluate assisted --data svdb --answers 0,4,12 --json\n"
        "  telltale evaluate assisted --data mitdb --split ds2 --errors 0.05");
    command.callback([&c] { c.exit = cli::evaluate_assisted(c.assisted); });
}

void add_evaluate(CLI::App& app, Commands& c) {
    CLI::App& command =
        *app.add_subcommand("evaluate", "Compare with reference annotations: how good is it?");
    command.require_subcommand(1);

    CLI::App& detector = *command.add_subcommand("detector", "The beat detector");
    detector
        .add_option("--data", c.detector.data,
                    "Folder of WFDB records with reference annotations (.atr)")
        ->required();
    add_choice(detector, "--leads", c.detector.leads, {"first", "all"},
               "The leads that beats are looked for on");
    detector.add_option("--window", c.detector.window_ms, "Match window in ms")
        ->check(CLI::Range(1.0, 1000.0))
        ->capture_default_str();
    add_report(detector, c.detector.errors, c.detector.html);
    add_json(detector, c.detector.json);
    detector.footer(
        "Matches beats as ANSI/AAMI EC57 does, from the first sample on, and adds up over all\n"
        "records (gross). `seconds` is processor time of detection alone, samples already in\n"
        "memory.\n\n"
        "  telltale evaluate detector --data mitdb --html detector.html");
    detector.callback([&c] { c.exit = cli::evaluate_detector(c.detector); });

    CLI::App& compare = *command.add_subcommand("compare", "Annotations against annotations");
    compare.add_option("REF", c.compare.reference, "Reference: an annotation file or a folder")
        ->required();
    compare.add_option("TEST", c.compare.test, "What is tested: likewise")->required();
    compare.add_option("--ref-ending", c.compare.reference_ending, "Ending of the files in REF")
        ->capture_default_str();
    compare.add_option("--test-ending", c.compare.test_ending, "Ending of the files in TEST")
        ->capture_default_str();
    compare.add_option("--window", c.compare.window_ms, "Match window in ms")
        ->check(CLI::Range(1.0, 1000.0))
        ->capture_default_str();
    compare.add_option("--start", c.compare.start_s, "Leave out so many seconds at the start")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    compare.add_option("--rate", c.compare.rate, "Sampling rate in Hz, where no header tells it")
        ->check(CLI::Range(1.0, 1e6));
    add_choice(compare, "--map", c.compare.map, {"literature", "bxb"},
               "Which beat codes make which AAMI class");
    add_report(compare, c.compare.errors, c.compare.html);
    add_json(compare, c.compare.json);
    compare.footer(
        "Beats and runs by the rules of ANSI/AAMI EC57, counted as WFDB's bxb and rxr count them:\n"
        "each record, the gross figures and the averages. The sampling rate is read from the\n"
        "header (.hea) beside either file.\n\n"
        "  telltale evaluate compare mitdb/100.atr reports/100.atr --errors\n"
        "  telltale evaluate compare mitdb reports --html comparison.html");
    compare.callback([&c] { c.exit = cli::evaluate_compare(c.compare); });

    CLI::App& classifier = *command.add_subcommand("classifier", "A model");
    add_measured(classifier, c.classifier, {"ds1", "ds2", "all", "heartbeat-test", "ecg5000-test"},
                 "Folder of WFDB records with reference annotations; for a split, of the MIT-BIH "
                 "records (or of ECG5000), or the folder above it");
    classifier.add_flag_callback(
        "--detector", [&c] { c.classifier.beats = "detected"; }, "The same as --beats detected");
    classifier.footer(
        "ds1 and ds2 are de Chazal's halves of MIT-BIH, different patients in each;\n"
        "heartbeat-test and ecg5000-test are the official test parts of those data sets.\n"
        "A model whose card names one of the records as trained on is refused, or its twin is\n"
        "evaluated instead and the output says so.\n\n"
        "  telltale evaluate classifier --model cnn-skip --data mitdb --split ds2\n"
        "  telltale evaluate classifier --data qtdb --records sele0104,sele0106 --beats detected");
    classifier.callback([&c] { c.exit = cli::evaluate_classifier(c.classifier); });
    add_evaluate_assisted(command, c);
    add_evaluate_rhythm(command, c);
    add_evaluate_waves(command, c);
}

void add_train(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand(
        "train", "Train a model from a recipe (`telltale train --help` lists the options)");
    command.prefix_command();
    command.set_help_flag();  // the trainer explains itself
    command.callback([&c, &command] { c.exit = cli::train("train", command.remaining()); });
}

void add_data_set(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand(
        "dataset", "Write the beats that models learn from as CSV or NumPy files");
    command.prefix_command();
    command.set_help_flag();  // the trainer explains itself
    command.callback([&c, &command] { c.exit = cli::train("dataset", command.remaining()); });
}

void add_results(CLI::App& app, Commands& c) {
    CLI::App& command =
        *app.add_subcommand("results", "Write the results page from the recipes, runs and models");
    command.prefix_command();
    command.set_help_flag();  // the trainer explains itself
    command.callback([&c, &command] { c.exit = cli::train("results", command.remaining()); });
}

void add_export(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand("export", "Make a model file from a training run");
    command.add_option("RUN", c.export_.run, "The run's folder (--out of train)")->required();
    command.add_option("--out", c.export_.out, "The .onnx file to write")
        ->required()
        ->check([](const std::string& out) {
            return out.ends_with(".onnx") ? std::string() : "expected a name that ends in .onnx";
        });
    command.allow_extras();
    add_json(command, c.export_.json);
    command.footer(
        "The file gets its name only if ONNX Runtime and LibTorch give the same probabilities\n"
        "(largest difference 1e-4) and logits (1e-4 of the largest) for real beats. Other options\n"
        "go to the trainer.\n\n"
        "  telltale export runs/cnn-skip --out models/cnn-skip.onnx");
    command.callback([&c, &command] {
        c.export_.rest = command.remaining();
        c.exit = cli::export_model(c.export_);
    });
}

void add_models(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand("models", "List the models there are");
    command.add_flag("--speed", c.models.speed,
                     "Measure how many beats a second each names on one thread");
    add_json(command, c.models.json);
    command.footer("They are looked for in $TELLTALE_MODELS, else in the repository's models/.");
    command.callback([&c] { c.exit = cli::models(c.models); });
}

void add_synth(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand("synth", "Make a synthetic recording with known beats");
    synth::Options& r = c.synth.recording;
    command.add_option("--out", c.synth.out, "Folder, or path of the record without ending")
        ->required();
    add_choice(command, "--format", c.synth.format, {"wfdb", "csv"}, "Kind of file");
    command.add_option("--name", r.name, "Name of the record, where --out is a folder")
        ->capture_default_str();
    const auto number = [&](const char* name, double& value, double least, double most,
                            const char* help) {
        command.add_option(name, value, help)
            ->check(CLI::Range(least, most))
            ->capture_default_str();
    };
    number("--duration", r.duration_s, 1, 7 * 86400, "Seconds");
    number("--rate", r.sampling_rate, 50, 10000, "Sampling rate in Hz");
    number("--heart-rate", r.heart_rate, 20, 250, "Beats a minute");
    number("--pvc", r.pvc_share, 0, 1, "Share of premature ventricular beats");
    number("--apb", r.apb_share, 0, 1, "Share of premature atrial beats");
    number("--noise", r.noise_mv, 0, 5, "Muscle noise in mV (standard deviation)");
    number("--wander", r.wander_mv, 0, 5, "Baseline wander in mV (amplitude)");
    command.add_option("--leads", r.leads, "Number of leads")
        ->check(CLI::Range(1, 12))
        ->capture_default_str();
    command.add_option("--seed", r.seed, "The same seed gives the same recording")
        ->capture_default_str();
    add_json(command, c.synth.json);
    command.footer("  telltale synth --out demo --duration 300 --pvc 0.08 --apb 0.05 --seed 7");
    command.callback([&c] { c.exit = cli::synth(c.synth); });
}

void add_convert(CLI::App& app, Commands& c) {
    CLI::App& command = *app.add_subcommand("convert", "Write a recording in another format");
    command.add_option("IN", c.convert.in, "A recording")->required();
    command.add_option("OUT", c.convert.out, "NAME.hea (WFDB), NAME.edf (EDF+) or NAME.csv")
        ->required();
    command.add_option("--wfdb-format", c.convert.wfdb_format, "Signal format of WFDB files")
        ->check(CLI::IsMember({16, 212}))
        ->capture_default_str();
    command.add_flag("--comments", c.convert.comments,
                     "Write the comments too, which may name the patient (WFDB)");
    add_rate(command, c.convert.rate);
    add_json(command, c.convert.json);
    command.footer("  telltale convert watch.csv watch.hea\n  telltale convert 100.hea 100.csv");
    command.callback([&c] { c.exit = cli::convert(c.convert); });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(overview, "telltale");
    app.footer(conventions);
    app.require_subcommand(1);
    app.set_version_flag("--version", std::format("telltale {}, ONNX Runtime {}", TELLTALE_VERSION,
                                                  runtime::runtime_version()));
    app.get_formatter()->column_width(28);
    Commands commands;
    add_analyze(app, commands);
    add_info(app, commands);
    add_convert(app, commands);
    add_synth(app, commands);
    add_models(app, commands);
    add_evaluate(app, commands);
    add_train(app, commands);
    add_data_set(app, commands);
    add_results(app, commands);
    add_export(app, commands);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // 0 for --help and --version, which are "errors" of the library too.
        return app.exit(error) == 0 ? cli::exit_ok : cli::exit_usage;
    }
    return commands.exit;
}
