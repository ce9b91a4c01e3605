#include "recording/error.hpp"

#include "recording/clean_text.hpp"

namespace telltale {

Error::Error(std::string_view of_file, std::string_view at, std::string_view what)
    : file(clean_text(of_file)), place(clean_text(at)), message(clean_text(what)) {}

std::string Error::to_string() const {
    std::string text = file;
    if (!place.empty()) text += (text.empty() ? "" : ", ") + place;
    if (!text.empty()) text += ": ";
    return text + message;
}

}  // namespace telltale
