// A small AcqKnowledge file, for unit tests and fuzz seeds.
#pragma once

#include <cstddef>
#include <vector>

namespace telltale::tests {

/// An AcqKnowledge file of three channels: "ECG (.05 - 150 Hz)" in mV, integers of 0.001 from 0 on,
/// at 500 Hz; "RSP" in Volts, integers of 0.002 from 0 on, at half of that; "EDA" in microsiemens,
/// floats of 0.5 from 0 on, at 500 Hz. 20 samples of the fast ones.
struct BiopacForm {
    int revision = 42;  ///< 42: AcqKnowledge 3, 84: 4.1, 132: 5
    bool big = false;   ///< Byte order.
    bool compressed = false;
};
[[nodiscard]] std::vector<std::byte> biopac_file(const BiopacForm& form);

}  // namespace telltale::tests
