#include "formats/dicom.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "formats/calibration.hpp"
#include "formats/encoding.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t preamble = 128;
constexpr int deepest = 16;  // sequences in sequences; an ECG has four
constexpr std::uint32_t undefined_length = 0xFFFFFFFF;
constexpr std::uint32_t item = 0xFFFEE000, item_end = 0xFFFEE00D, sequence_end = 0xFFFEE0DD;

// What the elements at a place of the file describe.
enum class Place { file, group, channel, source, unit, other };

struct Channel {
    std::string_view label, source, source_code, unit;
    std::optional<double> sensitivity;
    double correction = 1;
    double baseline = 0;  // in the channel's unit
    double skew = 0;
};

struct Group {
    std::uint32_t channel_count = 0, samples = 0, bits = 0;
    double rate = 0;
    std::string_view interpretation;
    std::span<const std::byte> data, padding;
    std::vector<Channel> channels;

    [[nodiscard]] double duration() const { return rate > 0 ? samples / rate : 0; }
};

struct Content {
    std::string_view transfer_syntax, acquired, date, time;
    std::vector<Group> groups;
};

std::string_view text_of(std::span<const std::byte> value) {
    std::string_view text = as_text(value);
    while (!text.empty() && (text.back() == '\0' || is_blank(text.back()))) text.remove_suffix(1);
    return trimmed(text);
}

std::uint32_t unsigned_of(std::span<const std::byte> value) {
    if (value.size() >= 4) return le32(value.data());
    return value.size() >= 2 ? le16(value.data()) : 0;
}

// True if two capital letters follow the tag at `at`: "UL", "OB".
bool has_value_representation(const NamedBytes& file, std::size_t at) {
    if (at + 6 > file.bytes.size()) return false;
    const std::string_view kind = as_text(file.bytes).substr(at + 4, 2);
    return kind.size() == 2 &&
           std::ranges::all_of(kind, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Where the first element stands: after the preamble and its mark, or, as old and cut files have
// it, at the very start. There group 2 comes first, or group 8 of a file that must hold a waveform
// sequence to be told from samples.
std::optional<std::size_t> start_of_elements(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    if (text.size() >= preamble + 4 && text.substr(preamble, 4) == "DICM") return preamble + 4;
    if (text.starts_with("DICM")) return 4;
    if (text.size() < 16) return std::nullopt;
    const std::uint32_t group = le16(file.bytes.data()), number = le16(file.bytes.data() + 2);
    if (group == 2 && number <= 0x16 && has_value_representation(file, 0)) return 0;
    const bool plausible =
        has_value_representation(file, 0) || le32(file.bytes.data() + 4) < text.size();
    const std::string_view waveforms("\x00\x54\x00\x01", 4);
    if (group == 8 && number <= 0x60 && plausible && text.contains(waveforms)) return 0;
    return std::nullopt;
}

// Walks through the elements once, taking what an ECG needs by its place.
class Walker {
public:
    Walker(const NamedBytes& file, Content& content) : file_(file), content_(content) {}

    Result<void> walk_file() {
        const auto start = start_of_elements(file_);
        at_ = start.value_or(0);
        // The file's own description is always explicit; it says how the rest is written.
        while (at_ + 4 <= file_.bytes.size() && le16(file_.bytes.data() + at_) == 2)
            if (auto step = element(Place::file, 0, file_.bytes.size()); !step) return step;
        const std::string_view syntax = content_.transfer_syntax;
        if (syntax.empty() && at_ == start) {
            // Without any description of its own: how it is written is seen at the first element.
            implicit_ = !has_value_representation(file_, at_);
            return elements(Place::file, 0, file_.bytes.size(), false);
        }
        implicit_ = syntax == "1.2.840.10008.1.2";
        if (!implicit_ && syntax != "1.2.840.10008.1.2.1")
            return fail(file_.name, "transfer syntax",
                        std::format("it is {}, expected little-endian without compression",
                                    quoted(syntax)));
        return elements(Place::file, 0, file_.bytes.size(), false);
    }

private:
    std::unexpected<Error> bad(std::string message) const {
        return fail(file_.name, std::format("byte {}", at_), std::move(message));
    }

    std::uint32_t tag_here() const {
        return le16(file_.bytes.data() + at_) << 16 | le16(file_.bytes.data() + at_ + 2);
    }

    // Elements up to `end`, or to the mark that ends an item.
    Result<void> elements(Place place, int depth, std::size_t end, bool marked) {
        while (at_ + 8 <= end) {
            if (marked && tag_here() == item_end) {
                at_ += 8;
                return {};
            }
            if (auto step = element(place, depth, end); !step) return step;
        }
        if (marked) return bad("the file ends inside an item");
        at_ = end;
        return {};
    }

    Result<void> element(Place place, int depth, std::size_t end) {
        const std::byte* const bytes = file_.bytes.data();
        if (end - at_ < 8) return bad("the file ends inside an element");
        const std::uint32_t tag = tag_here();
        std::uint32_t length = le32(bytes + at_ + 4);
        std::size_t header = 8;
        if (!implicit_) {
            const std::string_view kind = as_text(file_.bytes).substr(at_ + 4, 2);
            static constexpr std::string_view long_kinds[] = {
                "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"};
            if (std::ranges::find(long_kinds, kind) != std::end(long_kinds)) {
                if (end - at_ < 12) return bad("the file ends inside an element");
                length = le32(bytes + at_ + 8);
                header = 12;
            } else {
                length = le16(bytes + at_ + 6);
            }
        }
        const bool open = length == undefined_length;
        if (!open && length > end - at_ - header)
            return bad(std::format("an element of {} bytes, expected at most {}", length,
                                   end - at_ - header));
        at_ += header;
        const Place inside = place_inside(place, tag);
        if (open || inside != Place::other)
            return sequence(inside, depth, open ? end : at_ + length, open);
        take(place, tag, file_.bytes.subspan(at_, length));
        at_ += length;
        return {};
    }

    Result<void> sequence(Place place, int depth, std::size_t end, bool marked) {
        if (depth >= deepest)
            return bad(std::format("more than {} sequences in each other", deepest));
        while (end - at_ >= 8) {
            const std::uint32_t tag = tag_here();
            const std::uint32_t length = le32(file_.bytes.data() + at_ + 4);
            if (marked && tag == sequence_end) {
                at_ += 8;
                return {};
            }
            if (tag != item) return bad("no item in a sequence, expected its mark FFFE,E000");
            at_ += 8;
            const bool open = length == undefined_length;
            if (!open && length > end - at_)
                return bad(
                    std::format("an item of {} bytes, expected at most {}", length, end - at_));
            if (place == Place::group) content_.groups.emplace_back();
            if (place == Place::channel) content_.groups.back().channels.emplace_back();
            if (auto step = elements(place, depth + 1, open ? end : at_ + length, open); !step)
                return step;
        }
        if (marked) return bad("the file ends inside a sequence");
        at_ = end;
        return {};
    }

    static Place place_inside(Place place, std::uint32_t tag) {
        if (place == Place::file && tag == 0x54000100) return Place::group;
        if (place == Place::group && tag == 0x003A0200) return Place::channel;
        if (place == Place::channel && tag == 0x003A0208) return Place::source;
        if (place == Place::channel && tag == 0x003A0211) return Place::unit;
        return Place::other;
    }

    void take(Place place, std::uint32_t tag, std::span<const std::byte> value) {
        const std::string_view text = text_of(value);
        if (place == Place::file) {
            switch (tag) {
                case 0x00020010: content_.transfer_syntax = text; break;
                case 0x0008002A: content_.acquired = text; break;
                case 0x00080023: content_.date = text; break;
                case 0x00080033: content_.time = text; break;
                default: break;
            }
            return;
        }
        if (place == Place::other) return;
        Group& group = content_.groups.back();
        if (place == Place::group) {
            switch (tag) {
                case 0x003A0005: group.channel_count = unsigned_of(value); break;
                case 0x003A0010: group.samples = unsigned_of(value); break;
                case 0x003A001A: group.rate = number(text).value_or(0); break;
                case 0x54001004: group.bits = unsigned_of(value); break;
                case 0x54001006: group.interpretation = text; break;
                case 0x5400100A: group.padding = value; break;
                case 0x54001010: group.data = value; break;
                default: break;
            }
            return;
        }
        Channel& channel = group.channels.back();
        switch (place) {
            case Place::channel:
                if (tag == 0x003A0203) channel.label = text;
                if (tag == 0x003A0210) channel.sensitivity = number(text);
                if (tag == 0x003A0212) channel.correction = number(text).value_or(1);
                if (tag == 0x003A0213) channel.baseline = number(text).value_or(0);
                if (tag == 0x003A0214 || tag == 0x003A0215) channel.skew = number(text).value_or(0);
                break;
            case Place::source:
                if (tag == 0x00080100) channel.source_code = text;
                if (tag == 0x00080104) channel.source = text;
                break;
            default:
                if (tag == 0x00080100) channel.unit = text;
                break;
        }
    }

    const NamedBytes& file_;
    Content& content_;
    std::size_t at_ = 0;
    bool implicit_ = false;
};

// "Lead I (Einthoven)" -> "I"
std::string name_of(std::string_view source) {
    std::string_view rest = source;
    if (lower(rest).starts_with("lead ")) rest.remove_prefix(5);
    return normalised_lead_name(trimmed(rest.substr(0, rest.find(" ("))));
}

std::int64_t sample_at(const std::byte* p, std::uint32_t bytes, bool is_signed) {
    if (bytes == 1) {
        const auto v = std::to_integer<std::uint8_t>(*p);
        return is_signed ? static_cast<std::int8_t>(v) : v;
    }
    if (bytes == 2) return is_signed ? signed16(le16(p)) : static_cast<std::int64_t>(le16(p));
    return is_signed ? static_cast<std::int32_t>(le32(p)) : static_cast<std::int64_t>(le32(p));
}

Result<void> add_leads(const NamedBytes& file, const Group& group, Recording& recording) {
    const std::uint32_t bytes = group.bits / 8;
    const std::string_view kind = group.interpretation;
    const bool is_signed = kind.starts_with('S');
    const char wanted = group.bits == 8 ? 'B' : group.bits == 16 ? 'S' : 'L';
    if ((group.bits != 8 && group.bits != 16 && group.bits != 32) || kind.size() != 2 ||
        (kind[0] != 'S' && kind[0] != 'U') || kind[1] != wanted)
        return fail(file.name, "waveform",
                    std::format("samples of {} bits of kind {}, expected SB, UB, SS, US, SL or UL "
                                "of that size",
                                group.bits, quoted(kind)));
    const std::size_t channels = group.channels.size();
    if (channels == 0 || channels != group.channel_count)
        return fail(file.name, "waveform",
                    std::format("{} channels of which {} are described, expected all of them",
                                group.channel_count, channels));
    if (group.samples == 0 ||
        group.samples > group.data.size() / (static_cast<std::uint64_t>(bytes) * channels))
        return fail(file.name, "waveform",
                    std::format("{} samples of {} channels in {} bytes, expected {} bytes each",
                                group.samples, channels, group.data.size(), bytes));
    for (std::size_t c = 0; c < channels; ++c) {
        const Channel& channel = group.channels[c];
        Lead lead;
        lead.original_name = !channel.source.empty()  ? channel.source
                             : !channel.label.empty() ? channel.label
                                                      : channel.source_code;
        lead.name = name_of(lead.original_name);
        if (lead.name.empty()) {
            lead.original_name = std::format("channel {}", c + 1);
            lead.name = std::format("ECG{}", c + 1);
        }
        double step = channel.sensitivity.value_or(1) * channel.correction;
        double offset = channel.baseline;
        const double scale = millivolts_per(channel.unit);
        if (!channel.sensitivity || channel.unit.empty()) {
            lead.calibration.assumed = true;
            recording.warnings.push_back(std::format(
                "{}: the file gives no calibration; steps of 1 \xC2\xB5V are assumed.", lead.name));
            step = 0.001;
            offset = 0;
        } else if (scale > 0) {
            step *= scale;
            offset *= scale;
        } else {
            lead.unit = channel.unit;
        }
        if (!usable_gain(step) || !usable_gain(1 / step) || !std::isfinite(offset))
            return fail(
                file.name, std::format("channel {}", c + 1),
                std::format("its sensitivity is {:g}, expected a number other than 0", step));
        lead.calibration.gain = 1 / step;
        lead.calibration.baseline =
            static_cast<std::int32_t>(std::clamp(std::round(-offset / step), -2e9, 2e9));
        if (channel.skew != 0)
            recording.warnings.push_back(
                std::format("{}: its samples are skewed against the others; this is not corrected.",
                            lead.name));
        std::optional<std::int64_t> padding;
        if (group.padding.size() >= bytes)
            padding = sample_at(group.padding.data(), bytes, is_signed);
        lead.samples.resize(group.samples);
        const std::byte* p = group.data.data() + c * bytes;
        for (float& sample : lead.samples) {
            const std::int64_t raw = sample_at(p, bytes, is_signed);
            p += channels * bytes;
            sample = padding == raw ? std::nanf("")
                                    : static_cast<float>(static_cast<double>(raw) * step + offset);
        }
        recording.leads.push_back(std::move(lead));
    }
    return {};
}

}  // namespace

bool looks_like_dicom(const NamedBytes& file) {
    return start_of_elements(file).has_value();
}

Result<Recording> read_dicom(const NamedBytes& file) {
    Content content;
    if (auto walked = Walker(file, content).walk_file(); !walked)
        return std::unexpected(walked.error());
    if (content.groups.empty())
        return fail(file.name, "", "it is a DICOM file without a waveform, expected an ECG");
    const Group& longest = *std::ranges::max_element(content.groups, {}, &Group::duration);
    if (!(longest.rate > 0) || !std::isfinite(longest.rate))
        return fail(file.name, "waveform", "it has no sampling rate, expected a number above 0");

    Recording recording;
    recording.name = stem_of(file.name);
    recording.sampling_rate = longest.rate;
    recording.start = compact_time(content.acquired);
    if (!recording.start)
        recording.start = compact_time(std::string(content.date) + std::string(content.time));
    std::size_t left_out = 0;
    for (const Group& group : content.groups) {
        if (group.rate != longest.rate || group.samples != longest.samples)
            ++left_out;
        else if (auto added = add_leads(file, group, recording); !added)
            return std::unexpected(added.error());
    }
    if (left_out > 0)
        recording.warnings.push_back(std::format(
            "{} other waveforms of the file, such as median beats, are not read.", left_out));
    return recording;
}

}  // namespace telltale::formats
