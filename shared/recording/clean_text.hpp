// Text that came from outside, made fit to be shown: the one place where it enters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace telltale {

struct Recording;

/// The next code point of UTF-8 text, taken off its front. Bytes that are no UTF-8 count singly, as
/// the Latin-1 letters that old files write; those that are no letters there, and a character that
/// the text's end cuts, are U+FFFD. `text` must not be empty.
[[nodiscard]] std::uint32_t next_code_point(std::string_view& text);

/// One code point as UTF-8; U+FFFD for what is none.
void append_utf8(std::string& text, std::uint32_t code);

enum class LineEnds { to_blanks, keep };

/// Valid UTF-8 without control characters, for people and machines to read: NULs at the end are
/// dropped; tabs and line ends become blanks (or stay, if asked for); every other control
/// character (escape sequences begin with one), signs that turn the direction of writing, invisible
/// signs and code points that are no characters become U+FFFD. Text that is clean stays as it is.
[[nodiscard]] std::string clean_text(std::string_view text,
                                     LineEnds line_ends = LineEnds::to_blanks);

/// Cleans every text of a recording: its name, the leads' names and units, annotations' texts,
/// comments and warnings. Every reader's recording passes here.
void clean_texts(Recording& recording);

}  // namespace telltale
