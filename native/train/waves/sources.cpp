#include "train/waves/sources.hpp"

#include <algorithm>
#include <cstdlib>
#include <format>

#include "beats/detector.hpp"
#include "data/mitdb.hpp"
#include "data/wave_marks.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

Result<WaveSource> read_source(const fs::path& folder, const std::string& name) {
    auto recording = data::read_signal(folder, name, ".dat");
    if (!recording) return std::unexpected(recording.error());
    const auto beats = beats::detect(*recording);
    if (!beats) return std::unexpected(beats.error());
    auto reference = data::read_wave_reference(folder, name, *recording);
    if (!reference) return std::unexpected(reference.error());
    if (!*reference)
        return fail((folder / name).string(), "", "has no marks of its waves beside it");
    WaveSource source{.name = name,
                      .fold = 0,
                      .recording = std::move(*recording),
                      .r_peaks = {},
                      .marks = std::move((*reference)->marks)};
    for (const beats::Beat& beat : *beats) source.r_peaks.push_back(beat.sample);
    return source;
}

Result<std::vector<std::string>> names_with(const fs::path& folder, std::string_view ending) {
    std::vector<std::string> names;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder, code))
        if (entry.path().extension() == ending) names.push_back(entry.path().stem().string());
    if (code || names.empty())
        return fail(folder.string(), "", std::format("holds no records, expected *{}", ending));
    std::ranges::sort(names);
    return names;
}

}  // namespace

Result<std::vector<WaveSource>> read_ludb(const fs::path& folder,
                                          const std::function<void(std::string_view)>& log) {
    const fs::path below = folder / "ludb" / "data";
    const auto names = names_with(below, ".hea");
    if (!names) return std::unexpected(names.error());
    std::vector<WaveSource> sources;
    for (const std::string& name : *names) {
        auto source = read_source(below, name);
        if (!source) return std::unexpected(source.error());
        source->fold = std::atoi(name.c_str()) % wave_folds;
        sources.push_back(std::move(*source));
    }
    log(std::format("ludb: {} records", sources.size()));
    return sources;
}

Result<std::vector<WaveSource>> read_qtdb(const fs::path& folder,
                                          const std::function<void(std::string_view)>& log) {
    const fs::path below = folder / "qtdb";
    const auto names = names_with(below, ".q1c");
    if (!names) return std::unexpected(names.error());
    std::vector<WaveSource> sources;
    for (const std::string& name : *names) {
        auto source = read_source(below, name);
        if (!source) return std::unexpected(source.error());
        sources.push_back(std::move(*source));
    }
    log(std::format("qtdb: {} records", sources.size()));
    return sources;
}

Result<std::vector<Recording>> read_noises(const fs::path& folder) {
    std::vector<Recording> noises;
    for (const char* name : {"bw", "em", "ma"}) {
        auto noise = data::read_signal(folder / "nstdb", name, ".dat");
        if (!noise) return std::unexpected(noise.error());
        noises.push_back(std::move(*noise));
    }
    return noises;
}

}  // namespace telltale::train
