// Small files made from their specifications, for unit tests and as seeds of the fuzz targets.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "support/data.hpp"

namespace telltale::tests {

/// Writes `bytes` bytes of a little-endian number at `at`, making room for them.
void put(std::vector<std::byte>& file, std::size_t at, std::int64_t value, int bytes);

/// An ISHNE header of two leads (II at 5 uV, V1 at 2.5 uV), 200 Hz, three samples a lead; the
/// samples follow at byte 526, and are there if `samples` is set.
[[nodiscard]] std::vector<std::byte> ishne_file(std::string_view magic, bool samples);

/// An SCP-ECG file of sections with these contents (section 0, sizes and checksum are added).
[[nodiscard]] std::vector<std::byte> scp_file(
    const std::map<int, std::vector<std::byte>>& sections);

/// The sections of an SCP-ECG of leads I and V1, 500 Hz, 2.5 uV a step, with these second
/// differences in both: plain words, or codes of the default Huffman table.
[[nodiscard]] std::map<int, std::vector<std::byte>> scp_sections(const std::vector<int>& values,
                                                                 bool huffman);

/// A Contec file of that many rows: II = 100, III = -200, V1 = 2047, V2 to V6 not connected but
/// for the last, which is -2048 (steps around the middle); 2020-11-16 21:44:39.
[[nodiscard]] std::vector<std::byte> contec_file(std::size_t rows);

/// A zip archive of uncompressed files.
[[nodiscard]] std::vector<std::byte> zip_file(const std::vector<File>& files);

/// A table of 120 samples, "# sampling_rate: 250", "II (mV)", then ((i * i * 7919) mod 2003) / 1000
/// - 1 with three digits, compressed by gzip with Huffman codes of its own.
[[nodiscard]] std::vector<std::byte> gzip_table();

}  // namespace telltale::tests
