#include "recording/annotation.hpp"

#include <array>
#include <cstddef>

namespace telltale {
namespace {

struct Row {
    Code code;
    std::string_view mnemonic;
    bool beat;
    std::optional<AamiClass> aami;
};

using enum AamiClass;
constexpr auto none = std::nullopt;

// One row a code: WFDB's mnemonic, whether it is a QRS complex, and its AAMI class.
constexpr Row table[] = {
    {Code::not_qrs, " ", false, none},
    {Code::normal, "N", true, N},
    {Code::left_bundle_branch_block, "L", true, N},
    {Code::right_bundle_branch_block, "R", true, N},
    {Code::aberrated_atrial_premature, "a", true, S},
    {Code::premature_ventricular, "V", true, V},
    {Code::fusion, "F", true, F},
    {Code::nodal_premature, "J", true, S},
    {Code::atrial_premature, "A", true, S},
    {Code::supraventricular_premature, "S", true, S},
    {Code::ventricular_escape, "E", true, V},
    {Code::nodal_escape, "j", true, N},
    {Code::paced, "/", true, Q},
    {Code::unclassifiable, "Q", true, Q},
    {Code::signal_quality, "~", false, none},
    {Code::artefact, "|", false, none},
    {Code::st_change, "s", false, none},
    {Code::t_change, "T", false, none},
    {Code::systole, "*", false, none},
    {Code::diastole, "D", false, none},
    {Code::note, "\"", false, none},
    {Code::measurement, "=", false, none},
    {Code::p_wave, "p", false, none},
    {Code::bundle_branch_block, "B", true, N},
    {Code::pacer_spike, "^", false, none},
    {Code::t_wave, "t", false, none},
    {Code::rhythm, "+", false, none},
    {Code::u_wave, "u", false, none},
    {Code::learning, "?", true, Q},
    {Code::flutter_wave, "!", false, none},
    {Code::fibrillation_on, "[", false, none},
    {Code::fibrillation_off, "]", false, none},
    {Code::atrial_escape, "e", true, N},
    {Code::supraventricular_escape, "n", true, N},
    {Code::link, "@", false, none},
    {Code::blocked_atrial_premature, "x", false, none},
    {Code::paced_fusion, "f", true, Q},
    {Code::waveform_on, "(", false, none},
    {Code::waveform_off, ")", false, none},
    {Code::r_on_t, "r", true, V},
};

// Codes without a mnemonic are written as WFDB's rdann prints them: "[55]".
struct Numbered {
    std::array<char, 4> text;
};
constexpr auto numbered = [] {
    std::array<Numbered, 59> texts{};
    for (std::size_t i = 0; i < texts.size(); ++i)
        texts[i].text = {'[', static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10),
                         ']'};
    return texts;
}();

const Row* find(Code code) {
    for (const Row& row : table)
        if (row.code == code) return &row;
    return nullptr;
}

}  // namespace

std::string_view mnemonic(Code code) {
    const Row* row = find(code);
    if (row) return row->mnemonic;
    const auto value = static_cast<std::size_t>(code);
    if (value < 10 || value >= numbered.size()) return " ";
    return {numbered[value].text.data(), numbered[value].text.size()};
}

std::optional<Code> code_of_mnemonic(std::string_view mnemonic) {
    for (const Row& row : table)
        if (row.mnemonic == mnemonic && row.code != Code::not_qrs) return row.code;
    for (std::size_t i = 10; i < numbered.size(); ++i)
        if (mnemonic == std::string_view(numbered[i].text.data(), 4) &&
            find(static_cast<Code>(i)) == nullptr)
            return static_cast<Code>(i);
    return std::nullopt;
}

bool is_beat(Code code) {
    const Row* row = find(code);
    return row && row->beat;
}

std::optional<AamiClass> aami_class(Code code) {
    const Row* row = find(code);
    return row ? row->aami : std::nullopt;
}

Code code_of(AamiClass c) {
    switch (c) {
        case N: return Code::normal;
        case S: return Code::supraventricular_premature;
        case V: return Code::premature_ventricular;
        case F: return Code::fusion;
        case Q: return Code::unclassifiable;
    }
    return Code::unclassifiable;
}

}  // namespace telltale
