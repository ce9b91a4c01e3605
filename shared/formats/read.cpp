#include <format>

#include "formats/csv.hpp"
#include "formats/file_set.hpp"
#include "formats/formats.hpp"
#include "formats/text.hpp"
#include "formats/wfdb_annotations.hpp"
#include "formats/wfdb_header.hpp"
#include "formats/wfdb_record.hpp"

namespace telltale::formats {
namespace {

bool has_extension(const NamedBytes& file, std::string_view extension) {
    return lower(extension_of(file.name)) == extension;
}

void read_wfdb_records(FileSet& files, ReadResult& result) {
    for (int i = 0; i < static_cast<int>(files.files().size()); ++i) {
        const NamedBytes& file = files[i];
        if (!has_extension(file, "hea") && !wfdb::looks_like_header(file)) continue;
        files.use(i);
        const auto header = wfdb::parse_header(file);
        auto recording = header ? wfdb::read_record(*header, files)
                                : Result<Recording>(std::unexpected(header.error()));
        if (recording)
            result.recordings.push_back(std::move(*recording));
        else
            result.errors.push_back(std::move(recording.error()));
    }
}

// Lists and licences that lie beside records in the public databases.
bool is_companion(const NamedBytes& file) {
    const std::string name = lower(file_of(file.name));
    for (const std::string_view known :
         {"records", "annotators", "notes", "readme", "readme.md", "readme.txt", "license",
          "license.txt", "sha256sums.txt", "md5sums", "sha256sums"})
        if (name == known) return true;
    return false;
}

void read_tables(FileSet& files, const ReadOptions& options, ReadResult& result) {
    for (int i = 0; i < static_cast<int>(files.files().size()); ++i) {
        const NamedBytes& file = files[i];
        if (files.used(i) || !looks_like_table(file)) continue;
        files.use(i);
        auto recording = read_table(file, options);
        if (recording)
            result.recordings.push_back(std::move(*recording));
        else
            result.errors.push_back(std::move(recording.error()));
    }
}

// Says of a file that nothing has read what it may be and what it lacks.
Error left_over(const NamedBytes& file) {
    const std::string stem(stem_of(file.name));
    if (file.bytes.empty()) return {file.name, "", "the file is empty"};
    if (has_extension(file, "dat"))
        return {
            file.name, "",
            std::format("no header describes this signal file, expected {}.hea beside it", stem)};
    if (wfdb::looks_like_annotations(file))
        return {file.name, "",
                std::format("it holds annotations without a recording, expected {}.hea and its "
                            "signal file beside it",
                            stem)};
    if (has_extension(file, "csv") || has_extension(file, "tsv"))
        return {file.name, "", "no rows of numbers were found, expected one row a sample"};
    return {file.name, "", "its content is of no kind that is read here"};
}

}  // namespace

ReadResult read_recordings(std::span<const NamedBytes> files, const ReadOptions& options) {
    ReadResult result;
    FileSet set(files);
    for (std::size_t i = 0; files.size() > 1 && i < files.size(); ++i)
        if (is_companion(files[i])) set.use(static_cast<int>(i));
    read_wfdb_records(set, result);
    read_tables(set, options, result);
    for (std::size_t i = 0; i < files.size(); ++i)
        if (!set.used(i)) result.errors.push_back(left_over(files[i]));
    return result;
}

Result<std::vector<std::string>> wfdb_signal_files(const NamedBytes& file) {
    const auto header = wfdb::parse_header(file);
    if (!header) return std::unexpected(header.error());
    std::vector<std::string> names;
    const auto add = [&](std::string name) {
        for (const std::string& known : names)
            if (known == name) return;
        names.push_back(std::move(name));
    };
    for (const wfdb::Segment& segment : header->segments)
        if (segment.name != "~") add(segment.name + ".hea");
    for (const wfdb::Signal& signal : header->signals)
        if (signal.format != 0) add(signal.file);
    return names;
}

}  // namespace telltale::formats
