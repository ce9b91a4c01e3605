#include "formats/biopac.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <format>
#include <limits>

#include "formats/calibration.hpp"
#include "formats/inflate.hpp"
#include "formats/lead_names.hpp"
#include "formats/resample.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

// Revisions of the file, as the graph header numbers them.
constexpr std::int64_t first_revision = 30, last_revision = 400;
constexpr std::int64_t rev_dividers = 38, rev_compression = 41, rev_4 = 61, rev_padding = 124;
constexpr std::int64_t most_channels = 1024;
// Where fields stand.
constexpr std::size_t sample_time_at = 16, compressed_at_3 = 1936, compressed_at_4 = 972,
                      paddings_at = 2398;
constexpr std::size_t name_at = 6, unit_at = 68, count_at = 88, scale_at = 92, offset_at = 100,
                      divider_at_3 = 250, divider_at_4 = 152, channel_header = 112;
// The types of samples may stand a little behind the block before them.
constexpr std::size_t most_scanned = 4096;

// Numbers of either byte order; 0 beyond the end.
class Bytes {
public:
    explicit Bytes(std::span<const std::byte> bytes, bool big = false) : bytes_(bytes), big_(big) {}

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::span<const std::byte> from(std::size_t at) const {
        return bytes_.subspan(std::min(at, bytes_.size()));
    }
    [[nodiscard]] std::uint64_t whole(std::size_t at, std::size_t width) const {
        std::uint64_t value = 0;
        if (at > bytes_.size() || width > bytes_.size() - at) return 0;
        for (std::size_t i = 0; i < width; ++i) {
            const std::size_t byte = big_ ? i : width - 1 - i;
            value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at + byte]);
        }
        return value;
    }
    [[nodiscard]] std::int64_t int16(std::size_t at) const {
        return static_cast<std::int16_t>(static_cast<std::uint16_t>(whole(at, 2)));
    }
    [[nodiscard]] std::int64_t int32(std::size_t at) const {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(whole(at, 4)));
    }
    [[nodiscard]] double real(std::size_t at) const { return std::bit_cast<double>(whole(at, 8)); }
    // Text of a field, up to its NUL.
    [[nodiscard]] std::string_view text(std::size_t at, std::size_t width) const {
        const std::string_view field = as_text(from(at)).substr(0, width);
        return trimmed(field.substr(0, field.find('\0')));
    }

private:
    std::span<const std::byte> bytes_;
    bool big_;
};

struct Channel {
    std::string_view name, unit;
    std::int64_t count = 0;    // samples
    std::int64_t divider = 1;  // of the file's rate
    double scale = 1, offset = 0;
    std::size_t width = 2;  // bytes of a sample: 2 an integer, 8 a float
    std::vector<float> samples;

    [[nodiscard]] double value(const Bytes& bytes, std::size_t at) const {
        return width == 2 ? static_cast<double>(bytes.int16(at)) * scale + offset : bytes.real(at);
    }
    void add(double value) {
        samples.push_back(std::abs(value) < 1e30 ? static_cast<float>(value)
                                                 : std::numeric_limits<float>::quiet_NaN());
    }
};

std::optional<bool> is_big_endian(std::span<const std::byte> bytes) {
    for (const bool big : {false, true}) {
        const Bytes b(bytes, big);
        const std::int64_t revision = b.int32(2), length = b.int32(6), channels = b.int16(10);
        const double sample_time = b.real(sample_time_at);
        if (revision >= first_revision && revision <= last_revision && length >= 150 &&
            length <= (1 << 20) && channels > 0 && channels <= most_channels &&
            sample_time > 1e-4 && sample_time < 1e6)
            return big;
    }
    return std::nullopt;
}

class Reader {
public:
    Reader(const NamedBytes& file, bool big) : file_(file), bytes_(file.bytes, big) {}

    Result<Recording> read() {
        revision_ = bytes_.int32(2);
        at_ = static_cast<std::size_t>(bytes_.int32(6));
        if (revision_ >= rev_padding)
            for (std::int64_t n = bytes_.int16(paddings_at); n > 0; --n)
                if (!skip(bytes_.int32(at_), 4)) return wrong("a block before the channels");
        for (std::int64_t n = bytes_.int16(10); n > 0; --n)
            if (auto done = channel(); !done) return std::unexpected(done.error());
        const std::int64_t foreign = revision_ < rev_4 ? bytes_.int16(at_) : bytes_.int32(at_);
        if (!skip(foreign, revision_ < rev_4 ? 2 : 4))
            return wrong("the block behind the channels");
        if (!types()) return wrong("the list of the types of samples");
        const std::size_t compressed = revision_ < rev_4 ? compressed_at_3 : compressed_at_4;
        if (revision_ >= rev_compression && bytes_.int32(compressed) == 1) {
            if (!inflate_all())
                return fail(file_.name, "", "its compressed samples are damaged or missing");
        } else {
            interleaved();
        }
        return recording();
    }

private:
    std::unexpected<Error> wrong(std::string_view what) const {
        return fail(file_.name, std::format("byte {}", at_),
                    std::format("{} is not where an AcqKnowledge file has it", what));
    }

    // Past a block that tells its own length.
    bool skip(std::int64_t length, std::int64_t least) {
        if (length < least || static_cast<std::uint64_t>(length) > bytes_.size() - at_)
            return false;
        at_ += static_cast<std::size_t>(length);
        return at_ < bytes_.size();
    }

    Result<void> channel() {
        const std::size_t start = at_;
        if (!skip(bytes_.int32(start), channel_header))
            return wrong("the description of a channel");
        Channel c;
        c.name = bytes_.text(start + name_at, 40);
        c.unit = bytes_.text(start + unit_at, 20);
        c.count = std::max<std::int64_t>(bytes_.int32(start + count_at), 0);
        c.scale = bytes_.real(start + scale_at);
        c.offset = bytes_.real(start + offset_at);
        const std::size_t divider = revision_ < rev_4 ? divider_at_3 : divider_at_4;
        if (revision_ >= rev_dividers && start + divider + 2 <= at_)
            c.divider = std::max<std::int64_t>(bytes_.int16(start + divider), 1);
        channels_.push_back(std::move(c));
        return {};
    }

    // One pair of size and type a channel: 2 and 2 are integers, 8 and 0 or 1 floats.
    bool types() {
        for (std::size_t at = at_; at < at_ + most_scanned; ++at) {
            if (at + 4 * channels_.size() > bytes_.size()) return false;
            std::size_t good = 0;
            for (; good < channels_.size(); ++good) {
                const std::int64_t size = bytes_.int16(at + 4 * good);
                const std::int64_t type = bytes_.int16(at + 4 * good + 2);
                if (!(size == 2 && type == 2) && !(size == 8 && (type == 0 || type == 1))) break;
                channels_[good].width = static_cast<std::size_t>(size);
            }
            if (good < channels_.size()) continue;
            at_ = at + 4 * good;
            return true;
        }
        return false;
    }

    // Sample by sample at the file's rate, each channel where its divider says.
    void interleaved() {
        std::vector<std::int64_t> left;
        std::int64_t all_left = 0;
        for (Channel& c : channels_) {
            // A file can hold no more than its bytes.
            const auto most = static_cast<std::int64_t>((bytes_.size() - at_) / c.width);
            c.samples.reserve(static_cast<std::size_t>(std::min(c.count, most)));
            left.push_back(c.count);
            all_left += c.count;
        }
        for (std::int64_t slot = 0; all_left > 0; ++slot)
            for (std::size_t i = 0; i < channels_.size(); ++i) {
                Channel& c = channels_[i];
                if (left[i] == 0 || slot % c.divider != 0) continue;
                if (c.width > bytes_.size() - at_) {
                    missing_ = all_left;
                    return;
                }
                c.add(c.value(bytes_, at_));
                at_ += c.width;
                --left[i];
                --all_left;
            }
    }

    // Behind markers and journal each channel has a header with the lengths of its name, its unit,
    // its samples and their compressed form, then these. They are found by what they must say.
    bool inflate_all() {
        std::size_t most = 100 * bytes_.size();
        for (Channel& c : channels_) {
            const std::int64_t length = c.count * static_cast<std::int64_t>(c.width);
            bool found = false;
            for (; at_ + 16 < bytes_.size() && !found; ++at_) {
                if (bytes_.int32(at_ + 8) != length) continue;
                const std::int64_t name = bytes_.int32(at_), unit = bytes_.int32(at_ + 4),
                                   packed = bytes_.int32(at_ + 12);
                if (name < 0 || name > 1000 || unit < 0 || unit > 1000 || packed < 8) continue;
                const std::size_t start = at_ + 16 + static_cast<std::size_t>(name + unit);
                if (start + static_cast<std::size_t>(packed) > bytes_.size()) continue;
                // zlib (RFC 1950): two bytes, DEFLATE, a checksum that nothing here needs.
                const auto data = bytes_.from(start).first(static_cast<std::size_t>(packed));
                if (data[0] != std::byte{0x78}) continue;
                if (static_cast<std::uint64_t>(length) > most) return false;
                most -= static_cast<std::size_t>(length);
                const auto content = inflate(data.subspan(2), static_cast<std::size_t>(length));
                if (!content || content->bytes.size() != static_cast<std::size_t>(length))
                    return false;
                const Bytes values(content->bytes);  // little-endian whatever the file is
                c.samples.reserve(static_cast<std::size_t>(c.count));
                for (std::size_t i = 0; i < values.size(); i += c.width) c.add(c.value(values, i));
                at_ = start + static_cast<std::size_t>(packed) - 1;
                found = true;
            }
            if (!found && c.count > 0) return false;
        }
        return true;
    }

    Result<Recording> recording() {
        Recording r;
        r.name = stem_of(file_.name);
        std::int64_t divider = 0, ecg_divider = 0;
        for (const Channel& c : channels_) {
            if (c.samples.empty()) continue;
            if (divider == 0 || c.divider < divider) divider = c.divider;
            if (is_ecg_lead(c.name) && (ecg_divider == 0 || c.divider < ecg_divider))
                ecg_divider = c.divider;
        }
        if (divider == 0) return fail(file_.name, "", "it holds no samples");
        if (ecg_divider > 0) divider = ecg_divider;
        const double rate = 1000 / bytes_.real(sample_time_at);
        r.sampling_rate = rate / static_cast<double>(divider);
        std::size_t length = 0;
        for (Channel& c : channels_) {
            if (c.samples.empty()) continue;
            const std::string name = c.name.empty() ? "channel" : std::string(c.name);
            const double own = rate / static_cast<double>(c.divider);
            if (c.divider < divider || c.divider % divider != 0 ||
                c.divider / divider > most_growth) {
                r.warnings.push_back(
                    std::format("{} is left out: it has {:g} Hz, the leads have {:g} Hz.", name,
                                own, r.sampling_rate));
                continue;
            }
            if (c.divider != divider) {
                const auto frames = static_cast<std::int64_t>(c.samples.size());
                stretch(c.samples, 1, c.divider / divider, frames);
                r.warnings.push_back(
                    std::format("{} was recorded at {:g} Hz and is interpolated to {:g} Hz.", name,
                                own, r.sampling_rate));
            }
            length = std::max(length, c.samples.size());
            r.leads.push_back(lead_of(c, name, r.warnings));
        }
        if (missing_ > 0) {
            r.damaged = true;
            r.warnings.push_back(
                std::format("The file is cut short: {} samples are missing.", missing_));
        }
        for (Lead& lead : r.leads)
            lead.samples.resize(length, std::numeric_limits<float>::quiet_NaN());
        return r;
    }

    static Lead lead_of(Channel& c, const std::string& name, std::vector<std::string>& warnings) {
        Lead lead;
        lead.original_name = name;
        lead.name = normalised_lead_name(name);
        lead.samples = std::move(c.samples);
        const bool other = kind_of_name(name).kind == NameKind::other;
        const double mv = to_millivolts(lead, c.unit, !other, warnings);
        const double gain = 1 / (c.scale * (mv > 0 ? mv : 1));
        lead.calibration.gain = c.width == 2 && usable_gain(gain) ? std::abs(gain) : 1000;
        return lead;
    }

    const NamedBytes& file_;
    Bytes bytes_;
    std::size_t at_ = 0;
    std::int64_t revision_ = 0, missing_ = 0;
    std::vector<Channel> channels_;
};

}  // namespace

bool looks_like_biopac(const NamedBytes& file) {
    if (!is_big_endian(file.bytes)) return false;
    // The header's own mark is its length of two bytes, 0; content alone hardly tells more.
    return file.bytes.size() > 150 && lower(extension_of(file.name)) == "acq";
}

Result<Recording> read_biopac(const NamedBytes& file) {
    const auto big = is_big_endian(file.bytes);
    if (!big) return fail(file.name, "", "it does not begin as an AcqKnowledge file does");
    return Reader(file, *big).read();
}

}  // namespace telltale::formats
