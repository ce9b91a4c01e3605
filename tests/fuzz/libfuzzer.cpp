// libFuzzer's way in: TELLTALE_FUZZ_TARGET names the target. Its seeds come from
// `fuzz_replay --write-seeds DIR`.
#include <cstdint>
#include <cstdlib>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const auto& target : telltale::fuzz::targets())
        if (target.name == TELLTALE_FUZZ_TARGET)
            target.run({reinterpret_cast<const std::byte*>(data), size});
    return 0;
}
