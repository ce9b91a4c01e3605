#include <algorithm>
#include <format>

#include "evaluate/ec57_report.hpp"
#include "evaluate/ec57_tables.hpp"
#include "recording/clock.hpp"

namespace telltale::evaluate {
namespace {

void add(std::string& text, const Table& table) {
    std::vector<std::size_t> widths;
    for (const std::string& name : table.head) widths.push_back(name.size());
    for (const auto& row : table.rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    const auto line = [&](const std::vector<std::string>& row) {
        for (std::size_t i = 0; i < row.size(); ++i)
            text += i == 0 ? std::format("{:<{}}", row[i], widths[i])
                           : std::format("  {:>{}}", row[i], widths[i]);
        text += '\n';
    };
    line(table.head);
    for (const auto& row : table.rows) line(row);
}

}  // namespace

std::string to_text(const Ec57Report& report, bool with_errors) {
    std::string text = report.title + "\n" + rules(report) + "\n\n";
    add(text, beat_table(report));
    if (report.classes) {
        text += "\nAll records, rows reference, columns test:\n";
        add(text, matrix_table(report));
        text += "\n";
        add(text, run_table(report));
    }
    if (!with_errors) return text;
    text += "\nErrors:\n";
    for (const RecordReport& record : report.records)
        for (const Mismatch& m : errors(report, record))
            text += std::format("{}  {}  sample {}  {}\n", record.beats.record,
                                elapsed(record.seconds(m), 3), m.sample, in_words(m));
    return text;
}

}  // namespace telltale::evaluate
