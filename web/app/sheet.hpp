// The twelve-lead sheet: which lead stands where, and which seconds of it. No drawing here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/recording.hpp"

namespace telltale::window {

enum class SheetLayout : std::uint8_t {
    three_by_four,  ///< Four columns of three leads, 2.5 s each, and 10 s of II under them.
    six_by_two,     ///< Two columns of six leads, 5 s each.
    twelve_by_one,  ///< Twelve rows of 10 s.
    cabrera,        ///< As six_by_two, the limb leads in Cabrera's order: aVL I -aVR II aVF III.
};
inline constexpr std::array sheet_layouts = {SheetLayout::three_by_four, SheetLayout::six_by_two,
                                             SheetLayout::twelve_by_one, SheetLayout::cabrera};
/// "3 x 4 and rhythm", "6 x 2", "12 x 1", "Cabrera".
[[nodiscard]] std::string_view title(SheetLayout layout);
/// "3x4", "6x2", "12x1", "cabrera".
[[nodiscard]] std::string_view name(SheetLayout layout);

struct SheetCell {
    std::string label;                ///< "aVF", "-aVR"
    std::optional<std::size_t> lead;  ///< Of the recording; nothing where it has none of that name.
    std::size_t row = 0, column = 0;
    double from_s = 0, seconds = 0;  ///< From where the sheet begins.
    bool inverted = false;
};

struct Sheet {
    std::size_t rows = 0, columns = 0;  ///< A rhythm strip is a row of one column over all.
    double seconds = 10;
    std::vector<SheetCell> cells;
};

[[nodiscard]] Sheet sheet_of(SheetLayout layout, const std::vector<messages::LeadInfo>& leads);

/// Whether a recording has a sheet: I, II and at least six of the twelve.
[[nodiscard]] bool has_sheet(const std::vector<messages::LeadInfo>& leads);

/// Whether it opens on its sheet: it has one, and no more than that shows.
[[nodiscard]] bool opens_on_sheet(const std::vector<messages::LeadInfo>& leads, double seconds);

}  // namespace telltale::window
