// What a person or a page hands over besides recordings: models, session files, changes, requests.
#pragma once

#include "fuzz/targets.hpp"

namespace telltale::fuzz {

void run_card(std::span<const std::byte> input);
[[nodiscard]] std::vector<Bytes> seeds_card();
void run_onnx(std::span<const std::byte> input);
[[nodiscard]] std::vector<Bytes> seeds_onnx();
void run_session(std::span<const std::byte> input);
[[nodiscard]] std::vector<Bytes> seeds_session();
void run_request(std::span<const std::byte> input);
[[nodiscard]] std::vector<Bytes> seeds_request();

}  // namespace telltale::fuzz
