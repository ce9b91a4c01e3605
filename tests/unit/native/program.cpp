#include "program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace telltale::tests {
namespace {

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

Ran run_program(const std::vector<std::string>& arguments, const std::filesystem::path& models,
                const std::filesystem::path& copy) {
    const ScratchFolder folder;
    const std::string out = folder.file("out");
    const std::string err = folder.file("err");
    std::string program = copy.empty() ? TELLTALE_PROGRAM : copy.string();
    std::vector<std::string> copies = arguments;
    std::vector<char*> argv = {program.data()};
    for (std::string& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::string models_variable = "TELLTALE_MODELS=" + models.string();
    std::string path_variable = "PATH=/usr/bin:/bin";
    char* environment[] = {models_variable.data(), path_variable.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = 0;
    const int error =
        posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environment);
    posix_spawn_file_actions_destroy(&actions);
    Ran ran;
    if (error != 0) return ran;
    int status = 0;
    rusage usage{};
    if (::wait4(child, &status, 0, &usage) != child) return ran;
    if (WIFEXITED(status)) ran.exit = WEXITSTATUS(status);
    ran.peak_kb = usage.ru_maxrss;
    ran.out = content(out);
    ran.err = content(err);
    return ran;
}

ScratchFolder::ScratchFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "telltale-test-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) std::abort();
    path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
}

}  // namespace telltale::tests
