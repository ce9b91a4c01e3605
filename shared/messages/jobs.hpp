// What is asked of a workflow (shared/workspace/workflow.hpp), and how the jobs among it end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/fields.hpp"
#include "messages/recording.hpp"
#include "messages/review.hpp"

namespace telltale::messages {

/// A session file's content.
struct SessionText {
    std::string name, text;
    TELLTALE_MESSAGE(SessionText, name, text)
};

// Jobs: one runs at a time, and a newer one ends the older.

/// Opens files: models that are tried and taken into the list, then recordings or sets of beats,
/// then session files of the recording.
struct OpenJob {
    Is<"open"> type;
    std::size_t job = 0;
    std::vector<std::string> models;  ///< Names of the files that are models.
    std::size_t recordings = 0;       ///< Files that are neither models nor sessions.
    std::vector<SessionText> sessions;
    std::size_t index = 0;     ///< Which of the recordings found.
    std::string lead;          ///< To name beats on; empty: as the model's card says.
    double sampling_rate = 0;  ///< Hz, for files that do not tell theirs; 0: nobody said.
    std::string model;         ///< Empty: the one in use.
    bool analyze = true;
    bool quiet = false;  ///< Says nothing of the recording: it is on screen already.
    std::string review;  ///< To go on with, instead of the one that is kept; empty: that one.
    TELLTALE_MESSAGE(OpenJob, type, job, models, recordings, sessions, index, lead, sampling_rate,
                     model, analyze, quiet, review)
};
/// Another recording of the last files.
struct ChooseJob {
    Is<"choose"> type;
    std::size_t job = 0, index = 0;
    std::string lead;
    TELLTALE_MESSAGE(ChooseJob, type, job, index, lead)
};
/// Names a set of beats of the last files. An empty model leaves the choice: the one in use if it
/// takes such beats, else the most trustworthy that does.
struct NameSetJob {
    Is<"name_set"> type;
    std::size_t job = 0, set = 0;
    std::string model;
    TELLTALE_MESSAGE(NameSetJob, type, job, set, model)
};
/// Finds and names the beats anew.
struct AnalyzeJob {
    Is<"analyze"> type;
    std::size_t job = 0;
    std::string lead;
    /// False: what they mean beyond their names and rhythms is left to the host.
    std::optional<bool> findings;
    TELLTALE_MESSAGE(AnalyzeJob, type, job, lead, findings)
};
/// The same with another model.
struct ModelJob {
    Is<"model"> type;
    std::size_t job = 0;
    std::string name, lead;
    TELLTALE_MESSAGE(ModelJob, type, job, name, lead)
};
/// Another model on the same beats, beside the first; an empty name ends that.
struct SecondJob {
    Is<"second"> type;
    std::size_t job = 0;
    std::string name;
    TELLTALE_MESSAGE(SecondJob, type, job, name)
};

// The rest needs no end.

/// Why a beat got its class; a newer question, or a cancel, ends an older one.
struct ExplainRequest {
    Is<"explain"> type;
    std::size_t beat = 0;
    TELLTALE_MESSAGE(ExplainRequest, type, beat)
};
struct CancelRequest {
    Is<"cancel"> type;
    TELLTALE_MESSAGE(CancelRequest, type)
};
struct EditRequest {
    Is<"edit"> type;
    Edit edit;
    TELLTALE_MESSAGE(EditRequest, type, edit)
};

/// Begins, or ends, to ask a person about beats: a QuestionInfo follows, and after every change
/// another one.
struct AskRequest {
    Is<"ask"> type;
    bool on = false;
    TELLTALE_MESSAGE(AskRequest, type, on)
};

using Request = std::variant<OpenJob, ChooseJob, NameSetJob, AnalyzeJob, ModelJob, SecondJob,
                             ExplainRequest, CancelRequest, EditRequest, AskRequest>;

// How a job ended.

struct JobDone {
    Is<"done"> type;
    std::size_t job = 0;
    std::vector<std::string> errors;  ///< Of files that did not hinder it.
    TELLTALE_MESSAGE(JobDone, type, job, errors)
};
struct JobFailed {
    Is<"failed"> type;
    std::size_t job = 0;
    std::vector<std::string> errors;
    bool cancelled = false;
    bool needs_sampling_rate = false;  ///< The file could be read if that were known.
    TELLTALE_MESSAGE(JobFailed, type, job, errors, cancelled, needs_sampling_rate)
};

/// What the recording's file says.
struct FactsInfo {
    Is<"facts"> type;
    RecordingFacts facts;
    TELLTALE_MESSAGE(FactsInfo, type, facts)
};

}  // namespace telltale::messages
