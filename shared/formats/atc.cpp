#include "formats/atc.hpp"

#include <algorithm>
#include <format>
#include <limits>

#include "formats/encoding.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::string_view magic("ALIVE\0\0\0", 8);
constexpr std::size_t file_header = 12, block_header = 8;
constexpr std::string_view block_names[] = {"ecg ", "ecg2", "ecg3", "ecg4", "ecg5", "ecg6"};
constexpr std::string_view lead_names[] = {"I", "II", "III", "aVR", "aVL", "aVF"};

}  // namespace

bool looks_like_atc(const NamedBytes& file) {
    return as_text(file.bytes).starts_with(magic);
}

Result<Recording> read_atc(const NamedBytes& file) {
    Recording recording;
    recording.name = stem_of(file.name);
    const std::span<const std::byte> bytes = file.bytes;
    double step = 0;                                                        // mV
    std::vector<std::pair<std::size_t, std::span<const std::byte>>> found;  // lead, samples
    for (std::size_t at = file_header; at + block_header <= bytes.size();) {
        const std::string_view id = as_text(bytes).substr(at, 4);
        const std::size_t size = le32(bytes.data() + at + 4);
        const std::size_t left = bytes.size() - at - block_header;
        if (size > left || left - size < 4) {
            recording.warnings.push_back(
                std::format("The file is cut short in its block {}.", quoted(id)));
            recording.damaged = true;
            break;
        }
        const auto block = bytes.subspan(at + block_header, size);
        std::uint32_t sum = 0;
        for (const std::byte b : bytes.subspan(at, block_header + size))
            sum += std::to_integer<std::uint32_t>(b);
        if (sum != le32(bytes.data() + at + block_header + size)) {
            recording.damaged = true;
            recording.warnings.push_back(
                std::format("The checksum of the block {} does not hold; it may have been changed.",
                            quoted(trimmed(id))));
        }
        if (id == "fmt " && size >= 5) {
            recording.sampling_rate = le16(block.data() + 1);
            step = le16(block.data() + 3) * 1e-6;  // nV a step
        } else if (id == "info") {
            recording.start = iso_time(as_text(block).substr(0, 32));
        } else if (const auto lead = std::ranges::find(block_names, id);
                   lead != std::end(block_names)) {
            found.emplace_back(static_cast<std::size_t>(lead - block_names), block);
        }
        at += block_header + size + 4;
    }
    if (!(recording.sampling_rate > 0) || !(step > 0))
        return fail(file.name, "", "it has no format block, expected a sampling rate and a step");
    std::ranges::stable_sort(found, {}, [](const auto& f) { return f.first; });
    std::size_t length = 0, shortest = found.empty() ? 0 : found[0].second.size() / 2;
    for (const auto& [lead, samples] : found) {
        length = std::max(length, samples.size() / 2);
        shortest = std::min(shortest, samples.size() / 2);
    }
    if (length == 0) return fail(file.name, "", "it has no samples, expected a block 'ecg '");
    for (std::size_t f = 0; f < found.size(); ++f) {
        const auto& [number, samples] = found[f];
        if (f > 0 && found[f - 1].first == number)
            return fail(file.name, "", std::format("lead {} comes twice", lead_names[number]));
        Lead lead;
        lead.name = lead.original_name = lead_names[number];
        lead.calibration = {.gain = 1 / step};
        lead.samples.assign(length, std::numeric_limits<float>::quiet_NaN());
        for (std::size_t i = 0; i < samples.size() / 2; ++i)
            lead.samples[i] = static_cast<float>(signed16(le16(samples.data() + 2 * i)) * step);
        recording.leads.push_back(std::move(lead));
    }
    if (shortest < length) {
        recording.damaged = true;
        recording.warnings.push_back(std::format(
            "Its leads differ in length, {} to {} samples; what is missing shows as a gap.",
            shortest, length));
    }
    return recording;
}

}  // namespace telltale::formats
