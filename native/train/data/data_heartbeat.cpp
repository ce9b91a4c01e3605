// The two sets of Kachuee et al. 2018: `heartbeat` from MIT-BIH and `heartbeat-ptb`.
#include <algorithm>
#include <format>

#include "data/files.hpp"
#include "data/heartbeat.hpp"
#include "data/mitdb.hpp"
#include "recording/annotation.hpp"
#include "train/data/data_sets.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

// The names under which the files are in circulation.
constexpr const char* train_csv = "mitbih_train.csv";
constexpr const char* test_csv = "mitbih_test.csv";
constexpr const char* normal_csv = "ptbdb_normal.csv";
constexpr const char* abnormal_csv = "ptbdb_abnormal.csv";

/// The folder of a pair of files: `folder` itself or one below; nothing where they are not.
fs::path folder_of(const fs::path& folder, const char* below, const char* a, const char* b) {
    for (const fs::path& candidate : {folder, folder / below}) {
        if (data::exists(candidate / a) && data::exists(candidate / b)) return candidate;
    }
    return {};
}

fs::path csv_folder(const fs::path& folder) {
    return folder_of(folder, "heartbeat", train_csv, test_csv);
}

Result<DataSet> heartbeat_outline(const DataOptions&) {
    DataSet set;
    set.source =
        "MIT-BIH Arrhythmia Database in the form of Kachuee et al. 2018 (heartbeat), "
        "rebuilt from its records";
    for (const AamiClass c : all_aami_classes) set.classes.emplace_back(1, letter(c));
    set.shape = {.channels = 1, .length = static_cast<std::int64_t>(data::heartbeat_width)};
    set.input = data::heartbeat_input();
    // The data set takes each record's first signal, which is MLII in all but three records.
    set.input.lead_choice = {"MLII", "II"};
    return set;
}

Result<void> read_heartbeat(DataSet& set, const DataOptions&, const fs::path& folder,
                            const Log& log) {
    if (const fs::path csv = csv_folder(folder); !csv.empty()) {
        // The files do not tell whose beats they are.
        set.group_names = {"unknown"};
        if (auto r = append_beat_file(set, csv / train_csv, 0, false); !r) return r;
        return append_beat_file(set, csv / test_csv, 0, true);
    }
    auto read = data::read_heartbeat(folder, [&](std::size_t done) {
        if (log && done % 16 == 0) log(std::format("read {} of 48 records", done));
    });
    if (!read) return std::unexpected(read.error());
    set.values = std::move(read->windows);
    set.group_names = std::move(read->records);
    set.record_rate = data::heartbeat_record_rate;
    for (const data::HeartbeatBeat& b : read->beats) {
        set.labels.push_back(static_cast<std::uint8_t>(b.label));
        set.groups.push_back(b.record);
        set.places.push_back(b.sample);
        set.test.push_back(b.test);
    }
    return {};
}

Result<std::vector<fs::path>> heartbeat_files(const fs::path& folder) {
    if (const fs::path csv = csv_folder(folder); !csv.empty()) {
        return std::vector{csv / train_csv, csv / test_csv};
    }
    return mitbih_source.files(folder);
}

Result<DataSet> ptb_outline(const DataOptions&) {
    DataSet set;
    set.source = "PTB Diagnostic ECG Database in the form of Kachuee et al. 2018 (heartbeat-ptb)";
    set.classes = {"normal", "abnormal"};
    set.shape = {.channels = 1, .length = static_cast<std::int64_t>(data::heartbeat_width)};
    set.input = data::heartbeat_input();
    set.input.lead_choice = {"II"};
    return set;
}

Result<std::vector<fs::path>> ptb_files(const fs::path& folder) {
    const fs::path csv = folder_of(folder, "heartbeat", normal_csv, abnormal_csv);
    if (csv.empty()) {
        return fail(folder.string(), "",
                    std::format("expected {} and {} in this folder or in its folder heartbeat",
                                normal_csv, abnormal_csv));
    }
    return std::vector{csv / normal_csv, csv / abnormal_csv};
}

Result<void> read_ptb(DataSet& set, const DataOptions&, const fs::path& folder, const Log&) {
    const auto files = ptb_files(folder);
    if (!files) return std::unexpected(files.error());
    set.group_names = {"unknown"};
    for (const fs::path& file : *files) {
        if (auto r = append_beat_file(set, file, 0, false); !r) return r;
    }
    return {};
}

}  // namespace

const DataSource heartbeat_source{"heartbeat", heartbeat_outline, read_heartbeat, heartbeat_files};
const DataSource heartbeat_ptb_source{"heartbeat-ptb", ptb_outline, read_ptb, ptb_files};

}  // namespace telltale::train
