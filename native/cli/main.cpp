// telltale: the program. Reads the command line; the commands themselves are beside this file.
#include <CLI/CLI.hpp>
#include <format>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/model_files.hpp"
#include "cli/output.hpp"
#include "runtime/session.hpp"

namespace {

using namespace telltale;
using namespace telltale::cli;

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
    CLI::Option* files = command.add_option("FILE", c.analyze.files, "Recordings");
    CLI::Option* list =
        command
            .add_option("--list", c.analyze.list,
                        "A file with a path a line instead of FILE; - is standard input")
            ->excludes(files);
    command
        .add_option_function<std::string>(
            "--shard",
            [&c](const std::string& text) {
                const auto shard = cli::parse_shard(text);
                if (!shard) throw CLI::ValidationError("--shard", "expected I/N, 1/1 to N/N");
                c.analyze.shard = *shard;
            },
            "Only the I-th of N parts of the list, as I/N")
        ->needs(list);
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
        "cannot be read it is {\"file\": ..., \"error\": ...}.\n\n"
        "With --list each input leaves NAME-HASH.json in --out (summary, quality, rhythm), beside\n"
        "it what --format asks for, and a line in manifest.jsonl (manifest-IofN.jsonl of a "
        "shard).\n"
        "What is done and unchanged is skipped; any number of processes may work on one folder.\n"
        "Then `telltale collect` makes one table of it.\n\n"
        "  telltale analyze --list files.txt --shard 3/100 --out results --format csv");
    command.callback([&c] {
        if (c.analyze.files.empty() && c.analyze.list.empty())
            throw CLI::RequiredError("FILE or --list");
        if (!c.analyze.list.empty() && c.analyze.out.empty())
            throw CLI::RequiredError("--out with --list");
        c.exit = cli::analyze(c.analyze);
    });
}

void add_collect(CLI::App& app, Commands& c) {
    CLI::App& command =
        *app.add_subcommand("collect", "One table over the results of analyze --list");
    command.add_option("DIR", c.collect.folder, "The folder of the results (--out of analyze)")
        ->required();
    command.add_option("--out", c.collect.out,
                       "Path of the table without ending; DIR/table if not given");
    add_json(command, c.collect.json);
    command.footer(
        "Writes DIR/table.csv and DIR/table.json: a row a recording, by path, with rate, rhythm,\n"
        "ectopy and burden, variability, quality, warnings and errors. What is not known is "
        "empty.\n\n"
        "  telltale collect results");
    command.callback([&c] { c.exit = cli::collect(c.collect); });
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
    add_collect(app, commands);
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
        return app.exit(error) == 0 ? (cli::flushed() ? cli::exit_ok : cli::exit_bad_input)
                                    : cli::exit_usage;
    }
    return cli::flushed() ? commands.exit : cli::exit_bad_input;
}
