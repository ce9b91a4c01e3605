#include "cli/evaluate_records.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <set>
#include <system_error>
#include <utility>

#include "classify/analysis.hpp"
#include "cli/annotated_record.hpp"
#include "cli/inputs.hpp"
#include "data/mitdb.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split_names(const std::string& split) {
    if (split == "ds1") return {data::ds1_record_names.begin(), data::ds1_record_names.end()};
    if (split == "ds2") return {data::ds2_record_names.begin(), data::ds2_record_names.end()};
    return {data::mitdb_record_names.begin(), data::mitdb_record_names.end()};
}

// Records of the QT Database that begin with "sel" and go on with a number are excerpts of the
// MIT-BIH record of that number.
std::string patient_of(const std::string& record) {
    const bool excerpt =
        record.starts_with("sel") && record.size() > 3 &&
        std::ranges::all_of(record.substr(3), [](char c) { return c >= '0' && c <= '9'; });
    return excerpt ? record.substr(3) : record;
}

std::vector<std::string> trained_records(const classify::Card& card,
                                         std::span<const fs::path> headers) {
    std::set<std::string> trained;
    for (const std::string& record : card.training_records) trained.insert(patient_of(record));
    std::vector<std::string> found;
    for (const fs::path& header : headers)
        if (trained.contains(patient_of(header.stem().string())))
            found.push_back(header.stem().string());
    return found;
}

// The model's answers as EC57 wants them: annotations of AAMI classes.
evaluate::Comparison compare(const Recording& recording,
                             std::span<const classify::ClassifiedBeat> beats,
                             std::span<const std::string> classes) {
    std::vector<Annotation> found;
    for (const classify::ClassifiedBeat& beat : beats) {
        const char name = classes[static_cast<std::size_t>(beat.label)][0];
        const auto at = std::string_view("NSVFQ").find(name);
        found.push_back({.sample = beat.sample, .code = code_of(all_aami_classes[at])});
    }
    return evaluate::compare(recording.annotations, found, recording.sampling_rate,
                             static_cast<std::int64_t>(recording.length()));
}

// Counts from the comparison of detected beats.
void count_paired(const evaluate::Comparison& comparison, std::span<const std::string> classes,
                  RecordCounts& counts) {
    const auto label_of = [&](std::size_t c) {
        return static_cast<evaluate::Label>(std::string_view("NSVFQ").find(classes[c][0]));
    };
    std::int64_t paired = 0;
    for (std::size_t truth = 0; truth < classes.size(); ++truth) {
        for (std::size_t given = 0; given < classes.size(); ++given) {
            const std::int64_t beats = comparison.at(label_of(truth), label_of(given));
            counts.confusion.add(truth, given, static_cast<std::size_t>(beats));
            paired += beats;
        }
    }
    counts.left_out = static_cast<std::size_t>(comparison.true_positives() - paired);
}

Result<RecordCounts> evaluate_record(const Recording& recording, bool detected, const Truth& truth,
                                     const Model& model, runtime::Session& session) {
    const std::vector<Annotation> reference = reference_beats(recording);
    const auto analysis = name_beats(recording, model.card, session,
                                     detected ? std::nullopt : std::optional(std::span(reference)));
    if (!analysis) return std::unexpected(analysis.error());
    const std::vector<classify::ClassifiedBeat> beats = analysis->beats();
    RecordCounts counts(model.card.classes);
    counts.record = recording.name;
    if (truth.aami()) counts.ec57 = compare(recording, beats, model.card.classes);
    for (const classify::ClassifiedBeat& beat : beats) counts.doubtful += beat.doubtful ? 1 : 0;
    if (detected) {
        count_paired(counts.ec57, model.card.classes, counts);
        return counts;
    }
    for (std::size_t i = 0; i < beats.size(); ++i) {
        const auto expected = truth(reference[i].code);
        const auto given = static_cast<std::size_t>(beats[i].label);
        counts.doubtful_wrong += beats[i].doubtful && expected != given ? 1 : 0;
        if (expected) {
            counts.confusion.add(*expected, given);
            counts.reliability.add(beats[i].probabilities[given], *expected == given);
        } else {
            ++counts.left_out;
        }
    }
    return counts;
}

}  // namespace

Result<Truth> Truth::of(const classify::Card& card) {
    Truth truth;
    truth.classes_ = card.classes;
    truth.aami_ = std::ranges::all_of(card.classes, [](const std::string& name) {
        return name.size() == 1 && std::string_view("NSVFQ").contains(name[0]);
    });
    if (truth.aami_) return truth;
    for (const std::string& name : card.classes) {
        const auto code = code_of_mnemonic(name);
        if (!code || !is_beat(*code))
            return fail(card.name, "",
                        std::format("its class '{}' is neither an AAMI class nor a WFDB beat "
                                    "code, so reference annotations tell nothing of it",
                                    name));
    }
    return truth;
}

std::optional<std::size_t> Truth::operator()(Code code) const {
    std::string name(mnemonic(code));
    if (aami_) {
        const auto aami = aami_class(code);
        if (!aami) return std::nullopt;
        name = letter(*aami);
    }
    const auto at = std::ranges::find(classes_, name);
    if (at == classes_.end()) return std::nullopt;
    return static_cast<std::size_t>(at - classes_.begin());
}

Result<std::vector<fs::path>> choose_records(const EvaluateClassifierOptions& options) {
    std::vector<std::string> names = options.records;
    fs::path folder = options.data;
    if (!options.split.empty()) {
        const auto mitdb = data::mitdb_folder(options.data);
        if (!mitdb) return std::unexpected(mitdb.error());
        folder = *mitdb;
        const std::vector<std::string> of_split = split_names(options.split);
        if (names.empty()) names = of_split;
        for (const std::string& name : names)
            if (std::ranges::find(of_split, name) == of_split.end())
                return fail(name, "", std::format("this record is not in {}", options.split));
    }
    if (names.empty()) return annotated_records(folder, options.annotator);
    std::vector<fs::path> headers;
    for (const std::string& name : names) {
        const fs::path header = folder / (name + ".hea");
        const fs::path reference = fs::path(header).replace_extension(options.annotator);
        std::error_code code;
        for (const fs::path& needed : {header, reference})
            if (!fs::is_regular_file(needed, code))
                return fail(needed.string(), "", "no such file");
        headers.push_back(header);
    }
    return headers;
}

Result<Honest> choose_honest(Model model, std::span<const fs::path> headers, bool trained_on) {
    const std::vector<std::string> seen = trained_records(model.card, headers);
    if (seen.empty()) return Honest{std::move(model), ""};
    const std::string what =
        std::format("{} was trained on {} of these {} records ({}{})", model.card.name, seen.size(),
                    headers.size(), seen[0], seen.size() > 1 ? ", ..." : "");
    if (trained_on)
        return Honest{std::move(model), what + ": these figures say nothing of new patients"};
    const auto refuse = [&](const std::string& why) {
        return fail(model.path.string(), "",
                    what + ", so its figures there would be worthless" + why +
                        "; --trained-on evaluates it all the same");
    };
    if (model.card.twin.empty()) return refuse("");
    const fs::path beside = model.path.parent_path() / (model.card.twin + ".onnx");
    std::error_code code;
    auto twin = find_model(fs::exists(beside, code) ? beside.string() : model.card.twin);
    if (!twin) return refuse(std::format(", and its twin {} is not there", model.card.twin));
    // A twin that does not say what it was trained on is no better.
    if (twin->card.training_records.empty() || !trained_records(twin->card, headers).empty())
        return refuse(std::format(", and so for its twin {}", model.card.twin));
    return Honest{std::move(*twin), what + "; this is its twin, which was not"};
}

Result<Evaluation> evaluate_records(const EvaluateClassifierOptions& options,
                                    std::span<const fs::path> headers, const Model& model,
                                    runtime::Session& session) {
    const auto truth = Truth::of(model.card);
    if (!truth) return std::unexpected(truth.error());
    const bool detected = options.beats == "detected";
    if (detected && !truth->aami())
        return fail(model.path.string(), "",
                    "detected beats are compared by AAMI class, the model's are others");
    Evaluation result(model.card.classes, "");
    result.detected = detected;
    result.aami = truth->aami();
    ProgressLine progress;
    std::vector<evaluate::Comparison> comparisons;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        progress.show(
            std::format("record {} ({} of {})", headers[i].stem().string(), i + 1, headers.size()));
        const auto recording = read_record(headers[i], options.annotator);
        if (!recording) return std::unexpected(recording.error());
        auto counts = evaluate_record(*recording, detected, *truth, model, session);
        if (!counts) return std::unexpected(counts.error());
        result.confusion.add(counts->confusion);
        result.left_out += counts->left_out;
        result.doubtful += counts->doubtful;
        result.doubtful_wrong += counts->doubtful_wrong;
        result.reliability.add(counts->reliability);
        comparisons.push_back(counts->ec57);
        result.records.push_back(std::move(*counts));
    }
    result.ec57 = evaluate::sum(comparisons);
    const std::string what =
        !options.records.empty() ? std::format("{} records by name", headers.size())
        : options.split == "ds1" ? "MIT-BIH Arrhythmia Database, DS1, 22 records"
        : options.split == "ds2" ? "MIT-BIH Arrhythmia Database, DS2, 22 records"
        : options.split == "all"
            ? "MIT-BIH Arrhythmia Database, all 48 records, paced ones included"
            : std::format("all {} annotated records in the folder", headers.size());
    result.protocol =
        std::format("{}; {} beats; classes by {}", what,
                    detected ? "detected, matched within 150 ms of the annotated" : "annotated",
                    truth->aami() ? "AAMI EC57" : "WFDB code");
    return result;
}

}  // namespace telltale::cli
