#include "sheet.hpp"

#include <catch2/catch_test_macros.hpp>
#include <vector>

namespace telltale::window {
namespace {

std::vector<messages::LeadInfo> leads(std::initializer_list<const char*> names) {
    std::vector<messages::LeadInfo> list;
    for (const char* name : names) list.push_back({.name = name, .unit = "mV"});
    return list;
}

const auto twelve =
    leads({"V6", "V5", "V4", "V3", "V2", "V1", "aVF", "aVL", "aVR", "III", "II", "I"});

const SheetCell& cell(const Sheet& sheet, std::string_view label) {
    for (const SheetCell& one : sheet.cells)
        if (one.label == label) return one;
    FAIL("no such cell");
    return sheet.cells[0];
}

TEST_CASE("three rows of four, and a rhythm strip") {
    const Sheet sheet = sheet_of(SheetLayout::three_by_four, twelve);
    CHECK(sheet.rows == 4);
    CHECK(sheet.columns == 4);
    CHECK(sheet.cells.size() == 13);
    CHECK(cell(sheet, "I").lead == 11);
    CHECK(cell(sheet, "aVF").row == 2);
    CHECK(cell(sheet, "aVF").column == 1);
    CHECK(cell(sheet, "aVF").from_s == 2.5);
    CHECK(cell(sheet, "V6").from_s == 7.5);
    CHECK(sheet.cells.back().label == "II");
    CHECK(sheet.cells.back().seconds == 10);
    CHECK(sheet.cells.back().row == 3);
}

TEST_CASE("Cabrera's order turns aVR over") {
    const Sheet sheet = sheet_of(SheetLayout::cabrera, twelve);
    CHECK(sheet.rows == 6);
    CHECK(sheet.cells[0].label == "aVL");
    CHECK(sheet.cells[2].label == "-aVR");
    CHECK(sheet.cells[2].inverted);
    CHECK(sheet.cells[2].lead == 8);
    CHECK(sheet_of(SheetLayout::twelve_by_one, twelve).rows == 12);
    CHECK(sheet_of(SheetLayout::six_by_two, twelve).cells[6].from_s == 5);
}

TEST_CASE("a lead that was not recorded stays empty; two leads have no sheet") {
    const auto eight = leads({"I", "II", "V1", "V2", "V3", "V4", "V5", "V6"});
    CHECK(has_sheet(eight));
    CHECK_FALSE(cell(sheet_of(SheetLayout::six_by_two, eight), "aVL").lead);
    CHECK_FALSE(has_sheet(leads({"MLII", "V1"})));
    CHECK_FALSE(has_sheet(leads({"V1", "V2", "V3", "V4", "V5", "V6"})));
}

TEST_CASE("a resting ECG opens on its sheet") {
    CHECK(opens_on_sheet(twelve, 10));
    CHECK(opens_on_sheet(twelve, 15));
    CHECK_FALSE(opens_on_sheet(twelve, 30));
    CHECK_FALSE(opens_on_sheet(twelve, 5));
    CHECK_FALSE(opens_on_sheet(leads({"I"}), 10));
}

}  // namespace
}  // namespace telltale::window
