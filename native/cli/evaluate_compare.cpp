// telltale evaluate compare: annotations against annotations, as bxb and rxr do.
#include <algorithm>
#include <format>
#include <set>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "data/files.hpp"
#include "evaluate/ec57_report.hpp"
#include "formats/formats.hpp"
#include "formats/wfdb_header.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<Annotation>> annotations(const fs::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return formats::read_wfdb_annotations({path.string(), *bytes});
}

struct Pair {
    fs::path reference, test;
};

// The annotation files of a folder with that ending, or the one file.
Result<std::vector<Pair>> pairs(const CompareOptions& options) {
    std::error_code code;
    const bool folder = fs::is_directory(options.reference, code);
    if (folder != fs::is_directory(options.test, code))
        return fail(options.test.string(), "",
                    "one side is a folder and the other is not, expected two files or two folders");
    if (!folder) return std::vector<Pair>{{options.reference, options.test}};
    std::set<fs::path> names;
    for (const auto& entry : fs::directory_iterator(options.reference, code))
        if (entry.path().extension() == "." + options.reference_ending)
            names.insert(entry.path().stem());
    if (code) return fail(options.reference.string(), "", "cannot be read: " + code.message());
    std::vector<Pair> result;
    for (const fs::path& name : names) {
        const fs::path test = options.test / (name.string() + "." + options.test_ending);
        if (fs::is_regular_file(test, code))
            result.push_back(
                {options.reference / (name.string() + "." + options.reference_ending), test});
    }
    if (result.empty())
        return fail(
            options.test.string(), "",
            std::format("nothing to compare, expected NAME.{} for a NAME.{} in {}",
                        options.test_ending, options.reference_ending, options.reference.string()));
    return result;
}

// Sampling rate and length of the record, from the header beside either list.
struct Frame {
    double sampling_rate = 0;
    std::int64_t length = 0;
};

Result<Frame> frame_of(const Pair& pair, double rate_given) {
    std::error_code code;
    for (const fs::path& list : {pair.reference, pair.test}) {
        const fs::path path = fs::path(list).replace_extension(".hea");
        if (!fs::is_regular_file(path, code)) continue;
        const auto bytes = data::read_file(path);
        if (!bytes) return std::unexpected(bytes.error());
        const auto header = formats::wfdb::parse_header({path.string(), *bytes});
        if (!header) return std::unexpected(header.error());
        return Frame{rate_given > 0 ? rate_given : header->frame_rate, header->length.value_or(0)};
    }
    if (rate_given > 0) return Frame{rate_given, 0};
    return fail(pair.reference.string(), "",
                "no header (.hea) beside either list tells the sampling rate, expected --rate");
}

Result<evaluate::RecordReport> compare_pair(const Pair& pair, const CompareOptions& options,
                                            const evaluate::ComparisonOptions& rules) {
    const auto frame = frame_of(pair, options.rate);
    if (!frame) return std::unexpected(frame.error());
    const auto reference = annotations(pair.reference);
    if (!reference) return std::unexpected(reference.error());
    const auto test = annotations(pair.test);
    if (!test) return std::unexpected(test.error());
    return evaluate::compare_record(pair.reference.stem().string(), *reference, *test,
                                    frame->sampling_rate, frame->length, rules);
}

}  // namespace

int evaluate_compare(const CompareOptions& options) {
    const auto found = pairs(options);
    if (!found) {
        complain(found.error());
        return exit_bad_input;
    }
    evaluate::Ec57Report report{
        .title = std::format("{} against {}", found->front().test.filename().string(),
                             found->front().reference.filename().string()),
        .options = {.match_window_s = options.window_ms / 1000,
                    .start_s = options.start_s,
                    .class_map = options.map == "bxb" ? evaluate::ClassMap::bxb
                                                      : evaluate::ClassMap::literature},
        .records = {}};
    if (found->size() > 1)
        report.title = std::format("{} records: .{} against .{}", found->size(),
                                   found->front().test.extension().string().substr(1),
                                   found->front().reference.extension().string().substr(1));
    Json problems = Json::array();
    for (const Pair& pair : *found) {
        auto record = compare_pair(pair, options, report.options);
        if (!record) {
            complain(record.error());
            problems.push_back(record.error().to_string());
            continue;
        }
        report.records.push_back(std::move(*record));
    }
    if (auto written = write_html(options.html, report); !written) {
        complain(written.error());
        return exit_bad_input;
    }
    if (options.json) {
        Json json = evaluate::to_json(report);
        json["errors"] = std::move(problems);
        print_json(json);
    } else if (!report.records.empty()) {
        print(evaluate::to_text(report, options.errors));
    }
    return report.records.size() == found->size() ? exit_ok : exit_bad_input;
}

Result<void> write_html(const std::filesystem::path& path, const evaluate::Ec57Report& report) {
    if (path.empty()) return {};
    return data::write_file(path, std::string_view(evaluate::to_html(report)));
}

}  // namespace telltale::cli
