// Runs the real `telltale` program and gives what it said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace telltale::tests {

struct Ran {
    int exit = -1;  ///< -1 where it ended by a signal.
    std::string out, err;
    long peak_kb = 0;  ///< Most memory it ever held.
};

/// Models are looked for in `models`. `program` is another copy of it, if given.
[[nodiscard]] Ran run_program(const std::vector<std::string>& arguments,
                              const std::filesystem::path& models,
                              const std::filesystem::path& program = {});

/// A fresh folder that is deleted with the object.
class ScratchFolder {
public:
    ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

}  // namespace telltale::tests
