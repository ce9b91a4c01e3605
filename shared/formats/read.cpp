#include <algorithm>
#include <format>

#include "formats/apple_csv.hpp"
#include "formats/archive.hpp"
#include "formats/atc.hpp"
#include "formats/beat_set.hpp"
#include "formats/biopac.hpp"
#include "formats/contec.hpp"
#include "formats/csv.hpp"
#include "formats/dicom.hpp"
#include "formats/edf.hpp"
#include "formats/fhir.hpp"
#include "formats/file_set.hpp"
#include "formats/formats.hpp"
#include "formats/ishne.hpp"
#include "formats/lead_names.hpp"
#include "formats/opensignals.hpp"
#include "formats/prucka.hpp"
#include "formats/scp.hpp"
#include "formats/text.hpp"
#include "formats/utf16_text.hpp"
#include "formats/wfdb_annotations.hpp"
#include "formats/wfdb_header.hpp"
#include "formats/wfdb_record.hpp"
#include "formats/xml_ecg.hpp"
#include "recording/clean_text.hpp"

namespace telltale::formats {
namespace {

bool has_extension(const NamedBytes& file, std::string_view extension) {
    return lower(extension_of(file.name)) == extension;
}

void add(ReadResult& result, Result<Recording> recording) {
    if (!recording) {
        result.errors.push_back(std::move(recording.error()));
        return;
    }
    clean_texts(*recording);
    result.recordings.push_back(std::move(*recording));
}

void add(ReadResult& result, Result<BeatSet> set, const ReadOptions& options) {
    if (set) {
        set->name = clean_text(set->name);
        for (std::string& label : set->label_names) label = clean_text(label);
        for (std::string& warning : set->warnings) warning = clean_text(warning);
    }
    if (!set)
        result.errors.push_back(std::move(set.error()));
    else if (options.beat_sets)
        result.beat_sets.push_back(std::move(*set));
    else
        result.errors.push_back(
            {set->name, "",
             std::format("it is a set of {} beats that are cut out already, expected a recording",
                         set->size())});
}

void read_wfdb_records(FileSet& files, ReadResult& result) {
    // Records in segments first: they use up the headers of their segments.
    std::vector<int> single, several;
    for (int i = 0; i < static_cast<int>(files.files().size()); ++i) {
        if (!wfdb::is_header(files[i])) continue;
        const auto header = wfdb::parse_header(files[i]);
        (header && !header->segments.empty() ? several : single).push_back(i);
    }
    const auto read = [&](int i) {
        if (files.used(static_cast<std::size_t>(i))) return;
        files.use(i);
        const auto header = wfdb::parse_header(files[i]);
        add(result, header ? wfdb::read_record(*header, files)
                           : Result<Recording>(std::unexpected(header.error())));
    };
    for (const int i : several) read(i);
    for (const int i : single) read(i);
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

void read_prucka_recordings(FileSet& files, ReadResult& result) {
    for (int i = 0; i < static_cast<int>(files.files().size()); ++i) {
        if (files.used(static_cast<std::size_t>(i)) || !looks_like_prucka(files[i])) continue;
        files.use(i);
        add(result, read_prucka(files, i));
    }
}

// A format whose recordings are one file each.
struct SingleFileFormat {
    bool (*looks_like)(const NamedBytes&);
    Result<Recording> (*read)(const NamedBytes&, const ReadOptions&);
    bool ecg_only = false;  // what its channels are, unless their names say otherwise
};

// A channel of a format that holds ECGs alone is one, unless its name says what else it is.
Result<Recording> with_ecg_declared(Result<Recording> recording) {
    if (recording)
        for (Lead& lead : recording->leads)
            if (kind_of_name(lead.original_name).kind != NameKind::other)
                lead.declared = Declared::ecg;
    return recording;
}

void read_ishne_recordings(FileSet& files, ReadResult& result) {
    for (int i = 0; i < static_cast<int>(files.files().size()); ++i) {
        if (files.used(static_cast<std::size_t>(i)) || !looks_like_ishne(files[i])) continue;
        files.use(i);
        add(result, with_ecg_declared(read_ishne(files, i)));
    }
}

// Those with a mark of their own first; tables, which hardly have one, last.
constexpr SingleFileFormat single_file_formats[] = {
    {looks_like_edf, [](const NamedBytes& f, const ReadOptions&) { return read_edf(f); }},
    {looks_like_dicom, [](const NamedBytes& f, const ReadOptions&) { return read_dicom(f); }},
    {looks_like_contec, [](const NamedBytes& f, const ReadOptions&) { return read_contec(f); },
     true},
    {looks_like_atc, [](const NamedBytes& f, const ReadOptions&) { return read_atc(f); }, true},
    {looks_like_scp, [](const NamedBytes& f, const ReadOptions&) { return read_scp(f); }, true},
    {looks_like_aecg, [](const NamedBytes& f, const ReadOptions&) { return read_aecg(f); }, true},
    {looks_like_muse, [](const NamedBytes& f, const ReadOptions&) { return read_muse(f); }, true},
    {looks_like_cardiosoft,
     [](const NamedBytes& f, const ReadOptions&) { return read_cardiosoft(f); }, true},
    {looks_like_biopac, [](const NamedBytes& f, const ReadOptions&) { return read_biopac(f); }},
    {looks_like_opensignals, read_opensignals},
    {looks_like_sierra, [](const NamedBytes& f, const ReadOptions&) { return read_sierra(f); },
     true},
    {looks_like_apple_csv,
     [](const NamedBytes& f, const ReadOptions&) { return read_apple_csv(f); }, true},
    {looks_like_table, read_table},
};

void read_single_files(FileSet& files, const ReadOptions& options, ReadResult& result) {
    for (std::size_t i = 0; i < files.files().size(); ++i) {
        const NamedBytes& file = files[i];
        if (files.used(i)) continue;
        if (looks_like_beat_set(file)) {
            files.use(static_cast<int>(i));
            add(result, read_beat_set(file), options);
            continue;
        }
        if (looks_like_fhir(file)) {
            files.use(static_cast<int>(i));
            for (auto& recording : read_fhir(file)) add(result, std::move(recording));
            continue;
        }
        const auto format = std::ranges::find_if(single_file_formats,
                                                 [&](const auto& f) { return f.looks_like(file); });
        if (format == std::end(single_file_formats)) continue;
        files.use(static_cast<int>(i));
        auto recording = format->read(file, options);
        add(result,
            format->ecg_only ? with_ecg_declared(std::move(recording)) : std::move(recording));
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
    if (wfdb::looks_like_annotations(file) || looks_like_ishne_annotations(file))
        return {
            file.name, "",
            std::format("it holds annotations without a recording, expected {} beside it",
                        looks_like_ishne_annotations(file) ? stem + ".ecg"
                                                           : stem + ".hea and its signal file")};
    if (has_extension(file, "csv") || has_extension(file, "tsv"))
        return {file.name, "", "no rows of numbers were found, expected one row a sample"};
    return {file.name, "", "its content is of no kind that is read here"};
}

}  // namespace

ReadResult read_recordings(std::span<const NamedBytes> given, const ReadOptions& options) {
    ReadResult result;
    OpenedFiles opened = open_archives(given, result.errors);
    for (NamedBytes& file : opened.files)
        if (const auto text = from_utf16_text(file)) {
            const auto bytes = std::as_bytes(std::span(*text));
            opened.storage.emplace_back(bytes.begin(), bytes.end());
            file.bytes = opened.storage.back();
        }
    const std::span files(opened.files);
    FileSet set(files);
    for (std::size_t i = 0; files.size() > 1 && i < files.size(); ++i)
        if (is_companion(files[i])) set.use(static_cast<int>(i));
    read_wfdb_records(set, result);
    read_ishne_recordings(set, result);
    read_prucka_recordings(set, result);
    read_single_files(set, options, result);
    for (std::size_t i = 0; i < files.size(); ++i) {
        // Whoever packed an archive may have put anything else into it.
        const bool beside_others =
            i >= opened.plain && !(result.recordings.empty() && result.beat_sets.empty());
        if (!set.used(i) && !beside_others) result.errors.push_back(left_over(files[i]));
    }
    return result;
}

bool needs_sampling_rate(const Error& error) {
    return error.message == no_sampling_rate;
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
