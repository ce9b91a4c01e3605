// Beats of the MIT-BIH Arrhythmia Database, cut as a recipe asks.
#include <algorithm>
#include <cmath>
#include <format>

#include "classify/windows.hpp"
#include "data/mitdb.hpp"
#include "recording/annotation.hpp"
#include "train/data/data_sets.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_classes = 32;
constexpr double longest_window_s = 10;

/// Which class each WFDB code is of.
class Classes {
public:
    static Result<Classes> create(const std::vector<std::string>& names) {
        Classes classes;
        if (names == std::vector<std::string>{"AAMI"}) {
            classes.aami_ = true;
            for (const AamiClass c : all_aami_classes) classes.names_.emplace_back(1, letter(c));
            return classes;
        }
        for (const std::string& name : names) {
            const auto code = code_of_mnemonic(name);
            if (!code || !is_beat(*code) ||
                std::ranges::find(classes.codes_, *code) != classes.codes_.end()) {
                return fail("", "data.classes",
                            std::format("'{}' is not a WFDB code of a beat, each once; expected "
                                        "codes such as \"N\", \"L\", \"A\", or \"AAMI\" alone",
                                        name));
            }
            classes.codes_.push_back(*code);
            classes.names_.push_back(name);
        }
        if (names.size() < 2 || names.size() > most_classes) {
            return fail("", "data.classes", std::format("expected 2 to {} codes", most_classes));
        }
        return classes;
    }

    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    [[nodiscard]] std::optional<std::uint8_t> of(Code code) const {
        if (aami_) {
            const auto c = aami_class(code);
            if (!c) return std::nullopt;
            return static_cast<std::uint8_t>(*c);
        }
        const auto found = std::ranges::find(codes_, code);
        if (found == codes_.end()) return std::nullopt;
        return static_cast<std::uint8_t>(found - codes_.begin());
    }

private:
    bool aami_ = false;
    std::vector<Code> codes_;
    std::vector<std::string> names_;
};

Result<DataSet> outline(const DataOptions& options) {
    const auto classes = Classes::create(options.classes);
    if (!classes) return std::unexpected(classes.error());
    const double span = options.before + options.after;
    const double length = std::round(span * options.sampling_rate);
    if (options.before < 0 || options.after < 0 || span > longest_window_s || length < 2) {
        return fail("", "data.before, data.after",
                    std::format("a window of {} s, expected up to {} s and at least 2 values", span,
                                longest_window_s));
    }
    DataSet set;
    set.source = "MIT-BIH Arrhythmia Database";
    set.classes = classes->names();
    set.shape = {.channels = 1, .length = static_cast<std::int64_t>(length)};
    set.input.sampling_rate = options.sampling_rate;
    set.input.lead_choice = {"MLII", "II"};
    set.input.window = classify::WindowKind::centred;
    set.input.before = options.before;
    set.input.after = options.after;
    set.input.band_pass_low = options.band_pass_low;
    set.input.band_pass_high = options.band_pass_high;
    set.input.denoise = options.denoise;
    set.input.scaling = options.scaling;
    set.input.length = static_cast<std::size_t>(length);
    return set;
}

Result<void> read(DataSet& set, const DataOptions& options, const fs::path& folder,
                  const Log& log) {
    const auto classes = Classes::create(options.classes);
    if (!classes) return std::unexpected(classes.error());
    const auto mitdb = data::mitdb_folder(folder);
    if (!mitdb) return std::unexpected(mitdb.error());
    for (const std::string_view name : data::mitdb_record_names) {
        const auto group = static_cast<std::uint32_t>(set.group_names.size());
        set.group_names.emplace_back(name);
        const auto record = data::read_record(*mitdb, std::string(name));
        if (!record) return std::unexpected(record.error());
        set.record_rate = record->sampling_rate;
        std::size_t lead = 0;
        for (const std::string& preferred : set.input.lead_choice) {
            if (const auto index = record->lead_index(preferred)) {
                lead = *index;
                break;
            }
        }
        std::vector<std::int64_t> positions;
        for (const Annotation& a : record->annotations) {
            const auto label = classes->of(a.code);
            if (!label) continue;
            positions.push_back(a.sample);
            set.places.push_back(a.sample);
            set.labels.push_back(*label);
            set.groups.push_back(group);
            set.test.push_back(false);
        }
        std::size_t row = set.labels.size() - positions.size();
        set.values.resize(set.labels.size() * set.width());
        for (std::size_t i = 0; i < positions.size(); ++i, ++row) {
            classify::cut_window(set.input, record->sampling_rate, record->leads[lead].samples,
                                 positions, i,
                                 std::span(set.values).subspan(row * set.width(), set.width()));
        }
        if (log && set.group_names.size() % 16 == 0) {
            log(std::format("read {} of {} records", set.group_names.size(),
                            data::mitdb_record_names.size()));
        }
    }
    return {};
}

Result<std::vector<fs::path>> files(const fs::path& folder) {
    const auto mitdb = data::mitdb_folder(folder);
    if (!mitdb) return std::unexpected(mitdb.error());
    std::vector<fs::path> paths;
    for (const std::string_view name : data::mitdb_record_names) {
        for (const char* extension : {".hea", ".dat", ".atr"}) {
            paths.push_back(*mitdb / (std::string(name) + extension));
        }
    }
    return paths;
}

}  // namespace

const DataSource mitbih_source{"mitbih", outline, read, files};

}  // namespace telltale::train
