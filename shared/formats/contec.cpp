// Read from files, there is no public specification: 43 bytes of header (case number, date and time
// at byte 10), rows of eight 16-bit words, 37 bytes that describe the patient.
#include "formats/contec.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "formats/derived_leads.hpp"
#include "formats/encoding.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t header = 43, footer = 37, channels = 8, row = 2 * channels;
constexpr std::array stored_names = {"II", "III", "V1", "V2", "V3", "V4", "V5", "V6"};
constexpr double mv_a_step = 0.005;
constexpr double rate = 800;
constexpr std::uint32_t no_electrode = 0x6800;
constexpr std::int32_t middle = 2048;

// "2020-11-16 21:44:39"
std::optional<StartTime> start_of(const NamedBytes& file) {
    constexpr std::string_view pattern = "0000-00-00 00:00:00";
    if (file.bytes.size() < header + footer) return std::nullopt;
    const std::string_view text = as_text(file.bytes).substr(10, pattern.size());
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] == '0' ? !is_digit(text[i]) : text[i] != pattern[i]) return std::nullopt;
    return checked({.year = digits_at(text, 0, 4),
                    .month = digits_at(text, 5, 2),
                    .day = digits_at(text, 8, 2),
                    .hour = digits_at(text, 11, 2),
                    .minute = digits_at(text, 14, 2),
                    .second = static_cast<double>(digits_at(text, 17, 2))});
}

}  // namespace

bool looks_like_contec(const NamedBytes& file) {
    return start_of(file).has_value() && !looks_like_text(as_text(file.bytes));
}

Result<Recording> read_contec(const NamedBytes& file) {
    const std::size_t size = file.bytes.size() - header - footer;
    const std::size_t rows = size / row;
    if (rows == 0) return fail(file.name, "", "it holds no samples, expected rows of 16 bytes");
    Recording recording;
    recording.name = stem_of(file.name);
    recording.sampling_rate = rate;
    recording.start = start_of(file);
    if (size % row != 0) {
        recording.damaged = true;
        recording.warnings.push_back("The file is cut short in its last row.");
    }
    recording.warnings.push_back(
        "The maker does not publish this format: 800 Hz and 5 uV a step are assumed from files "
        "seen, so times and amplitudes may be wrong.");
    const std::byte* data = file.bytes.data() + header;
    for (std::size_t c = 0; c < channels; ++c) {
        Lead lead;
        lead.name = lead.original_name = stored_names[c];
        lead.calibration = {.gain = 1 / mv_a_step, .baseline = middle, .assumed = true};
        lead.samples.resize(rows);
        bool any = false;
        for (std::size_t i = 0; i < rows; ++i) {
            const std::uint32_t word = le16(data + i * row + 2 * c);
            const bool there = word != no_electrode;
            any = any || there;
            lead.samples[i] =
                there ? static_cast<float>((static_cast<std::int32_t>(word & 0xFFF) - middle) *
                                           mv_a_step)
                      : std::numeric_limits<float>::quiet_NaN();
        }
        if (any) recording.leads.push_back(std::move(lead));
    }
    if (recording.leads.empty()) return fail(file.name, "", "no electrode was connected");
    // Einthoven: I = II - III; the others follow from I and II.
    const auto two = recording.lead_index("II"), three = recording.lead_index("III");
    if (two && three) {
        Lead one = recording.leads[*two];
        one.name = one.original_name = "I";
        one.calibration.baseline = 0;
        for (std::size_t i = 0; i < rows; ++i) one.samples[i] -= recording.leads[*three].samples[i];
        recording.leads.insert(recording.leads.begin(), std::move(one));
        recording.comments.push_back("I: computed from II and III.");
        add_derived_leads(recording);
    }
    return recording;
}

}  // namespace telltale::formats
