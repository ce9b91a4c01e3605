#include "formats/xml.hpp"

#include <algorithm>
#include <format>

#include "formats/encoding.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t max_depth = 200;

std::string_view local_name(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_name_char(char c) {
    return !is_blank(c) && c != '>' && c != '/' && c != '=' && c != '<' && c != '"' && c != '\'';
}

// Skips what is no element: declarations, comments, document types. 0: it is an element.
// npos: it does not end.
std::size_t length_of_other(std::string_view rest) {
    const auto up_to = [&](std::string_view mark) {
        const std::size_t end = rest.find(mark);
        return end == std::string_view::npos ? end : end + mark.size();
    };
    if (rest.starts_with("<?")) return up_to("?>");
    if (rest.starts_with("<!--")) return up_to("-->");
    if (rest.starts_with("<![CDATA[")) return up_to("]]>");
    if (rest.starts_with("<!")) {
        // A document type may hold declarations of its own in brackets.
        int brackets = 0;
        for (std::size_t i = 2; i < rest.size(); ++i) {
            if (rest[i] == '[') ++brackets;
            if (rest[i] == ']') --brackets;
            if (rest[i] == '>' && brackets <= 0) return i + 1;
        }
        return std::string_view::npos;
    }
    return 0;
}

// The end of a tag that starts with '<', past its '>'; quotes may hold a '>'.
std::size_t end_of_tag(std::string_view rest) {
    char quote = 0;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (quote) {
            if (rest[i] == quote) quote = 0;
        } else if (rest[i] == '"' || rest[i] == '\'') {
            quote = rest[i];
        } else if (rest[i] == '>') {
            return i + 1;
        } else if (rest[i] == '<') {
            return std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

std::string_view name_of_tag(std::string_view tag, std::size_t from) {
    std::size_t end = from;
    while (end < tag.size() && is_name_char(tag[end])) ++end;
    return tag.substr(from, end - from);
}

}  // namespace

Result<Xml> Xml::parse(const NamedBytes& file) {
    Xml xml;
    std::string_view text = as_text(file.bytes);
    if (const auto converted = from_utf16(file.bytes)) {
        xml.converted_.assign(converted->begin(), converted->end());
        text = {xml.converted_.data(), xml.converted_.size()};
    }
    const std::string_view whole = text;
    const auto wrong = [&](std::string message) {
        const std::size_t at = whole.size() - text.size();
        const auto lines = std::ranges::count(whole.substr(0, at), '\n');
        return fail(file.name, std::format("line {}", lines + 1), std::move(message));
    };

    std::vector<std::uint32_t> open;           // elements not yet ended
    std::vector<std::uint32_t> last_child{0};  // of each of them, and of the document
    while (!text.empty()) {
        const std::size_t start = text.find('<');
        const std::string_view between = trimmed(text.substr(0, start));
        if (!open.empty() && !between.empty()) {
            Element& element = xml.elements_[open.back()];
            if (element.text.empty() && last_child.back() == 0) element.text = between;
        }
        if (start == std::string_view::npos) break;
        text.remove_prefix(start);
        if (const std::size_t other = length_of_other(text); other != 0) {
            if (other == std::string_view::npos)
                return wrong("a declaration or comment has no end");
            if (text.starts_with("<![CDATA[") && !open.empty()) {
                Element& element = xml.elements_[open.back()];
                if (element.text.empty()) element.text = trimmed(text.substr(9, other - 12));
            }
            text.remove_prefix(other);
            continue;
        }
        const std::size_t end = end_of_tag(text);
        if (end == std::string_view::npos) return wrong("a tag has no end, expected '>'");
        const std::string_view tag = text.substr(0, end);
        if (tag.starts_with("</")) {
            const std::string_view name = local_name(name_of_tag(tag, 2));
            if (open.empty() || xml.elements_[open.back()].name != name)
                return wrong(std::format("the element {} is ended but not open", quoted(name)));
            xml.elements_[open.back()].end = static_cast<std::uint32_t>(xml.elements_.size());
            open.pop_back();
            last_child.pop_back();
        } else {
            const std::string_view name = name_of_tag(tag, 1);
            if (name.empty()) return wrong("a tag has no name");
            if (open.empty() && !xml.elements_.empty())
                return wrong("there is a second root element");
            if (xml.elements_.size() >= (1u << 30)) return wrong("there are too many elements");
            const auto index = static_cast<std::uint32_t>(xml.elements_.size());
            Element element{.name = local_name(name)};
            element.attributes = tag.substr(1 + name.size(), tag.size() - 2 - name.size());
            xml.elements_.push_back(element);
            if (last_child.back() != 0) xml.elements_[last_child.back()].next_sibling = index;
            last_child.back() = index;
            if (tag.ends_with("/>")) {
                xml.elements_.back().end = index + 1;
            } else {
                if (open.size() >= max_depth)
                    return wrong(std::format("elements are nested more than {} deep", max_depth));
                open.push_back(index);
                last_child.push_back(0);
            }
        }
        text.remove_prefix(end);
    }
    if (xml.elements_.empty()) return fail(file.name, "", "it holds no XML element");
    if (!open.empty())
        return fail(file.name, "",
                    std::format("the file ends before the element {} does",
                                quoted(xml.elements_[open.back()].name)));
    return xml;
}

std::string_view Xml::Node::name() const {
    return xml_ ? xml_->elements_[index_].name : std::string_view{};
}

std::string_view Xml::Node::text() const {
    return xml_ ? xml_->elements_[index_].text : std::string_view{};
}

std::optional<double> Xml::Node::number() const {
    return formats::number(text());
}

std::string_view Xml::Node::attribute(std::string_view name) const {
    if (!xml_) return {};
    std::string_view rest = xml_->elements_[index_].attributes;
    while (true) {
        while (!rest.empty() && !is_name_char(rest.front())) rest.remove_prefix(1);
        if (rest.empty()) return {};
        const std::string_view found = name_of_tag(rest, 0);
        rest.remove_prefix(found.size());
        while (!rest.empty() && (is_blank(rest.front()) || rest.front() == '='))
            rest.remove_prefix(1);
        if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) continue;
        const std::size_t end = rest.find(rest.front(), 1);
        if (end == std::string_view::npos) return {};
        if (local_name(found) == name) return rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
    }
}

Xml::Node Xml::Node::child(std::string_view name) const {
    if (!xml_) return {};
    const auto& elements = xml_->elements_;
    if (index_ + 1 >= elements[index_].end) return {};
    for (std::uint32_t i = index_ + 1; i != 0; i = elements[i].next_sibling)
        if (elements[i].name == name) return {xml_, i};
    return {};
}

std::vector<Xml::Node> Xml::Node::children(std::string_view name) const {
    std::vector<Node> found;
    if (!xml_) return found;
    const auto& elements = xml_->elements_;
    if (index_ + 1 >= elements[index_].end) return found;
    for (std::uint32_t i = index_ + 1; i != 0; i = elements[i].next_sibling)
        if (elements[i].name == name) found.push_back({xml_, i});
    return found;
}

Xml::Node Xml::Node::find(std::string_view name) const {
    if (!xml_) return {};
    for (std::uint32_t i = index_ + 1; i < xml_->elements_[index_].end; ++i)
        if (xml_->elements_[i].name == name) return {xml_, i};
    return {};
}

std::vector<Xml::Node> Xml::Node::find_all(std::string_view name) const {
    std::vector<Node> found;
    if (!xml_) return found;
    for (std::uint32_t i = index_ + 1; i < xml_->elements_[index_].end; ++i)
        if (xml_->elements_[i].name == name) found.push_back({xml_, i});
    return found;
}

bool is_xml_of(const NamedBytes& file, std::string_view root_name) {
    // The root's tag comes early, after declarations and comments.
    std::string converted;
    std::string_view text = as_text(file.bytes).substr(0, 1 << 16);
    if (auto utf8 = from_utf16(file.bytes.first(text.size()))) {
        converted = std::move(*utf8);
        text = converted;
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (true) {
        while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
        if (!text.starts_with('<')) return false;
        const std::size_t other = length_of_other(text);
        if (other == 0) return local_name(name_of_tag(text, 1)) == root_name;
        if (other == std::string_view::npos) return false;
        text.remove_prefix(other);
    }
}

std::string unescaped(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t mark = text.find('&');
        result += text.substr(0, mark);
        if (mark == std::string_view::npos) break;
        text.remove_prefix(mark);
        const std::size_t end = text.find(';');
        const std::string_view name = text.substr(1, end == std::string_view::npos ? 0 : end - 1);
        static constexpr std::pair<std::string_view, char> entities[] = {
            {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
        bool known = false;
        for (const auto& [entity, c] : entities)
            if (name == entity) {
                result += c;
                known = true;
            }
        if (name.starts_with('#') && name.size() > 1 && name.size() < 10) {
            std::uint32_t code = 0;
            const bool hex = name[1] == 'x';
            known = true;
            for (const char c : name.substr(hex ? 2 : 1)) {
                const char small = static_cast<char>(c | 0x20);
                if (is_digit(c))
                    code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(c - '0');
                else if (hex && small >= 'a' && small <= 'f')
                    code = code * 16 + static_cast<std::uint32_t>(small - 'a' + 10);
                else
                    known = false;
            }
            if (known) append_utf8(result, code);
        }
        if (!known) result += '&';
        text.remove_prefix(known ? end + 1 : 1);
    }
    return result;
}

}  // namespace telltale::formats
