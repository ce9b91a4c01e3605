#include "runtime/probe.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <string>

using namespace telltale;

namespace {

runtime::Probe probe() {
    return {.inputs = {{"beats", {2, 1, 3}, {1, 2, 3, 4, 5, 6}}, {"rr", {2, 1}, {7, 8}}},
            .output = {"logits", {2, 2}, {0.5F, -0.5F, 9, 10}}};
}

std::vector<std::byte> with_header(const std::string& header, std::size_t floats) {
    const std::string text = header + "\n" + std::string(floats * 4, '\0');
    std::vector<std::byte> bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

}  // namespace

TEST_CASE("a probe comes back as it was written") {
    const auto again = runtime::read_probe(runtime::write_probe(probe()), "p");
    REQUIRE(again);
    REQUIRE(again->inputs.size() == 2);
    CHECK(again->inputs[0].name == "beats");
    CHECK(again->inputs[0].shape == std::vector<std::int64_t>{2, 1, 3});
    CHECK(again->inputs[0].values == probe().inputs[0].values);
    CHECK(again->inputs[1].values == probe().inputs[1].values);
    CHECK(again->output.name == "logits");
    CHECK(again->output.values == probe().output.values);
}

TEST_CASE("damaged probes are refused") {
    const auto good = runtime::write_probe(probe());
    for (std::size_t size = 0; size < good.size(); ++size) {
        const std::vector<std::byte> cut(good.begin(),
                                         good.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(runtime::read_probe(cut, "p"));
    }
    auto longer = good;
    longer.push_back(std::byte{0});
    CHECK_FALSE(runtime::read_probe(longer, "p"));
    CHECK_FALSE(runtime::read_probe(with_header("[]", 4), "p"));
    CHECK_FALSE(runtime::read_probe(with_header("{}", 4), "p"));
    CHECK_FALSE(runtime::read_probe(
        with_header(R"({"inputs":[{"name":"a","shape":[2]}],"output":5})", 4), "p"));
    CHECK_FALSE(runtime::read_probe(
        with_header(R"({"inputs":[{"name":"a","shape":[-2]}],"output":{"name":"b","shape":[2]}})",
                    4),
        "p"));
    CHECK_FALSE(runtime::read_probe(
        with_header(
            R"({"inputs":[{"name":"a","shape":[4294967296,4294967296]}],"output":{"name":"b","shape":[2]}})",
            4),
        "p"));
    // Tensors of different numbers of beats.
    CHECK_FALSE(runtime::read_probe(
        with_header(
            R"({"inputs":[{"name":"a","shape":[2,1]}],"output":{"name":"b","shape":[1,2]}})", 4),
        "p"));
    CHECK(runtime::read_probe(
        with_header(
            R"({"inputs":[{"name":"a","shape":[2,1]}],"output":{"name":"b","shape":[2,1]}})", 4),
        "p"));
}
