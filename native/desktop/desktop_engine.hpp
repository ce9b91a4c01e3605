// What the page's glue and worker do, natively: answers the window's commands in this process, with
// the page's own engine, files from disk and ONNX Runtime. The messages are those of web/README.md.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app.hpp"
#include "runtime/session.hpp"
#include "workspace/workspace.hpp"

namespace telltale::desktop {

class DesktopEngine {
public:
    /// `app` outlives the engine. Tells it of the models there are.
    explicit DesktopEngine(window::App& app);

    /// Reads files and folders (a WFDB header brings its companions) and starts to analyse the
    /// first recording found.
    void open(const std::vector<std::filesystem::path>& paths);
    /// A command of the window, as JSON; acted on by the next work().
    void command(std::string json) { commands_.push_back(std::move(json)); }
    /// Does what is to be done for a fraction of a second; false when there is nothing.
    bool work();
    /// True once something went wrong that a script should know of.
    [[nodiscard]] bool failed() const { return failed_; }

private:
    void act(const std::string& json);
    void show_recording(std::size_t index);
    void use_model(const std::string& name);
    void start();
    void stop(const char* notice);
    void send_beats();
    /// What the beats mean: quality, rhythm, comparison, clusters.
    void send_findings();
    void tell(const char* type, const std::string& text);
    void error(const Error& error);
    void write_export(const std::string& kind);

    window::App& app_;
    workspace::Workspace engine_;
    std::optional<runtime::Session> session_;
    std::vector<std::string> commands_;
    enum class Stage { idle, detecting, classifying };
    Stage stage_ = Stage::idle;
    std::string lead_, model_;
    std::chrono::steady_clock::time_point started_;
    bool failed_ = false;
};

}  // namespace telltale::desktop
