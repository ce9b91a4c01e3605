// What one change costs on a day's recording: from the request to the beats, the summary, the
// rhythm and the end of all that follows, as the page's worker is told them. Networks' answers are
// made up. CPU milliseconds; builds natively and for WebAssembly. The argument is the folder of
// models.
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "messages/json.hpp"
#include "synth/synth.hpp"
#include "workspace/workflow.hpp"

using namespace telltale;

namespace {

double now_ms() {
    return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::vector<std::byte> file_bytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

/// Answers every question of a workflow: each thirtieth beat is V, rhythms and waves are nothing.
class Host {
public:
    explicit Host(std::filesystem::path models) : models_(std::move(models)) {
        workflow.set_models(
            {{.name = "telltale", .title = {}, .group = {}, .twin = {}, .training_records = {}}},
            "telltale", "telltale-rhythm", "telltale-waves");
    }
    workspace::Workflow workflow{[] { return now_ms() / 1000; }};

    /// Until nothing is to be done. Prints when what was told, from `start` on, where it is one.
    void run(double start = -1) {
        for (;;) {
            const workspace::Step step = workflow.step();
            if (std::holds_alternative<workspace::Idle>(step)) return;
            std::visit([&](const auto& one) { take(one, start); }, step);
        }
    }

private:
    template <class T>
    void take(const T& step, double start) {
        const auto tell = [&](std::string_view what) {
            if (start >= 0)
                std::printf("  %8.1f ms  %.*s\n", now_ms() - start, static_cast<int>(what.size()),
                            what.data());
        };
        using namespace workspace;
        if constexpr (std::same_as<T, NeedModel>) {
            const auto bytes = file_bytes(models_ / (step.name + ".onnx"));
            workflow.answer(workflow.ticket(), Answer{.bytes = bytes, .text = {}, .outputs = {}});
        } else if constexpr (std::same_as<T, RunNetwork>) {
            workflow.answer(workflow.ticket(), outputs(step));
        } else if constexpr (std::same_as<T, OpenNetwork> || std::same_as<T, NeedReview> ||
                             std::same_as<T, NeedFiles>) {
            workflow.answer(workflow.ticket(), Answer{});
        } else if constexpr (std::same_as<T, TellMessage>) {
            const std::string_view type(step.json);
            tell(type.substr(0, type.find(',')));
        } else if constexpr (std::same_as<T, TellBeats>) {
            tell("beats");
        } else if constexpr (std::same_as<T, TellReview>) {
            tell("review to be kept");
        } else if constexpr (std::same_as<T, TellDensity>) {
            tell("a group's picture");
        }
    }

    workspace::Answer outputs(const workspace::RunNetwork& asked) {
        const auto& workspace = workflow.workspace();
        const classify::Card& card =
            asked.purpose == workspace::Purpose::rhythm  ? *workspace.rhythm_card()
            : asked.purpose == workspace::Purpose::waves ? *workspace.wave_card()
                                                         : *workspace.card();
        workspace::Answer answer;
        for (const std::string& name : asked.outputs) {
            const bool embedding = name == card.output.embedding;
            const std::size_t width =
                embedding ? card.output.embedding_length : card.classes.size();
            auto& output = answer.outputs.emplace_back();
            output.name = name;
            output.values.resize(asked.batch.beats * width);
            if (embedding) continue;
            for (std::size_t i = 0; i < asked.batch.beats; ++i) {
                const bool v = asked.purpose == workspace::Purpose::beats && ++beat_ % 30 == 0;
                output.values[i * width + (v ? 2 : 0)] = 5;
            }
        }
        return answer;
    }

    std::filesystem::path models_;
    std::size_t beat_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_review MODELS [HOURS]\n");
        return 2;
    }
    const double hours = argc > 2 ? std::stod(argv[2]) : 24;
    Recording recording = synth::make(
        {.duration_s = hours * 3600, .sampling_rate = 250, .pvc_share = 0.03, .noise_mv = 0.02});
    recording.annotations.clear();  // as a recorder gives it
    Host host(argv[1]);
    host.workflow.workspace().use_recording(recording);
    double start = now_ms();
    host.workflow.handle(messages::AnalyzeJob{.type = {}, .job = 1, .lead = {}, .findings = true});
    host.run();
    const std::size_t beats = host.workflow.workspace().beats().sample.size();
    std::printf("%.0f h, %zu beats: %.0f ms to all findings, networks answering at once\n", hours,
                beats, now_ms() - start);
    std::fflush(stdout);
    const auto change = [&](const char* what, messages::Edit edit) {
        std::printf("%s\n", what);
        start = now_ms();
        host.workflow.handle(messages::EditRequest{.type = {}, .edit = std::move(edit)});
        host.run(start);
    };
    change("relabel a beat",
           messages::RelabelBeats{.action = {}, .beats = {beats / 2}, .class_ = "V"});
    change("relabel another",
           messages::RelabelBeats{.action = {}, .beats = {beats / 3}, .class_ = "S"});
    constexpr std::size_t rounds = 40;
    start = now_ms();
    for (std::size_t i = 1; i <= rounds; ++i) {
        host.workflow.handle(messages::EditRequest{
            .type = {},
            .edit = messages::RelabelBeats{
                .action = {}, .beats = {beats * i / (rounds + 1)}, .class_ = "V"}});
        host.run();
    }
    std::printf("%zu relabelled one by one: %.1f ms each\n", rounds,
                (now_ms() - start) / static_cast<double>(rounds));
    std::vector<std::size_t> many;
    for (std::size_t i = 0; i < std::min<std::size_t>(3000, beats); ++i)
        many.push_back(beats * i / 3000);
    change("relabel 3000", messages::RelabelBeats{.action = {}, .beats = many, .class_ = "V"});
    change("undo it", messages::Undo{});
    change("remove a beat", messages::RemoveBeats{.action = {}, .beats = {beats / 2}});
    return 0;
}
