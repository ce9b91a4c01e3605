// The networks that recipes name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recording/error.hpp"
#include "train/networks/network.hpp"

namespace telltale::train {

/// Names that make_network knows.
[[nodiscard]] std::vector<std::string> network_names();

/// A network by name for inputs of that shape; an error lists the names, or says that the input
/// is too short for it.
[[nodiscard]] Result<Network> make_network(std::string_view name, Shape input,
                                           std::int64_t classes);

}  // namespace telltale::train
