// The beats that the figures rest on, and which intervals between them are readable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "rhythm/rhythm.hpp"

namespace telltale::rhythm {

/// Usable beats in readable signal. Interval i lies between beats i and i + 1.
struct Series {
    double rate = 0;          ///< Sampling rate in Hz.
    std::int64_t length = 0;  ///< Samples in the recording.
    std::vector<Beat> beats;
    std::vector<std::uint8_t> joined;  ///< 1: interval i is readable, nothing set aside inside it.
    std::size_t unusable = 0, in_unreadable = 0;  ///< Beats set aside.
    std::vector<Interval> not_sinus;  ///< Where the course names another rhythm: in time order.

    [[nodiscard]] std::size_t intervals() const { return joined.size(); }
    [[nodiscard]] std::int64_t rr(std::size_t i) const {
        return beats[i + 1].sample - beats[i].sample;
    }
    [[nodiscard]] double rr_s(std::size_t i) const { return static_cast<double>(rr(i)) / rate; }
    [[nodiscard]] AamiClass type(std::size_t i) const { return beats[i].type; }
    /// `what`, from one beat to another.
    template <class T>
    [[nodiscard]] T at(std::size_t first, std::size_t last, T what) const {
        return messages::at_place(beats[first].sample, beats[last].sample, rate, std::move(what));
    }
};

/// Intervals cut to [0, length), sorted, empty ones dropped, touching ones merged.
[[nodiscard]] std::vector<Interval> normalised(std::span<const Interval> intervals,
                                               std::int64_t length);

/// Where a course names one of these rhythms, in time order; nothing without a course.
[[nodiscard]] std::vector<Interval> stretches_of(const RhythmCourse* course,
                                                 std::initializer_list<Rhythm> rhythms);

/// A silence without the beats at its ends.
[[nodiscard]] Interval between_beats(const beats::Silence& silence, double rate);

/// What nobody can read, normalised: the stretches that the input names, and the silences for
/// which no lead can be read, but not where the heart stood still on a quiet lead.
[[nodiscard]] std::vector<Interval> unreadable_of(const Input& input);

/// `unreadable` must be normalised. Classes are dropped where the input is not classified.
[[nodiscard]] Series make_series(const Input& input, std::span<const Interval> unreadable);

}  // namespace telltale::rhythm
