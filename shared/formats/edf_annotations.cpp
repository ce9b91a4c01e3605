#include "formats/edf_annotations.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "formats/text.hpp"

namespace telltale::formats::edf {
namespace {

constexpr std::string_view beat = "QRS ", rhythm = "Rhythm ", whole = "WFDB ";

// The annotation that Telltale wrote as that text; any other text is a note.
Annotation annotation_of(std::string_view text) {
    Annotation a{.code = Code::note};
    if (text.starts_with(beat)) {
        const auto code = code_of_mnemonic(text.substr(beat.size()));
        if (code && is_beat(*code)) return {.code = *code};
    } else if (text.starts_with(rhythm)) {
        return {.code = Code::rhythm, .aux = std::string(text.substr(rhythm.size()))};
    } else if (text.starts_with(whole)) {
        std::string_view rest = text.substr(whole.size());
        const auto code = code_of_mnemonic(next_word(rest));
        const auto subtype = integer(next_word(rest)), channel = integer(next_word(rest)),
                   number = integer(next_word(rest));
        if (code && subtype && channel && number) {
            if (rest.starts_with(' ')) rest.remove_prefix(1);
            return {.code = *code,
                    .subtype = static_cast<std::int8_t>(*subtype),
                    .channel = static_cast<std::uint8_t>(*channel),
                    .number = static_cast<std::int8_t>(*number),
                    .aux = std::string(rest)};
        }
    }
    a.aux = text.substr(0, 255);
    return a;
}

}  // namespace

void Annotations::add(std::string_view bytes, std::size_t record) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (onsets_.size() <= record) onsets_.resize(record + 1, unknown);
    bool first = true;
    while (!bytes.empty()) {
        // "+12.5" [0x15 duration] 0x14 text 0x14 text 0x14 0x00
        const std::size_t end = bytes.find('\0');
        std::string_view list = bytes.substr(0, end);
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        if (list.empty()) continue;
        if (list[0] != '+' && list[0] != '-') continue;
        const auto onset = take_number(list);
        if (!onset || !std::isfinite(*onset)) continue;
        if (list.starts_with('\x15')) {
            const std::size_t mark = list.find('\x14');
            list.remove_prefix(std::min(mark, list.size()));
        }
        if (!list.starts_with('\x14')) continue;
        list.remove_prefix(1);
        // The first list of a record starts with an empty text: it tells the record's time.
        if (first && std::isnan(onsets_[record])) onsets_[record] = *onset;
        first = false;
        while (!list.empty()) {
            const std::size_t mark = list.find('\x14');
            const std::string_view text = list.substr(0, mark);
            list.remove_prefix(mark == std::string_view::npos ? list.size() : mark + 1);
            if (!text.empty()) texts_.push_back({*onset, std::string(text)});
        }
    }
}

std::optional<std::int64_t> Annotations::end(double rate, double first_onset) const {
    for (const Text& t : texts_)
        if (t.text == end_text) {
            const double sample = std::round((t.onset - first_onset) * rate);
            if (std::abs(sample) < 9e15) return static_cast<std::int64_t>(sample);
        }
    return std::nullopt;
}

std::vector<Annotation> Annotations::taken(double rate, double first_onset, std::int64_t length,
                                           std::vector<std::string>& warnings) const {
    std::vector<Annotation> result;
    std::size_t outside = 0;
    for (const Text& t : texts_) {
        if (t.text == end_text) continue;
        const double sample = std::round((t.onset - first_onset) * rate);
        if (!(sample >= 0 && sample < static_cast<double>(length))) {
            ++outside;
            continue;
        }
        Annotation a = annotation_of(t.text);
        a.sample = static_cast<std::int64_t>(sample);
        result.push_back(std::move(a));
    }
    if (outside > 0)
        warnings.push_back(
            std::format("{} annotations lie outside the recording; they are left out.", outside));
    std::ranges::stable_sort(result, {}, &Annotation::sample);
    return result;
}

std::string text_of(const Annotation& a) {
    std::string text;
    const bool plain = a.subtype == 0 && a.channel == 0 && a.number == 0;
    if (plain && is_beat(a.code) && a.aux.empty())
        text = std::string(beat) + std::string(mnemonic(a.code));
    else if (plain && a.code == Code::rhythm)
        text = std::string(rhythm) + a.aux;
    else
        text = std::format("{}{} {} {} {} {}", whole, mnemonic(a.code), a.subtype, a.channel,
                           a.number, a.aux);
    // The marks of the list may not stand in a text.
    std::erase_if(text, [](char c) { return c == '\x14' || c == '\x15' || c == '\0'; });
    return text;
}

}  // namespace telltale::formats::edf
