// Text for HTML and XML documents.
#pragma once

#include <string>
#include <string_view>

namespace telltale::report {

/// The text as the content of an element or a quoted attribute: markup is escaped, control
/// characters become blanks, and bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace telltale::report
