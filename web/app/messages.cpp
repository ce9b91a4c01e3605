#include "messages.hpp"

#include <cmath>
#include <format>

#include <nlohmann/json.hpp>

namespace telltale::window {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

double number_of(const Json& object, const char* key, double fallback) {
    const auto it = object.find(key);
    return it != object.end() && it->is_number() ? it->get<double>() : fallback;
}

bool flag_of(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_boolean() && it->get<bool>();
}

std::vector<std::string> texts_of(const Json& object, const char* key) {
    std::vector<std::string> texts;
    if (const auto it = object.find(key); it != object.end() && it->is_array())
        for (const Json& item : *it)
            if (item.is_string()) texts.push_back(item.get<std::string>());
    return texts;
}

template <class F>
void each_object(const Json& object, const char* key, F&& f) {
    if (const auto it = object.find(key); it != object.end() && it->is_array())
        for (const Json& item : *it)
            if (item.is_object()) f(item);
}

void take_recording(Session& session, const Json& message) {
    RecordingInfo info;
    info.name = text_of(message, "name");
    info.start = read_date_and_time(text_of(message, "start"));
    info.sampling_rate = number_of(message, "sampling_rate", 0);
    info.length = number_of(message, "length", 0);
    info.warnings = texts_of(message, "warnings");
    info.has_reference = flag_of(message, "has_reference");
    each_object(message, "leads", [&](const Json& lead) {
        info.leads.push_back(
            {text_of(lead, "name"), text_of(lead, "unit"), flag_of(lead, "calibration_assumed")});
    });
    if (!(info.sampling_rate > 0) || !(info.length > 0)) return;
    session.signals.reset(info.leads.size(), static_cast<std::int64_t>(info.length),
                          info.sampling_rate);
    session.recording = std::move(info);
    session.findings = {};
    session.edits = {};
    session.storage = Storage::unknown;
    session.question.reset();
    session.second.reset();
    session.explanation.reset();
    session.analysis_warnings.clear();
    session.set_beats({});
    session.set_reference({});
    session.summary_seconds = 0;
}

template <class T>
std::vector<T> numbers_of(const Json& list) {
    std::vector<T> values;
    if (list.is_array())
        for (const Json& item : list)
            values.push_back(item.is_number() ? item.get<T>() : static_cast<T>(-1));
    return values;
}

template <class T>
std::vector<T> numbers_of(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() ? numbers_of<T>(*it) : std::vector<T>();
}

void take_edits(Session& session, const Json& message) {
    EditsInfo edits{.count = number_of(message, "count", 0),
                    .in_words = text_of(message, "in_words"),
                    .notes = text_of(message, "notes"),
                    .undo = text_of(message, "undo"),
                    .redo = text_of(message, "redo"),
                    .beat_notes = {}};
    each_object(message, "beat_notes", [&](const Json& note) {
        edits.beat_notes.push_back({number_of(note, "sample", 0), text_of(note, "text")});
    });
    session.edits = std::move(edits);
    ++session.revision;
}

// True where another beat than before is asked about.
bool take_question(Session& session, const Json& message) {
    QuestionInfo question{.answers = {},
                          .moved = number_of(message, "moved", 0),
                          .beat = {},
                          .sample = number_of(message, "sample", 0),
                          .alike = number_of(message, "alike", 0)};
    each_object(message, "answers", [&](const Json& answer) {
        question.answers.push_back({number_of(answer, "sample", 0), text_of(answer, "class"),
                                    number_of(answer, "moved", 0)});
    });
    if (const double beat = number_of(message, "beat", -1); beat >= 0)
        question.beat = static_cast<std::size_t>(beat);
    const bool other = !session.question || session.question->beat != question.beat;
    session.question = std::move(question);
    return other;
}

void take_second(Session& session, const Json& message) {
    session.second.reset();
    SecondModel second;
    second.name = text_of(message, "name");
    if (second.name.empty()) return;
    second.title = text_of(message, "title");
    second.lead = text_of(message, "lead");
    second.classes = texts_of(message, "classes");
    second.sample = numbers_of<double>(message, "samples");
    second.label = numbers_of<int>(message, "labels");
    second.label.resize(second.sample.size(), -1);
    if (const auto matrix = message.find("matrix"); matrix != message.end() && matrix->is_array())
        for (const Json& row : *matrix) {
            second.matrix.push_back(numbers_of<double>(row));
            second.matrix.back().resize(comparison_labels, 0);
        }
    if (!second.matrix.empty())
        second.matrix.resize(comparison_labels, std::vector<double>(comparison_labels, 0));
    session.second = std::move(second);
}

void take_explanation(Session& session, const Json& message) {
    session.explanation.reset();
    Explanation explanation{.sample = number_of(message, "sample", -1),
                            .class_name = text_of(message, "class"),
                            .probability = number_of(message, "probability", 0),
                            .first = number_of(message, "first", 0),
                            .saliency = numbers_of<float>(message, "saliency"),
                            .groups = {}};
    each_object(message, "groups", [&](const Json& group) {
        explanation.groups.push_back({text_of(group, "name"), number_of(group, "change", 0)});
    });
    if (!explanation.saliency.empty()) session.explanation = std::move(explanation);
}

void take_model(Session& session, const Json& message) {
    ModelInfo info;
    info.name = text_of(message, "name");
    info.title = text_of(message, "title");
    info.version = text_of(message, "version");
    info.description = text_of(message, "description");
    info.licence = text_of(message, "licence");
    info.training_data = text_of(message, "training_data");
    info.protocol = text_of(message, "protocol");
    info.citation = text_of(message, "citation");
    info.parameters = number_of(message, "parameters", 0);
    info.classes = texts_of(message, "classes");
    info.labels = texts_of(message, "labels");
    if (info.labels.size() < info.classes.size()) info.labels = info.classes;
    info.lead = static_cast<std::size_t>(std::max(0.0, number_of(message, "lead", 0)));
    each_object(message, "metrics", [&](const Json& metric) {
        info.metrics.push_back(
            {text_of(metric, "protocol"), text_of(metric, "name"), number_of(metric, "value", 0)});
    });
    info.twin = text_of(message, "twin");
    info.training_records = texts_of(message, "training_records");
    session.model = std::move(info);
    session.current_model = session.model->name;
    session.explanation.reset();
    session.set_beats(std::move(session.beats));
}

}  // namespace

MessageEffect receive(Session& session, std::string_view json) {
    MessageEffect effect;
    const Json message = Json::parse(json, nullptr, false);
    if (!message.is_object()) return effect;
    const std::string type = text_of(message, "type");
    if (type == "recording") {
        take_recording(session, message);
        effect.new_recording = true;
    } else if (type == "model") {
        take_model(session, message);
    } else if (type == "models") {
        session.model_names = texts_of(message, "names");
        session.models.clear();
        each_object(message, "list", [&](const Json& model) {
            session.models.push_back({.name = text_of(model, "name"),
                                      .title = text_of(model, "title"),
                                      .group = text_of(model, "group"),
                                      .twin = text_of(model, "twin"),
                                      .training_records = texts_of(model, "training_records")});
        });
        session.current_model = text_of(message, "current");
    } else if (type == "recordings") {
        session.recording_names = texts_of(message, "names");
        session.current_recording =
            static_cast<std::size_t>(std::max(0.0, number_of(message, "current", 0)));
    } else if (type == "samples") {
        session.sample_names = texts_of(message, "names");
    } else if (type == "provider") {
        session.provider = {text_of(message, "current"), text_of(message, "choice"),
                            text_of(message, "note"), texts_of(message, "available"),
                            number_of(message, "beats_per_second", 0)};
    } else if (type == "summary") {
        session.summary_seconds = number_of(message, "seconds", 0);
    } else if (type == "progress") {
        session.progress = {text_of(message, "stage"), number_of(message, "fraction", -1)};
    } else if (type == "error") {
        session.error = text_of(message, "text");
    } else if (type == "notice") {
        session.notice = text_of(message, "text");
        effect.new_notice = true;
    } else if (type == "theme") {
        effect.theme = text_of(message, "name");
    } else if (type == "run") {
        effect.run = text_of(message, "name");
    } else if (type == "edits") {
        take_edits(session, message);
    } else if (type == "question") {
        effect.new_question = take_question(session, message);
    } else if (type == "second") {
        take_second(session, message);
    } else if (type == "explanation") {
        take_explanation(session, message);
    } else if (type == "storage") {
        const std::string state = text_of(message, "state");
        session.storage = state == "kept"      ? Storage::kept
                          : state == "refused" ? Storage::refused
                                               : Storage::writing;
    } else if (type == "outdated") {
        session.question.reset();
        session.findings.rhythm.reset();
        session.findings.comparison.reset();
        session.findings.clusters.reset();
        session.findings.cluster_of.clear();
        session.explanation.reset();
        session.analysis_warnings.clear();
        ++session.revision;
    } else if (type == "warnings") {
        session.analysis_warnings = texts_of(message, "texts");
    } else if (session.recording &&
               read_findings(session.findings, message, session.recording->sampling_rate,
                             session.recording->length, session.recording->start)) {
        ++session.revision;
    } else if (type == "go_to") {
        const double first = number_of(message, "first", 0);
        effect.go_to = Stretch{first, std::max(first, number_of(message, "last", first))};
    } else if (type == "select") {
        effect.select_beat = number_of(message, "beat", -1);
    }
    return effect;
}

Command::Command(std::string_view name) : text_("{\"command\":" + Json(name).dump()) {}

Command& Command::with(std::string_view key, std::string_view value) {
    text_ += "," + Json(key).dump() + ":" +
             Json(value).dump(-1, ' ', false, Json::error_handler_t::replace);
    return *this;
}

Command& Command::with_object(std::string_view key, const Command& fields) {
    // Another command's fields without its name, as an object of their own.
    const auto comma = fields.text_.find(',');
    text_ += "," + Json(key).dump() + ":{" +
             (comma == std::string::npos ? std::string() : fields.text_.substr(comma + 1)) + "}";
    return *this;
}

Command& Command::with_list(std::string_view key, std::span<const std::size_t> values) {
    text_ += "," + Json(key).dump() + ":" + Json(values).dump();
    return *this;
}

Command& Command::with(std::string_view key, double value) {
    text_ += "," + Json(key).dump() + ":" + (std::isfinite(value) ? std::format("{}", value) : "0");
    return *this;
}

}  // namespace telltale::window
