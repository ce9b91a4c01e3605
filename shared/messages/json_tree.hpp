// A message as a tree of JSON, for those who put it into a larger one: what the program prints.
#pragma once

#include <nlohmann/json.hpp>

#include "messages/json.hpp"

namespace telltale::messages {

/// Without "type", which tells the messages of the window apart.
template <Message T>
[[nodiscard]] nlohmann::ordered_json tree(const T& message) {
    auto json = nlohmann::ordered_json::parse(text(message), nullptr, false);
    json.erase("type");
    return json;
}

}  // namespace telltale::messages
