// telltale collect: one table over all that `analyze --list` left in a folder.
#include <algorithm>
#include <format>
#include <iterator>
#include <tuple>

#include "cli/batch.hpp"
#include "cli/collect_columns.hpp"
#include "cli/commands.hpp"
#include "data/files.hpp"
#include "report/csv_text.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

struct Row {
    std::string file;       // the input
    std::size_t index = 0;  // of the recording in it
    Json cells;             // by column, "file" and "error" too
};

// The results in the folder, each with its head.
Result<std::vector<std::pair<fs::path, ResultHead>>> results_in(const fs::path& folder) {
    std::vector<std::pair<fs::path, ResultHead>> results;
    std::error_code code;
    for (auto it = fs::directory_iterator(folder, code); !code && it != fs::directory_iterator();
         it.increment(code)) {
        if (it->path().extension() != ".json") continue;
        if (auto head = read_result_head(it->path()))
            results.emplace_back(it->path(), std::move(*head));
    }
    if (code) return fail(folder.string(), "", "cannot be read: " + code.message());
    if (results.empty())
        return fail(folder.string(), "",
                    "no results here, expected those of `telltale analyze --list`");
    return results;
}

// A row a recording; of an input without any, one that says why.
Result<void> add_rows(const fs::path& path, const ResultHead& head, std::vector<Row>& rows) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto* text = reinterpret_cast<const char*>(bytes->data());
    const Json json = Json::parse(text, text + bytes->size(), nullptr, false);
    const auto recordings = json.is_object() ? json.find("recordings") : json.end();
    if (!json.is_object() || recordings == json.end() || !recordings->is_array())
        return fail(path.string(), "", "not a whole result of `telltale analyze --list`");
    std::string error;
    for (const std::string& one : head.errors) error += (error.empty() ? "" : "; ") + one;
    const auto add = [&](const Json& recording) {
        Row row{.file = head.file, .index = 0, .cells = {}};
        row.cells["file"] = head.file;
        row.cells.update(table_row(recording));
        row.cells["error"] = error.empty() ? Json() : Json(error);
        row.index = rows.size();
        rows.push_back(std::move(row));
    };
    for (const Json& recording : *recordings) add(recording);
    // Beats that were cut out already: their names and numbers are all that the table has for them.
    const auto sets = json.find("beat_sets");
    if (sets != json.end())
        for (const Json& set : *sets)
            add(Json{{"recording", set.value("name", "")},
                     {"model", {{"name", set.value("model", "")}}},
                     {"summary", {{"beats", set.value("beats", 0)}}}});
    if (recordings->empty() && sets == json.end()) add(Json::object());
    return {};
}

std::string csv_of(const std::vector<Row>& rows) {
    std::vector<std::string> names = {"file"};
    std::ranges::copy(table_columns(), std::back_inserter(names));
    names.emplace_back("error");
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
    for (const Row& row : rows) {
        text += '\n';
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i > 0) text += ',';
            const Json& cell = row.cells[names[i]];
            if (cell.is_string())
                text += report::csv_cell(cell.get<std::string>());
            else if (!cell.is_null())
                text += cell.dump();
        }
    }
    return text + "\n";
}

std::string json_of(const std::vector<Row>& rows) {
    std::string text = "[";
    for (const Row& row : rows)
        text += (text.size() > 1 ? ",\n" : "\n") +
                row.cells.dump(-1, ' ', false, Json::error_handler_t::replace);
    return text + "\n]\n";
}

}  // namespace

int collect(const CollectOptions& options) {
    const auto refuse = [](const Error& error) {
        complain(error);
        return exit_bad_input;
    };
    const auto results = results_in(options.folder);
    if (!results) return refuse(results.error());
    std::vector<Row> rows;
    std::size_t with_errors = 0;  // these are in the table, and no fault of it
    bool whole = true;
    for (const auto& [path, head] : *results) {
        with_errors += head.errors.empty() ? 0 : 1;
        if (auto added = add_rows(path, head, rows); !added) {
            complain(added.error());
            whole = false;
        }
    }
    std::ranges::sort(rows, {}, [](const Row& row) { return std::tie(row.file, row.index); });
    const fs::path base = options.out.empty() ? options.folder / "table" : options.out;
    Json files = Json::array();
    for (const auto& [ending, text] :
         {std::pair{".csv", csv_of(rows)}, std::pair{".json", json_of(rows)}}) {
        fs::path path = base;
        path += ending;
        if (auto done = data::write_file(path, std::string_view(text)); !done)
            return refuse(done.error());
        files.push_back(path.string());
    }
    if (options.json)
        print_json(Json{{"inputs", results->size()},
                        {"rows", rows.size()},
                        {"with_errors", with_errors},
                        {"files", files}});
    else
        print(std::format("{} inputs, {} of these with errors, {} rows; wrote {} and {}",
                          results->size(), with_errors, rows.size(), files[0].get<std::string>(),
                          files[1].get<std::string>()));
    return whole ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
