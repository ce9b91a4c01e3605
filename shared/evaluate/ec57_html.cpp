#include <format>

#include "evaluate/ec57_report.hpp"
#include "evaluate/ec57_tables.hpp"
#include "recording/clock.hpp"
#include "report/xml_text.hpp"

namespace telltale::evaluate {
namespace {

using report::escaped;

constexpr std::string_view style = R"(
@page { size: A4 landscape; margin: 14mm; }
body { font: 10pt/1.45 Inter, system-ui, sans-serif; color: #1c2430; max-width: 260mm; margin: 8mm auto; }
h1 { font-size: 17pt; margin: 0; } h2 { font-size: 12pt; margin: 7mm 0 2mm; border-bottom: 0.3mm solid #c9ccd4; }
p.lead, footer { color: #5b6475; } table { border-collapse: collapse; } summary { cursor: pointer; }
th, td { padding: 0.7mm 2mm 0.7mm 0; text-align: right; border-bottom: 0.1mm solid #e4e6eb; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child, table.errors td { text-align: left; } th { font-weight: 600; }
)";

void add(std::string& html, const Table& table) {
    html += "<table>\n<tr>";
    for (const std::string& name : table.head) html += "<th>" + escaped(name) + "</th>";
    html += "</tr>\n";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (const std::string& cell : row) html += "<td>" + escaped(cell) + "</td>";
        html += "</tr>\n";
    }
    html += "</table>\n";
}

void add_errors(std::string& html, const Ec57Report& report, const RecordReport& record) {
    const std::vector<Mismatch> list = errors(report, record);
    if (list.empty()) return;
    html += std::format("<details><summary>{}: {} errors</summary>\n<table class=\"errors\">\n",
                        escaped(record.beats.record), list.size());
    for (const Mismatch& m : list)
        html += std::format("<tr><td>{}</td><td>sample {}</td><td>{}</td></tr>\n",
                            elapsed(record.seconds(m), 3), m.sample, in_words(m));
    html += "</table></details>\n";
}

}  // namespace

std::string to_html(const Ec57Report& report) {
    const std::string title = escaped(report.title);
    std::string html = std::format(
        "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\"><head>"
        "<meta charset=\"utf-8\"/><title>{} - Telltale</title><style>{}</style></head>\n<body>\n"
        "<h1>{}</h1>\n<p class=\"lead\">{}</p>\n<h2>Beats</h2>\n",
        title, style, title, escaped(rules(report)));
    add(html, beat_table(report));
    if (report.classes) {
        html += "<h2>All records: rows reference, columns test</h2>\n";
        add(html, matrix_table(report));
        html += "<h2>Runs</h2>\n";
        add(html, run_table(report));
    }
    html += "<h2>Errors</h2>\n";
    for (const RecordReport& record : report.records) add_errors(html, report, record);
    html +=
        "<footer><p>Made by Telltale, which is not a medical device.</p></footer>\n"
        "</body></html>\n";
    return html;
}

}  // namespace telltale::evaluate
