#include "messages.hpp"

#include <algorithm>

#include "messages/findings.hpp"
#include "messages/model.hpp"
#include "messages/notices.hpp"
#include "messages/recording.hpp"

namespace telltale::window {
namespace {

/// Takes messages into a session, each by its kind.
class Receiver {
public:
    explicit Receiver(Session& session) : session_(session) {}

    void operator()(messages::RecordingInfo&& told) {
        if (!(told.sampling_rate > 0) || !(told.length > 0)) return;
        effect.new_recording = true;
        RecordingInfo info{.name = std::move(told.name),
                           .start = read_date_and_time(told.start.value_or("")),
                           .sampling_rate = told.sampling_rate,
                           .length = static_cast<double>(told.length),
                           .leads = std::move(told.leads),
                           .warnings = std::move(told.warnings),
                           .has_reference = told.has_reference};
        session_.signals.reset(info.leads.size(), told.length, info.sampling_rate);
        session_.recording = std::move(info);
        session_.findings = {};
        session_.edits = {};
        session_.storage.reset();
        session_.question.reset();
        session_.second.reset();
        session_.explanation.reset();
        session_.analysis_warnings.clear();
        session_.set_beats({});
        session_.set_reference({});
        session_.summary_seconds = 0;
    }
    void operator()(messages::ModelInfo&& told) {
        if (told.labels.size() < told.classes.size()) told.labels = told.classes;
        session_.current_model = told.name;
        session_.model = std::move(told);
        session_.explanation.reset();
        session_.set_beats(std::move(session_.beats));
    }
    void operator()(messages::ModelsInfo&& told) {
        session_.model_names = std::move(told.names);
        session_.models = std::move(told.list);
        session_.current_model = std::move(told.current);
    }
    void operator()(messages::RecordingsInfo&& told) {
        session_.recording_names = std::move(told.names);
        session_.current_recording = told.current;
    }
    void operator()(messages::SamplesInfo&& told) { session_.sample_names = std::move(told.names); }
    void operator()(messages::ProviderInfo&& told) { session_.provider = std::move(told); }
    void operator()(messages::SummaryInfo&& told) { session_.summary_seconds = told.seconds; }
    void operator()(messages::ProgressInfo&& told) { session_.progress = std::move(told); }
    void operator()(messages::ErrorInfo&& told) { session_.error = std::move(told.text); }
    void operator()(messages::NoticeInfo&& told) {
        session_.notice = std::move(told.text);
        effect.new_notice = true;
    }
    void operator()(messages::WarningsInfo&& told) {
        session_.analysis_warnings = std::move(told.texts);
    }
    void operator()(messages::EditsInfo&& told) {
        session_.edits = std::move(told);
        ++session_.revision;
    }
    void operator()(messages::QuestionInfo&& told) {
        const auto beat = [](const std::optional<messages::QuestionInfo>& question) {
            return question && question->next ? std::optional(question->next->beat) : std::nullopt;
        };
        const bool was_asked = session_.question.has_value();
        const auto before = beat(session_.question);
        session_.question = std::move(told);
        effect.new_question = !was_asked || beat(session_.question) != before;
    }
    void operator()(messages::StorageInfo&& told) { session_.storage = told.state; }
    void operator()(messages::SecondInfo&& told) {
        session_.second.reset();
        if (told.name.empty()) return;
        SecondModel second{.name = std::move(told.name),
                           .title = std::move(told.title),
                           .lead = std::move(told.lead),
                           .classes = std::move(told.classes),
                           .sample = {told.samples.begin(), told.samples.end()},
                           .label = {},
                           .matrix = {}};
        for (const std::int64_t label : told.labels)
            second.label.push_back(static_cast<int>(label));
        second.label.resize(second.sample.size(), -1);
        if (told.matrix) {
            for (const auto& row : *told.matrix) second.matrix.emplace_back(row.begin(), row.end());
            for (auto& row : second.matrix) row.resize(comparison_labels, 0);
            second.matrix.resize(comparison_labels, std::vector<double>(comparison_labels, 0));
        }
        session_.second = std::move(second);
    }
    void operator()(messages::ExplanationInfo&& told) {
        session_.explanation.reset();
        if (!told.saliency.empty()) session_.explanation = std::move(told);
    }
    void operator()(messages::OutdatedInfo&&) {
        session_.question.reset();
        session_.findings.rhythm.reset();
        session_.findings.comparison.reset();
        session_.findings.clusters.reset();
        session_.findings.intervals.reset();
        session_.findings.waves.clear();
        session_.findings.cluster_of.clear();
        session_.explanation.reset();
        session_.analysis_warnings.clear();
        ++session_.revision;
    }
    void operator()(messages::RhythmInfo&& told) {
        if (session_.recording) found(read_rhythm(told, session_.recording->start));
    }
    void operator()(messages::QualityInfo&& told) {
        if (session_.recording) found(read_quality(told, session_.recording->length));
    }
    void operator()(messages::ComparisonInfo&& told) {
        if (session_.recording) found(read_comparison(told));
    }
    void operator()(messages::ClustersInfo&& told) {
        if (!session_.recording) return;
        session_.findings.set_clusters(told);
        ++session_.revision;
    }
    void operator()(messages::IntervalsInfo&& told) {
        if (!session_.recording) return;
        const RecordingInfo& r = *session_.recording;
        session_.findings.intervals = read_intervals(told, r.length / r.sampling_rate);
        ++session_.revision;
    }
    void operator()(messages::WavesInfo&& told) { session_.findings.waves = std::move(told.beats); }
    void operator()(messages::UseTheme&& asked) { effect.theme = std::move(asked.name); }
    void operator()(messages::RunCommand&& asked) { effect.run = std::move(asked.name); }
    void operator()(messages::GoTo&& asked) {
        effect.go_to = Stretch{asked.first, std::max(asked.first, asked.last)};
    }
    void operator()(messages::SelectBeat&& asked) { effect.select_beat = asked.beat; }

    MessageEffect effect;

private:
    void found(RhythmFindings&& rhythm) {
        session_.findings.rhythm = std::move(rhythm);
        ++session_.revision;
    }
    void found(QualityFindings&& quality) {
        session_.findings.quality = std::move(quality);
        ++session_.revision;
    }
    void found(Comparison&& comparison) {
        session_.findings.comparison = std::move(comparison);
        ++session_.revision;
    }
    Session& session_;
};

/// Everything that the window understands.
template <class... Ts>
struct Kinds {
    static void receive(Receiver& receiver, messages::Value value) {
        const auto one = [&]<class T>() {
            if (!messages::is<T>(value)) return false;
            receiver(messages::read_loosely<T>(value));
            return true;
        };
        (void)(one.template operator()<Ts>() || ...);
    }
};
using Understood =
    Kinds<messages::RecordingInfo, messages::RecordingsInfo, messages::ModelInfo,
          messages::ModelsInfo, messages::ProviderInfo, messages::SummaryInfo,
          messages::WarningsInfo, messages::QualityInfo, messages::RhythmInfo,
          messages::ComparisonInfo, messages::ClustersInfo, messages::IntervalsInfo,
          messages::WavesInfo, messages::EditsInfo, messages::QuestionInfo, messages::StorageInfo,
          messages::SecondInfo, messages::ExplanationInfo, messages::OutdatedInfo,
          messages::ProgressInfo, messages::ErrorInfo, messages::NoticeInfo, messages::SamplesInfo,
          messages::UseTheme, messages::RunCommand, messages::GoTo, messages::SelectBeat>;

}  // namespace

MessageEffect receive(Session& session, std::string_view json) {
    const messages::Document document(json);
    Receiver receiver(session);
    Understood::receive(receiver, document.root());
    return std::move(receiver.effect);
}

}  // namespace telltale::window
