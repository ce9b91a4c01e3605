// Measuring on the strip: calipers between two places of a lead, and what follows from them.
// Arithmetic alone, no drawing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace telltale::window {

/// Two legs on one lead. The legs may stand in either order.
struct Calipers {
    double from = 0, to = 0;              ///< samples
    std::optional<float> from_mv, to_mv;  ///< nothing where there is no signal, or it is not known
    std::size_t lead = 0;

    [[nodiscard]] double first() const { return from < to ? from : to; }
    [[nodiscard]] double last() const { return from < to ? to : from; }
};

/// A QT interval and what it is at 60 beats a minute, in ms. Bazett (Heart 1920;7:353) divides by
/// the square root of RR in seconds, Fridericia (Acta Med Scand 1920;53:469) by its cube root.
struct CorrectedQt {
    double qt, rr, bazett, fridericia;
};

/// What the calipers say.
struct Measured {
    double ms = 0;                  ///< between the legs, never negative
    std::optional<double> rate;     ///< beats a minute, were it one RR interval
    std::optional<double> mv;       ///< signed: of the later leg against the earlier one
    std::optional<CorrectedQt> qt;  ///< where the legs enclose one beat as a QT would
};

/// The index, in samples within `reach` of `at`, of the peak or trough that stands out most, or
/// nothing: on a slope, on a flat line, or where there is no signal. A peak at the very edge of
/// the reach is a slope.
[[nodiscard]] std::optional<std::size_t> nearest_extremum(std::span<const float> mv, std::size_t at,
                                                          std::size_t reach);

/// `beats` are all R peaks, ascending, in samples. A QT is given where exactly one of them is
/// between the legs and these are 200 to 800 ms apart; RR is the interval before that beat, or the
/// one after it for the first beat.
[[nodiscard]] Measured measure(const Calipers& calipers, std::span<const double> beats,
                               double sampling_rate);

/// Where the legs fall, in samples, when the interval is repeated to both sides over first..last;
/// the legs themselves are left out. Nothing where that would be more than `most`.
[[nodiscard]] std::vector<double> marching(const Calipers& calipers, double first, double last,
                                           std::size_t most);

/// "412 ms (146/min), -0.31 mV", and with a QT "QT 412 ms, RR 812 ms, QTcB 457 ms, QTcF 442 ms".
[[nodiscard]] std::vector<std::string> measured_lines(const Measured& measured);

}  // namespace telltale::window
