#include "formats/ishne.hpp"

#include <algorithm>
#include <format>
#include <limits>

#include "formats/encoding.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t fixed_size = 522;  // magic, checksum, and the fixed block
constexpr std::string_view lead_names[] = {"",    "bipolar", "X",   "Y",   "Z",  "I",  "II",
                                           "III", "aVR",     "aVL", "aVF", "V1", "V2", "V3",
                                           "V4",  "V5",      "V6",  "ES",  "AS", "AI"};

std::optional<StartTime> start_of(std::span<const std::byte> bytes) {
    const auto at = [&](std::size_t i) { return signed16(le16(bytes.data() + i)); };
    StartTime start{.hour = at(150), .minute = at(152)};
    if (start.hour < 0 || start.hour > 23 || start.minute < 0 || start.minute > 59)
        return std::nullopt;
    start.second = std::clamp(at(154), 0, 60);
    const int day = at(138), month = at(140), year = at(142);
    if (day >= 1 && day <= 31 && month >= 1 && month <= 12 && year >= 1 && year <= 9999) {
        start.day = day;
        start.month = month;
        start.year = year;
    }
    return start;
}

Code code_of_label(char label) {
    switch (label) {
        case 'N': return Code::normal;
        case 'V': return Code::premature_ventricular;
        case 'S': return Code::supraventricular_premature;
        case 'C':
        case 'P': return Code::paced;
        case 'U': return Code::unclassifiable;
        case 'X':
        case 'Z': return Code::artefact;
        default: return Code::unclassifiable;
    }
}

// Beats: a label, a second one, and the samples since the one before.
Result<std::vector<Annotation>> read_annotations(const NamedBytes& file) {
    const auto bytes = file.bytes;
    if (bytes.size() < fixed_size + 4)
        return fail(
            file.name, "",
            std::format("it has {} bytes, the header takes {}", bytes.size(), fixed_size + 4));
    const std::uint64_t start = fixed_size + le32(bytes.data() + 10);
    if (start + 4 > bytes.size())
        return fail(file.name, "byte 10", "the variable block reaches beyond the file");
    std::vector<Annotation> annotations;
    std::int64_t sample = le32(bytes.data() + start);
    for (std::size_t at = static_cast<std::size_t>(start) + 4; at + 4 <= bytes.size(); at += 4) {
        const char label = static_cast<char>(bytes[at]);
        sample += le16(bytes.data() + at + 2);
        if (label == '!') continue;  // only carries time
        annotations.push_back({.sample = sample, .code = code_of_label(label)});
    }
    return annotations;
}

void add_annotations(FileSet& files, int index, Recording& recording) {
    const std::string& name = files[index].name;
    for (const int i : files.with_stem(stem_of(name))) {
        if (folder_of(files[i].name) != folder_of(name) || !looks_like_ishne_annotations(files[i]))
            continue;
        files.use(i);
        auto annotations = read_annotations(files[i]);
        if (!annotations) {
            recording.warnings.push_back("The annotations are left out. " +
                                         annotations.error().to_string() + ".");
            recording.damaged = true;
            return;
        }
        const auto length = static_cast<std::int64_t>(recording.length());
        const auto outside =
            std::erase_if(*annotations, [&](const Annotation& a) { return a.sample >= length; });
        if (outside > 0)
            recording.warnings.push_back(std::format(
                "{} annotations lie outside the recording; they are left out.", outside));
        recording.annotations = std::move(*annotations);
        return;
    }
}

}  // namespace

bool looks_like_ishne(const NamedBytes& file) {
    return as_text(file.bytes).starts_with("ISHNE1.0");
}

bool looks_like_ishne_annotations(const NamedBytes& file) {
    return as_text(file.bytes).starts_with("ANN  1.0");
}

Result<Recording> read_ishne(FileSet& files, int index) {
    const NamedBytes& file = files[index];
    const auto bytes = file.bytes;
    if (bytes.size() < fixed_size)
        return fail(
            file.name, "",
            std::format("it has {} bytes, an ISHNE header takes {}", bytes.size(), fixed_size));
    Recording recording;
    recording.name = stem_of(file.name);
    recording.start = start_of(bytes);
    const std::byte* p = bytes.data();
    const std::uint32_t variable = le32(p + 10), claimed = le32(p + 14), offset = le32(p + 22);
    const std::uint32_t leads = le16(p + 156), rate = le16(p + 272);
    if (leads < 1 || leads > 12)
        return fail(file.name, "byte 156",
                    std::format("the number of leads is {}, expected 1 to 12", leads));
    if (rate == 0) return fail(file.name, "byte 272", "the sampling rate is 0, expected Hz");
    if (offset < fixed_size || offset >= bytes.size())
        return fail(
            file.name, "byte 22",
            std::format("the samples start at byte {}, the file has {}", offset, bytes.size()));
    recording.sampling_rate = rate;
    // Some writers leave the checksum at 0.
    if (const std::uint32_t stored = le16(p + 8);
        stored != 0 && fixed_size + static_cast<std::uint64_t>(variable) <= bytes.size() &&
        stored != crc16(bytes.subspan(10, fixed_size - 10 + variable)))
        recording.warnings.push_back(
            "The header's checksum does not hold; it may have been changed.");

    const auto samples = bytes.subspan(offset);
    const std::size_t length = samples.size() / 2 / leads;
    if (length == 0) return fail(file.name, "", "it holds no samples");
    // Writers count samples of one lead, or of all of them.
    recording.damaged = claimed > length && claimed > length * leads;
    if (recording.damaged)
        recording.warnings.push_back(
            std::format("The file is cut short: it has {} samples per lead, its header says {}.",
                        length, claimed));
    for (std::uint32_t l = 0; l < leads; ++l) {
        Lead lead;
        const std::uint32_t spec = le16(p + 158 + 2 * l);
        lead.original_name = spec > 1 && spec < std::size(lead_names)
                                 ? std::string(lead_names[spec])
                                 : std::format("ECG{}", l + 1);
        lead.name = normalised_lead_name(lead.original_name);
        double step = signed16(le16(p + 206 + 2 * l)) * 1e-6;  // nV to mV
        if (!(step > 0)) {
            step = 0.005;
            lead.calibration.assumed = true;
            recording.warnings.push_back(std::format(
                "{}: the file gives no resolution; 5 uV a step are assumed.", lead.name));
        }
        lead.calibration.gain = 1 / step;
        lead.samples.resize(length);
        const std::byte* from = samples.data() + 2 * l;
        for (std::size_t i = 0; i < length; ++i, from += 2 * leads) {
            const std::int32_t v = signed16(le16(from));
            lead.samples[i] = v == -32768 ? std::numeric_limits<float>::quiet_NaN()
                                          : static_cast<float>(v * step);
        }
        recording.leads.push_back(std::move(lead));
    }
    add_annotations(files, index, recording);
    return recording;
}

}  // namespace telltale::formats
