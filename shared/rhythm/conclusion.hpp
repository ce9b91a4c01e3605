// What was found, in sentences to begin a conclusion with.
#pragma once

#include <string>
#include <vector>

#include "rhythm/rhythm.hpp"

namespace telltale::rhythm {

/// One thing a sentence, the gravest first. What was not found is told of what could be read only,
/// and what could not be told is said.
[[nodiscard]] std::vector<std::string> conclusion(const Summary& summary, const Options& options);

}  // namespace telltale::rhythm
