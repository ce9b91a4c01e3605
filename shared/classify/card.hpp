// The model card: everything that a program must know to run a model. It is JSON, kept inside
// the .onnx file as the metadata property "telltale". Nothing about a model is hard-coded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/error.hpp"

namespace telltale::classify {

/// How the samples of one beat are cut from a lead.
enum class WindowKind {
    /// From the beat to the next one plus `next_fraction` of the interval after it, cut or
    /// zero-padded to `length` values (the `heartbeat` data set).
    to_next_beats,
    /// `before` seconds before the beat to `after` seconds after it.
    centred,
};

enum class Scaling {
    none,
    min_max,  ///< (w - min) / (max - min) over the window before padding; 0 where max = min.
    z_score,  ///< (w - mean) / sd over the window; 0 where sd = 0.
};

/// Noise taken out of a window before it is scaled.
enum class Denoise {
    none,
    db4,  ///< signal::db4_denoise over `denoise_levels` levels.
};

/// What one row of the input is.
enum class InputKind {
    window,    ///< A beat's samples: WindowKind, Scaling and so on say which. [beats, ...]
    sequence,  ///< Features of consecutive beats: `groups` of features.hpp. [1, beats, features]
    /// Features of consecutive seconds of one lead: `groups` of rhythm/rhythm_features.hpp.
    /// [1, seconds, features]. The model names rhythms, not beats.
    rhythm,
    /// Frames of one lead: `groups` of waves/wave_rows.hpp. [1, frames, features]. The model tells
    /// P, QRS and T apart.
    waves,
};

struct InputCard {
    double sampling_rate = 0;              ///< Hz at which the window is sampled; windows only.
    std::vector<std::string> lead_choice;  ///< Preferred lead names in order; the first lead else.
    WindowKind window = WindowKind::centred;
    double next_fraction = 0.2;    ///< to_next_beats only.
    double before = 0, after = 0;  ///< Seconds; centred only.
    std::size_t length = 0;        ///< Values in a window, or features of a beat.
    /// Corners in Hz of signal::BandPass, which the lead passes before the window is cut; centred
    /// windows only, 0 and 0: none.
    double band_pass_low = 0, band_pass_high = 0;
    Denoise denoise = Denoise::none;  ///< Centred windows only.
    int denoise_levels = 7;
    Scaling scaling = Scaling::none;
    std::string name;                 ///< Input's name in the graph.
    std::vector<std::int64_t> shape;  ///< -1 for the batch dimension, e.g. {-1, 1, 187}; a
                                      ///< sequence's is {-1, -1, features}, or
                                      ///< {-1, -1, -1, features} where it joins leads.

    InputKind kind = InputKind::window;
    // All but windows. The network is run on `chunk` beats (seconds, frames) at a time, with up to
    // `context` more on either side whose answers are not used.
    std::vector<std::string> groups;  ///< Groups of features, in the order of a row.
    std::size_t chunk = 0, context = 0;
    /// Leads of a recording that are read together at most: where more than 1, a sequence's input
    /// is [1, leads, beats, features], of any number of leads.
    std::size_t leads = 1;

    bool operator==(const InputCard&) const = default;
};

struct OutputCard {
    std::string name;          ///< Output's name, [batch, classes] or [batch, beats, classes].
    bool logits = true;        ///< False where the graph ends in a softmax.
    double temperature = 1.0;  ///< Logits are divided by it before the softmax.
    /// Output that tells what the last layer judges by, [batch, beats, embedding_length]; empty
    /// where there is none. Sequences only.
    std::string embedding;
    std::size_t embedding_length = 0;
    /// A beat whose largest probability is below this is doubtful; 0 where the card has no rule.
    double doubtful_below = 0;

    bool operator==(const OutputCard&) const = default;
};

/// A measured figure with its protocol.
struct Metric {
    std::string protocol;  ///< "heartbeat-test", "ds2", ...
    std::string name;      ///< "accuracy", "macro_f1", ...
    double value = 0;

    bool operator==(const Metric&) const = default;
};

struct Card {
    int format = 1;  ///< Version of this layout.
    std::string name, title, version;
    std::string description;           ///< What it is and when not to believe it.
    std::vector<std::string> classes;  ///< In the order of the output's columns.
    InputCard input;
    OutputCard output;
    std::string training_data, protocol;
    /// Records that it was trained on, by name, where it was trained on records as a whole: no
    /// figure measured on them is worth anything.
    std::vector<std::string> training_records;
    /// Name of the model of the same recipe trained on fewer records, whose figures on the others
    /// count for this one; may be empty.
    std::string twin;
    /// What a program should choose it for if nobody chooses: "recordings", or nothing.
    std::string default_for;
    std::vector<Metric> metrics;
    std::string licence, citation;
    std::int64_t parameters = 0;

    bool operator==(const Card&) const = default;
};

/// Reads a card from its JSON; `file` names the model in errors. Unknown keys are ignored, so
/// that newer cards still open; a wrong type, a missing key or a value out of range is an error
/// that names it. Only what running the model needs must be there: name, classes, input, output.
[[nodiscard]] Result<Card> parse_card(std::string_view json, std::string_view file);
[[nodiscard]] std::string card_json(const Card& card);
/// The card's macro F1 on patients that its model has not seen (protocol "ds2"), from which models
/// of the same input are ranked. Half of it where the figure is that of a twin; nothing where the
/// card has none.
[[nodiscard]] std::optional<double> score_on_unseen_patients(const Card& card);
/// The lowest corner of a band-pass: below it a window would need too much of its lead.
inline constexpr double lowest_corner_hz = 0.05;
/// Whether windows pass a band-pass, with corners that make sense.
[[nodiscard]] bool has_band_pass(const InputCard& input);
/// Whether a model names beats; the others name the rhythm of each second, or waves.
[[nodiscard]] inline bool names_beats(const Card& card) {
    return card.input.kind == InputKind::window || card.input.kind == InputKind::sequence;
}
/// Whether the parts of an input card agree with each other, so that input can be made by it.
[[nodiscard]] bool is_complete(const InputCard& input);

/// The metadata property of an ONNX file that holds the card.
inline constexpr std::string_view card_property = "telltale";

/// The value of a metadata property of an ONNX file, straight from its protobuf bytes: browsers'
/// ONNX Runtime does not tell it. Nothing where the property is absent; an error where the bytes
/// are no ONNX model.
[[nodiscard]] Result<std::optional<std::string>> onnx_metadata(std::span<const std::byte> onnx,
                                                               std::string_view key,
                                                               std::string_view file);

/// The card inside an ONNX file.
[[nodiscard]] Result<Card> read_card(std::span<const std::byte> onnx, std::string_view file);

}  // namespace telltale::classify
