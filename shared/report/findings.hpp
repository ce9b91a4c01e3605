// What the beats of a recording mean, put together once for the program and the page: signal
// quality, why there are no beats where there are none, then the rhythm of what can be read, then
// the beats' shapes.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "morphology/clusters.hpp"
#include "recording/error.hpp"
#include "recording/recording.hpp"
#include "report/gaps.hpp"
#include "report/report.hpp"
#include "rhythm/episodes.hpp"
#include "rhythm/rhythm.hpp"
#include "rhythm/rhythm_analysis.hpp"
#include "signal/quality.hpp"

namespace telltale::report {

struct Findings {
    signal::RecordingQuality quality;
    rhythm::Summary rhythm;
    morphology::Clusters clusters;  ///< Of input.beats, by all leads together.
    rhythm::Options options;        ///< That the rhythm was judged by.
};

/// `input` tells the beats of `recording`. Beats without a class are unclassified: a recording in
/// which no beat has one is summarised without ectopy. `quality`, where it is known already, is
/// not worked out again. Errors are those of rhythm::analyse.
[[nodiscard]] Result<Findings> find(const Recording& recording, const Input& input,
                                    const rhythm::Options& options = {},
                                    const signal::RecordingQuality* quality = nullptr);

/// The parts of find(), for those who look for them one after the other.
[[nodiscard]] Result<rhythm::Summary> find_rhythm(const Recording& recording, const Input& input,
                                                  const rhythm::Options& options,
                                                  const signal::RecordingQuality& quality);
/// The same, where the gaps are known; `beats` are rhythm_beats(). `known` as in rhythm::analyse().
[[nodiscard]] Result<rhythm::Summary> find_rhythm(const Recording& recording, const Input& input,
                                                  const rhythm::Options& options,
                                                  const signal::RecordingQuality& quality,
                                                  std::span<const rhythm::Beat> beats,
                                                  const Gaps& gaps, rhythm::Known* known);
/// The gaps in the beats, explained by the ECG leads.
[[nodiscard]] std::vector<beats::Silence> find_silences(const Recording& recording,
                                                        std::span<const rhythm::Beat> beats,
                                                        const signal::RecordingQuality& quality);
/// Of the beats' places alone: their classes do not matter.
[[nodiscard]] morphology::Clusters find_clusters(const Recording& recording, const Input& input);

/// The beats as the rhythm takes them: by the AAMI class of their class's name, Q where a class is
/// none of AAMI's.
[[nodiscard]] std::vector<rhythm::Beat> rhythm_beats(const Input& input);

/// {"quality": ..., "rhythm": ..., "clusters": ...}: the JSON of those folders.
[[nodiscard]] nlohmann::ordered_json to_json(const Findings& findings, const Recording& recording);

/// What else is known where a rhythm network has answered.
struct CourseFacts {
    std::span<const beats::Silence> silences;              ///< The gaps between the beats.
    std::span<const rhythm::RhythmEpisode> asserted = {};  ///< By a person: sorted, apart.
    std::span<const rhythm::QrsWidth> qrs = {};            ///< Of the beats that were measured.
    std::span<const rhythm::Rhythm> seconds = {};          ///< rhythm::name_seconds(), if known.
};

/// Which rhythm holds when: a rhythm network's answers put together with what else is known.
/// `beats` are rhythm_beats(), `classified` whether any of them has a class.
[[nodiscard]] rhythm::RhythmCourse find_course(const Recording& recording,
                                               std::span<const rhythm::Beat> beats, bool classified,
                                               const rhythm::RhythmAnswers& answers,
                                               const CourseFacts& facts);

/// Takes their class from beats that lie in ventricular flutter or fibrillation: nothing there is a
/// beat of a class. A person's word stays.
void leave_unnamed(std::vector<Beat>& beats, const rhythm::RhythmCourse& course);

/// Which rhythms there are besides sinus rhythm, the gravest first, or what the whole of a short
/// recording is: a line of plain text, empty without a course.
[[nodiscard]] std::string course_in_words(const rhythm::Summary& rhythm);

/// The rhythm in a line or two of plain text: heart rate, pauses, ectopy, candidates, unreadable.
[[nodiscard]] std::string in_words(const rhythm::Summary& rhythm);

}  // namespace telltale::report
