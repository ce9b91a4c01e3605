// Text files in UTF-16, as spreadsheets and Windows programs write them.
#pragma once

#include <optional>
#include <string>

#include "formats/formats.hpp"

namespace telltale::formats {

/// The file as UTF-8 if it is UTF-16 text, with a byte order mark or without (then by its zero
/// bytes); nothing for everything else. XML files tell their encoding themselves and are left
/// alone.
[[nodiscard]] std::optional<std::string> from_utf16_text(const NamedBytes& file);

}  // namespace telltale::formats
