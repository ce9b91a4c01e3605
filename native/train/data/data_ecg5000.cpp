// ECG5000 of the UCR archive.
#include "data/files.hpp"
#include "train/data/data_sets.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

Result<DataSet> outline(const DataOptions&) {
    DataSet set;
    set.source =
        "ECG5000 of the UCR archive: beats of one patient, PhysioNet BIDMC congestive heart "
        "failure record chf07";
    set.classes = {"N", "R-on-T PVC", "PVC", "SP", "UB"};
    set.shape = {.channels = 1, .length = 140};
    // The archive does not tell how its rows were cut; they look like one beat from its R peak on.
    set.input.sampling_rate = 140;
    set.input.window = classify::WindowKind::centred;
    set.input.before = 0;
    set.input.after = 1;
    set.input.length = 140;
    set.input.scaling = classify::Scaling::z_score;
    return set;
}

Result<std::vector<fs::path>> files(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const char* name : {"ECG5000_TRAIN.txt", "ECG5000_TEST.txt"}) {
        fs::path path = folder / name;
        if (!data::exists(path)) path = folder / "ecg5000" / name;
        paths.push_back(path);
    }
    return paths;
}

Result<void> read(DataSet& set, const DataOptions&, const fs::path& folder, const Log&) {
    set.group_names = {"chf07"};
    const auto paths = files(folder);
    for (std::size_t i = 0; i < paths->size(); ++i) {
        if (auto r = append_beat_file(set, (*paths)[i], 1, i == 1); !r) return r;
    }
    return {};
}

}  // namespace

const DataSource ecg5000_source{"ecg5000", outline, read, files};

}  // namespace telltale::train
