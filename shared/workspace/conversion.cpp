#include "workspace/conversion.hpp"

#include <format>
#include <span>

#include "formats/archive.hpp"
#include "formats/formats.hpp"
#include "workspace/bytes.hpp"

namespace telltale::workspace {
namespace {

Result<std::vector<std::byte>> wfdb_archive(const Recording& recording) {
    const auto files = formats::write_wfdb(recording, formats::WfdbFormat::f16);
    if (!files) return std::unexpected(files.error());
    // The header's first word is the name that its files have.
    const std::string name = files->header.substr(0, files->header.find(' '));
    const auto header = std::as_bytes(std::span(files->header));
    std::vector<formats::NamedBytes> inside = {{name + ".hea", header},
                                               {name + ".dat", files->data}};
    std::vector<std::byte> annotations;
    if (!recording.annotations.empty()) {
        annotations = formats::write_wfdb_annotations(recording.annotations);
        inside.push_back({name + ".atr", annotations});
    }
    return formats::write_zip(inside);
}

}  // namespace

Result<std::vector<std::byte>> converted(const Recording& recording, std::string_view kind) {
    if (kind == "wfdb") return wfdb_archive(recording);
    if (kind == "edf") return formats::write_edf(recording);
    if (kind == "signals") return bytes_of(formats::write_csv(recording));
    return fail(recording.name, "", std::format("there is no format named {}", kind));
}

bool is_conversion(std::string_view kind) {
    return kind == "wfdb" || kind == "edf" || kind == "signals";
}

std::string ending(std::string_view kind) {
    if (kind == "wfdb") return ".zip";
    if (kind == "signals") return "-samples.csv";
    if (kind == "session") return ".telltale.json";
    if (kind == "edf_beats") return "-with-beats.edf";
    if (kind == "waves_csv") return ".waves.csv";
    return "." + std::string(kind);
}

}  // namespace telltale::workspace
