// The command line of `telltale evaluate`.
#include "cli/arguments.hpp"

namespace telltale::cli {
namespace {

// What the reports of a comparison have in common.
void add_report(CLI::App& command, bool& errors, std::filesystem::path& html) {
    command.add_flag("--errors", errors,
                     "List every error with its time (always in JSON and HTML)");
    command.add_option("--html", html, "Write the report to this file too");
}

void add_records(CLI::App& command, std::vector<std::string>& records) {
    command.add_option("--records", records, "Some of the records only, by name")->delimiter(',');
}

void add_evaluate_rhythm(CLI::App& evaluate, Commands& c) {
    CLI::App& command = *evaluate.add_subcommand("rhythm", "The rhythm");
    command
        .add_option("--data", c.rhythm.data,
                    "Folder of WFDB records with rhythm annotations (.atr), or of short recordings "
                    "with a REFERENCE.csv (NAME,A or N or O or ~)")
        ->required();
    add_records(command, c.rhythm.records);
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
    command.callback([&c] { c.exit = evaluate_rhythm(c.rhythm); });
}

void add_evaluate_waves(CLI::App& evaluate, Commands& c) {
    CLI::App& command = *evaluate.add_subcommand("waves", "P, QRS and T waves");
    command
        .add_option("--data", c.waves.data,
                    "Folder of WFDB records with a person's marks: NAME.q1c as in the QT Database, "
                    "or one annotation file a lead (NAME.i, NAME.ii, ...) as in LUDB")
        ->required();
    add_records(command, c.waves.records);
    add_wave_model(command, c.waves.wave_model);
    add_threads(command, c.waves.threads);
    add_json(command, c.waves.json);
    command.footer(
        "Of onset, peak and end of each wave: how many are found within 150 ms (Se), how many of\n"
        "those told are there (+P), and the mean and standard deviation of their errors; lead by\n"
        "lead, and with all leads joined.\n\n"
        "  telltale evaluate waves --data qtdb\n"
        "  telltale evaluate waves --data ludb/data --records 1,2,3 --json");
    command.callback([&c] { c.exit = evaluate_waves(c.waves); });
}

// The records that a model is measured on, and how.
void add_measured(CLI::App& command, EvaluateClassifierOptions& options,
                  const std::vector<std::string>& splits, const char* data) {
    add_model(command, options.model);
    command.add_option("--data", options.data, data)->required();
    add_choice(command, "--split", options.split, splits,
               "The beats to evaluate on; without it, all annotated records of the folder");
    add_records(command, options.records);
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
    command.callback([&c] { c.exit = evaluate_assisted(c.assisted); });
}

}  // namespace

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
    detector.callback([&c] { c.exit = evaluate_detector(c.detector); });

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
    compare.callback([&c] { c.exit = evaluate_compare(c.compare); });

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
    classifier.callback([&c] { c.exit = evaluate_classifier(c.classifier); });
    add_evaluate_assisted(command, c);
    add_evaluate_rhythm(command, c);
    add_evaluate_waves(command, c);
}

}  // namespace telltale::cli
