#include "recording/clean_text.hpp"

#include <algorithm>

#include "recording/recording.hpp"

namespace telltale {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

bool is_shown(std::uint32_t c) {
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c > 0x10FFFF) return false;
    if (c >= 0xD800 && c < 0xE000) return false;
    if (c == 0xAD || c == 0x61C || c == 0x180E || c == 0xFEFF) return false;
    // Zero-width space, marks and overrides of direction, separators of lines, invisible operators.
    // U+200C and U+200D stay: Persian and Indian scripts need them.
    if (c == 0x200B || c == 0x200E || c == 0x200F) return false;
    if ((c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F)) return false;
    if (c >= 0xFFF9 && c <= 0xFFFB) return false;
    if ((c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE) return false;
    return c < 0xE0000 || c > 0xE0FFF;  // tags and variation marks
}

}  // namespace

std::uint32_t next_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t first = byte(0);
    const std::size_t more = first >= 0xF5   ? 0
                             : first >= 0xF0 ? 3
                             : first >= 0xE0 ? 2
                             : first >= 0xC2 ? 1
                                             : 0;
    if (first < 0x80) {
        text.remove_prefix(1);
        return first;
    }
    std::uint32_t code = first & (0x3Fu >> more);
    std::size_t there = 0;
    while (there < more && there + 1 < text.size() && (byte(there + 1) & 0xC0) == 0x80) {
        ++there;
        code = code << 6 | (byte(there) & 0x3Fu);
    }
    if (more > 0 && there == more) {
        const bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
        if (!overlong && code <= 0x10FFFF && (code < 0xD800 || code >= 0xE000)) {
            text.remove_prefix(more + 1);
            return code;
        }
    }
    if (there > 0 && there < more && there + 1 == text.size()) {  // cut by the end
        text = {};
        return replacement;
    }
    text.remove_prefix(1);
    return first >= 0xA0 ? first : replacement;
}

void append_utf8(std::string& text, std::uint32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = replacement;
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

std::string clean_text(std::string_view text, LineEnds line_ends) {
    while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const std::uint32_t code = next_code_point(text);
        if (code == '\t' || code == '\n' || code == '\r')
            clean += line_ends == LineEnds::keep ? static_cast<char>(code) : ' ';
        else
            append_utf8(clean, is_shown(code) ? code : replacement);
    }
    return clean;
}

void clean_texts(Recording& recording) {
    const auto clean = [](std::string& text) {
        // Most texts are plain.
        const bool plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c < '\x7F'; });
        if (!plain) text = clean_text(text);
    };
    clean(recording.name);
    for (Lead& lead : recording.leads) {
        clean(lead.name);
        clean(lead.original_name);
        clean(lead.unit);
    }
    for (Annotation& annotation : recording.annotations) clean(annotation.aux);
    for (std::string& comment : recording.comments) clean(comment);
    for (std::string& warning : recording.warnings) clean(warning);
}

}  // namespace telltale
