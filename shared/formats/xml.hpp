// A small reader of XML: elements, attributes and text. It knows no document types, so no entity
// but the five of the standard and numbered characters is ever expanded: a text never grows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/formats.hpp"

namespace telltale::formats {

class Xml {
public:
    /// An element; the names are without their namespace prefix. A default Node is no element,
    /// and everything asked of it is empty, so that paths can be walked without checks.
    class Node {
    public:
        Node() = default;
        explicit operator bool() const { return xml_ != nullptr; }
        [[nodiscard]] std::string_view name() const;
        /// The text directly inside, as written, up to the first child; blanks cut at its ends.
        [[nodiscard]] std::string_view text() const;
        [[nodiscard]] std::optional<double> number() const;
        /// The value of an attribute, as written; empty if there is none.
        [[nodiscard]] std::string_view attribute(std::string_view name) const;
        /// The first child of that name.
        [[nodiscard]] Node child(std::string_view name) const;
        /// All children of that name.
        [[nodiscard]] std::vector<Node> children(std::string_view name) const;
        /// The first element of that name below this one, in the order of the document.
        [[nodiscard]] Node find(std::string_view name) const;
        /// All elements of that name below this one.
        [[nodiscard]] std::vector<Node> find_all(std::string_view name) const;

    private:
        friend class Xml;
        Node(const Xml* xml, std::uint32_t index) : xml_(xml), index_(index) {}
        const Xml* xml_ = nullptr;
        std::uint32_t index_ = 0;
    };

    /// Reads the text, UTF-8 or UTF-16. The bytes must outlive the result.
    [[nodiscard]] static Result<Xml> parse(const NamedBytes& file);

    [[nodiscard]] Node root() const { return {this, 0}; }

private:
    struct Element {
        std::string_view name, attributes, text;
        std::uint32_t next_sibling = 0;  // 0: none
        std::uint32_t end = 0;           // one past its last descendant
    };
    std::vector<Element> elements_;  // in the order of the document
    // Text converted from UTF-16; in a vector, whose bytes stay where they are when moved.
    std::vector<char> converted_;
};

/// True if the file is XML whose root element has that name.
[[nodiscard]] bool is_xml_of(const NamedBytes& file, std::string_view root_name);

/// Text with its entities as characters: "&lt;" -> "<", "&#181;" -> "µ".
[[nodiscard]] std::string unescaped(std::string_view text);

}  // namespace telltale::formats
