// Every command of the window by name, for the command palette and for assistive technology.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::window {

class App;

struct NamedCommand {
    std::string name;   ///< stable, for scripts: "tab:events"
    std::string title;  ///< as people look for it: "Show events"
    std::string keys;   ///< "3"; empty where there is none
    bool enabled = true;
    std::function<void(App&)> run;
};

/// All commands as things stand now, those that cannot be used among them.
[[nodiscard]] std::vector<NamedCommand> named_commands(const App& app);

/// False where there is no such command or it cannot be used now.
bool run_command(App& app, std::string_view name);

}  // namespace telltale::window
