#include "sheet.hpp"

#include <algorithm>
#include <span>

namespace telltale::window {
namespace {

using Names = std::array<std::string_view, 12>;

constexpr Names usual = {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"};
constexpr Names by_angle = {"aVL", "I",  "-aVR", "II", "aVF", "III",
                            "V1",  "V2", "V3",   "V4", "V5",  "V6"};
constexpr double whole_s = 10;

std::optional<std::size_t> lead_named(const std::vector<messages::LeadInfo>& leads,
                                      std::string_view name) {
    const auto found = std::ranges::find(leads, name, &messages::LeadInfo::name);
    if (found == leads.end()) return std::nullopt;
    return static_cast<std::size_t>(found - leads.begin());
}

}  // namespace

std::string_view title(SheetLayout layout) {
    constexpr std::array<std::string_view, 4> titles = {"3 × 4 and rhythm", "6 × 2", "12 × 1",
                                                        "Cabrera, 6 × 2"};
    return titles[static_cast<std::size_t>(layout)];
}

std::string_view name(SheetLayout layout) {
    constexpr std::array<std::string_view, 4> names = {"3x4", "6x2", "12x1", "cabrera"};
    return names[static_cast<std::size_t>(layout)];
}

Sheet sheet_of(SheetLayout layout, const std::vector<messages::LeadInfo>& leads) {
    Sheet sheet;
    const std::size_t columns = layout == SheetLayout::three_by_four   ? 4
                                : layout == SheetLayout::twelve_by_one ? 1
                                                                       : 2;
    const std::size_t rows = usual.size() / columns;
    sheet.rows = rows;
    sheet.columns = columns;
    const Names& names = layout == SheetLayout::cabrera ? by_angle : usual;
    const double each = whole_s / static_cast<double>(columns);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool inverted = names[i].starts_with('-');
        const std::string_view lead = inverted ? names[i].substr(1) : names[i];
        sheet.cells.push_back({.label = std::string(names[i]),
                               .lead = lead_named(leads, lead),
                               .row = i % rows,
                               .column = i / rows,
                               .from_s = each * static_cast<double>(i / rows),
                               .seconds = each,
                               .inverted = inverted});
    }
    if (layout == SheetLayout::three_by_four)
        sheet.cells.push_back({.label = "II",
                               .lead = lead_named(leads, "II"),
                               .row = sheet.rows++,
                               .column = 0,
                               .from_s = 0,
                               .seconds = whole_s,
                               .inverted = false});
    return sheet;
}

bool opens_on_sheet(const std::vector<messages::LeadInfo>& leads, double seconds) {
    return seconds >= whole_s - 2 && seconds <= whole_s + 5 && has_sheet(leads);
}

bool has_sheet(const std::vector<messages::LeadInfo>& leads) {
    const auto known = std::ranges::count_if(
        usual, [&](std::string_view name) { return lead_named(leads, name).has_value(); });
    return known >= 6 && lead_named(leads, "I") && lead_named(leads, "II");
}

}  // namespace telltale::window
