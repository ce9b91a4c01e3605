#include "report/xml_text.hpp"

#include <nlohmann/json.hpp>

namespace telltale::report {
namespace {

// The JSON library's writer repairs UTF-8; reading back undoes its own escapes.
std::string repaired(std::string_view text) {
    using Json = nlohmann::json;
    const std::string json =
        Json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const Json read = Json::parse(json, nullptr, false);
    return read.is_string() ? read.get<std::string>() : std::string();
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : repaired(text)) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            // Control characters are not allowed in XML.
            default: result += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
        }
    }
    return result;
}

}  // namespace telltale::report
