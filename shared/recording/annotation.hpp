// Annotations as WFDB defines them (WFDB Programmer's Guide, "Annotation codes"), and the
// AAMI EC57 classes that beat codes map to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace telltale {

/// WFDB annotation codes; the values are those of the file format.
enum class Code : std::uint8_t {
    not_qrs = 0,
    normal = 1,
    left_bundle_branch_block = 2,
    right_bundle_branch_block = 3,
    aberrated_atrial_premature = 4,
    premature_ventricular = 5,
    fusion = 6,
    nodal_premature = 7,
    atrial_premature = 8,
    supraventricular_premature = 9,
    ventricular_escape = 10,
    nodal_escape = 11,
    paced = 12,
    unclassifiable = 13,
    signal_quality = 14,
    artefact = 16,
    st_change = 18,
    t_change = 19,
    systole = 20,
    diastole = 21,
    note = 22,
    measurement = 23,
    p_wave = 24,
    bundle_branch_block = 25,
    pacer_spike = 26,
    t_wave = 27,
    rhythm = 28,
    u_wave = 29,
    learning = 30,
    flutter_wave = 31,
    fibrillation_on = 32,
    fibrillation_off = 33,
    atrial_escape = 34,
    supraventricular_escape = 35,
    link = 36,
    blocked_atrial_premature = 37,
    paced_fusion = 38,
    waveform_on = 39,
    waveform_off = 40,
    r_on_t = 41,
};

/// One annotation. `sample` counts from the start of the recording at the recording's own
/// sampling rate (or the annotation file's, until formats has scaled it).
struct Annotation {
    std::int64_t sample = 0;
    Code code = Code::not_qrs;
    std::int8_t subtype = 0;
    std::uint8_t channel = 0;
    std::int8_t number = 0;
    std::string aux;  ///< Free text; rhythm changes carry "(AFIB" and the like.

    bool operator==(const Annotation&) const = default;
};

/// The mnemonic that WFDB prints: "N", "V", "+", ...; "?" is "learning"; "[55]" for a code of two
/// digits without one (files may use codes of their own), " " for what is no annotation.
[[nodiscard]] std::string_view mnemonic(Code code);

/// The code of a mnemonic, nothing if WFDB has none of that name.
[[nodiscard]] std::optional<Code> code_of_mnemonic(std::string_view mnemonic);

/// True for codes that mark a QRS complex (WFDB's isqrs table): flutter waves are not beats.
[[nodiscard]] bool is_beat(Code code);

/// AAMI EC57 beat classes. The order is that of every confusion matrix and results table here.
enum class AamiClass : std::uint8_t { N, S, V, F, Q };

inline constexpr std::array<AamiClass, 5> all_aami_classes = {
    AamiClass::N, AamiClass::S, AamiClass::V, AamiClass::F, AamiClass::Q};

[[nodiscard]] constexpr char letter(AamiClass c) {
    return "NSVFQ"[static_cast<int>(c)];
}

/// The map of the literature (de Chazal 2004): N = N L R e j; S = A a J S; V = V E; F = F;
/// Q = / f Q. Beat codes outside that list (B n r ?) follow EC57: B n are N, r is V, ? is Q.
/// Nothing for annotations that are not beats.
[[nodiscard]] std::optional<AamiClass> aami_class(Code code);

/// The WFDB code that stands for a class when beats are written: N S V F Q.
[[nodiscard]] Code code_of(AamiClass c);

}  // namespace telltale
