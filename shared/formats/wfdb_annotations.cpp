#include "formats/wfdb_annotations.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "formats/text.hpp"

namespace telltale::formats {
namespace {

// Pseudo-annotation codes of the file format.
constexpr unsigned skip = 59, num = 60, sub = 61, chn = 62, aux = 63;
constexpr unsigned last_code = 49;
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
                at_ += value + value % 2;
            } else if (code <= last_code) {
                time += value;
                annotations.push_back({.sample = time,
                                       .code = static_cast<Code>(code),
                                       .channel = channel,
                                       .number = number});
            } else {
                return fail(file_.name, byte(place),
                            std::format("{} is no annotation code, expected 1 to {} or {} to {}",
                                        code, last_code, skip, aux));
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

}  // namespace

Result<std::vector<Annotation>> read_wfdb_annotations(const NamedBytes& file) {
    return Reader(file).read();
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
