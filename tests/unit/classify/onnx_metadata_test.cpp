#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <string>

#include "classify/card.hpp"
#include "support/tiny_onnx.hpp"

using namespace telltale;
using namespace telltale::classify;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::byte> model(std::vector<std::pair<std::string, std::string>> metadata) {
    return tests::tiny_onnx({.input_shape = {-1, 1, 2},
                             .classes = 2,
                             .weights = {1, 2, 3, 4},
                             .bias = {5, 6},
                             .metadata = std::move(metadata)});
}

std::vector<std::byte> bytes_of(std::string_view text) {
    std::vector<std::byte> bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

std::string property(std::span<const std::byte> onnx, std::string_view key) {
    const auto value = onnx_metadata(onnx, key, "m");
    REQUIRE(value);
    return value->value_or("absent");
}

}  // namespace

TEST_CASE("a metadata property is found among others") {
    const auto onnx = model({{"author", "nobody"}, {"telltale", "{}"}, {"x", ""}});
    CHECK(property(onnx, "telltale") == "{}");
    CHECK(property(onnx, "author") == "nobody");
    CHECK(property(onnx, "x") == "");
    CHECK(property(onnx, "none") == "absent");
    CHECK_THAT(read_card(onnx, "m.onnx").error().to_string(),
               ContainsSubstring("m.onnx, model card, format: is missing"));
    CHECK_THAT(read_card(model({}), "m.onnx").error().to_string(),
               ContainsSubstring("holds no card"));
}

TEST_CASE("what is no ONNX model is refused") {
    CHECK_THAT(onnx_metadata({}, "telltale", "m").error().message, ContainsSubstring("no graph"));
    CHECK_FALSE(onnx_metadata(bytes_of("this is a text, not a model"), "telltale", "m"));
    CHECK_FALSE(onnx_metadata(bytes_of(std::string(100, '\xff')), "telltale", "m"));
    CHECK_FALSE(onnx_metadata(bytes_of(std::string(100, '\0')), "telltale", "m"));
}

TEST_CASE("a model cut short anywhere neither crashes nor gives a wrong property") {
    const auto onnx = model({{"telltale", "{\"a\": 1}"}});
    for (std::size_t size = 0; size < onnx.size(); ++size) {
        // A copy of exactly that size, so that reading beyond it is caught by the sanitizers.
        const std::vector<std::byte> cut(onnx.begin(),
                                         onnx.begin() + static_cast<std::ptrdiff_t>(size));
        const auto property = onnx_metadata(cut, "telltale", "m");
        CHECK((!property || !*property));
    }
}

TEST_CASE("lengths that lie are refused") {
    using namespace std::string_literals;
    // Field 14, said to be longer than the file; longer than any file; without end.
    CHECK_THAT(onnx_metadata(bytes_of("\x72\x10\x0a"s), "k", "m").error().place,
               ContainsSubstring("byte 0"));
    CHECK_FALSE(onnx_metadata(bytes_of("\x72\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s), "k", "m"));
    CHECK_FALSE(onnx_metadata(bytes_of("\x72" + std::string(20, '\xff')), "k", "m"));
    // A good graph field, then a property whose inner key is longer than the property.
    const auto inner = onnx_metadata(bytes_of("\x3a\x00\x72\x03\x0a\x7f\x61"s), "k", "m");
    REQUIRE_FALSE(inner);
    CHECK_THAT(inner.error().message, ContainsSubstring("damaged"));
    // Groups are not in ONNX; field number 0 is not in protobuf.
    CHECK_FALSE(onnx_metadata(bytes_of("\x3a\x00\x73"s), "k", "m"));
    CHECK_FALSE(onnx_metadata(bytes_of("\x3a\x00\x02\x00"s), "k", "m"));
    // Fixed-size fields cut short.
    CHECK_FALSE(onnx_metadata(bytes_of("\x3a\x00\x09\x01\x02"s), "k", "m"));
    CHECK_FALSE(onnx_metadata(bytes_of("\x3a\x00\x0d\x01\x02"s), "k", "m"));
    // The same with enough bytes: unknown fields are passed over.
    CHECK(onnx_metadata(bytes_of("\x3a\x00\x0d\x01\x02\x03\x04"s), "k", "m"));
}
