// A base-2 logarithm of additions and multiplications alone, so that it has the same bits on every
// machine, which a C library's need not have.
#pragma once

#include <bit>
#include <cstdint>

namespace telltale::beats {

/// log2(x) to within 1e-4, for finite x; -40 for anything below 2^-40.
[[nodiscard]] inline float log2_of(float x) {
    if (!(x > 9.1e-13F)) return -40;
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const auto exponent = static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127);
    const float m = std::bit_cast<float>((bits & 0x007fffffU) | 0x3f800000U);  // 1 to 2
    // log2(m) = 2 / ln 2 * artanh(t), |t| <= 0.172 about the middle sqrt(2).
    const float t = (m - 1.41421356F) / (m + 1.41421356F);
    const float t2 = t * t;
    return exponent + 0.5F +
           t * (2.88539008F + t2 * (0.96179669F + t2 * (0.57707802F + t2 * 0.41219858F)));
}

}  // namespace telltale::beats
