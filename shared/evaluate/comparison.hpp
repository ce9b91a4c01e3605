// Beat-by-beat comparison of two annotation lists by the rules of ANSI/AAMI EC57, counted as the
// WFDB program `bxb` counts. The front door of shared/evaluate.
//
//     Comparison one = compare(reference, test, 360, 650000);
//     Figures f = figures(one);  // f.qrs_sensitivity.value() -> 0.9995
//
// Annotations that are not beats are ignored, except: beats between "[" and "]" (ventricular
// fibrillation or flutter) count in neither list, and a beat of the other list there is counted
// opposite O; a signal-quality annotation whose two unreadable bits are both set (subtype & 0x30)
// shuts its list down until the next one without, and a beat of the other list there is opposite X.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recording/annotation.hpp"

namespace telltale::evaluate {

/// Rows (reference) and columns (test) of the matrix: the AAMI classes, O for "no beat there",
/// X for "no beat there, and that list was shut down".
enum class Label : std::uint8_t { N, S, V, F, Q, O, X };
inline constexpr std::size_t label_count = 7;

/// Upper case: "NSVFQOX".
[[nodiscard]] constexpr char letter(Label label) {
    return "NSVFQOX"[static_cast<int>(label)];
}

/// Which beat codes make which class.
enum class ClassMap : std::uint8_t {
    /// de Chazal 2004, telltale::aami_class: N L R e j B n are N, A a J S are S.
    literature,
    /// As bxb with its options for supraventricular beats: N L R B are N, A a J S e j n are S.
    bxb,
};

struct ComparisonOptions {
    double match_window_s = 0.150;  ///< Two beats this near can be one beat (inclusive).
    /// Where the comparison starts. EC57 leaves out 300 s for learning; 0 compares everything.
    double start_s = 0;
    ClassMap class_map = ClassMap::literature;
};

/// A beat of one list without its equal in the other.
struct Mismatch {
    std::int64_t sample = 0;  ///< Of the reference beat, or of the test beat where there is none.
    Label reference = Label::O;
    Label test = Label::O;

    bool operator==(const Mismatch&) const = default;
};

/// Counts of one record, or of several added up.
struct Comparison {
    std::string record;
    /// matrix[reference][test]; the cells of O and X against each other stay 0.
    std::array<std::array<std::int64_t, label_count>, label_count> matrix{};
    double rr_squared_error_s2 = 0;    ///< Sum over paired beats, s^2.
    std::int64_t rr_intervals = 0;     ///< How many pairs of RR intervals that sum holds.
    std::vector<Mismatch> mismatches;  ///< In time order; empty in a sum of records.

    [[nodiscard]] std::int64_t at(Label reference, Label test) const {
        return matrix[static_cast<std::size_t>(reference)][static_cast<std::size_t>(test)];
    }
    /// Beats found whatever their class, missed (opposite O or X), and falsely found.
    [[nodiscard]] std::int64_t true_positives() const;
    [[nodiscard]] std::int64_t false_negatives() const;
    [[nodiscard]] std::int64_t false_positives() const;
};

/// A share that is absent where nothing was counted, never zero.
struct Ratio {
    std::int64_t part = 0;
    std::int64_t whole = 0;
    [[nodiscard]] std::optional<double> value() const {
        if (whole == 0) return std::nullopt;
        return static_cast<double>(part) / static_cast<double>(whole);
    }
    bool operator==(const Ratio&) const = default;
};

/// EC57's measures. A false positive V is a V of the test list opposite N, S, O or X: fusion and
/// unknown beats called V are not counted as false (and V, F and Q opposite S likewise only by
/// N, V, F, O, X for S). The false positive rate is of reference beats of other classes.
struct Figures {
    Ratio qrs_sensitivity, qrs_predictivity;
    Ratio v_sensitivity, v_predictivity, v_false_positive_rate;
    Ratio s_sensitivity, s_predictivity, s_false_positive_rate;
    std::optional<double> rr_rms_error_s;  ///< Root mean square RR interval difference, s.
};

/// Compares over [start, length] of a record. Lists need be in time order; annotations that are
/// not are sorted first. `sampling_rate` in Hz; `length` in samples, 0 if not known.
[[nodiscard]] Comparison compare(std::span<const Annotation> reference,
                                 std::span<const Annotation> test, double sampling_rate,
                                 std::int64_t length, const ComparisonOptions& options = {});

[[nodiscard]] Figures figures(const Comparison& comparison);

/// The gross count: all records' counts added. Mismatches are left out.
[[nodiscard]] Comparison sum(std::span<const Comparison> records);

/// Mean over the records of each measure, each over the records where it exists.
struct Average {
    std::optional<double> qrs_sensitivity, qrs_predictivity;
    std::optional<double> v_sensitivity, v_predictivity, v_false_positive_rate;
    std::optional<double> s_sensitivity, s_predictivity, s_false_positive_rate;
    std::optional<double> rr_rms_error_s;
};
[[nodiscard]] Average average(std::span<const Comparison> records);

}  // namespace telltale::evaluate
