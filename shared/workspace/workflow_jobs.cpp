// The jobs of a workflow, each as its stages follow each other.
#include <algorithm>
#include <format>
#include <utility>

#include "classify/card.hpp"
#include "workspace/trial.hpp"
#include "workspace/workflow.hpp"

namespace telltale::workspace {
namespace {

/// Beats in one run of the network. Small enough to cancel soon, large enough to be quick.
constexpr std::size_t batch_size = 256;

std::string without_ending(std::string_view file) {
    return std::string(file.ends_with(".onnx") || file.ends_with(".ONNX")
                           ? file.substr(0, file.size() - 5)
                           : file);
}

std::string in_words(const classify::Batch& batch) {
    std::string text;
    for (const classify::TensorView& input : batch.inputs) {
        if (!text.empty()) text += ", ";
        text += std::format("\"{}\" [", input.name);
        for (std::size_t i = 0; i < input.shape.size(); ++i)
            text += std::format("{}{}", i > 0 ? ", " : "", input.shape[i]);
        text += "]";
    }
    return text;
}

}  // namespace

Result<std::vector<float>> Workflow::output_of(Result<Answer>& answer, const std::string& name) {
    if (!answer) return std::unexpected(answer.error());
    for (NetworkOutput& output : answer->outputs)
        if (output.name == name) return std::move(output.values);
    return fail("", "", std::format("the network gave no output \"{}\"", name));
}

Result<std::vector<float>> Workflow::output_of(Result<Answer>&& answer, const std::string& name) {
    return output_of(answer, name);
}

Stepping::Asked Workflow::ask_model(const std::string& name, bool of_job) {
    return stepping_.ask(NeedModel{.name = name, .of_job = of_job});
}

Stepping::Asked Workflow::ask_review(const std::string& given) {
    return stepping_.ask(NeedReview{.fingerprint = workspace_.fingerprint(), .given = given});
}

Stepping::Asked Workflow::open_network(const std::string& model, Purpose purpose) {
    return stepping_.ask(OpenNetwork{.model = model, .purpose = purpose});
}

Stepping::Asked Workflow::run(const std::string& model, Purpose purpose,
                              const classify::Batch& batch, const std::string& output,
                              const std::string& embedding) {
    std::vector<std::string> outputs{output};
    if (!embedding.empty()) outputs.push_back(embedding);
    return stepping_.ask(RunNetwork{
        .model = model, .purpose = purpose, .batch = batch, .outputs = std::move(outputs)});
}

// --- opening -------------------------------------------------------------------------------------

Flow Workflow::open(messages::OpenJob job) {
    for (const std::string& file : job.models)
        if (auto tried = co_await try_model(file); !tried)
            errors_.push_back(tried.error().to_string());
    if (!job.model.empty()) {
        if (!knows(job.model))
            co_return fail("", "", std::format("There is no model named {}.", job.model));
        current_ = job.model;
    }
    if (job.recordings > 0) {
        if (auto read = co_await read_files(job); !read) co_return read;
        const Opened opened = workspace_.open_files(job.sampling_rate);
        for (const Error& error : opened.errors) errors_.push_back(error.to_string());
        const std::size_t sets = opened.beat_sets.size();
        messages::RecordingsInfo found{
            .names = {}, .entries = {}, .sets = opened.beat_sets, .fresh = 0, .current = 0};
        if (opened.recordings.empty() && sets == 0) {
            if (errors_.empty()) errors_.emplace_back("No recording was found in these files.");
            needs_sampling_rate_ = opened.needs_sampling_rate;
            const std::string last = errors_.back();
            errors_.pop_back();
            co_return fail("", "", last);
        }
        if (opened.recordings.empty()) {
            if (job.quiet) co_return {};
            found.entries = entries_;
            found.fresh = sets;
            found.current = current_recording_;
        } else {
            entries_ = found.entries = opened.recordings;
            current_recording_ = std::min<std::size_t>(job.index, opened.recordings.size() - 1);
            found.fresh = opened.recordings.size() + sets;
            found.current = current_recording_;
        }
        for (const auto& entry : found.entries) found.names.push_back(entry.name);
        for (const auto& set : found.sets) found.names.push_back(set.name);
        if (!job.quiet) stepping_.say(found);
        if (opened.recordings.empty()) co_return co_await name_set(0, "");
        co_await stepping_.pause();
        if (!job.quiet)
            show(current_recording_);
        else
            (void)workspace_.choose(current_recording_);
        if (auto restored = co_await restore_review(job.quiet ? job.review : std::string());
            !restored)
            co_return restored;
        if (job.quiet && !job.analyze) {  // there are no beats any more
            stepping_.say(messages::OutdatedInfo{});
            send_beats();
        }
    } else if (!errors_.empty()) {  // models only, and none of them usable
        const std::string last = errors_.back();
        errors_.pop_back();
        co_return fail("", "", last);
    }
    if (job.analyze && (job.recordings > 0 || !job.models.empty()))
        if (auto done = co_await find_and_name(job.lead); !done) co_return done;
    for (const messages::SessionText& session : job.sessions) {
        if (auto opened = workspace_.open_session(session.text, session.name); !opened)
            co_return opened;
        tell_review(true);
    }
    co_return {};
}

Flow Workflow::read_files(const messages::OpenJob& job) {
    auto given = co_await stepping_.ask(NeedFiles{});
    if (!given) co_return std::unexpected(given.error());
    const std::string stage = std::format("Reading {}", given->text);
    while (!workspace_.intake().read_some(job.sampling_rate)) {
        if (!given->text.empty()) progress(stage, workspace_.intake().progress());
        co_await stepping_.pause();
    }
    co_return {};
}

/// Whether a person's network does what its card says: what is wrong, with what was expected.
Flow Workflow::try_model(std::string file) {
    const auto unusable = [&](const Error& error) {
        return fail("", "", std::format("{}: it cannot be used: {}", file, error.to_string()));
    };
    auto bytes = co_await ask_model(file, true);
    if (!bytes) co_return unusable(bytes.error());
    const auto card = classify::read_card(bytes->bytes, file);
    if (!card) co_return std::unexpected(card.error());
    if (!classify::names_beats(*card))
        co_return unusable(
            Error("", "", "it names rhythms or waves, expected a model that names beats"));
    progress(std::format("Trying {}", file), -1);
    auto trial = Trial::open(bytes->bytes, file);
    if (!trial) co_return unusable(trial.error());
    auto opened = co_await open_network(file, Purpose::trial);
    if (!opened) co_return unusable(opened.error());
    const classify::Batch batch = trial->batch();
    auto output =
        output_of(co_await run(file, Purpose::trial, batch, card->output.name), card->output.name);
    Result<std::vector<float>> answer =
        output ? trial->probabilities(*output) : Result<std::vector<float>>(std::move(output));
    if (!answer)
        co_return fail("", "",
                       std::format("{}: its network is not what its card says. It was given {}: {}",
                                   file, in_words(batch), answer.error().to_string()));
    const std::string own = without_ending(file);
    stepping_.tell(TellModelTaken{.name = own, .file = file});
    std::erase_if(models_, [&](const messages::ModelEntry& m) { return m.name == own; });
    models_.push_back({.name = own,
                       .title = card->title.empty() ? "your own" : card->title,
                       .group = "Your own",
                       .twin = card->twin,
                       .training_records = card->training_records});
    current_ = own;
    send_models();
    co_return {};
}

Flow Workflow::choose(messages::ChooseJob job) {
    if (job.index >= workspace_.intake().recordings())
        co_return fail("", "", std::format("There is no recording number {}.", job.index + 1));
    current_recording_ = job.index;
    show(job.index);
    if (auto restored = co_await restore_review(""); !restored) co_return restored;
    co_return co_await find_and_name(job.lead);
}

/// Puts a recording in front of the person: everything that needs no computing.
void Workflow::show(std::size_t index) {
    changed_ = false;
    asking_ = asked_ = false;
    (void)workspace_.choose(index);
    stepping_.say(workspace_.recording_info());
    stepping_.say(messages::FactsInfo{.facts = workspace_.facts()});
    const std::size_t leads = workspace_.recording()->leads.size();
    for (std::size_t lead = 0; lead < leads; ++lead)
        for (std::size_t level = 0; level < workspace_.pyramid(lead).levels().size(); ++level)
            stepping_.tell(TellLevel{lead, level});
    stepping_.tell(TellReference{workspace_.reference()});
    send_beats();
}

/// The review of the recording just taken into use: the one given, or that which is kept.
Flow Workflow::restore_review(std::string given) {
    restored_ = false;
    auto kept = co_await ask_review(given);
    if (kept && !kept->text.empty()) {
        if (auto opened = workspace_.open_session(kept->text, "the review in this browser");
            !opened) {
            notice(opened.error().to_string());
        } else {
            stepping_.tell(TellReview{.session = kept->text, .changed = !given.empty()});
            restored_ = given.empty() && workspace_.edits_info().count > 0;
        }
    }
    stepping_.say(workspace_.edits_info());
    co_return {};
}

// --- naming --------------------------------------------------------------------------------------

Flow Workflow::analyze(messages::AnalyzeJob job) {
    co_return co_await find_and_name(job.lead, job.findings.value_or(true));
}

Flow Workflow::use_model(messages::ModelJob job) {
    current_ = job.name;
    co_return co_await find_and_name(job.lead);
}

Flow Workflow::find_and_name(std::string lead, bool findings) {
    const double started = seconds_();
    if (!knows(current_))
        co_return fail("", "", "No model is there to name beats with. Drop an .onnx file.");
    const std::string model = current_;
    progress("Loading the model", -1);
    auto bytes = co_await ask_model(model);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (auto used = workspace_.use_model(bytes->bytes, model + ".onnx"); !used) co_return used;
    bytes->bytes.clear();
    co_await stepping_.pause();
    send_models();
    // What was found before is of other beats, or of other names.
    stepping_.say(messages::OutdatedInfo{});
    if (workspace_.recording() == nullptr) {
        auto opened = co_await open_network(model, Purpose::beats);
        if (!opened) co_return std::unexpected(opened.error());
        stepping_.say(workspace_.model_info());
        notice(std::format("The model {} is ready.", model));
        co_return {};
    }
    if (auto begun = workspace_.start(lead); !begun) co_return begun;
    stepping_.say(workspace_.model_info());

    progress("Finding beats", 0);
    while (!workspace_.run().detect_some()) {
        progress("Finding beats", workspace_.progress().detection);
        co_await stepping_.pause();
    }
    send_beats();
    co_await stepping_.pause();
    progress("Loading the network", -1);
    auto opened = co_await open_network(model, Purpose::beats);
    if (!opened) co_return std::unexpected(opened.error());
    progress("Naming beats", 0);
    const std::string output = workspace_.card()->output.name;
    const std::string embedding = workspace_.card()->output.embedding;
    while (const auto batch = workspace_.run().next_batch(batch_size)) {
        auto answer = co_await run(model, Purpose::beats, *batch, output, embedding);
        const auto logits = output_of(answer, output);
        if (!logits) co_return std::unexpected(logits.error());
        std::vector<float> places;  // what the network judges the beats by
        if (!embedding.empty()) {
            auto told = output_of(answer, embedding);
            if (!told) co_return std::unexpected(told.error());
            places = std::move(*told);
        }
        if (auto taken = workspace_.run().accept(*logits, places); !taken) co_return taken;
        progress("Naming beats", workspace_.progress().classification);
    }
    send_beats();
    warn(workspace_.warnings());
    took_.set(workspace_.run().started(), seconds_() - started);
    send_summary();
    stepping_.say(workspace_.edits_info());
    if (auto judged = co_await judge_signal(); !judged) co_return judged;
    asked_ = asking_;
    if (findings)
        if (auto found = co_await this->findings(); !found) co_return found;
    if (auto measured = co_await measure_waves(); !measured) co_return measured;
    if (!findings) co_return {};
    // How wide the QRS are has a say in which rhythm holds.
    if (!waves_.empty()) send_rhythm();
    if (!std::exchange(restored_, false)) co_return {};
    if (const auto edits = workspace_.edits_info(); edits.count > 0)
        notice(std::format("Your earlier changes to this recording are here again: {}.",
                           edits.in_words));
    co_return {};
}

Flow Workflow::judge_signal() {
    progress("Judging the signal", -1);
    co_await stepping_.pause();
    while (!workspace_.assess_some()) co_await stepping_.pause();
    stepping_.say(workspace_.quality_info());
    co_return co_await name_rhythm();
}

/// What the beats mean, one part after the other.
Flow Workflow::findings() {
    progress("Reading the rhythm", -1);
    co_await stepping_.pause();
    send_rhythm();
    changed_ = false;
    progress("Grouping the beats by shape", -1);
    co_await stepping_.pause();
    (void)workspace_.find_clusters();
    stepping_.say(workspace_.clusters_info());
    for (std::size_t cluster = 0; cluster < workspace_.cluster_count(); ++cluster) {
        co_await stepping_.pause();
        send_density(cluster);
    }
    co_return {};
}

/// Which rhythm holds when. Without it all else is told as before, and why it is missing.
Flow Workflow::name_rhythm() {
    if (rhythm_.empty()) co_return {};
    if (auto asked = co_await ask_rhythm(); !asked) {
        std::vector<std::string> texts = warned_;
        texts.push_back(std::format("The rhythm is not judged: {}", asked.error().to_string()));
        warn(std::move(texts));
        co_return {};
    }
    // In flutter and fibrillation beats have no class any more.
    send_beats();
    send_summary();
    co_return {};
}

Flow Workflow::ask_rhythm() {
    const std::string stage = "Naming the rhythm";
    progress(stage, -1);
    auto bytes = co_await ask_model(rhythm_);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (auto begun = workspace_.start_rhythm(bytes->bytes, rhythm_ + ".onnx"); !begun)
        co_return begun;
    if (workspace_.rhythm_card() == nullptr) co_return {};  // it is known of these beats already
    auto opened = co_await open_network(rhythm_, Purpose::rhythm);
    if (!opened) co_return std::unexpected(opened.error());
    const std::string output = workspace_.rhythm_card()->output.name;
    for (;;) {
        co_await stepping_.pause();
        const auto batch = workspace_.next_rhythm_batch();
        if (!batch) co_return {};
        const auto logits =
            output_of(co_await run(rhythm_, Purpose::rhythm, *batch, output), output);
        if (!logits) co_return std::unexpected(logits.error());
        if (auto taken = workspace_.accept_rhythm(*logits); !taken) co_return taken;
        progress(stage, workspace_.rhythm_progress());
    }
}

/// P, QRS and T of the beats. Without them all else is told as before, and why they are missing.
Flow Workflow::measure_waves() {
    if (waves_.empty()) co_return {};
    if (auto asked = co_await ask_waves(); !asked) {
        std::vector<std::string> texts = warned_;
        texts.push_back(
            std::format("Waves and intervals are not measured: {}", asked.error().to_string()));
        warn(std::move(texts));
        co_return {};
    }
    stepping_.say(workspace_.waves_info());
    stepping_.say(workspace_.intervals_info());
    co_return {};
}

Flow Workflow::ask_waves() {
    const std::string stage = "Measuring waves";
    progress(stage, -1);
    auto bytes = co_await ask_model(waves_);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (auto begun = workspace_.start_waves(bytes->bytes, waves_ + ".onnx"); !begun)
        co_return begun;
    if (workspace_.wave_card() == nullptr) co_return {};  // they are known of these beats already
    auto opened = co_await open_network(waves_, Purpose::waves);
    if (!opened) co_return std::unexpected(opened.error());
    const std::string output = workspace_.wave_card()->output.name;
    for (;;) {
        co_await stepping_.pause();
        const auto batch = workspace_.next_wave_batch();
        if (!batch) co_return {};
        const auto logits = output_of(co_await run(waves_, Purpose::waves, *batch, output), output);
        if (!logits) co_return std::unexpected(logits.error());
        if (auto taken = workspace_.accept_waves(*logits); !taken) co_return taken;
        progress(stage, workspace_.wave_progress());
    }
}

/// A set of beats of the last files: named by the model that the person wants, else by the one in
/// use if it takes such beats, else by the most trustworthy that does; and shown.
Flow Workflow::name_set(std::size_t set, std::string wanted) {
    if (!workspace_.choose_set(set))
        co_return fail("", "", std::format("There is no set of beats number {}.", set + 1));
    progress("Looking for models of such beats", -1);
    struct Fitting {
        std::string model;
        double worth;  // below 0 where the card tells nothing about patients never seen
    };
    std::vector<Fitting> fitting;
    std::string not_named;
    for (std::size_t i = 0; i < models_.size(); ++i) {
        const std::string model = models_[i].name;
        auto bytes = co_await ask_model(model);
        Result<void> fits = bytes ? workspace_.beat_set().start(bytes->bytes, model + ".onnx")
                                  : Result<void>(std::unexpected(bytes.error()));
        if (fits)
            fitting.push_back(
                {model,
                 classify::score_on_unseen_patients(*workspace_.beat_set().card()).value_or(-1)});
        else if (not_named.empty() || model == current_)
            not_named = fits.error().to_string();
    }
    std::ranges::stable_sort(fitting, std::ranges::greater{}, &Fitting::worth);
    std::string model = fitting.empty() ? std::string() : fitting.front().model;
    for (const std::string* preferred : {&current_, &wanted})
        if (std::ranges::contains(fitting, *preferred, &Fitting::model)) model = *preferred;
    if (!model.empty()) {
        auto bytes = co_await ask_model(model);
        if (!bytes) co_return std::unexpected(bytes.error());
        if (auto begun = workspace_.beat_set().start(bytes->bytes, model + ".onnx"); !begun)
            co_return begun;
        auto opened = co_await open_network(model, Purpose::beats);
        if (!opened) co_return std::unexpected(opened.error());
        const std::string output = workspace_.beat_set().card()->output.name;
        const std::size_t beats = workspace_.beat_set().facts().labels.size();
        for (std::size_t done = 0;;) {
            const auto batch = workspace_.beat_set().next_batch(batch_size);
            if (!batch) break;
            done += batch->kept;
            const auto logits =
                output_of(co_await run(model, Purpose::set, *batch, output), output);
            if (!logits) co_return std::unexpected(logits.error());
            if (auto taken = workspace_.beat_set().accept(*logits); !taken) co_return taken;
            progress("Naming beats", static_cast<double>(done) / static_cast<double>(beats));
        }
    }
    messages::BeatSetFacts facts = workspace_.beat_set().facts();
    facts.index = set;
    for (const Fitting& fit : fitting) facts.models.push_back(fit.model);
    // The person knows models by the names of the list.
    if (model.empty())
        facts.not_named = not_named;
    else
        facts.model = model;
    const auto values = workspace_.beat_set().values();
    stepping_.tell(TellBeatSet{std::move(facts), {values.begin(), values.end()}});
    co_return {};
}

// --- a second opinion, and why -------------------------------------------------------------------

Flow Workflow::second(std::string name) {
    workspace_.drop_second();
    stepping_.say(messages::SecondInfo{});
    if (name.empty()) co_return {};
    if (!knows(name)) co_return fail("", "", std::format("There is no model named {}.", name));
    const std::string stage = std::format("Asking {}", name);
    progress(stage, -1);
    auto bytes = co_await ask_model(name);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (auto used = workspace_.use_second(bytes->bytes, name + ".onnx"); !used) co_return used;
    auto opened = co_await open_network(name, Purpose::second);
    if (!opened) co_return std::unexpected(opened.error());
    const std::string output = workspace_.second_card()->output.name;
    const auto beats = static_cast<double>(workspace_.beats().sample.size());
    for (std::size_t done = 0;;) {
        const auto batch = workspace_.next_second_batch(batch_size);
        if (!batch) break;
        done += batch->kept;
        const auto logits = output_of(co_await run(name, Purpose::second, *batch, output), output);
        if (!logits) co_return std::unexpected(logits.error());
        if (auto taken = workspace_.accept_second(*logits); !taken) co_return taken;
        progress(stage, beats > 0 ? static_cast<double>(done) / beats : -1);
    }
    auto said = workspace_.second_info();
    if (said) said->name = name;  // the person knows models by the names of the list
    stepping_.say(said);
    co_return {};
}

Flow Workflow::explain(std::size_t beat) {
    if (!knows(current_)) co_return {};
    const auto batch = workspace_.explain(beat);
    if (!batch) co_return std::unexpected(batch.error());
    const std::string model = current_, output = workspace_.card()->output.name;
    // A set of beats may have had another network opened meanwhile.
    auto opened = co_await open_network(model, Purpose::beats);
    if (!opened) co_return std::unexpected(opened.error());
    const auto logits = output_of(co_await run(model, Purpose::beats, *batch, output), output);
    if (!logits) co_return std::unexpected(logits.error());
    const auto said = workspace_.explained(*logits);
    if (!said) co_return std::unexpected(said.error());
    stepping_.say(*said);
    co_return {};
}

// --- asking a person -----------------------------------------------------------------------------

Flow Workflow::tell_question() {
    const auto question = workspace_.question_info();
    if (!question) co_return std::unexpected(question.error());
    stepping_.say(*question);
    co_return {};
}

// --- after a change ------------------------------------------------------------------------------

/// Groups stay where no beat came, went or moved.
Flow Workflow::review() {
    const auto rhythm = workspace_.rhythm_at_once();
    if (!rhythm) co_return std::unexpected(rhythm.error());
    stepping_.say(*rhythm);
    co_await stepping_.pause();
    send_rhythm();
    stepping_.say(workspace_.intervals_info());
    co_await stepping_.pause();
    const auto grouped = workspace_.find_clusters();
    if (!grouped || !*grouped) co_return {};
    stepping_.say(workspace_.clusters_info());
    for (std::size_t cluster = 0; cluster < workspace_.cluster_count(); ++cluster) {
        co_await stepping_.pause();
        send_density(cluster);
    }
    co_return {};
}

}  // namespace telltale::workspace
