// The program with a folder of its own: models, records and what it writes.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/files.hpp"
#include "program.hpp"

namespace telltale::tests {

/// A network of the heartbeat form that calls a beat V if its window holds much area.
[[nodiscard]] std::vector<std::byte> tiny_model(const std::string& name);

/// A folder of models with one, "tiny", and the program run with it.
class Program {
public:
    Program();

    Ran operator()(const std::vector<std::string>& arguments) const;
    /// The program started by a shell's script, in which "$@" is it with its arguments.
    Ran in_shell(const std::string& script, const std::vector<std::string>& arguments) const;
    /// With --json: stdout must be one JSON object and nothing else.
    nlohmann::json json(std::vector<std::string> arguments, int exit = 0) const;
    /// The program refuses: exit 1 and a sentence that says why, within bounded memory.
    void refuses(const std::vector<std::string>& arguments, const std::string& why) const;

    [[nodiscard]] std::string path(const std::string& name) const { return folder_.file(name); }
    template <class Content>
    std::string put(const std::string& name, const Content& content) const {
        const std::filesystem::path path = folder_.path() / name;
        std::filesystem::create_directories(path.parent_path());
        REQUIRE(data::write_file(path, content));
        return path.string();
    }
    /// A synthetic WFDB record; gives its path without ending.
    [[nodiscard]] std::string record(const std::string& name, double seconds = 60,
                                     std::uint64_t seed = 5) const;

private:
    ScratchFolder folder_;
};

/// Of a file that must be there.
[[nodiscard]] std::vector<std::byte> content(const std::string& path);
[[nodiscard]] std::string text_of(const std::string& path);
[[nodiscard]] std::size_t lines(const std::string& path);

}  // namespace telltale::tests
