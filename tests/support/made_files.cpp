#include "support/made_files.hpp"

#include <cstdlib>
#include <utility>

#include "formats/archive.hpp"
#include "formats/encoding.hpp"

namespace telltale::tests {
namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

// Codes of SCP's default table, up to +-8 and of 16 bits.
std::vector<std::byte> huffman_codes(const std::vector<int>& values) {
    std::vector<bool> bits;
    for (const int v : values) {
        if (std::abs(v) > 8) {
            bits.insert(bits.end(), 10, true);
            for (int i = 15; i >= 0; --i) bits.push_back(v >> i & 1);
            continue;
        }
        bits.insert(bits.end(), static_cast<std::size_t>(std::abs(v)), true);
        bits.push_back(false);
        if (v != 0) bits.push_back(v < 0);
    }
    std::vector<std::byte> bytes((bits.size() + 7) / 8);
    for (std::size_t i = 0; i < bits.size(); ++i)
        if (bits[i]) bytes[i / 8] |= std::byte{0x80} >> (i % 8);
    return bytes;
}

}  // namespace

// Not inlined: GCC 14 then mistakes a vector that grows for one that is written past its end.
[[gnu::noinline]] void put(std::vector<std::byte>& file, std::size_t at, std::int64_t value,
                           int bytes) {
    if (file.size() < at + static_cast<std::size_t>(bytes))
        file.resize(at + static_cast<std::size_t>(bytes));
    for (int i = 0; i < bytes; ++i)
        file[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
}

std::vector<std::byte> ishne_file(std::string_view magic, bool samples) {
    std::vector<std::byte> file = bytes_of(magic);
    put(file, 10, 4, 4);
    put(file, 14, 3, 4);
    put(file, 18, 522, 4);
    put(file, 22, 526, 4);
    for (const auto& [at, value] : {std::pair{138, 24},
                                    {140, 12},
                                    {142, 1999},
                                    {150, 23},
                                    {152, 59},
                                    {154, 7},
                                    {156, 2},
                                    {158, 6},
                                    {160, 11},
                                    {206, 5000},
                                    {208, 2500},
                                    {272, 200}})
        put(file, static_cast<std::size_t>(at), value, 2);
    file.resize(526);
    if (samples)
        for (const int v : {100, 200, -100, 40, 7, -32768}) put(file, file.size(), v, 2);
    return file;
}

std::vector<std::byte> scp_file(const std::map<int, std::vector<std::byte>>& sections) {
    constexpr std::size_t header = 16, pointers = 10 * 12;
    std::vector<std::byte> file(6 + header + pointers);
    const auto put_header = [&](std::size_t at, int id, std::size_t size) {
        put(file, at + 2, id, 2);
        put(file, at + 4, static_cast<std::int64_t>(size), 4);
        put(file, at + 8, 20, 1);
        put(file, at + 9, 20, 1);
    };
    const auto put_pointer = [&](int id, std::size_t size, std::size_t at) {
        const std::size_t p = 6 + header + 10 * static_cast<std::size_t>(id);
        put(file, p, id, 2);
        put(file, p + 2, static_cast<std::int64_t>(size), 4);
        put(file, p + 6, static_cast<std::int64_t>(at) + 1, 4);
    };
    put_header(6, 0, header + pointers);
    for (std::size_t i = 0; i < 6; ++i) file[16 + i] = static_cast<std::byte>("SCPECG"[i]);
    put_pointer(0, header + pointers, 6);
    for (const auto& [id, content] : sections) {
        const std::size_t at = file.size(), size = header + content.size();
        file.resize(at + header);
        put_header(at, id, size);
        file.insert(file.end(), content.begin(), content.end());
        put_pointer(id, size, at);
    }
    put(file, 2, static_cast<std::int64_t>(file.size()), 4);
    put(file, 0, formats::crc16(std::span(file).subspan(2)), 2);
    return file;
}

std::map<int, std::vector<std::byte>> scp_sections(const std::vector<int>& values, bool huffman) {
    std::map<int, std::vector<std::byte>> sections;
    auto& when = sections[1];
    for (const int b : {25, 4, 0, 0x07, 0xD2, 11, 22, 26, 3, 0, 9, 10, 11, 255, 0, 0})
        when.push_back(static_cast<std::byte>(b));
    if (huffman) put(sections[2], 0, 19999, 2);
    auto& leads = sections[3];
    put(leads, 0, 2, 1);
    put(leads, 1, 4 | 2 << 3, 1);
    for (const int id : {1, 3}) {
        put(leads, leads.size(), 1, 4);
        put(leads, leads.size(), static_cast<std::int64_t>(values.size()), 4);
        put(leads, leads.size(), id, 1);
    }
    std::vector<std::byte> words;
    for (const int v : values) put(words, words.size(), v, 2);
    const std::vector<std::byte> data = huffman ? huffman_codes(values) : words;
    auto& rhythm = sections[6];
    put(rhythm, 0, 2500, 2);
    put(rhythm, 2, 2000, 2);
    put(rhythm, 4, 2, 1);
    put(rhythm, 5, 0, 1);
    for (int l = 0; l < 2; ++l)
        put(rhythm, rhythm.size(), static_cast<std::int64_t>(data.size()), 2);
    for (int l = 0; l < 2; ++l) rhythm.insert(rhythm.end(), data.begin(), data.end());
    return sections;
}

std::vector<std::byte> contec_file(std::size_t rows) {
    std::vector<std::byte> file = bytes_of("0000000001");
    const auto start = bytes_of("2020-11-16 21:44:39");
    file.insert(file.end(), start.begin(), start.end());
    file.resize(43);
    for (std::size_t r = 0; r < rows; ++r)
        for (const int word : {2148, 1848, 4095, 0x6800, 0x6800, 0x6800, 0x6800, 0})
            put(file, file.size(), word, 2);
    file.resize(file.size() + 37);
    return file;
}

std::vector<std::byte> zip_file(const std::vector<File>& files) {
    return formats::write_zip(named(files)).value();
}

std::vector<std::byte> gzip_table() {
    static constexpr std::string_view hex =
        "1f8b080000000000020325523b4e44410cebdf2956a28162574966f2e3065c8016512084c42204dc5f6cece6"
        "cdcb24b11d4fee4ebfafd7efcf8faff7979fd7bfb7c793b91c4f4fa7fbebf3c371d68b881c72699d6f2cbd7d"
        "35e238cb6597cf55e9046bdb2dd86e13f45e73b82165b7ba39168e95b88c5eb7fa92e952a9b9ca44100eba20"
        "02f0744fb1b8e09bb86266574e357acc8ac81368f72404c59e9b0a50205544d8140ea6f43dc3b833450da0b0"
        "3db49b57829e922053537741c394b9340140d13e7609d497636e5f020d3d74ea01dd98abd1628a7c0ae46853"
        "c10c99e4f6b5813972f61ae6c07f44801f0fe4005930a71a8f211a088c99714781bb3bd1ae78df062c642f7a"
        "07f5d174d041485753719841504d9941b62e9a40ff7c0f661193afd609490a7bb846cded280e9906830bb356"
        "4ec16a6e514e4f95100072b86659cdd1b832a17c886017a486020f4e29f72861a1d624da840e535d8c6e117e"
        "f5f807d12590ae28030000";
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<std::byte>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    return bytes;
}

}  // namespace telltale::tests
