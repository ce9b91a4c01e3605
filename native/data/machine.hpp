// What a figure of speed was measured on.
#pragma once

#include <string>

namespace telltale::data {

/// The processor's name and how many of them the system tells of: "Intel(R) Xeon(R) Processor, 2
/// CPUs".
[[nodiscard]] std::string machine_name();

}  // namespace telltale::data
