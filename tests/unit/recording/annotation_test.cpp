#include "recording/annotation.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace telltale;

TEST_CASE("beat codes map to the AAMI classes of the literature") {
    const auto check = [](std::string_view mnemonics, AamiClass expected) {
        for (const char m : mnemonics) {
            const auto code = code_of_mnemonic(std::string_view(&m, 1));
            REQUIRE(code);
            CHECK(is_beat(*code));
            CHECK(aami_class(*code) == expected);
        }
    };
    check("NLRejBn", AamiClass::N);
    check("AaJS", AamiClass::S);
    check("VEr", AamiClass::V);
    check("F", AamiClass::F);
    check("/fQ?", AamiClass::Q);
}

TEST_CASE("annotations that are not beats have no class") {
    for (const char m : std::string_view("~|sT*D\"=p^t+u![]@x()")) {
        const auto code = code_of_mnemonic(std::string_view(&m, 1));
        REQUIRE(code);
        CHECK_FALSE(is_beat(*code));
        CHECK_FALSE(aami_class(*code));
    }
    CHECK_FALSE(code_of_mnemonic("%"));
    CHECK_FALSE(code_of_mnemonic(""));
}

TEST_CASE("mnemonics and codes are inverse, and unknown codes are harmless") {
    for (int value = 1; value < 64; ++value) {
        const auto code = static_cast<Code>(value);
        const auto text = mnemonic(code);
        if (text != " ") CHECK(code_of_mnemonic(text) == code);
    }
    CHECK(mnemonic(static_cast<Code>(63)) == " ");
    CHECK_FALSE(is_beat(static_cast<Code>(200)));
}

TEST_CASE("each class is written as a code of that class") {
    for (const AamiClass c : all_aami_classes) CHECK(aami_class(code_of(c)) == c);
}
