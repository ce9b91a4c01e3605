#include "formats/wfdb_signals.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>
#include <set>

#include "formats/text.hpp"

namespace telltale::formats::wfdb {
namespace {

using Bytes = const std::uint8_t*;

std::int32_t u8(Bytes p, std::int64_t i) {
    return p[i];
}
std::int32_t le16(Bytes p, std::int64_t i) {
    return p[i] | p[i + 1] << 8;
}

// The low `bits` bits of a word as a two's complement number.
template <int bits>
std::int32_t sign_extended(std::uint32_t word) {
    return static_cast<std::int32_t>(word << (32 - bits)) >> (32 - bits);
}

// Each format: samples in a unit, bytes in a unit, and sample i of a unit at p. `needed[i]` is the
// number of bytes of the unit that samples 0 to i take, for a last unit that is cut short.
template <int N, int Size>
struct Plain {
    static constexpr int samples = N;
    static constexpr int size = Size;
};
struct F8 : Plain<1, 1> {
    static constexpr int needed[] = {1};
    static std::int32_t at(Bytes p, int) { return static_cast<std::int8_t>(*p); }
};
struct F16 : Plain<1, 2> {
    static constexpr int needed[] = {2};
    static std::int32_t at(Bytes p, int) { return sign_extended<16>(le16(p, 0)); }
};
struct F24 : Plain<1, 3> {
    static constexpr int needed[] = {3};
    static std::int32_t at(Bytes p, int) { return sign_extended<24>(le16(p, 0) | u8(p, 2) << 16); }
};
struct F32 : Plain<1, 4> {
    static constexpr int needed[] = {4};
    static std::int32_t at(Bytes p, int) {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(le16(p, 0)) |
                                         static_cast<std::uint32_t>(le16(p, 2)) << 16);
    }
};
struct F61 : Plain<1, 2> {
    static constexpr int needed[] = {2};
    static std::int32_t at(Bytes p, int) { return sign_extended<16>(p[0] << 8 | p[1]); }
};
struct F80 : Plain<1, 1> {
    static constexpr int needed[] = {1};
    static std::int32_t at(Bytes p, int) { return u8(p, 0) - 128; }
};
struct F160 : Plain<1, 2> {
    static constexpr int needed[] = {2};
    static std::int32_t at(Bytes p, int) { return le16(p, 0) - 32768; }
};
struct F212 : Plain<2, 3> {
    static constexpr int needed[] = {2, 3};
    static std::int32_t at(Bytes p, int i) {
        return i == 0 ? sign_extended<12>(p[0] | (p[1] & 0x0F) << 8)
                      : sign_extended<12>(p[2] | (p[1] & 0xF0) << 4);
    }
};
struct F310 : Plain<3, 4> {
    static constexpr int needed[] = {2, 4, 4};
    static std::int32_t at(Bytes p, int i) {
        if (i < 2) return sign_extended<10>(le16(p, 2 * i) >> 1);
        return sign_extended<10>(le16(p, 0) >> 11 | le16(p, 2) >> 11 << 5);
    }
};
struct F311 : Plain<3, 4> {
    static constexpr int needed[] = {2, 3, 4};
    static std::int32_t at(Bytes p, int i) {
        if (i == 0) return sign_extended<10>(le16(p, 0));
        if (i == 1) return sign_extended<10>(p[1] >> 2 | p[2] << 6);
        return sign_extended<10>(p[2] >> 4 | p[3] << 4);
    }
};

// Calls f with the format's type; false for formats that are not plain.
template <class F>
bool with_format(int format, F&& f) {
    switch (format) {
        case 8: f(F8{}); return true;
        case 16: f(F16{}); return true;
        case 24: f(F24{}); return true;
        case 32: f(F32{}); return true;
        case 61: f(F61{}); return true;
        case 80: f(F80{}); return true;
        case 160: f(F160{}); return true;
        case 212: f(F212{}); return true;
        case 310: f(F310{}); return true;
        case 311: f(F311{}); return true;
        default: return false;
    }
}

template <class F>
void decode_units(Bytes bytes, std::int64_t first, std::span<std::int32_t> out) {
    // Sample i, for those before and after the whole units.
    const auto at = [&](std::int64_t i) {
        return F::at(bytes + i / F::samples * F::size, static_cast<int>(i % F::samples));
    };
    const std::int64_t end = first + static_cast<std::int64_t>(out.size());
    std::int64_t i = first;
    std::int32_t* to = out.data();
    for (; i < end && i % F::samples != 0; ++i) *to++ = at(i);
    Bytes p = bytes + i / F::samples * F::size;
    for (; i + F::samples <= end; i += F::samples, p += F::size, to += F::samples)
        for (int k = 0; k < F::samples; ++k) to[k] = F::at(p, k);
    for (; i < end; ++i) *to++ = at(i);
}

// ADC values of samples first, first + 1, ... of a plain signal file, as stored.
void decode_plain(int format, std::span<const std::byte> bytes, std::int64_t first,
                  std::span<std::int32_t> out) {
    with_format(format, [&]<class F>(F) {
        decode_units<F>(reinterpret_cast<Bytes>(bytes.data()), first, out);
    });
}

// What a FLAC stream may hold: a flat line takes next to nothing, however long it is.
std::int64_t most_flac_samples(std::size_t bytes) {
    return 100 * static_cast<std::int64_t>(bytes) + 8192;
}

// Each signal is a channel of the stream, sample by sample at the file's one rate.
Result<void> plan_flac(const Header& header, const std::string& file, Group& group) {
    const auto signals = std::span(header.signals).subspan(group.first_signal, group.signals);
    auto stream = FlacStream::open(file, group.bytes);
    if (!stream) return std::unexpected(stream.error());
    const int bits = group.format - 500;
    if (stream->bits() > bits)
        return fail(file, "",
                    std::format("its samples have {} bits, expected at most {} in format {}",
                                stream->bits(), bits, group.format));
    if (static_cast<std::size_t>(stream->channels()) != group.signals)
        return fail(file, "",
                    std::format("it holds {} channels, expected {} as the header says",
                                stream->channels(), group.signals));
    const int width = signals[0].samples_per_frame;
    if (!std::ranges::all_of(signals,
                             [&](const Signal& s) { return s.samples_per_frame == width; }))
        return fail(header.file, std::format("signal {}", group.first_signal + 1),
                    std::format("the signals of {} have different rates, expected one rate in a "
                                "FLAC file",
                                quoted(file)));
    const FlacLength length =
        flac_length(*stream, most_flac_samples(group.bytes.size()) / stream->channels());
    group.frames = length.samples / width;
    group.damaged = length.damaged || (stream->announced() > length.samples);
    group.flac = std::move(*stream);
    return {};
}

// The sum of a signal's samples as header checksums count them, with missing samples counted as
// stored and, because writers differ, as WFDB's own mark for them.
struct Checksum {
    std::uint32_t stored = 0;
    std::uint32_t marked = 0;
    [[nodiscard]] bool holds(std::int64_t expected) const {
        const auto wanted = static_cast<std::uint16_t>(expected);
        return static_cast<std::uint16_t>(stored) == wanted ||
               static_cast<std::uint16_t>(marked) == wanted;
    }
};

}  // namespace

bool is_ascii_table(std::string_view text) {
    text = text.substr(0, 512);
    return text.size() >= 16 && looks_like_text(text) && text.find('\n') != text.npos &&
           std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

std::int64_t samples_in(int format, std::uint64_t bytes) {
    std::int64_t count = 0;
    with_format(format, [&]<class F>(F) {
        count = static_cast<std::int64_t>(bytes / F::size) * F::samples;
        const int left = static_cast<int>(bytes % F::size);
        for (const int needed : F::needed)
            if (left >= needed) ++count;
    });
    return count;
}

Unit unit_of(int format) {
    Unit unit;
    with_format(format, [&]<class F>(F) { unit = {F::samples, F::size}; });
    return unit;
}

void compare_length(const Header& header, const std::string& file, std::int64_t frames,
                    std::vector<std::string>& warnings) {
    if (!header.length) return;
    const std::int64_t missing = *header.length - frames;
    if (missing > 0)
        warnings.push_back(std::format(
            "{} is cut short: {} of {} samples per signal are missing ({:.1f} s).", file, missing,
            *header.length, static_cast<double>(missing) / header.frame_rate));
    else if (static_cast<double>(-missing) > header.frame_rate)
        warnings.push_back(std::format(
            "{} holds {} samples per signal more than the header says; they are left out.", file,
            -missing));
}

std::int64_t missing_value(int format) {
    switch (format) {
        case 80:
        case 508: return -128;
        case 310:
        case 311: return -512;
        case 212: return -2048;
        case 16:
        case 61:
        case 160:
        case 516: return -32768;
        case 24:
        case 524: return -(1 << 23);
        case 32: return std::numeric_limits<std::int32_t>::min();
        default: return std::numeric_limits<std::int64_t>::max();
    }
}

Result<Plan> plan_signals(const Header& header, FileSet& files,
                          std::vector<std::string>& warnings) {
    Plan plan;
    const std::string_view folder = folder_of(header.file);
    std::set<int> taken;
    std::int64_t most = 0;
    for (std::size_t s = 0; s < header.signals.size();) {
        const Signal& first = header.signals[s];
        std::size_t end = s + 1;
        while (end < header.signals.size() && header.signals[end].file == first.file &&
               header.signals[end].format != 0)
            ++end;
        if (first.format == 0) {
            ++s;
            continue;
        }
        Group group{.first_signal = s, .signals = end - s, .format = first.format};
        for (std::size_t i = s; i < end; ++i) {
            if (header.signals[i].format != first.format)
                return fail(
                    header.file, std::format("signal {}", i + 1),
                    std::format("its format is {}, expected {} like the others in {}",
                                header.signals[i].format, first.format, quoted(first.file)));
            group.samples_per_frame += header.signals[i].samples_per_frame;
        }
        const int index = files.find(folder, first.file);
        if (index < 0)
            return fail(header.file, "",
                        std::format("its signal file {} is missing, expected it beside the header",
                                    quoted(first.file)));
        if (!taken.insert(index).second)
            return fail(
                header.file, std::format("signal {}", s + 1),
                std::format("the signals of {} do not follow each other", quoted(first.file)));
        files.use(index);
        const NamedBytes& file = files[index];
        const auto size = static_cast<std::int64_t>(file.bytes.size());
        if (size == 0) return fail(file.name, "", "the signal file is empty, expected samples");
        if (first.offset > size)
            return fail(file.name, "",
                        std::format("the header asks to skip {} bytes, the file has {}",
                                    first.offset, size));
        group.bytes = file.bytes.subspan(static_cast<std::size_t>(first.offset));
        if (first.format >= 500) {
            if (auto done = plan_flac(header, file.name, group); !done)
                return std::unexpected(done.error());
        } else {
            group.frames = samples_in(first.format, group.bytes.size()) / group.samples_per_frame;
        }

        if (is_ascii_table(as_text(group.bytes)))
            return fail(
                file.name, "",
                std::format("it is a text file, expected samples in WFDB format {}", first.format));
        if (group.frames == 0)
            return fail(file.name, "",
                        std::format("it holds {} bytes, too few for one sample of each signal",
                                    group.bytes.size()));
        compare_length(header, file.name, group.frames, warnings);
        if (group.damaged && !(header.length && group.frames >= *header.length))
            warnings.push_back(
                std::format("{} is damaged after {} samples of each signal; the rest is left out.",
                            file.name, group.frames));
        most = std::max(most, group.frames);
        plan.groups.push_back(std::move(group));
        s = end;
    }
    if (plan.groups.empty())
        return fail(header.file, "", "it describes no signal that has samples");
    plan.frames = header.length.value_or(most);
    for (const Group& group : plan.groups) plan.frames = std::min(plan.frames, group.frames);
    return plan;
}

GroupReader::GroupReader(const Header& header, const Group& group)
    : group_(group),
      signals_(std::span(header.signals).subspan(group.first_signal, group.signals)),
      flac_(group.flac) {
    for (const Signal& signal : signals_)
        running_.push_back(static_cast<std::uint32_t>(signal.initial.value_or(signal.adc_zero)));
}

void GroupReader::read(std::span<std::int32_t> out) {
    if (flac_) return read_flac(out);
    decode_plain(group_.format, group_.bytes, next_, out);
    next_ += static_cast<std::int64_t>(out.size());
    if (group_.format == 8) sum_up(out);
}

void GroupReader::read_flac(std::span<std::int32_t> out) {
    const std::size_t channels = group_.signals;
    const std::size_t frame = static_cast<std::size_t>(group_.samples_per_frame);
    const std::size_t width = frame / channels;
    const std::size_t samples = out.size() / channels;
    for (std::size_t done = 0; done < samples;) {
        while (at_ >= flac_->channel(0).size()) {
            if (!flac_->next()) return;  // the plan counted them, so there are more
            at_ = 0;
        }
        const std::size_t count = std::min(samples - done, flac_->channel(0).size() - at_);
        for (std::size_t c = 0; c < channels; ++c) {
            const auto from = flac_->channel(static_cast<int>(c)).subspan(at_, count);
            if (width == 1) {
                std::int32_t* to = out.data() + done * channels + c;
                for (const std::int32_t x : from) {
                    *to = x;
                    to += channels;
                }
            } else {
                for (std::size_t i = 0; i < count; ++i)
                    out[(done + i) / width * frame + c * width + (done + i) % width] = from[i];
            }
        }
        done += count;
        at_ += count;
    }
}

void GroupReader::sum_up(std::span<std::int32_t> out) {
    for (std::size_t i = 0; i < out.size();)
        for (std::size_t s = 0; s < signals_.size(); ++s)
            for (int k = 0; k < signals_[s].samples_per_frame; ++k, ++i) {
                running_[s] += static_cast<std::uint32_t>(out[i]);
                out[i] = static_cast<std::int32_t>(running_[s]);
            }
}

void decode_signals(const Header& header, const Plan& plan, std::span<const double> gains,
                    std::span<const std::int32_t> baselines, std::span<const std::span<float>> out,
                    std::vector<std::string>& warnings) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    std::vector<std::int32_t> block;
    for (const Group& group : plan.groups) {
        const std::int64_t missing = missing_value(group.format);
        // Small enough to stay in the first cache, always whole frames.
        const std::int64_t block_frames =
            std::clamp<std::int64_t>(4096 / group.samples_per_frame, 1, plan.frames);
        block.resize(static_cast<std::size_t>(block_frames * group.samples_per_frame));
        std::vector<Checksum> sums(group.signals);
        GroupReader reader(header, group);

        for (std::int64_t frame = 0; frame < plan.frames; frame += block_frames) {
            const std::int64_t frames = std::min(block_frames, plan.frames - frame);
            const auto samples = static_cast<std::size_t>(frames * group.samples_per_frame);
            reader.read(std::span(block).first(samples));
            std::int64_t column = 0;
            for (std::size_t i = 0; i < group.signals; ++i) {
                const std::size_t s = group.first_signal + i;
                const int width = header.signals[s].samples_per_frame;
                const double gain = gains[s];
                const std::int32_t baseline = baselines[s];
                const std::int32_t* from = block.data() + column;
                column += width;
                std::uint32_t sum = 0, absent = 0;
                float* to = out[s].empty() ? nullptr : out[s].data() + frame * width;
                for (std::int64_t f = 0; f < frames; ++f, from += group.samples_per_frame)
                    for (int k = 0; k < width; ++k) {
                        const std::int32_t v = from[k];
                        sum += static_cast<std::uint32_t>(v);
                        absent += v == missing ? 1u : 0u;
                        if (to) {
                            const double mv =
                                (static_cast<double>(v) - static_cast<double>(baseline)) / gain;
                            *to++ = v == missing ? nan : static_cast<float>(mv);
                        }
                    }
                sums[i].stored += sum;
                sums[i].marked +=
                    sum + absent * static_cast<std::uint32_t>(-32768 - (absent ? missing : 0));
            }
        }

        // A checksum covers the whole length that the header states.
        if (header.length && plan.frames != *header.length) continue;
        for (std::size_t i = 0; i < group.signals; ++i) {
            const Signal& signal = header.signals[group.first_signal + i];
            // Many writers leave a checksum that they did not compute at 0.
            if (signal.checksum.value_or(0) != 0 && header.length &&
                !sums[i].holds(*signal.checksum))
                warnings.push_back(std::format(
                    "Signal {} ({}): the checksum is {}, the header says {}; some samples may have "
                    "been changed.",
                    group.first_signal + i + 1, signal.description,
                    static_cast<std::int16_t>(sums[i].stored), *signal.checksum));
        }
    }
}

}  // namespace telltale::formats::wfdb
