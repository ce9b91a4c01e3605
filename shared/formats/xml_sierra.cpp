// Philips SierraECG XML, with its XLI compression: each lead is a chunk of LZW codes (10 bits)
// that give the high bytes, then the low bytes, of second differences.
#include <algorithm>
#include <array>
#include <cmath>
#include <format>

#include "formats/calibration.hpp"
#include "formats/encoding.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"
#include "formats/xml.hpp"
#include "formats/xml_ecg.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t max_expansion = 64;  // of LZW; ECG reaches 3

// LZW with fixed codes of 10 bits, the first bit highest; the table stops growing when full.
std::optional<std::vector<std::uint8_t>> unpacked(std::span<const std::byte> bytes) {
    struct Entry {
        std::uint16_t prefix = 0;
        std::uint16_t length = 1;
        std::uint8_t last = 0;
    };
    constexpr unsigned bits = 10, full = 1u << bits, end_code = full - 1;
    std::array<Entry, full> table;
    for (unsigned i = 0; i < 256; ++i) table[i].last = static_cast<std::uint8_t>(i);
    unsigned next = 256;
    int previous = -1;
    std::vector<std::uint8_t> out;
    std::uint32_t buffer = 0;
    unsigned have = 0;
    for (const std::byte b : bytes) {
        buffer = buffer << 8 | std::to_integer<std::uint32_t>(b);
        have += 8;
        if (have < bits) continue;
        have -= bits;
        const unsigned code = buffer >> have & (full - 1);
        if (code == end_code) break;
        if (code > next || (code == next && previous < 0)) return std::nullopt;
        // The sequence of `code`, or, if it is the one being made, the last with its first byte.
        const unsigned known = code < next ? code : static_cast<unsigned>(previous);
        const std::size_t length = table[known].length;
        const std::size_t start = out.size();
        out.resize(start + length);
        unsigned at = known;
        for (std::size_t i = length; i-- > 0; at = table[at].prefix)
            out[start + i] = table[at].last;
        const std::uint8_t first = out[start];
        if (code == next) out.push_back(first);
        if (previous >= 0 && next < end_code) {
            table[next] = {
                static_cast<std::uint16_t>(previous),
                static_cast<std::uint16_t>(table[static_cast<unsigned>(previous)].length + 1),
                first};
            ++next;
        }
        previous = static_cast<int>(code);
        if (out.size() > max_expansion * (bytes.size() + 16)) return std::nullopt;
    }
    return out;
}

// Second differences to values.
std::vector<std::int32_t> summed(std::span<const std::uint8_t> bytes, std::int32_t first) {
    const std::size_t n = bytes.size() / 2;
    std::vector<std::int32_t> values(n);
    for (std::size_t i = 0; i < n; ++i)
        values[i] = signed16(static_cast<std::uint32_t>(bytes[i]) << 8 | bytes[i + n]);
    if (n < 2) return values;
    std::uint32_t x = static_cast<std::uint32_t>(values[0]),
                  y = static_cast<std::uint32_t>(values[1]);
    std::uint32_t last = static_cast<std::uint32_t>(first);
    for (std::size_t i = 2; i < n; ++i) {
        const std::uint32_t z = 2 * y - x - last;
        last = static_cast<std::uint32_t>(values[i] - 64);
        values[i] = signed16(z);
        x = y;
        y = static_cast<std::uint32_t>(values[i]);
    }
    return values;
}

std::optional<std::vector<std::vector<std::int32_t>>> from_xli(std::span<const std::byte> bytes,
                                                               std::size_t leads) {
    std::vector<std::vector<std::int32_t>> result;
    while (bytes.size() >= 8 && result.size() < leads) {
        const std::uint32_t size = le32(bytes.data());
        const std::int32_t first = signed16(le16(bytes.data() + 6));
        bytes = bytes.subspan(8);
        if (size > bytes.size()) return std::nullopt;
        const auto chunk = unpacked(bytes.first(size));
        if (!chunk) return std::nullopt;
        result.push_back(summed(*chunk, first));
        bytes = bytes.subspan(size);
    }
    return result;
}

// What XLI leaves of the limb leads is their difference from what I and II foretell.
void restore_limb_leads(std::vector<std::vector<std::int32_t>>& leads,
                        std::span<const std::string> names) {
    const auto find = [&](std::string_view name) -> std::vector<std::int32_t>* {
        for (std::size_t i = 0; i < leads.size(); ++i)
            if (names[i] == name) return &leads[i];
        return nullptr;
    };
    auto *one = find("I"), *two = find("II"), *three = find("III"), *avr = find("aVR"),
         *avl = find("aVL"), *avf = find("aVF");
    if (!one || !two || !three || !avr || !avl || !avf) return;
    for (std::size_t i = 0; i < one->size(); ++i) {
        const std::int32_t a = (*one)[i], b = (*two)[i];
        const std::int32_t c = (*three)[i] = b - a - (*three)[i];
        (*avr)[i] = -(*avr)[i] - (a + b) / 2;
        (*avl)[i] = (a - c) / 2 - (*avl)[i];
        (*avf)[i] = (b + c) / 2 - (*avf)[i];
    }
}

// Samples before the calibration pulse that carts put at the end: a stretch in which all leads
// are one and the same pulse.
std::size_t length_without_pulse(const std::vector<std::vector<std::int32_t>>& leads, double rate) {
    const std::size_t length = leads[0].size();
    std::size_t start = length;
    std::int32_t low = 0, high = 0;
    while (start > 0) {
        const std::int32_t v = leads[0][start - 1];
        if (std::ranges::any_of(leads, [&](const auto& lead) { return lead[start - 1] != v; }))
            break;
        low = std::min(low, v);
        high = std::max(high, v);
        if (v != 0 && v != low && v != high) break;
        --start;
    }
    const bool pulse = leads.size() >= 3 && low == 0 && high > 0 &&
                       static_cast<double>(length - start) >= 0.3 * rate;
    return pulse ? start : length;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (words.size() < 64) {
        const std::string_view word = next_word(text);
        if (word.empty()) break;
        words.emplace_back(word);
    }
    return words;
}

// "2011-12-01" and "07:27:34"
std::optional<StartTime> start_of(Xml::Node node) {
    const std::string_view date = node.attribute("date"), time = node.attribute("time");
    return checked({.year = digits_at(date, 0, 4),
                    .month = digits_at(date, 5, 2),
                    .day = digits_at(date, 8, 2),
                    .hour = digits_at(time, 0, 2),
                    .minute = digits_at(time, 3, 2),
                    .second = seconds_at(time, 6)});
}

}  // namespace

bool looks_like_sierra(const NamedBytes& file) {
    return is_xml_of(file, "restingecgdata");
}

Result<Recording> read_sierra(const NamedBytes& file) {
    const auto xml = Xml::parse(file);
    if (!xml) return std::unexpected(xml.error());
    const Xml::Node wave = xml->root().find("parsedwaveforms");
    if (!wave) return fail(file.name, "", "it holds no parsedwaveforms");
    if (wave.attribute("dataencoding") != "Base64")
        return fail(file.name, "parsedwaveforms",
                    std::format("its encoding is {}, expected Base64",
                                quoted(wave.attribute("dataencoding"))));
    const auto bytes = from_base64(wave.text());
    if (!bytes) return fail(file.name, "parsedwaveforms", "it is no base64 text");

    // Version 1.04 says it with the waveforms, 1.03 with the acquisition.
    const Xml::Node signal = xml->root().find("signalcharacteristics");
    const auto value = [&](std::string_view attribute, std::string_view element,
                           std::string_view other) {
        auto v = number(wave.attribute(attribute));
        if (!v) v = signal.child(element).number();
        if (!v) v = signal.child(other).number();
        return v.value_or(0);
    };
    Recording recording;
    recording.name = stem_of(file.name);
    recording.start = start_of(xml->root().find("dataacquisition"));
    if (!recording.start) recording.start = start_of(xml->root().find("reportinfo"));
    recording.sampling_rate = value("samplespersecond", "samplingrate", "samplingrate");
    if (!(recording.sampling_rate > 0 && recording.sampling_rate <= 1e6))
        return fail(
            file.name, "samplingrate",
            std::format("it is {:g} Hz, expected a number above 0", recording.sampling_rate));
    const double step = value("resolution", "resolution", "signalresolution") / 1000;  // uV to mV
    const double offset = value("signaloffset", "signaloffset", "signaloffset");
    auto names = words_of(unescaped(wave.attribute("leadlabels")));
    if (names.empty()) names = words_of("I II III aVR aVL aVF V1 V2 V3 V4 V5 V6");
    const double stated = value("bitspersample", "bitspersample", "bitspersample");
    if (stated != 0 && stated != 16)
        return fail(file.name, "parsedwaveforms",
                    std::format("its samples have {:g} bits, expected 16", stated));

    std::vector<std::vector<std::int32_t>> leads;
    const bool xli =
        wave.attribute("compression") == "XLI" ||
        (wave.attribute("compressmethod") == "XLI" && wave.attribute("compressflag") == "True");
    if (xli) {
        auto decoded = from_xli(*bytes, names.size());
        if (!decoded || decoded->empty())
            return fail(file.name, "parsedwaveforms", "its XLI compression is damaged");
        leads = std::move(*decoded);
    } else {
        const std::size_t length = bytes->size() / 2 / names.size();
        for (std::size_t l = 0; l < names.size(); ++l) {
            leads.emplace_back(length);
            for (std::size_t i = 0; i < length; ++i)
                leads[l][i] = signed16(le16(bytes->data() + 2 * (l * length + i)));
        }
    }
    std::size_t length = leads[0].size();
    for (const auto& lead : leads) length = std::min(length, lead.size());
    if (length == 0) return fail(file.name, "parsedwaveforms", "it holds no samples");
    for (auto& lead : leads) lead.resize(length);
    recording.damaged = leads.size() < names.size();
    if (recording.damaged)
        recording.warnings.push_back(
            std::format("{} of {} leads are missing.", names.size() - leads.size(), names.size()));
    if (xli) restore_limb_leads(leads, names);
    if (const auto duration = number(wave.attribute("durationperchannel"))) {
        const double expected = *duration / 1000 * recording.sampling_rate;
        recording.damaged = recording.damaged || expected - static_cast<double>(length) > 1;
        if (expected >= 1 && std::abs(expected - static_cast<double>(length)) > 1)
            recording.warnings.push_back(std::format(
                "The leads have {} samples, their duration says {:g}.", length, expected));
    }

    if (const std::size_t kept = length_without_pulse(leads, recording.sampling_rate);
        kept > 0 && kept < length) {
        recording.comments.push_back("The calibration pulse at the end is left out.");
        for (auto& lead : leads) lead.resize(kept);
    }

    const bool known = usable_gain(step);
    if (!known)
        recording.warnings.push_back(
            "The file gives no resolution; 5 uV a step are assumed, so amplitudes may be wrong.");
    const double mv = known ? step : 0.005;
    for (std::size_t l = 0; l < leads.size(); ++l) {
        Lead lead;
        lead.original_name = names[l];
        lead.name = normalised_lead_name(names[l]);
        lead.calibration = {.gain = 1 / mv, .baseline = 0, .assumed = !known};
        if (std::abs(offset) < 1e9)
            lead.calibration.baseline = static_cast<std::int32_t>(std::lround(offset));
        for (const std::int32_t v : leads[l])
            lead.samples.push_back(static_cast<float>((v - lead.calibration.baseline) * mv));
        recording.leads.push_back(std::move(lead));
    }
    return recording;
}

}  // namespace telltale::formats
