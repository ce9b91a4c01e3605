// Zip as APPNOTE.TXT (PKWARE) and gzip as RFC 1952 describe them.
#include "formats/archive.hpp"

#include <algorithm>
#include <format>
#include <iterator>

#include "formats/encoding.hpp"
#include "formats/inflate.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t end_record = 22, central_header = 46, local_header = 30;
constexpr std::size_t max_comment = 65535;

bool is_gzip(const NamedBytes& file) {
    return as_text(file.bytes).starts_with("\x1F\x8B\x08") && file.bytes.size() >= 18;
}

bool is_named_gz(const NamedBytes& file) {
    return lower(extension_of(file.name)) == "gz";
}

// Where a zip archive's end record stands: it is the last thing but a comment.
std::size_t end_record_of(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    const std::size_t window =
        text.size() > end_record + max_comment ? text.size() - end_record - max_comment : 0;
    const std::size_t end = text.rfind("PK\5\6");
    return end == std::string_view::npos || end < window || text.size() - end < end_record
               ? std::string_view::npos
               : end;
}

// Samples may begin as an archive does: what is not named so must have a directory too.
bool is_zip(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    if (!text.starts_with("PK\3\4") && !text.starts_with("PK\5\6")) return false;
    if (lower(extension_of(file.name)) == "zip") return true;
    const std::size_t end = end_record_of(file);
    if (end == std::string_view::npos) return false;
    const std::size_t at = le32(file.bytes.data() + end + 16);
    return at < end && text.substr(at).starts_with("PK\1\2");
}

std::size_t most_of(const NamedBytes& file) {
    return 100 * file.bytes.size() + (1 << 20);
}

class Zip {
public:
    Zip(const NamedBytes& file, OpenedFiles& opened, std::vector<Error>& errors)
        : file_(file), opened_(opened), errors_(errors), left_(most_of(file)) {}

    void open() {
        const auto bytes = file_.bytes;
        const std::string_view text = as_text(bytes);
        const std::size_t end = end_record_of(file_);
        if (end == std::string_view::npos)
            return wrong("", "the archive is cut short: it has no directory");
        std::size_t at = le32(bytes.data() + end + 16);
        for (std::size_t n = le16(bytes.data() + end + 10); n > 0; --n) {
            if (at + central_header > end || !text.substr(at).starts_with("PK\1\2"))
                return wrong("", "the archive's directory is damaged");
            const std::byte* p = bytes.data() + at;
            Entry entry{.flags = le16(p + 8),
                        .method = le16(p + 10),
                        .crc = le32(p + 16),
                        .packed = le32(p + 20),
                        .size = le32(p + 24),
                        .offset = le32(p + 42)};
            const std::size_t name = le16(p + 28);
            if (at + central_header + name > end)
                return wrong("", "the archive's directory is damaged");
            entry.name = text.substr(at + central_header, name);
            at += central_header + name + le16(p + 30) + le16(p + 32);
            const bool hidden =
                entry.name.starts_with("__MACOSX/") || file_of(entry.name).starts_with('.');
            if (!entry.name.ends_with('/') && !hidden) extract(entry);
        }
    }

private:
    struct Entry {
        std::uint32_t flags, method, crc, packed, size, offset;
        std::string_view name;
    };

    void wrong(std::string_view name, std::string message) {
        errors_.push_back({file_.name, std::string(name), std::move(message)});
    }

    void extract(const Entry& entry) {
        if ((entry.flags & 1) != 0) return wrong(entry.name, "it is encrypted");
        if (entry.packed == 0xFFFFFFFF || entry.size == 0xFFFFFFFF || entry.offset == 0xFFFFFFFF)
            return wrong(entry.name, "archives of more than 4 GB are not read");
        const auto bytes = file_.bytes;
        const std::size_t at = entry.offset;
        if (at + local_header > bytes.size() || !as_text(bytes).substr(at).starts_with("PK\3\4"))
            return wrong(entry.name, "the archive is damaged: the file is not where it should be");
        const std::size_t start =
            at + local_header + le16(bytes.data() + at + 26) + le16(bytes.data() + at + 28);
        if (start > bytes.size() || entry.packed > bytes.size() - start)
            return wrong(entry.name, "the archive is cut short");
        const auto packed = bytes.subspan(start, entry.packed);
        std::span<const std::byte> content = packed;
        if (entry.method == 8) {
            if (entry.size > left_)
                return wrong(entry.name, "it grows to more than 100 times the archive's size");
            auto inflated = inflate(packed, entry.size);
            if (!inflated || inflated->bytes.size() != entry.size)
                return wrong(entry.name, "its compressed data is damaged");
            left_ -= entry.size;
            opened_.storage.push_back(std::move(inflated->bytes));
            content = opened_.storage.back();
        } else if (entry.method != 0) {
            return wrong(entry.name,
                         std::format("its compression (method {}) is not read", entry.method));
        }
        if (crc32(content) != entry.crc)
            return wrong(entry.name, "its checksum does not hold; the archive is damaged");
        opened_.files.push_back({file_.name + "/" + std::string(entry.name), content});
    }

    const NamedBytes& file_;
    OpenedFiles& opened_;
    std::vector<Error>& errors_;
    std::size_t left_;
};

// What a gzip file holds, its bytes kept in `storage`.
Result<NamedBytes> gunzip(const NamedBytes& file, std::deque<std::vector<std::byte>>& storage) {
    const auto bytes = file.bytes;
    const unsigned flags = std::to_integer<unsigned>(bytes[3]);
    const auto wrong = [&](std::string message) { return fail(file.name, "", std::move(message)); };
    std::size_t at = 10;
    if (flags & 4) at += 2 + (at + 2 <= bytes.size() ? le16(bytes.data() + at) : 0);
    for (const unsigned text : {8u, 16u})  // name, comment
        if (flags & text) {
            while (at < bytes.size() && bytes[at] != std::byte{0}) ++at;
            ++at;
        }
    if (flags & 2) at += 2;
    if (at + 8 > bytes.size()) return wrong("the compressed file is cut short");
    auto inflated = inflate(bytes.subspan(at), most_of(file));
    if (!inflated || inflated->used + 8 > bytes.size() - at)
        return wrong("its compressed data is damaged, or grows to more than 100 times its size");
    if (crc32(inflated->bytes) != le32(bytes.data() + at + inflated->used))
        return wrong("its checksum does not hold; the file is damaged");
    storage.push_back(std::move(inflated->bytes));
    std::string name = file.name;
    if (is_named_gz(file)) name.resize(name.size() - 3);
    return NamedBytes{std::move(name), storage.back()};
}

}  // namespace

OpenedFiles open_archives(std::span<const NamedBytes> files, std::vector<Error>& errors) {
    OpenedFiles opened;
    std::vector<NamedBytes> unpacked;
    std::vector<const NamedBytes*> zips;
    for (const NamedBytes& file : files) {
        if (is_zip(file)) {
            zips.push_back(&file);
            continue;
        }
        if (!is_gzip(file)) {
            opened.files.push_back(file);
            continue;
        }
        auto content = gunzip(file, opened.storage);
        if (content)
            unpacked.push_back(std::move(*content));
        else if (is_named_gz(file))
            errors.push_back(std::move(content.error()));
        else
            opened.files.push_back(file);  // samples may begin as a gzip file does
    }
    opened.plain = opened.files.size();
    std::ranges::move(unpacked, std::back_inserter(opened.files));
    for (const NamedBytes* zip : zips) Zip(*zip, opened, errors).open();
    return opened;
}

Result<std::vector<std::byte>> write_zip(std::span<const NamedBytes> files) {
    std::uint64_t size = end_record;
    for (const NamedBytes& file : files)
        size += local_header + central_header + 2 * file.name.size() + file.bytes.size();
    if (size > 0xFFFFFFFF || files.size() > 0xFFFF)
        return fail("", "", "an archive of more than 4 GB is not written");
    std::vector<std::byte> zip, directory;
    zip.reserve(static_cast<std::size_t>(size));
    const auto put = [](std::vector<std::byte>& to, std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i)
            to.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFF));
    };
    for (const NamedBytes& file : files) {
        const std::uint64_t at = zip.size();
        put(zip, 0x04034B50, 4);
        put(directory, 0x02014B50, 4);
        put(directory, 20, 2);
        for (auto* to : {&zip, &directory}) {
            put(*to, 20, 2);          // version that reads it
            put(*to, 0, 4);           // flags, method: stored
            put(*to, 0x00210000, 4);  // 1980-01-01: the archive tells no time
            put(*to, crc32(file.bytes), 4);
            put(*to, file.bytes.size(), 4);
            put(*to, file.bytes.size(), 4);
            put(*to, file.name.size(), 2);
            put(*to, 0, 2);
        }
        put(directory, 0, 4);
        put(directory, 0, 2);
        put(directory, 0, 4);
        put(directory, at, 4);
        const auto name = std::as_bytes(std::span(file.name));
        for (auto* to : {&zip, &directory}) to->insert(to->end(), name.begin(), name.end());
        zip.insert(zip.end(), file.bytes.begin(), file.bytes.end());
    }
    const std::uint64_t at = zip.size();
    zip.insert(zip.end(), directory.begin(), directory.end());
    put(zip, 0x06054B50, 4);
    put(zip, 0, 4);
    put(zip, files.size(), 2);
    put(zip, files.size(), 2);
    put(zip, directory.size(), 4);
    put(zip, at, 4);
    put(zip, 0, 2);
    return zip;
}

}  // namespace telltale::formats
