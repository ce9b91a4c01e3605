// telltale train, dataset, results and export: the trainer is a program of its own, so that
// analysing needs no LibTorch; these start it.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <format>

#include "cli/commands.hpp"
#include "cli/model_files.hpp"
#include "cli/output.hpp"
#include "data/files.hpp"
#include "runtime/agreement.hpp"
#include "runtime/probe.hpp"
#include "runtime/session.hpp"

extern char** environ;

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

Result<fs::path> trainer() {
    std::error_code code;
    const fs::path program =
        fs::read_symlink("/proc/self/exe", code).parent_path() / "telltale-train";
    if (!data::exists(program))
        return fail(program.string(), "",
                    "the trainer is not beside this program; `./dev telltale train` builds it");
    return program;
}

// As a program takes its arguments.
std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// Runs the trainer and gives its exit code. Its stdout becomes our stderr: what it says is
// progress, not the result.
Result<int> run_trainer(const std::vector<std::string>& arguments) {
    const auto program = trainer();
    if (!program) return std::unexpected(program.error());
    const std::string name = program->string();
    std::vector<std::string> all = {name};
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv = pointers(all);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    pid_t child = 0;
    const int error = posix_spawn(&child, name.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return fail(name, "", std::format("cannot be started: {}", std::strerror(error)));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return fail(name, "", "cannot be waited for");
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return fail(name, "", std::format("ended by signal {}", WTERMSIG(status)));
}

// What ONNX Runtime answers to the probe's inputs, against what LibTorch answered.
Result<runtime::Agreement> compare(const fs::path& onnx_path, const fs::path& probe_path) {
    const auto model = find_model(onnx_path.string());
    if (!model) return std::unexpected(model.error());
    const auto bytes = data::read_file(probe_path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto probe = runtime::read_probe(*bytes, probe_path.string());
    if (!probe) return std::unexpected(probe.error());
    auto session = runtime::Session::open(model->onnx, model->card, onnx_path.string());
    if (!session) return std::unexpected(session.error());

    classify::Batch batch;
    // Of sequences every step is a beat.
    batch.beats = probe->output.values.size() / model->card.classes.size();
    for (const runtime::ProbeTensor& input : probe->inputs)
        batch.inputs.push_back({input.name, input.shape, input.values});
    const auto output = session->run(batch);
    if (!output) return std::unexpected(output.error());
    if (output->size() != probe->output.values.size())
        return fail(onnx_path.string(), "",
                    std::format("ONNX Runtime gives {} values, LibTorch gave {}", output->size(),
                                probe->output.values.size()));
    return runtime::compare_outputs(model->card.output, model->card.classes.size(),
                                    probe->output.values, *output);
}

}  // namespace

int train(const std::string& subcommand, const std::vector<std::string>& arguments) {
    const auto program = trainer();
    if (!program) {
        complain(program.error());
        return exit_bad_input;
    }
    // In the place of this process: who ends it, ends the training.
    std::vector<std::string> all = {program->string(), subcommand};
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv = pointers(all);
    ::execv(argv[0], argv.data());
    complain({program->string(), "", std::format("cannot be started: {}", std::strerror(errno))});
    return exit_bad_input;
}

int export_model(const ExportOptions& options) {
    // Beside the final file, so that moving it there is one step; gone in any other case. Where a
    // kill leaves it, it is none of the models of its folder.
    std::error_code of_folder;
    fs::path onnx = fs::absolute(options.out, of_folder);
    onnx += std::format("{}{}", data::part_mark, ::getpid());
    fs::path probe = onnx;
    probe += ".probe";
    struct Cleanup {
        const fs::path& onnx;
        const fs::path& probe;
        ~Cleanup() {
            std::error_code code;
            fs::remove(onnx, code);
            fs::remove(probe, code);
        }
    } const cleanup{onnx, probe};

    std::vector<std::string> arguments = {"export",      options.run, "--out",
                                          onnx.string(), "--probe",   probe.string()};
    arguments.insert(arguments.end(), options.rest.begin(), options.rest.end());
    const auto code = run_trainer(arguments);
    if (!code) {
        complain(code.error());
        return exit_bad_input;
    }
    if (*code != 0) return *code;
    const auto agreement = compare(onnx, probe);
    if (!agreement) {
        complain(agreement.error());
        return exit_bad_input;
    }
    const bool good = agreement->good();
    const std::string figures = std::format(
        "on {} beats ONNX Runtime {} and LibTorch differ by {:.2g} in probabilities (at most "
        "{:.2g} may be), {:.2g} in logits (at most {:.2g})",
        agreement->beats, runtime::runtime_version(), agreement->probabilities,
        runtime::Agreement::largest_difference, agreement->logits, agreement->logits_limit);
    if (good) {
        std::error_code moved;
        fs::rename(onnx, options.out, moved);
        if (moved) {
            complain({options.out.string(), "", "cannot be written: " + moved.message()});
            return exit_bad_input;
        }
    } else {
        complain({options.out.string(), "", figures + "; no file is written"});
    }
    if (options.json)
        print_json(Json{{"file", good ? Json(options.out.string()) : Json(nullptr)},
                        {"beats", agreement->beats},
                        {"probabilities_differ", number_or_null(agreement->probabilities)},
                        {"probabilities_limit", runtime::Agreement::largest_difference},
                        {"logits_differ", number_or_null(agreement->logits)},
                        {"logits_limit", agreement->logits_limit}});
    else if (good)
        print(std::format("wrote {}: {}", options.out.string(), figures));
    return good ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
