// EDF+ annotations: timestamped lists of texts (TALs).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/annotation.hpp"

namespace telltale::formats::edf {

/// Collects the annotations of a file, record by record.
class Annotations {
public:
    /// The annotation signal's bytes of a record. What is not a list of texts is skipped.
    void add(std::string_view bytes, std::size_t record);

    /// When each record starts, s; NaN where a record does not say.
    [[nodiscard]] std::span<const double> onsets() const { return onsets_; }

    /// The sample at which the recording ends, where the file says so ("Recording ends").
    [[nodiscard]] std::optional<std::int64_t> end(double rate, double first_onset) const;

    /// As annotations of a recording of `length` samples that starts at `first_onset`: those that
    /// Telltale wrote as what they were, others as notes.
    [[nodiscard]] std::vector<Annotation> taken(double rate, double first_onset,
                                                std::int64_t length,
                                                std::vector<std::string>& warnings) const;

private:
    struct Text {
        double onset;
        std::string text;
    };
    std::vector<Text> texts_;
    std::vector<double> onsets_;
};

/// The text that stands for an annotation: "QRS V", "Rhythm (AFIB", or every field of it.
[[nodiscard]] std::string text_of(const Annotation& annotation);

inline constexpr std::string_view end_text = "Recording ends";

}  // namespace telltale::formats::edf
