#include "cli/annotated_record.hpp"

#include <algorithm>
#include <utility>

#include "cli/inputs.hpp"
#include "data/files.hpp"

namespace telltale::cli {

namespace fs = std::filesystem;

constexpr std::size_t batch_beats = 512;  // in one run of a network

Result<Recording> read_record(const fs::path& header, const std::string& annotator) {
    auto files = load(header);
    if (!files) return std::unexpected(files.error());
    const fs::path reference = fs::path(header).replace_extension(annotator);
    if (annotator != "atr") {
        std::erase_if(*files, [](const LoadedFile& file) { return file.name.ends_with(".atr"); });
        auto bytes = data::read_file(reference);
        if (!bytes) return std::unexpected(bytes.error());
        // The readers know annotations beside a header by this ending.
        files->push_back({fs::path(header).replace_extension("atr").string(), std::move(*bytes)});
    }
    formats::ReadResult result = read(*files);
    if (!result.errors.empty()) return std::unexpected(result.errors[0]);
    if (result.recordings.empty()) return fail(header.string(), "", "no recording in this file");
    if (result.recordings[0].annotations.empty())
        return fail(reference.string(), "", "no reference annotations");
    return std::move(result.recordings[0]);
}

std::vector<Annotation> reference_beats(const Recording& recording) {
    std::vector<Annotation> reference;
    for (const Annotation& annotation : recording.annotations)
        if (is_beat(annotation.code) && annotation.sample >= 0 &&
            annotation.sample < static_cast<std::int64_t>(recording.length()))
            reference.push_back(annotation);
    std::ranges::stable_sort(reference, {}, &Annotation::sample);
    return reference;
}

Result<classify::Analysis> name_beats(const Recording& recording, const classify::Card& card,
                                      runtime::Session& session,
                                      std::optional<std::span<const Annotation>> given) {
    classify::AnalysisOptions options;
    if (given) {
        options.given_beats.emplace();
        for (const Annotation& beat : *given)
            options.given_beats->push_back({.sample = beat.sample});
    }
    auto analysis = classify::Analysis::open(recording, card, options);
    if (!analysis) return analysis;
    while (const auto batch = analysis->next_batch(batch_beats)) {
        const auto output = session.run(*batch);
        if (!output) return std::unexpected(output.error());
        if (auto done = analysis->accept(*output, session.embedding()); !done)
            return std::unexpected(done.error());
    }
    return analysis;
}

}  // namespace telltale::cli
