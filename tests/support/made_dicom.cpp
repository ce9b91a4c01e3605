#include "support/made_dicom.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "support/made_files.hpp"

namespace telltale::tests {
namespace {

using Bytes = std::vector<std::byte>;

class Writer {
public:
    explicit Writer(DicomForm form) : form_(form) {}

    void tag(std::uint32_t tag) {
        put(bytes, bytes.size(), tag >> 16, 2);
        put(bytes, bytes.size(), tag & 0xFFFF, 2);
    }
    void element(std::uint32_t t, std::string_view kind, const Bytes& value) {
        header(t, kind, value.size());
        bytes.insert(bytes.end(), value.begin(), value.end());
    }
    void text(std::uint32_t t, std::string_view kind, std::string value) {
        if (value.size() % 2) value += kind == "UI" ? '\0' : ' ';
        Bytes raw;
        for (const char c : value) raw.push_back(static_cast<std::byte>(c));
        element(t, kind, raw);
    }
    void whole(std::uint32_t t, std::string_view kind, std::int64_t value) {
        Bytes raw;
        put(raw, 0, value, kind == "UL" ? 4 : 2);
        element(t, kind, raw);
    }
    void sequence(std::uint32_t t, const std::vector<Bytes>& items) {
        const bool open = form_ == DicomForm::open_sequences;
        Bytes all;
        for (const Bytes& i : items) {
            Writer one(form_);
            one.tag(0xFFFEE000);
            put(one.bytes, 4, open ? 0xFFFFFFFF : static_cast<std::int64_t>(i.size()), 4);
            one.bytes.insert(one.bytes.end(), i.begin(), i.end());
            if (open) one.end(0xFFFEE00D);
            all.insert(all.end(), one.bytes.begin(), one.bytes.end());
        }
        header(t, "SQ", open ? 0xFFFFFFFF : all.size());
        bytes.insert(bytes.end(), all.begin(), all.end());
        if (open) end(0xFFFEE0DD);
    }

    Bytes bytes;

private:
    void end(std::uint32_t t) {
        tag(t);
        put(bytes, bytes.size(), 0, 4);
    }
    void header(std::uint32_t t, std::string_view kind, std::size_t length) {
        tag(t);
        const bool explicit_kind = form_ != DicomForm::implicit || t >> 16 == 2;
        const bool long_kind = kind == "SQ" || kind == "OW" || kind == "OB";
        if (explicit_kind) {
            for (const char c : kind) bytes.push_back(static_cast<std::byte>(c));
            if (long_kind) put(bytes, bytes.size(), 0, 2);
        }
        put(bytes, bytes.size(), static_cast<std::int64_t>(length),
            explicit_kind && !long_kind ? 2 : 4);
    }

    DicomForm form_;
};

Bytes channel(DicomForm form, const char* lead, const char* sensitivity, const char* baseline) {
    Writer source(form), unit(form), result(form);
    source.text(0x00080104, "LO", lead);
    unit.text(0x00080100, "SH", "uV");
    result.sequence(0x003A0208, {source.bytes});
    result.text(0x003A0210, "DS", sensitivity);
    result.sequence(0x003A0211, {unit.bytes});
    result.text(0x003A0212, "DS", "1");
    result.text(0x003A0213, "DS", baseline);
    return result.bytes;
}

Bytes group(DicomForm form, const std::vector<int>& samples) {
    Writer result(form);
    result.whole(0x003A0005, "US", 2);
    result.whole(0x003A0010, "UL", static_cast<std::int64_t>(samples.size() / 2));
    result.text(0x003A001A, "DS", "250");
    result.sequence(0x003A0200, {channel(form, "Lead I (Einthoven)", "2", "0"),
                                 channel(form, "Lead V1", "0.5", "3")});
    result.whole(0x54001004, "US", 16);
    result.text(0x54001006, "CS", "SS");
    Bytes padding, data;
    put(padding, 0, -32768, 2);
    for (const int v : samples) put(data, data.size(), v, 2);
    result.element(0x5400100A, "OW", padding);
    result.element(0x54001010, "OW", data);
    return result.bytes;
}

}  // namespace

std::vector<std::byte> dicom_file(DicomForm form) {
    Writer file(form);
    for (const char c : std::string(128, '\0') + "DICM")
        file.bytes.push_back(static_cast<std::byte>(c));
    file.text(0x00020010, "UI",
              form == DicomForm::implicit ? "1.2.840.10008.1.2" : "1.2.840.10008.1.2.1");
    file.text(0x0008002A, "DT", "20200304050607");
    file.text(0x00100010, "PN", "Nobody");
    file.text(0x00100040, "CS", "F");
    file.sequence(0x54000100,
                  {group(form, {100, 1000, -200, 2000, 300, -32768}), group(form, {1, 2, 3, 4})});
    return file.bytes;
}

}  // namespace telltale::tests
