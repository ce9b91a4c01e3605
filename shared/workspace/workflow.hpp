// What a person asks of a workspace, in steps: which stage follows which, what is said of it, and
// how it is cancelled. Page, desktop and program are its hosts; they read files, fetch models and
// run networks, and show what they are told:
//
//     workflow.handle(request);
//     for (;;) {
//         const Step step = workflow.step();          // a fraction of a second of computing
//         if (idle) break;
//         if (something to tell) show(step);
//         if (a question) workflow.answer(workflow.ticket(), do_it(step));
//     }
//
// One job runs at a time, and a newer one ends it; changes by a person are made at once, and what
// they mean is worked out when no job runs. What is told of beats is of the beats as they are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/jobs.hpp"
#include "messages/model.hpp"
#include "messages/notices.hpp"
#include "workspace/flow.hpp"
#include "workspace/stepping.hpp"
#include "workspace/workspace.hpp"

namespace telltale::workspace {

class Workflow {
public:
    /// `seconds` tells the time from any beginning, for how long an analysis took.
    explicit Workflow(std::function<double()> seconds) : seconds_(std::move(seconds)) {}

    [[nodiscard]] Workspace& workspace() { return workspace_; }
    [[nodiscard]] const Workspace& workspace() const { return workspace_; }

    /// The models that there are; `current` names beats, `rhythm` rhythms, `waves` marks P, QRS and
    /// T (empty: none does).
    void set_models(std::vector<messages::ModelEntry> models, std::string current,
                    std::string rhythm, std::string waves);
    [[nodiscard]] const std::string& current_model() const { return current_; }

    void handle(const messages::Request& request);
    /// What comes next. A step is told before the request after it is handled, and a question is
    /// given once: Idle follows until it is answered.
    [[nodiscard]] Step step();
    /// What is to be told, without doing anything: Idle where there is nothing.
    [[nodiscard]] Step told();
    /// The number of the question that was given last.
    [[nodiscard]] std::uint64_t ticket() const { return stepping_.ticket(); }
    /// False where nobody waits for that answer any more: the host need not go on.
    [[nodiscard]] bool waits_for(std::uint64_t ticket) const {
        return stepping_.waiting() && stepping_.ticket() == ticket;
    }
    void answer(std::uint64_t ticket, Result<Answer> answer);
    /// How far the host is with what it does: a file that is read.
    void progress(std::string stage, double fraction);

    /// Why the last job failed; nothing where it did not, or was cancelled.
    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
    /// What the reader of the results should know.
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warned_; }

    /// Joins changes made in another place: a session file's review.
    [[nodiscard]] Result<void> adopt(std::string_view session, std::string_view file);

private:
    enum class Kind : std::uint8_t { none, job, explanation, question, review };

    void begin(std::size_t job, Flow flow);
    void begin_next();
    [[nodiscard]] std::optional<Step> waiting_step();
    void finish();
    void fail_job(bool cancelled, std::optional<Error> error);
    void cancel();

    // The jobs, and their parts.
    Flow open(messages::OpenJob job);
    Flow read_files(const messages::OpenJob& job);
    Flow try_model(std::string file);
    Flow choose(messages::ChooseJob job);
    Flow name_set(std::size_t set, std::string wanted);
    Flow analyze(messages::AnalyzeJob job);
    Flow use_model(messages::ModelJob job);
    Flow second(std::string name);
    Flow find_and_name(std::string lead, bool findings = true);
    Flow findings();
    Flow judge_signal();
    Flow name_rhythm();
    Flow ask_rhythm();
    Flow measure_waves();
    Flow ask_waves();
    Flow restore_review(std::string given);
    // Beside them.
    Flow explain(std::size_t beat);
    Flow tell_question();
    Flow review();

    // Questions to the host; what comes back is what `co_await` gives.
    [[nodiscard]] Stepping::Asked ask_model(const std::string& name, bool of_job = false);
    [[nodiscard]] Stepping::Asked ask_review(const std::string& given);
    [[nodiscard]] Stepping::Asked open_network(const std::string& model, Purpose purpose);
    [[nodiscard]] Stepping::Asked run(const std::string& model, Purpose purpose,
                                      const classify::Batch& batch, const std::string& output,
                                      const std::string& embedding = {});
    /// The values of the output that a card names, taken out of the answer.
    [[nodiscard]] static Result<std::vector<float>> output_of(Result<Answer>& answer,
                                                              const std::string& name);
    [[nodiscard]] static Result<std::vector<float>> output_of(Result<Answer>&& answer,
                                                              const std::string& name);
    void show(std::size_t index);
    void send_beats();
    void send_summary();
    void send_models();
    void send_rhythm();
    void send_density(std::size_t cluster);
    void warn(std::vector<std::string> texts);
    void notice(std::string text);
    void tell_review(bool changed);
    [[nodiscard]] bool named() const;
    [[nodiscard]] bool knows(const std::string& model) const;

    Workspace workspace_;
    Stepping stepping_;
    std::function<double()> seconds_;

    std::vector<messages::ModelEntry> models_;
    std::string current_, rhythm_, waves_;
    std::vector<messages::RecordingEntry> entries_;  ///< That can be chosen.
    std::size_t current_recording_ = 0;

    // What goes on.
    Kind kind_ = Kind::none;
    Flow flow_;
    std::size_t job_ = 0;
    std::vector<std::string> errors_;
    bool needs_sampling_rate_ = false;
    std::optional<Error> failure_;

    std::optional<std::size_t> question_;  ///< A beat to be explained.
    bool asking_ = false;                  ///< A person is asked about beats,
    bool asked_ = false;                   ///< and the next question is still to be told.
    bool changed_ = false;                 ///< A person's change whose findings are still to come.
    bool restored_ = false;  ///< Changes of an earlier visit are here again, and nobody was told.
    std::vector<std::string> warned_;
    /// How long the analysis took whose beats these are.
    Derived<double, std::uint64_t> took_;
};

}  // namespace telltale::workspace
