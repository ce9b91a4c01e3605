#include "formats/wfdb_annotations.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "formats/encoding.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

// Pseudo-annotation codes of the file format.
constexpr unsigned skip = 59, num = 60, sub = 61, chn = 62, aux = 63;
// WFDB defines codes up to 49; what other programs put above them is kept as it is.
constexpr unsigned last_code = 58;
constexpr std::size_t max_aux = 255;

class Reader {
public:
    explicit Reader(const NamedBytes& file) : file_(file) {}

    Result<std::vector<Annotation>> read() {
        std::vector<Annotation> annotations;
        std::int64_t time = 0;
        std::int8_t number = 0;
        std::uint8_t channel = 0;
        while (at_ + 2 <= file_.bytes.size()) {
            const std::size_t place = at_;
            const unsigned word = u16();
            const unsigned code = word >> 10, value = word & 0x3FF;
            if (word == 0) return annotations;  // end of file
            const auto low = static_cast<std::uint8_t>(value);
            if (code == skip) {
                if (at_ + 4 > file_.bytes.size()) return cut(place, "a time skip");
                const std::uint32_t high = u16();
                time += static_cast<std::int32_t>(high << 16 | u16());
            } else if (code > last_code && annotations.empty()) {
                return fail(
                    file_.name, byte(place),
                    std::format("code {} qualifies an annotation, but there is none yet", code));
            } else if (code == num) {
                annotations.back().number = number = static_cast<std::int8_t>(low);
            } else if (code == sub) {
                annotations.back().subtype = static_cast<std::int8_t>(low);
            } else if (code == chn) {
                annotations.back().channel = channel = low;
            } else if (code == aux) {
                if (at_ + value > file_.bytes.size()) return cut(place, "an auxiliary text");
                std::string_view text = as_text(file_.bytes).substr(at_, value);
                while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
                annotations.back().aux = text;
                // The byte that fills up the word may be missing at the end of the file.
                at_ = std::min<std::size_t>(at_ + value + value % 2, file_.bytes.size());
            } else if (code <= last_code) {
                time += value;
                annotations.push_back({.sample = time,
                                       .code = static_cast<Code>(code),
                                       .channel = channel,
                                       .number = number});
            }
        }
        if (at_ < file_.bytes.size())
            return fail(file_.name, byte(at_), "a single byte is left, expected 16-bit words");
        return annotations;
    }

    /// True if nothing but zeros follows what was read.
    [[nodiscard]] bool at_end() const {
        return std::ranges::all_of(file_.bytes.subspan(at_),
                                   [](std::byte b) { return b == std::byte{0}; });
    }

private:
    unsigned u16() {
        const auto* p = reinterpret_cast<const std::uint8_t*>(file_.bytes.data()) + at_;
        at_ += 2;
        return p[0] | static_cast<unsigned>(p[1]) << 8;
    }
    static std::string byte(std::size_t place) { return std::format("byte {}", place); }
    std::unexpected<Error> cut(std::size_t place, std::string_view what) const {
        return fail(file_.name, byte(place), std::format("the file ends inside {}", what));
    }

    const NamedBytes& file_;
    std::size_t at_ = 0;
};

class Writer {
public:
    void add(const Annotation& a) {
        // 10 bits hold a small step; longer ones are SKIPs of 32 bits each.
        std::int64_t step = a.sample - time_;
        time_ = a.sample;
        while (step < 0 || step > 0x3FF) {
            constexpr std::int64_t most = 0x7FFFFFFF;
            const std::int64_t part = std::clamp(step, -most, most);
            word(skip, 0);
            const auto bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(part));
            u16(bits >> 16);
            u16(bits & 0xFFFF);
            step -= part;
        }
        word(static_cast<unsigned>(a.code), static_cast<unsigned>(step));
        if (a.subtype != 0) word(sub, static_cast<std::uint8_t>(a.subtype));
        if (a.channel != channel_) word(chn, channel_ = a.channel);
        if (a.number != number_) word(num, static_cast<std::uint8_t>(number_ = a.number));
        if (!a.aux.empty()) {
            const std::string_view text = std::string_view(a.aux).substr(0, max_aux);
            word(aux, static_cast<unsigned>(text.size()));
            const auto* data = reinterpret_cast<const std::byte*>(text.data());
            bytes_.insert(bytes_.end(), data, data + text.size());
            if (text.size() % 2 != 0) bytes_.push_back(std::byte{0});
        }
    }
    std::vector<std::byte> finished() {
        u16(0);
        return std::move(bytes_);
    }

private:
    void u16(std::uint32_t value) {
        bytes_.push_back(static_cast<std::byte>(value & 0xFF));
        bytes_.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
    }
    void word(unsigned code, unsigned value) { u16(code << 10 | (value & 0x3FF)); }

    std::vector<std::byte> bytes_;
    std::int64_t time_ = 0;
    std::uint8_t channel_ = 0;
    std::int8_t number_ = 0;
};

// The AHA form: 16 bytes an annotation. The AHA database's own letters (ANSI/AAMI EC57, annex B).
constexpr std::size_t aha_size = 16;

std::optional<Code> code_of_aha(std::byte letter) {
    switch (std::to_integer<char>(letter)) {
        case 'N': return Code::normal;
        case 'V': return Code::premature_ventricular;
        case 'F': return Code::fusion;
        case 'E': return Code::ventricular_escape;
        case 'P': return Code::paced;
        case 'Q': return Code::unclassifiable;
        case 'R': return Code::r_on_t;
        case 'U': return Code::signal_quality;
        case 'O': return Code::note;
        case '[': return Code::fibrillation_on;
        case ']': return Code::fibrillation_off;
        default: return std::nullopt;
    }
}

// The annotations' bytes, without the zeros that fill up the last block.
std::span<const std::byte> aha_blocks(const NamedBytes& file) {
    std::size_t count = file.bytes.size() / aha_size;
    const auto block = [&](std::size_t i) { return file.bytes.subspan(i * aha_size, aha_size); };
    while (count > 0 &&
           std::ranges::all_of(block(count - 1), [](std::byte b) { return b == std::byte{0}; }))
        --count;
    return file.bytes.first(count * aha_size);
}

// High word first, the low byte first in each.
std::int64_t aha_time(std::span<const std::byte> block) {
    return static_cast<std::int32_t>(le16(block.data() + 2) << 16 | le16(block.data() + 4));
}

// True if the MIT form's mark of the end stands at the very end.
bool ends_as_mit(const NamedBytes& file) {
    const std::size_t size = file.bytes.size();
    if (size < 4 || file.bytes[size - 1] != std::byte{0} || file.bytes[size - 2] != std::byte{0})
        return false;
    Reader reader(file);
    const auto annotations = reader.read();
    return annotations && !annotations->empty() && reader.at_end();
}

bool is_aha(const NamedBytes& file) {
    if (file.bytes.size() % aha_size != 0) return false;
    const auto blocks = aha_blocks(file);
    std::int64_t last = 0;
    for (std::size_t at = 0; at < blocks.size(); at += aha_size) {
        const auto block = blocks.subspan(at, aha_size);
        if (block[0] != std::byte{0} || !code_of_aha(block[1]) || aha_time(block) < last ||
            std::to_integer<unsigned>(block[9]) > last_code)
            return false;
        last = aha_time(block);
    }
    // A few annotations of the MIT form may look like this too.
    return !blocks.empty() && !ends_as_mit(file);
}

Result<std::vector<Annotation>> read_aha(const NamedBytes& file) {
    const auto blocks = aha_blocks(file);
    std::vector<Annotation> annotations;
    bool any_mit = false;
    for (std::size_t at = 0; at < blocks.size(); at += aha_size) {
        const auto block = blocks.subspan(at, aha_size);
        Annotation a{.sample = aha_time(block),
                     .code = *code_of_aha(block[1]),
                     .subtype = std::to_integer<std::int8_t>(block[8])};
        if (const auto mit = std::to_integer<std::uint8_t>(block[9]); mit != 0) {
            a.code = static_cast<Code>(mit);
            any_mit = true;
        }
        const std::string_view text = as_text(block.subspan(10));
        a.aux = text.substr(0, text.find('\0'));
        annotations.push_back(std::move(a));
    }
    if (!any_mit)
        return fail(file.name, "",
                    "its AHA annotations count milliseconds from the start of the annotated part, "
                    "which it does not tell; expected those that WFDB writes");
    return annotations;
}

}  // namespace

Result<std::vector<Annotation>> read_wfdb_annotations(const NamedBytes& file) {
    return is_aha(file) ? read_aha(file) : Reader(file).read();
}

std::vector<std::byte> write_wfdb_annotations(std::span<const Annotation> annotations) {
    std::vector<const Annotation*> in_order;
    for (const Annotation& a : annotations)
        if (a.code != Code::not_qrs && static_cast<unsigned>(a.code) <= last_code)
            in_order.push_back(&a);
    std::ranges::stable_sort(in_order, {}, [](const Annotation* a) { return a->sample; });
    Writer writer;
    for (const Annotation* a : in_order) writer.add(*a);
    return writer.finished();
}

namespace wfdb {

bool looks_like_annotations(const NamedBytes& file) {
    if (is_aha(file)) return true;
    // Two zero bytes mark the end; only zeros, as padding, may follow them.
    const std::size_t size = file.bytes.size();
    if (size < 4 || file.bytes[size - 1] != std::byte{0} || file.bytes[size - 2] != std::byte{0})
        return false;
    Reader reader(file);
    const auto annotations = reader.read();
    if (!annotations || annotations->empty() || !reader.at_end()) return false;
    std::int64_t last = 0;
    for (const Annotation& a : *annotations) {
        if (a.sample < last || a.code == Code::not_qrs ||
            static_cast<unsigned>(a.code) > static_cast<unsigned>(Code::r_on_t))
            return false;
        last = a.sample;
    }
    return true;
}

std::optional<double> time_resolution(std::span<const Annotation> annotations) {
    constexpr std::string_view mark = "## time resolution:";
    for (const Annotation& a : annotations) {
        if (a.sample != 0 || a.code != Code::note) break;
        if (!a.aux.starts_with(mark)) continue;
        std::string_view rest = trimmed(std::string_view(a.aux).substr(mark.size()));
        const auto rate = take_number(rest);
        if (rate && *rate > 0 && *rate <= 1e9) return rate;
    }
    return std::nullopt;
}

void rescale(std::vector<Annotation>& annotations, double factor) {
    std::erase_if(annotations, [](const Annotation& a) {
        return a.sample == 0 && a.code == Code::note && a.aux.starts_with("##");
    });
    if (factor == 1) return;
    constexpr double most = 9e18;
    for (Annotation& a : annotations)
        a.sample = static_cast<std::int64_t>(
            std::round(std::clamp(static_cast<double>(a.sample) * factor, -most, most)));
}

}  // namespace wfdb
}  // namespace telltale::formats
