// What the page's glue and worker do, natively: answers the window's commands in this process, as a
// host of the workspace's workflow, with files from disk and ONNX Runtime.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app.hpp"
#include "cli/model_files.hpp"
#include "messages/commands.hpp"
#include "runtime/session.hpp"
#include "workspace/workflow.hpp"

namespace telltale::desktop {

class DesktopEngine {
public:
    /// `app` outlives the engine. Tells it of the models there are.
    explicit DesktopEngine(window::App& app);

    /// Reads files and folders (a WFDB header brings its companions) and starts to analyse the
    /// first recording found. Models among them are tried and used, session files opened.
    void open(const std::vector<std::filesystem::path>& paths);
    /// A command of the window, as JSON; acted on by the next work().
    void command(std::string json) { commands_.push_back(std::move(json)); }
    /// Does what is to be done for a fraction of a second; false when there is nothing.
    bool work();
    /// True once something went wrong that a script should know of.
    [[nodiscard]] bool failed() const { return failed_; }

    /// A note that is being written, on a beat or (-1) on the recording.
    struct Note {
        double beat = -1;
        std::optional<messages::CallStretch> stretch;
        std::string text;
    };
    /// Nothing while no note is being written; whoever draws it calls write().
    [[nodiscard]] std::optional<Note>& note() { return note_; }
    /// Ends it: `keep` makes it the person's note.
    void write(bool keep);

private:
    // The window's commands.
    void obey(const messages::NeedSamples& asked);
    void obey(const messages::Export& asked);
    void obey(const messages::WriteNote& asked);
    void obey(const messages::EditBeats& asked) {
        request(messages::EditRequest{.edit = asked.edit});
    }
    void obey(const messages::Explain& asked) {
        request(messages::ExplainRequest{.beat = asked.beat});
    }
    void obey(const messages::Ask& asked) { request(messages::AskRequest{.on = asked.on}); }
    void obey(const messages::AskSecond& asked);
    void obey(const messages::UseModel& asked);
    void obey(const messages::UseLead& asked);
    void obey(const messages::UseRecording& asked);
    void obey(const messages::Cancel&) { request(messages::CancelRequest{}); }
    void obey(const messages::ChooseFiles&);
    void obey(const messages::ChooseRecording&);
    void obey(const messages::CopyText& asked);
    template <class T>
    void obey(const T&) {}  // for those who do not see the window, or remembered by the page
    // The workflow's steps.
    void take(const workspace::TellMessage& told);
    void take(const workspace::TellLevel& told);
    void take(const workspace::TellBeats& told);
    void take(const workspace::TellReference& told);
    void take(const workspace::TellDensity& told);
    void take(const workspace::NeedModel& need);
    void take(const workspace::OpenNetwork& asked);
    void take(const workspace::RunNetwork& asked);
    void take(const workspace::NeedFiles&) { answer(workspace::Answer{}); }
    void take(const workspace::NeedReview&) { answer(workspace::Answer{}); }  // nothing is kept
    template <class T>
    void take(const T&) {}

    void request(const messages::Request& request) { workflow_.handle(request); }
    void answer(Result<workspace::Answer> given) {
        workflow_.answer(workflow_.ticket(), std::move(given));
    }
    [[nodiscard]] Result<const cli::Model*> model(const std::string& name);
    void say(const char* text);
    void error(const std::string& text);

    window::App& app_;
    workspace::Workflow workflow_;
    std::map<std::string, cli::Model> models_;
    std::map<std::string, runtime::Session> sessions_;
    std::map<std::string, std::filesystem::path> given_models_;
    std::vector<std::string> commands_;
    std::optional<Note> note_;
    std::string lead_;
    std::size_t jobs_ = 0;
    bool failed_ = false;
};

}  // namespace telltale::desktop
