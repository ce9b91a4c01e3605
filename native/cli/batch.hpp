// Many recordings, cut into shards that any number of processes and machines work on: what each
// input leaves in the folder of results, and how it is known to be done. site/batch.md tells users.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.hpp"
#include "recording/error.hpp"

namespace telltale::cli {

/// "2/5": the second of five parts.
struct Shard {
    std::size_t number = 1, of = 1;  ///< number from 1 to of
};
[[nodiscard]] std::optional<Shard> parse_shard(std::string_view text);

/// The paths of a list, one a line, "-" being standard input: normalised, each once, in the list's
/// order. Of a shard every of-th: neighbours, which are often alike, go to different shards.
[[nodiscard]] Result<std::vector<std::string>> read_list(const std::string& list,
                                                         const Shard& shard);

/// The name of an input's results, without ending: its file's name and a hash of the whole path as
/// read_list() gives it, so that it does not depend on who else is in the list, and files of one
/// name in different folders do not meet.
[[nodiscard]] std::string result_stem(const std::string& path);

/// The first line of a result's JSON: what must be known of it without reading it all.
struct ResultHead {
    std::string fingerprint;  ///< Of input, models, version and options; empty: could not be read.
    std::string file;         ///< The input, as in the list.
    std::vector<std::string> files;   ///< Reports written beside it, by name.
    std::vector<std::string> errors;  ///< Sentences; empty where all is well.
};

/// The whole JSON: the head on a line of its own, then a recording a line.
[[nodiscard]] std::string result_json(const ResultHead& head, const std::vector<Json>& recordings,
                                      const std::vector<Json>& beat_sets);

/// Nothing where `path` is no result of a batch, or is not there.
[[nodiscard]] std::optional<ResultHead> read_result_head(const std::filesystem::path& path);

}  // namespace telltale::cli
