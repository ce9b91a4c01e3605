// Bytes in, Recordings out; and back. The front door of shared/formats.
//
// No file access here: the caller hands over named bytes (files dropped on the page, files read
// by the program). Whatever the bytes are, a call ends in bounded time with results or errors
// that name file, place and expectation.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/recording.hpp"

namespace telltale::formats {

/// A file's name (its folders may be part of it) and content.
struct NamedBytes {
    std::string name;
    std::span<const std::byte> bytes;
};

/// Beats that are cut out already: one row of values a beat, all of one length, each with a label.
/// They have no sampling rate, no leads and no unit, so they are no Recording.
struct BeatSet {
    std::string name;
    std::size_t width = 0;      ///< Values a beat.
    std::vector<float> values;  ///< width values of the first beat, then of the next, ...
    std::vector<int> labels;    ///< One a beat: an index into label_names.
    std::vector<std::string> label_names;  ///< As the file writes them, in order of appearance.
    std::vector<std::string> warnings;

    [[nodiscard]] std::size_t size() const { return labels.size(); }
    [[nodiscard]] std::span<const float> beat(std::size_t i) const {
        return std::span(values).subspan(i * width, width);
    }
};

/// What a set of files gave. One bad file does not hide the good ones.
struct ReadResult {
    std::vector<Recording> recordings;
    std::vector<BeatSet> beat_sets;  ///< Only where ReadOptions asks for them.
    std::vector<Error> errors;
};

struct ReadOptions {
    /// Hz, for files that do not tell their sampling rate.
    std::optional<double> sampling_rate;
    /// Sets of beats (`heartbeat` CSV, UCR archive) are read; without it such a file is an error
    /// that says what it is.
    bool beat_sets = false;
};

/// True for the error of a file that tells no sampling rate and would open if the options did.
[[nodiscard]] bool needs_sampling_rate(const Error& error);

/// Groups the files into recordings (WFDB header with its signal and annotation files, CSV
/// tables, ...) and reads each. Files are recognised by content first, by name second. Half a
/// set of files is an error that says which file is missing.
[[nodiscard]] ReadResult read_recordings(std::span<const NamedBytes> files,
                                         const ReadOptions& options = {});

/// The files that a WFDB header names, as written there, so that a caller with a file system can
/// fetch them: signal files, and of a record in segments the segments' headers.
[[nodiscard]] Result<std::vector<std::string>> wfdb_signal_files(const NamedBytes& header);

/// A WFDB annotation file (MIT format, or the AHA format as WFDB writes it). Samples stay in the
/// file's own units.
[[nodiscard]] Result<std::vector<Annotation>> read_wfdb_annotations(const NamedBytes& file);

/// Annotations as a WFDB file (MIT format), in time order. Auxiliary text is cut at 255 bytes.
[[nodiscard]] std::vector<std::byte> write_wfdb_annotations(
    std::span<const Annotation> annotations);

/// Signal formats that can be written.
enum class WfdbFormat { f16 = 16, f212 = 212 };

struct WfdbFiles {
    std::string header;           ///< Text of NAME.hea
    std::vector<std::byte> data;  ///< Content of NAME.dat
};

/// Comments are free text and may name the patient, so they are left out unless asked for.
enum class Comments { leave_out, keep };

/// A recording as WFDB header and signal file, digitised with each lead's own calibration.
/// An error if a sample does not fit the format.
[[nodiscard]] Result<WfdbFiles> write_wfdb(const Recording& recording, WfdbFormat format,
                                           Comments comments = Comments::leave_out);

/// A recording as CSV: a first line "time_s,<lead> (<unit>),...", then one line a sample. No
/// annotations, no comments.
[[nodiscard]] std::string write_csv(const Recording& recording);

/// A recording as EDF+ with its annotations, patient and device fields anonymous. Samples are
/// stored exactly where the lead's gain allows a range that EDF's header can express (every whole
/// gain does), else rounded to the 65 535 steps of a range that holds them.
[[nodiscard]] Result<std::vector<std::byte>> write_edf(const Recording& recording);

/// Lead names as the field writes them: "ecg ii" -> "II", "MLII" stays, "v1" -> "V1".
[[nodiscard]] std::string normalised_lead_name(std::string_view name);

}  // namespace telltale::formats
