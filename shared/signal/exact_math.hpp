// A logarithm, a tangent, sine and cosine of +, -, * and / alone: the same bits on every machine,
// which a C library's need not have.
#pragma once

#include <bit>
#include <complex>
#include <cstdint>

namespace telltale::signal {

/// ln(x) to within 1e-14; -700 for what is not a positive normal number.
[[nodiscard]] inline double exact_log(double x) {
    if (!(x >= 2.3e-308) || x > 1.7e308) return x > 1.7e308 ? 700.0 : -700.0;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    auto exponent = static_cast<double>(static_cast<std::int64_t>(bits >> 52U) - 1023);
    double m = std::bit_cast<double>((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        exponent += 1;
    }
    // ln m = 2 artanh t, |t| < 0.172; the first term left out is below 1e-17.
    const double t = (m - 1) / (m + 1);
    const double t2 = t * t;
    double sum = 0;
    for (int k = 21; k >= 1; k -= 2) sum = sum * t2 + 1.0 / k;
    return exponent * 0.6931471805599453 + 2 * t * sum;
}

/// tan(x) to within some 1e-13 of its value, for x from 0 to 1.5.
[[nodiscard]] inline double exact_tan(double x) {
    // Taylor's series of sine and cosine.
    double sine = 0;
    double cosine = 0;
    double term = 1;
    for (int k = 0; k < 30; ++k) {
        const bool odd = k % 2 == 1;
        const bool minus = k % 4 >= 2;
        (odd ? sine : cosine) += minus ? -term : term;
        term *= x / (k + 1);
    }
    return sine / cosine;
}

/// exp(2 pi i turns) to within 1e-15, for turns from -1 to 1.
[[nodiscard]] inline std::complex<double> exact_turn(double turns) {
    // Whole quarters are exact; what is left is at most an eighth of a turn.
    const double scaled = turns * 4;
    const auto quarters = static_cast<int>(scaled + (scaled < 0 ? -0.5 : 0.5));
    const double x = (scaled - quarters) * 1.5707963267948966;
    double cosine = 0;
    double sine = 0;
    double term = 1;
    for (int k = 0; k < 20; ++k) {
        (k % 2 == 1 ? sine : cosine) += k % 4 >= 2 ? -term : term;
        term *= x / (k + 1);
    }
    switch (((quarters % 4) + 4) % 4) {
        case 0: return {cosine, sine};
        case 1: return {-sine, cosine};
        case 2: return {-cosine, -sine};
        default: return {sine, -cosine};
    }
}

}  // namespace telltale::signal
