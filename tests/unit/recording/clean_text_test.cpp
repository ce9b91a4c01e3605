// Text of files is shown as valid UTF-8 without control characters, wherever it comes from.
#include "recording/clean_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include "recording/recording.hpp"

using namespace telltale;

TEST_CASE("clean text stays as it is, in every script") {
    for (const char* text :
         {"", "II (mV)", "d\u00E9rivation", "\u5FC3\u7535\u56FE", "\u042D\u041A\u0413",
          "\U0001F493 120/min", "\u0645\u06CC\u200C\u0634\u0648\u062F"})
        CHECK(clean_text(text) == text);
}

TEST_CASE("control characters, escape sequences and signs of direction are made visible") {
    CHECK(clean_text("\x1b[31mred\x1b[0m") == "\uFFFD[31mred\uFFFD[0m");
    CHECK(clean_text(std::string_view("a\0b\0\0", 5)) == "a\uFFFDb");
    CHECK(clean_text("a\x07\x7f") == "a\uFFFD\uFFFD");
    CHECK(clean_text("one\ttwo\r\nthree") == "one two  three");
    CHECK(clean_text("one\ntwo", LineEnds::keep) == "one\ntwo");
    CHECK(clean_text("a\u202Egpj.exe\u2066\u200E\uFEFF") == "a\uFFFDgpj.exe\uFFFD\uFFFD\uFFFD");
    CHECK(clean_text("\u0085\u2028\U000E0041") == "\uFFFD\uFFFD\uFFFD");
    CHECK(clean_text("\uFFFF") == "\uFFFD");
}

TEST_CASE("bytes that are no UTF-8 are taken as Latin-1, or replaced") {
    CHECK(clean_text("Perform\xcbr") == "Perform\u00CBr");
    CHECK(clean_text("\xB5V") == "\u00B5V");
    CHECK(clean_text("\x80\x9b\xff") == "\uFFFD\uFFFD\u00FF");
    CHECK(clean_text("ab\xE5\xBF") == "ab\uFFFD");              // cut by the end of a field
    CHECK(clean_text("\xC0\xAF") == "\u00C0\u00AF");            // an overlong '/'
    CHECK(clean_text("\xED\xA0\x80") == "\u00ED\u00A0\uFFFD");  // half of a surrogate pair
    CHECK(clean_text("\xF4\x90\x80\x80") == "\u00F4\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("an error and a recording hold clean text alone") {
    const Error error{"a\x1b.edf", "line\x07 3", "the element 'Perform\xcbr'"};
    CHECK(error.to_string() == "a\uFFFD.edf, line\uFFFD 3: the element 'Perform\u00CBr'");
    Recording r;
    r.name = "\x1b";
    r.leads.push_back({.name = "\xcb", .original_name = "a\x01", .unit = "\xB5V"});
    r.annotations.push_back({.aux = std::string("(AFIB\0", 6)});
    r.comments.push_back("\u202E");
    r.warnings.push_back("\x9b");
    clean_texts(r);
    CHECK(r.name == "\uFFFD");
    CHECK(r.leads[0].name == "\u00CB");
    CHECK(r.leads[0].original_name == "a\uFFFD");
    CHECK(r.leads[0].unit == "\u00B5V");
    CHECK(r.annotations[0].aux == "(AFIB");
    CHECK(r.comments[0] == "\uFFFD");
    CHECK(r.warnings[0] == "\uFFFD");
}
