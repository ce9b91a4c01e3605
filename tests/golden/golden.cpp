// Prints what the core makes of recordings, bit for bit: beats, input tensors, signal quality,
// rhythm and shapes. Built natively and as WebAssembly; both must print the same. Of the rhythm
// only the spectra are left out: their sines and cosines come from the C library.
//
//     telltale-golden                 synthetic recordings only
//     telltale-golden RECORD...       and WFDB records, named without ending
//
// Plain stdio, since that is what Node gives a WebAssembly program.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "beats/detector.hpp"
#include "classify/adapt.hpp"
#include "classify/analysis.hpp"
#include "classify/features.hpp"
#include "formats/formats.hpp"
#include "report/findings.hpp"
#include "rhythm/rhythm_features.hpp"
#include "synth/synth.hpp"
#include "waves/wave_rows.hpp"

namespace {

using namespace telltale;

// FNV-1a over 64 bits (Fowler, Noll, Vo), fed with the bytes of numbers, lowest first.
class Digest {
public:
    void add(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            state_ ^= value >> (8 * i) & 0xFFU;
            state_ *= 0x100000001b3U;
        }
    }
    void add(float value) { add(std::bit_cast<std::uint32_t>(value), 4); }
    void add(std::int64_t value) { add(static_cast<std::uint64_t>(value), 8); }
    void add(std::string_view text) {
        for (const char c : text) add(static_cast<unsigned char>(c), 1);
    }
    [[nodiscard]] unsigned long long value() const { return state_; }

private:
    std::uint64_t state_ = 0xcbf29ce484222325U;
};

// One card of each kind of window, at rates that do and do not divide the recordings'.
std::vector<classify::Card> cards() {
    classify::Card next;
    next.name = "next-beats-120";
    next.classes = {"N"};
    next.input = {.sampling_rate = 120,
                  .window = classify::WindowKind::to_next_beats,
                  .next_fraction = 0.2,
                  .length = 187,
                  .scaling = classify::Scaling::min_max,
                  .name = "beats",
                  .shape = {-1, 1, 187}};
    next.output.name = "logits";
    classify::Card centred = next;
    centred.name = "centred-250";
    centred.input.sampling_rate = 250;
    centred.input.window = classify::WindowKind::centred;
    centred.input.before = 0.3;
    centred.input.after = 0.5;
    centred.input.length = 200;
    centred.input.shape = {-1, 200};
    centred.input.scaling = classify::Scaling::z_score;
    classify::Card plain = centred;
    plain.name = "centred-plain-173";
    plain.input.sampling_rate = 173;
    plain.input.length = 138;
    plain.input.shape = {-1, 138};
    plain.input.scaling = classify::Scaling::none;
    return {next, centred, plain};
}

// Every group of features of the beats found.
void print_features(const Recording& recording, std::size_t lead,
                    const std::vector<classify::ClassifiedBeat>& found) {
    std::vector<std::int64_t> positions;
    for (const classify::ClassifiedBeat& beat : found) positions.push_back(beat.sample);
    const classify::PreparedBeats prepared(
        {recording.sampling_rate, recording.leads[lead].samples, positions});
    for (const std::string_view name : classify::feature_groups()) {
        const std::vector<std::string> group = {std::string(name)};
        Digest digest;
        const std::vector<float> values = prepared.features(group);
        for (const float value : values) digest.add(value);
        std::printf("  features %s: %zu values, digest %016llx\n", group[0].c_str(), values.size(),
                    digest.value());
    }
}

// What a person's answers make of the beats: made-up logits, the features as the embedding, and
// answers that take turns.
void print_answers(const Recording& recording, std::size_t lead,
                   const std::vector<classify::ClassifiedBeat>& found) {
    constexpr std::size_t classes = 4;
    std::vector<std::int64_t> positions;
    for (const classify::ClassifiedBeat& beat : found) positions.push_back(beat.sample);
    const classify::PreparedBeats prepared(
        {recording.sampling_rate, recording.leads[lead].samples, positions});
    const std::vector<std::string> groups = {"F", "G"};
    const std::vector<float> rows = prepared.features(groups);
    const std::size_t width = classify::feature_count(groups);
    std::vector<float> logits;
    for (std::size_t i = 0; i < found.size(); ++i)
        for (std::size_t c = 0; c < classes; ++c)
            logits.push_back(rows[i * width + c] + (c == 0 ? 1.0F : 0.0F));
    const classify::Adapter adapter({.classes = classes,
                                     .logits = logits,
                                     .width = width,
                                     .embedding = rows,
                                     .labels = classes + 1});
    std::vector<classify::Answer> answers;
    classify::Adapted now = adapter.refit(answers);
    Digest digest;
    for (std::size_t i = 0; i < 10; ++i) {
        const auto question = adapter.question(answers, now);
        if (!question) break;
        answers.push_back({question->beat, i % (classes + 1)});
        now = adapter.refit(answers);
        digest.add(static_cast<std::int64_t>(question->beat));
        digest.add(static_cast<std::int64_t>(question->alike));
        for (const float p : now.probabilities) digest.add(p);
    }
    std::printf("  answers: %zu, digest %016llx\n", answers.size(), digest.value());
}

// What the rhythm network reads of a lead.
void print_rhythm_rows(const Recording& recording, std::size_t lead,
                       const std::vector<classify::ClassifiedBeat>& found) {
    std::vector<beats::Beat> beats;
    for (const classify::ClassifiedBeat& beat : found)
        beats.push_back({.sample = beat.sample, .confidence = beat.detection_confidence});
    const rhythm::SecondRows rows =
        rhythm::rhythm_rows(recording.leads[lead].samples, recording.sampling_rate, beats);
    Digest digest;
    for (const float value : rows.values) digest.add(value);
    for (const float value : rows.weight) digest.add(value);
    std::printf("  rhythm: %zu seconds, digest %016llx\n", rows.seconds, digest.value());
}

// What the wave network reads of it.
void print_wave_rows(const Recording& recording, std::size_t lead,
                     const std::vector<classify::ClassifiedBeat>& found) {
    std::vector<std::int64_t> r_peaks;
    for (const classify::ClassifiedBeat& beat : found) r_peaks.push_back(beat.sample);
    const waves::WaveRows rows =
        waves::wave_rows(recording.leads[lead].samples, recording.sampling_rate, r_peaks, 0,
                         static_cast<std::int64_t>(recording.length()));
    Digest digest;
    for (const float value : rows.values) digest.add(value);
    std::printf("  waves: %zu frames, digest %016llx\n", rows.frames, digest.value());
}

bool print_analysis(const Recording& recording, std::size_t lead, const classify::Card& card,
                    bool with_beats) {
    classify::AnalysisOptions options;
    options.lead = recording.leads[lead].name;
    auto analysis = classify::Analysis::open(recording, card, options);
    if (!analysis) {
        std::printf("  %s\n", analysis.error().to_string().c_str());
        return false;
    }
    Digest tensors;
    std::vector<float> first;
    std::size_t values = 0;
    std::vector<float> output;
    while (const auto batch = analysis->next_batch(100)) {
        for (const float value : batch->inputs[0].data) tensors.add(value);
        values += batch->inputs[0].data.size();
        if (first.empty())
            first.assign(batch->inputs[0].data.begin(),
                         batch->inputs[0].data.begin() +
                             std::min<std::ptrdiff_t>(16, std::ssize(batch->inputs[0].data)));
        output.assign(batch->beats, 0.0F);
        if (!analysis->accept(output)) return false;
    }
    if (with_beats) {
        Digest beats;
        const auto found = analysis->beats();
        for (const classify::ClassifiedBeat& beat : found) {
            beats.add(beat.sample);
            beats.add(beat.detection_confidence);
        }
        std::printf("  lead %s: %zu beats, digest %016llx, at", options.lead.c_str(), found.size(),
                    beats.value());
        for (const classify::ClassifiedBeat& beat : found)
            std::printf(" %lld", static_cast<long long>(beat.sample));
        std::printf("\n");
        print_features(recording, lead, found);
        print_answers(recording, lead, found);
        print_rhythm_rows(recording, lead, found);
        print_wave_rows(recording, lead, found);
    }
    std::printf("  %s: %zu values, digest %016llx, first", card.name.c_str(), values,
                tensors.value());
    for (const float value : first) std::printf(" %08x", std::bit_cast<std::uint32_t>(value));
    std::printf("\n");
    return true;
}

// With the reference's beats where there are any, else with all leads' as normal ones.
bool print_findings(const Recording& recording) {
    const auto found = beats::detect(recording);
    if (!found) return false;
    Digest all;
    for (const beats::Beat& beat : *found) {
        all.add(beat.sample);
        all.add(beat.confidence);
    }
    std::printf("  all leads: %zu beats, digest %016llx\n", found->size(), all.value());

    report::Input input{.sampling_rate = recording.sampling_rate,
                        .samples = static_cast<std::int64_t>(recording.length()),
                        .classes = {"N", "S", "V", "F", "Q"}};
    std::vector<report::Beat> beats;
    for (const Annotation& a : recording.annotations)
        if (const auto aami = aami_class(a.code))
            beats.push_back(
                {.sample = a.sample, .label = static_cast<int>(*aami), .probabilities = {}});
    if (beats.empty())
        for (const beats::Beat& beat : *found)
            beats.push_back({.sample = beat.sample, .label = 0, .probabilities = {}});
    input.beats = beats;
    const auto findings = report::find(recording, input);
    if (!findings) {
        std::printf("  %s\n", findings.error().to_string().c_str());
        return false;
    }
    nlohmann::ordered_json json = report::to_json(*findings, recording);
    if (json["rhythm"].contains("hrv")) {
        auto& hrv = json["rhythm"]["hrv"];
        for (const char* key : {"welch", "lomb_scargle"}) hrv.erase(key);
        for (auto& segment : hrv["segments"])
            for (const char* key : {"lf_ms2", "hf_ms2"}) segment.erase(key);
    }
    for (const auto& [key, value] : json.items()) {
        const std::string text = value.dump();
        Digest digest;
        digest.add(text);
        std::printf("  %s: %zu bytes of JSON, digest %016llx\n", key.c_str(), text.size(),
                    digest.value());
    }
    return true;
}

bool print_recording(const Recording& recording) {
    std::printf("%s: %zu leads, %zu samples at %.17g Hz\n", recording.name.c_str(),
                recording.leads.size(), recording.length(), recording.sampling_rate);
    bool good = print_findings(recording);
    for (std::size_t lead = 0; lead < recording.leads.size(); ++lead) {
        Digest samples;
        for (const float sample : recording.leads[lead].samples) samples.add(sample);
        std::printf("  lead %s: samples, digest %016llx\n", recording.leads[lead].name.c_str(),
                    samples.value());
        bool with_beats = true;
        for (const classify::Card& card : cards()) {
            good = print_analysis(recording, lead, card, with_beats) && good;
            with_beats = false;
        }
    }
    return good;
}

// Reads files as the program and the page do.
bool print_files(const std::vector<formats::NamedBytes>& files) {
    const formats::ReadResult result = formats::read_recordings(files);
    for (const Error& error : result.errors) std::printf("%s\n", error.to_string().c_str());
    bool good = result.errors.empty() && !result.recordings.empty();
    for (const Recording& recording : result.recordings) good = print_recording(recording) && good;
    return good;
}

bool print_synthetic(const synth::Options& options, bool as_csv) {
    const Recording recording = synth::make(options);
    if (as_csv) {
        const std::string text = formats::write_csv(recording);
        return print_files({{options.name + ".csv", std::as_bytes(std::span(text))}});
    }
    const auto files = formats::write_wfdb(recording, formats::WfdbFormat::f212);
    if (!files) return false;
    return print_files({{options.name + ".hea", std::as_bytes(std::span(files->header))},
                        {options.name + ".dat", files->data}});
}

std::vector<std::byte> content(const std::string& path) {
    std::vector<std::byte> bytes;
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) return bytes;
    std::byte block[1 << 16];
    for (std::size_t got = 0; (got = std::fread(block, 1, sizeof block, file)) > 0;)
        bytes.insert(bytes.end(), block, block + got);
    std::fclose(file);
    return bytes;
}

bool print_record(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const auto header = content(path + ".hea");
    const auto signal = content(path + ".dat");
    const auto reference = content(path + ".atr");
    std::vector<formats::NamedBytes> files = {{name + ".hea", header}, {name + ".dat", signal}};
    if (!reference.empty()) files.push_back({name + ".atr", reference});
    return print_files(files);
}

}  // namespace

int main(int argc, char** argv) {
    bool good = true;
    good = print_synthetic({.name = "sinus", .duration_s = 120, .seed = 11}, false) && good;
    good =
        print_synthetic(
            {.name = "ectopy", .duration_s = 180, .pvc_share = 0.12, .apb_share = 0.1, .seed = 12},
            false) &&
        good;
    good = print_synthetic({.name = "noisy",
                            .duration_s = 90,
                            .sampling_rate = 250,
                            .heart_rate = 110,
                            .pvc_share = 0.2,
                            .noise_mv = 0.15,
                            .wander_mv = 0.8,
                            .leads = 3,
                            .seed = 13},
                           false) &&
           good;
    good = print_synthetic(
               {.name = "watch", .duration_s = 30, .sampling_rate = 512, .leads = 1, .seed = 14},
               true) &&
           good;
    good = print_synthetic({.name = "slow",
                            .duration_s = 60,
                            .sampling_rate = 128,
                            .heart_rate = 45,
                            .apb_share = 0.3,
                            .seed = 15},
                           false) &&
           good;
    for (int i = 1; i < argc; ++i) good = print_record(argv[i]) && good;
    return good ? 0 : 1;
}
