// What stands before the rows of a table: names, units, the rate, the start.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_cells.hpp"
#include "recording/recording.hpp"

namespace telltale::formats::csv {

enum class Role {
    lead,
    time,     ///< Time stamps, a time of day or numbers.
    date,     ///< A date alone, beside a time of day in another column.
    index,    ///< The number of the row.
    ignored,  ///< Labels, text.
};

struct Column {
    std::string name;  ///< Empty where the table gives none.
    std::string unit;
    Role role = Role::lead;
    double seconds = 0;  ///< Of one unit of a time column; 0 where it must be found out.
    Declared declared = Declared::nothing;
    /// mV (or the unit) of a number of the table: (number - zero) * factor.
    double factor = 1, zero = 0;
};

/// The layout of a table: what stands before its rows, and how its rows are read.
struct Layout {
    Dialect dialect;
    std::vector<Column> columns;
    std::vector<std::string> comments;
    std::optional<double> rate;       ///< Hz, from a line that speaks of sampling.
    std::optional<double> weak_rate;  ///< Hz, the only one that the header names, of no filter.
    std::optional<StartTime> start;
    bool has_header = false;
    bool ends_with_separator = false;  ///< Rows do, without a cell after it.
    std::string_view rows;             ///< From the first row of numbers on.
    int first_line = 1;
};

/// The layout, if rows of numbers stand near the beginning of the text.
[[nodiscard]] std::optional<Layout> layout_of(std::string_view text);

/// Hz that a line tells as a rate of sampling: "sampling_rate: 360", "fs = 250", "1 kHz sampling",
/// "4 msec/sample", "Interval= 0.004 s". "50 Hz" of a filter is none.
[[nodiscard]] std::optional<double> sampling_rate_in(std::string_view line);

/// Hz of a name or a line of no filter: "patient_250Hz", "ECG, 500 Hz". Weaker than all else.
[[nodiscard]] std::optional<double> any_rate_in(std::string_view line);

/// Lines that programs repeat between blocks of rows ("Interval=", "ChannelTitle=").
[[nodiscard]] bool is_block_header(std::string_view line);

}  // namespace telltale::formats::csv
