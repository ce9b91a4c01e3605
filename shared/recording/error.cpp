#include "recording/error.hpp"

namespace telltale {

std::string Error::to_string() const {
    std::string text = file;
    if (!place.empty()) text += (text.empty() ? "" : ", ") + place;
    if (!text.empty()) text += ": ";
    return text + message;
}

}  // namespace telltale
