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

// Whole lines of ASCII: samples practically never look like that.
bool is_ascii_table(std::string_view text) {
    text = text.substr(0, 512);
    return text.size() >= 16 && looks_like_text(text) && text.find('\n') != text.npos &&
           std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
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

std::int64_t samples_in(int format, std::size_t bytes) {
    std::int64_t count = 0;
    with_format(format, [&]<class F>(F) {
        count = static_cast<std::int64_t>(bytes / F::size) * F::samples;
        const int left = static_cast<int>(bytes % F::size);
        for (const int needed : F::needed)
            if (left >= needed) ++count;
    });
    return count;
}

void decode_adc(int format, std::span<const std::byte> bytes, std::int64_t first,
                std::span<std::int32_t> out) {
    with_format(format, [&]<class F>(F) {
        decode_units<F>(reinterpret_cast<Bytes>(bytes.data()), first, out);
    });
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
        Group group{.first_signal = s, .signals = end - s};
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
        if (first.format >= 500)
            return fail(header.file, std::format("signal {}", s + 1),
                        std::format("format {} (FLAC) is not read yet", first.format));
        const auto size = static_cast<std::int64_t>(file.bytes.size());
        if (size == 0) return fail(file.name, "", "the signal file is empty, expected samples");
        if (first.offset > size)
            return fail(file.name, "",
                        std::format("the header asks to skip {} bytes, the file has {}",
                                    first.offset, size));
        group.bytes = file.bytes.subspan(static_cast<std::size_t>(first.offset));
        const std::int64_t samples = samples_in(first.format, group.bytes.size());
        group.frames = samples / group.samples_per_frame;

        if (is_ascii_table(as_text(group.bytes)))
            return fail(
                file.name, "",
                std::format("it is a text file, expected samples in WFDB format {}", first.format));
        if (group.frames == 0)
            return fail(file.name, "",
                        std::format("it holds {} bytes, too few for one sample of each signal",
                                    group.bytes.size()));
        if (header.length && group.frames < *header.length) {
            const std::int64_t missing = *header.length - group.frames;
            warnings.push_back(std::format(
                "{} is cut short: {} of {} samples per signal are missing ({:.1f} s).", file.name,
                missing, *header.length, static_cast<double>(missing) / header.frame_rate));
        } else if (header.length &&
                   static_cast<double>(group.frames - *header.length) > header.frame_rate) {
            warnings.push_back(std::format(
                "{} holds {} samples per signal more than the header says; they are left out.",
                file.name, group.frames - *header.length));
        }
        most = std::max(most, group.frames);
        plan.groups.push_back(group);
        s = end;
    }
    if (plan.groups.empty())
        return fail(header.file, "", "it describes no signal that has samples");
    plan.frames = header.length.value_or(most);
    for (const Group& group : plan.groups) plan.frames = std::min(plan.frames, group.frames);
    return plan;
}

void decode_signals(const Header& header, const Plan& plan, std::span<const double> gains,
                    std::span<const std::int32_t> baselines, std::span<const std::span<float>> out,
                    std::vector<std::string>& warnings) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    std::vector<std::int32_t> block;
    for (const Group& group : plan.groups) {
        const int format = header.signals[group.first_signal].format;
        const std::int64_t missing = missing_value(format);
        // Small enough to stay in the first cache, always whole frames.
        const std::int64_t block_frames =
            std::clamp<std::int64_t>(4096 / group.samples_per_frame, 1, plan.frames);
        block.resize(static_cast<std::size_t>(block_frames * group.samples_per_frame));
        std::vector<Checksum> sums(group.signals);
        std::vector<std::uint32_t> running(group.signals);  // format 8: the value so far
        for (std::size_t i = 0; i < group.signals; ++i) {
            const Signal& signal = header.signals[group.first_signal + i];
            running[i] = static_cast<std::uint32_t>(signal.initial.value_or(signal.adc_zero));
        }

        for (std::int64_t frame = 0; frame < plan.frames; frame += block_frames) {
            const std::int64_t frames = std::min(block_frames, plan.frames - frame);
            const auto samples = static_cast<std::size_t>(frames * group.samples_per_frame);
            decode_adc(format, group.bytes, frame * group.samples_per_frame,
                       std::span(block).first(samples));
            std::int64_t column = 0;
            for (std::size_t i = 0; i < group.signals; ++i) {
                const std::size_t s = group.first_signal + i;
                const int width = header.signals[s].samples_per_frame;
                const double gain = gains[s];
                const std::int32_t baseline = baselines[s];
                std::int32_t* from = block.data() + column;
                column += width;
                if (format == 8) {
                    for (std::int64_t f = 0; f < frames; ++f)
                        for (int k = 0; k < width; ++k) {
                            std::int32_t& v = from[f * group.samples_per_frame + k];
                            running[i] += static_cast<std::uint32_t>(v);
                            v = static_cast<std::int32_t>(running[i]);
                        }
                }
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
