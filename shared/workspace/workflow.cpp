#include "workspace/workflow.hpp"

#include <algorithm>
#include <format>
#include <utility>

namespace telltale::workspace {

// --- requests ------------------------------------------------------------------------------------

void Workflow::set_models(std::vector<messages::ModelEntry> models, std::string current,
                          std::string rhythm, std::string waves) {
    models_ = std::move(models);
    rhythm_ = std::move(rhythm);
    waves_ = std::move(waves);
    current_ = std::move(current);
    if (!knows(current_)) current_ = models_.empty() ? std::string() : models_.front().name;
    send_models();
}

void Workflow::handle(const messages::Request& request) {
    const auto take = [this]<class T>(const T& asked) {
        using namespace messages;
        if constexpr (std::same_as<T, OpenJob>)
            begin(asked.job, open(asked));
        else if constexpr (std::same_as<T, ChooseJob>)
            begin(asked.job, choose(asked));
        else if constexpr (std::same_as<T, NameSetJob>)
            begin(asked.job, name_set(asked.set, asked.model));
        else if constexpr (std::same_as<T, AnalyzeJob>)
            begin(asked.job, analyze(asked));
        else if constexpr (std::same_as<T, ModelJob>)
            begin(asked.job, use_model(asked));
        else if constexpr (std::same_as<T, SecondJob>)
            begin(asked.job, second(asked.name));
        else if constexpr (std::same_as<T, ExplainRequest>)
            question_ = asked.beat;
        else if constexpr (std::same_as<T, CancelRequest>)
            cancel();
        else if constexpr (std::same_as<T, AskRequest>)
            asked_ = asking_ = asked.on;
        else if (auto done = workspace_.edit(asked.edit); !done)
            notice(done.error().to_string());
        else
            tell_review(true);
    };
    std::visit(take, request);
    // An older question is no longer of interest.
    if (kind_ == Kind::explanation && question_) {
        stepping_.stop();
        kind_ = Kind::none;
        flow_ = {};
    }
}

void Workflow::answer(std::uint64_t ticket, Result<Answer> answer) {
    stepping_.answer(ticket, std::move(answer));
}

void Workflow::progress(std::string stage, double fraction) {
    stepping_.say(messages::ProgressInfo{.stage = std::move(stage), .fraction = fraction});
}

Result<void> Workflow::adopt(std::string_view session, std::string_view file) {
    if (auto taken = workspace_.adopt_session(session, file); !taken) return taken;
    tell_review(false);
    return {};
}

// --- what goes on --------------------------------------------------------------------------------

void Workflow::begin(std::size_t job, Flow flow) {
    if (kind_ == Kind::job) fail_job(true, std::nullopt);
    stepping_.stop();
    // What was to be worked out after a change is so after the job.
    if (kind_ == Kind::review) changed_ = true;
    kind_ = Kind::job;
    job_ = job;
    errors_.clear();
    needs_sampling_rate_ = false;
    failure_.reset();
    flow_ = std::move(flow);
    stepping_.begin(flow_.start());
}

void Workflow::begin_next() {
    if (question_) {
        kind_ = Kind::explanation;
        flow_ = explain(*std::exchange(question_, std::nullopt));
    } else if (asked_) {
        asked_ = false;
        if (!named()) return;
        kind_ = Kind::question;
        flow_ = tell_question();
    } else if (changed_) {
        changed_ = false;
        if (!named()) return;
        kind_ = Kind::review;
        flow_ = review();
    } else {
        return;
    }
    stepping_.begin(flow_.start());
}

Step Workflow::step() {
    if (auto step = waiting_step()) return std::move(*step);
    if (stepping_.waiting()) return Idle{};
    // A change came while what the one before means was worked out.
    if (kind_ == Kind::review && changed_) {
        stepping_.stop();
        kind_ = Kind::none;
    }
    if (kind_ == Kind::none) begin_next();
    if (kind_ == Kind::none) return Idle{};
    stepping_.resume();
    if (flow_.done()) finish();
    if (auto step = waiting_step()) return std::move(*step);
    return Working{};
}

/// What is to be told, and then what is asked.
std::optional<Step> Workflow::waiting_step() {
    auto told = stepping_.told();
    return told ? std::move(told) : stepping_.question();
}

Step Workflow::told() {
    auto told = stepping_.told();
    return told ? std::move(*told) : Step(Idle{});
}

void Workflow::finish() {
    const Result<void> result = flow_.result();
    const Kind kind = std::exchange(kind_, Kind::none);
    if (kind == Kind::job) {
        if (!result) return fail_job(false, result.error());
        progress("", 1);
        stepping_.say(messages::JobDone{.job = job_, .errors = std::move(errors_)});
    } else if (!result) {
        notice(result.error().to_string());
    }
}

void Workflow::fail_job(bool cancelled, std::optional<Error> error) {
    kind_ = Kind::none;
    stepping_.stop();
    flow_ = {};
    workspace_.intake().forget();
    if (error) errors_.push_back(error->to_string());
    failure_ = std::move(error);
    progress("", 1);
    // What is on screen is what the workspace holds, however far the job came.
    if (workspace_.recording() != nullptr) send_beats();
    stepping_.say(messages::JobFailed{.job = job_,
                                      .errors = std::move(errors_),
                                      .cancelled = cancelled,
                                      .needs_sampling_rate = needs_sampling_rate_ && !cancelled});
}

void Workflow::cancel() {
    question_.reset();
    if (kind_ == Kind::job) return fail_job(true, std::nullopt);
    if (kind_ != Kind::explanation) return;
    stepping_.stop();
    kind_ = Kind::none;
    flow_ = {};
}

// --- what is told --------------------------------------------------------------------------------

bool Workflow::named() const {
    return workspace_.run().state() == AnalysisRun::State::named;
}

bool Workflow::knows(const std::string& model) const {
    return std::ranges::contains(models_, model, &messages::ModelEntry::name);
}

void Workflow::send_models() {
    messages::ModelsInfo told{.names = {}, .list = models_, .current = current_};
    for (const messages::ModelEntry& model : models_) told.names.push_back(model.name);
    stepping_.say(told);
}

void Workflow::send_beats() {
    stepping_.tell(TellBeats{workspace_.beats()});
}

void Workflow::send_summary() {
    const double* seconds = took_.get(workspace_.run().started());
    if (!named() || seconds == nullptr) return;
    messages::SummaryInfo summary = workspace_.summary_info();
    summary.seconds = *seconds;
    stepping_.say(summary);
}

void Workflow::send_rhythm() {
    if (auto found = workspace_.find_rhythm(); !found) return notice(found.error().to_string());
    stepping_.say(workspace_.rhythm_info());
    stepping_.say(workspace_.comparison_info());
}

void Workflow::send_density(std::size_t cluster) {
    stepping_.tell(TellDensity{cluster, workspace_.cluster_density(cluster)});
}

/// What the reader of the results should know: it stays with them.
void Workflow::warn(std::vector<std::string> texts) {
    warned_ = std::move(texts);
    stepping_.say(messages::WarningsInfo{.texts = warned_});
    for (const std::string& text : warned_) notice(text);
}

void Workflow::notice(std::string text) {
    stepping_.say(messages::NoticeInfo{.text = std::move(text)});
}

/// After a change: the beats, and then what they mean.
void Workflow::tell_review(bool changed) {
    send_beats();
    stepping_.say(workspace_.edits_info());
    send_summary();
    stepping_.tell(TellReview{workspace_.session_json(), changed});
    asked_ = asking_;
    changed_ = true;
}

}  // namespace telltale::workspace
