#include "support/made_biopac.hpp"

#include <bit>
#include <cstdint>
#include <string_view>

namespace telltale::tests {

std::vector<std::byte> biopac_file(const BiopacForm& form) {
    using Bytes = std::vector<std::byte>;
    const auto write = [&](Bytes& to, std::size_t at, std::uint64_t value, std::size_t width,
                           bool big) {
        if (to.size() < at + width) to.resize(at + width);
        for (std::size_t i = 0; i < width; ++i)
            to[at + (big ? width - 1 - i : i)] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
    };
    const auto whole = [&](Bytes& to, std::size_t at, std::int64_t value, std::size_t width) {
        write(to, at, static_cast<std::uint64_t>(value), width, form.big);
    };
    const auto real = [&](Bytes& to, std::size_t at, double value) {
        write(to, at, std::bit_cast<std::uint64_t>(value), 8, form.big);
    };
    const auto text = [](Bytes& to, std::size_t at, std::string_view value) {
        for (const char c : value) to[at++] = static_cast<std::byte>(c);
    };
    struct Channel {
        std::string_view name, unit;
        int count, divider, size, type;
        double scale;
    };
    const Channel channels[] = {{"ECG (.05 - 150 Hz)", "mV", 20, 1, 2, 2, 0.001},
                                {"RSP", "Volts", 10, 2, 2, 2, 0.002},
                                {"EDA", "microsiemens", 20, 1, 8, 1, 7}};
    const bool late = form.revision >= 61;
    Bytes file(late ? 2414 : 2976);
    whole(file, 2, form.revision, 4);
    whole(file, 6, static_cast<std::int64_t>(file.size()), 4);
    whole(file, 10, 3, 2);
    real(file, 16, 2);  // ms a sample
    if (form.compressed) whole(file, late ? 972 : 1936, 1, 4);
    if (form.revision >= 124) {
        whole(file, 2398, 1, 2);
        const std::size_t at = file.size();
        file.resize(at + 40);
        whole(file, at, 40, 4);
    }
    for (const Channel& c : channels) {
        const std::size_t at = file.size();
        file.resize(at + 260);
        whole(file, at, 260, 4);
        text(file, at + 6, c.name);
        text(file, at + 68, c.unit);
        whole(file, at + 88, c.count, 4);
        real(file, at + 92, c.scale);
        whole(file, at + (late ? 152 : 250), c.divider, 2);
    }
    const std::size_t foreign = file.size();
    file.resize(foreign + 12);
    whole(file, foreign, 12, late ? 4 : 2);
    for (const Channel& c : channels) {
        whole(file, file.size(), c.size, 2);
        whole(file, file.size(), c.type, 2);
    }
    const auto sample = [&](Bytes& to, const Channel& c, int i, bool big) {
        if (c.size == 2)
            write(to, to.size(), static_cast<std::uint64_t>(i), 2, big);
        else
            write(to, to.size(), std::bit_cast<std::uint64_t>(i * 0.5), 8, big);
    };
    if (!form.compressed) {
        for (int slot = 0; slot < 20; ++slot)
            for (const Channel& c : channels)
                if (slot % c.divider == 0) sample(file, c, slot / c.divider, form.big);
        return file;
    }
    file.resize(file.size() + 100);  // markers and journal
    for (const Channel& c : channels) {
        Bytes data;
        for (int i = 0; i < c.count; ++i) sample(data, c, i, false);
        // zlib around one stored block of DEFLATE.
        Bytes packed;
        write(packed, 0, 0x0178, 2, false);
        write(packed, 2, 1, 1, false);
        write(packed, 3, data.size(), 2, false);
        write(packed, 5, ~data.size() & 0xFFFF, 2, false);
        for (const std::byte b : data) packed.push_back(b);
        packed.resize(packed.size() + 4);  // the checksum
        file.resize(file.size() + 44);
        for (const std::size_t value : {c.name.size(), c.unit.size(), data.size(), packed.size()})
            whole(file, file.size(), static_cast<std::int64_t>(value), 4);
        const std::size_t at = file.size();
        file.resize(at + c.name.size() + c.unit.size());
        text(file, at, c.name);
        text(file, at + c.name.size(), c.unit);
        for (const std::byte b : packed) file.push_back(b);
    }
    return file;
}

}  // namespace telltale::tests
