#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <limits>

#include "formats/calibration.hpp"
#include "formats/edf.hpp"
#include "formats/edf_annotations.hpp"
#include "formats/lead_names.hpp"
#include "formats/record_stream.hpp"
#include "formats/resample.hpp"
#include "formats/text.hpp"
#include "recording/clock.hpp"

namespace telltale::formats {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t fixed_header = 256, signal_header = 256, most_signals = 4096;

struct Signal {
    std::string label;
    std::string unit;
    double physical_min = 0, physical_max = 0;
    double digital_min = 0, digital_max = 0;
    std::int64_t width = 0;   // samples in a record
    std::int64_t offset = 0;  // bytes, in a record
    bool annotations = false;
};

struct File {
    std::span<const std::byte> bytes;
    int sample_size = 2;  // bytes; 3 in BDF
    bool discontinuous = false;
    double record_s = 0;  // duration of a record
    std::int64_t records = 0;
    std::int64_t record_size = 0;  // bytes
    std::int64_t header_size = 0;  // bytes
    std::vector<Signal> signals;
    std::optional<StartTime> start;
    bool cut_short = false;
    std::vector<std::string> warnings;

    [[nodiscard]] std::span<const std::byte> at(std::int64_t record, const Signal& s) const {
        return bytes.subspan(
            static_cast<std::size_t>(header_size + record * record_size + s.offset),
            static_cast<std::size_t>(s.width * sample_size));
    }
};

// Fields of the header, which is ASCII in columns.
class Fields {
public:
    explicit Fields(std::string_view text) : text_(text) {}
    std::string_view take(std::size_t width) {
        const std::string_view field = text_.substr(0, width);
        text_.remove_prefix(field.size());
        // Some writers end fields with NUL.
        return trimmed(field.substr(0, field.find('\0')));
    }

private:
    std::string_view text_;
};

// Some writers of other countries put a decimal comma.
std::optional<double> field_number(std::string_view field) {
    const auto point = number(field);
    return point ? point : number(field, ',');
}

// Up to three numbers, whatever signs stand between: EDF has points, other writers ":", "/", "-".
std::array<int, 3> three_numbers(std::string_view text) {
    std::array<int, 3> numbers = {-1, -1, -1};
    for (int& value : numbers) {
        std::size_t digits = 0;
        while (digits < text.size() && digits < 4 && is_digit(text[digits])) ++digits;
        if (digits == 0) return numbers;
        value = static_cast<int>(integer(text.substr(0, digits)).value_or(-1));
        text.remove_prefix(digits);
        const bool parted = !text.empty() && std::string_view(".:/- ").contains(text.front());
        if (parted) text.remove_prefix(1);
    }
    return numbers;
}

std::optional<StartTime> start_of(std::string_view date, std::string_view time,
                                  std::string_view recording_field) {
    const auto [hour, minute, second] = three_numbers(time);
    StartTime start{.hour = hour, .minute = minute, .second = static_cast<double>(second)};
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    auto [day, month, year] = three_numbers(date);
    if (day > 31) std::swap(day, year);  // the year first
    if (day >= 1 && day <= 31 && month >= 1 && month <= 12 && year >= 0) {
        start.day = day;
        start.month = month;
        start.year = year >= 100 ? year : year >= 85 ? 1900 + year : 2000 + year;
        // EDF+ gives the year in full: "Startdate 02-MAR-2102 ...".
        std::string_view rest = recording_field;
        if (next_word(rest) == "Startdate") {
            const std::string_view full = next_word(rest);
            if (full == "X")
                start.year = start.month = start.day = 0;
            else if (full.size() == 11)
                if (const auto whole = integer(full.substr(7)); whole && *whole > 0)
                    start.year = static_cast<int>(std::min<std::int64_t>(*whole, 9999));
        }
    }
    return start;
}

// As the standard writes it: "02.01.20" and "03.04.05".
bool has_points(std::string_view text) {
    return text.size() == 8 && text[2] == '.' && text[5] == '.';
}

// `bytes` may be the file's start only, as long as it holds the header; `size` is all of it.
Result<File> parse_header(const NamedBytes& bytes, std::int64_t size) {
    File file;
    file.bytes = bytes.bytes;
    if (bytes.bytes.size() < fixed_header)
        return fail(bytes.name, "", std::format("it has {} bytes, an EDF header has 256", size));
    const std::string_view text = as_text(bytes.bytes);
    file.sample_size = text[0] == '\xFF' ? 3 : 2;
    Fields fixed(text.substr(0, fixed_header));
    fixed.take(8);
    fixed.take(80);  // the patient: stays unread
    const std::string_view recording = fixed.take(80);
    const std::string_view date = fixed.take(8), time = fixed.take(8);
    const std::string_view header_size = fixed.take(8);
    const std::string_view kind = fixed.take(44);
    const std::string_view records = fixed.take(8), duration = fixed.take(8);
    const std::string_view signals = fixed.take(4);
    file.start = start_of(date, time, recording);
    if (!file.start || (file.start->year == 0 && !recording.starts_with("Startdate X")))
        file.warnings.push_back(
            std::format("The start {} {} is not understood, expected "
                        "'dd.mm.yy' and 'hh.mm.ss'.",
                        quoted(date), quoted(time)));
    else if (!has_points(date) || !has_points(time))
        file.warnings.push_back(std::format(
            "The start is written {} {}, expected 'dd.mm.yy' and 'hh.mm.ss'; it is taken "
            "as {}.",
            quoted(date), quoted(time), date_and_time(*file.start, 0, 'T')));
    file.discontinuous = kind.starts_with("EDF+D") || kind.starts_with("BDF+D");

    const auto count = integer(signals);
    if (!count || *count < 1 || *count > static_cast<std::int64_t>(most_signals))
        return fail(
            bytes.name, "byte 252",
            std::format("the number of signals is {}, expected 1 to 4096", quoted(signals)));
    file.header_size = static_cast<std::int64_t>(fixed_header + signal_header * *count);
    if (static_cast<std::int64_t>(bytes.bytes.size()) < file.header_size)
        return fail(bytes.name, "",
                    std::format("it has {} bytes, its header of {} signals takes {}", size, *count,
                                file.header_size));
    if (integer(header_size) != file.header_size)
        file.warnings.push_back(std::format("The header says that it has {} bytes; it has {}.",
                                            quoted(header_size), file.header_size));
    const auto seconds = field_number(duration);
    if (!seconds || !(*seconds >= 0) || *seconds > 1e9)
        return fail(bytes.name, "byte 244",
                    std::format("the duration of a record is {}, expected seconds, not negative",
                                quoted(duration)));
    file.record_s = *seconds;

    const auto n = static_cast<std::size_t>(*count);
    file.signals.resize(n);
    Fields rest(text.substr(fixed_header, n * signal_header));
    for (Signal& s : file.signals) {
        s.label = rest.take(16);
        s.annotations = s.label == "EDF Annotations" || s.label == "BDF Annotations";
    }
    for (std::size_t i = 0; i < n; ++i) rest.take(80);  // transducer
    for (Signal& s : file.signals) s.unit = rest.take(8);
    const auto take_numbers = [&](double Signal::* field) {
        for (Signal& s : file.signals) s.*field = field_number(rest.take(8)).value_or(0);
    };
    take_numbers(&Signal::physical_min);
    take_numbers(&Signal::physical_max);
    take_numbers(&Signal::digital_min);
    take_numbers(&Signal::digital_max);
    for (std::size_t i = 0; i < n; ++i) rest.take(80);  // filters
    for (std::size_t i = 0; i < n; ++i) {
        const std::string_view width = rest.take(8);
        const auto value = integer(width);
        if (!value || *value < 0 || *value > (1 << 26))
            return fail(bytes.name, std::format("signal {}", i + 1),
                        std::format("the number of samples in a record is {}, expected a whole "
                                    "number above 0",
                                    quoted(width)));
        file.signals[i].width = *value;
        file.signals[i].offset = file.record_size;
        file.record_size += *value * file.sample_size;
    }
    if (file.record_size == 0) return fail(bytes.name, "", "its records have no samples");

    file.records = (size - file.header_size) / file.record_size;
    const auto claimed = integer(records);
    if (claimed && *claimed > file.records) {
        file.cut_short = true;
        file.warnings.push_back(std::format("The file is cut short: {} of {} records are missing.",
                                            *claimed - file.records, *claimed));
    }
    // -1 stands in files whose writing was interrupted.
    else if (claimed && *claimed >= 0 && *claimed < file.records)
        file.records = *claimed;
    if (file.records == 0) return fail(bytes.name, "", "it holds no whole record of samples");
    return file;
}

// Where each record starts, in frames of `rate`; and the time of the first in `first_onset`.
struct Timing {
    std::vector<std::int64_t> first_sample;  // of each record
    std::int64_t length = 0;
    double first_onset = 0;  // s
};

Timing timing_of(const File& file, std::int64_t width, double rate, std::span<const double> onsets,
                 std::vector<std::string>& warnings) {
    Timing timing;
    timing.first_sample.resize(static_cast<std::size_t>(file.records));
    const bool known = onsets.size() == timing.first_sample.size() && std::isfinite(onsets[0]);
    if (known) timing.first_onset = onsets[0];
    bool placed = file.discontinuous && known;
    std::int64_t next = 0, gaps = 0;
    // Gaps cost only a few bytes in the file, so they may not grow without bound.
    const std::int64_t most = most_growth * file.records * width + (1 << 20);
    for (std::size_t r = 0; r < timing.first_sample.size(); ++r) {
        if (placed && std::isfinite(onsets[r])) {
            const double at = std::round((onsets[r] - timing.first_onset) * rate);
            if (at >= static_cast<double>(next) && at <= static_cast<double>(most)) {
                if (at > static_cast<double>(next)) ++gaps;
                next = static_cast<std::int64_t>(at);
            } else if (at > static_cast<double>(most)) {
                placed = false;
                warnings.push_back(
                    "A gap is longer than the recording allows; the rest follows "
                    "without gaps.");
            }
        }
        timing.first_sample[r] = next;
        next += width;
    }
    timing.length = next;
    if (gaps > 0)
        warnings.push_back(
            std::format("The recording has {} gaps; samples are missing there.", gaps));
    return timing;
}

// value = (digital - baseline) / gain; the baseline need not be whole.
struct Scale {
    double gain = Calibration{}.gain;
    double baseline = 0;
    bool known = false;
};

Scale scale_of(const Signal& s) {
    const double gain = (s.digital_max - s.digital_min) / (s.physical_max - s.physical_min);
    const double baseline = s.digital_min - s.physical_min * gain;
    if (!usable_gain(gain) || !(std::abs(baseline) < 2147483647.0)) return {};
    return {gain, baseline, true};
}

// The unit of a lead that gives none, or one that is damaged: of an ECG the one that makes its
// physical range a credible one. An amplifier ranges over some mV, up to hundreds where the
// electrodes' own voltage passes; thousands are \u00B5V, less than a tenth is V.
std::string_view unit_by_range(const Signal& s) {
    const double range = std::abs(s.physical_max - s.physical_min);
    return range >= 1000 ? "\u00B5V" : range < 0.1 ? "V" : "mV";
}

// Units that are plainly something, if no voltage.
bool is_other_unit(std::string_view unit) {
    return !measured_by(unit).empty() || lower(unit) == "boolean";
}

// The lead without its samples, in mV where the unit allows.
Lead describe(const Signal& s, std::vector<std::string>& warnings) {
    Lead lead;
    lead.original_name = s.label;
    lead.name = normalised_lead_name(s.label);
    const Scale scale = scale_of(s);
    double to_mv = millivolts_per(s.unit);
    if (!scale.known) {
        to_mv = 1;
        lead.calibration.assumed = true;
        warnings.push_back(
            std::format("{}: the header gives no usable calibration; {:g} units per "
                        "mV are assumed, so amplitudes may be wrong.",
                        lead.name, scale.gain));
    } else if (to_mv == 0 && is_ecg_lead(s.label) && !is_other_unit(s.unit)) {
        const std::string_view unit = unit_by_range(s);
        to_mv = millivolts_per(unit);
        lead.calibration.assumed = true;
        warnings.push_back(std::format(
            "{}: {}; {} is assumed from its physical range.", lead.name,
            s.unit.empty() ? "the file gives no unit"
                           : std::format("the unit {} is not understood", quoted(s.unit)),
            unit));
    } else if (to_mv == 0 && !s.unit.empty() && kind_of_name(s.label).kind != NameKind::other &&
               !is_other_unit(s.unit)) {
        warnings.push_back(std::format("{}: the unit {} is not understood; its numbers are kept.",
                                       lead.name, quoted(s.unit)));
    }
    lead.unit = to_mv > 0 ? "mV" : s.unit;
    lead.calibration.gain = to_mv > 0 ? scale.gain / to_mv : scale.gain;
    lead.calibration.baseline = static_cast<std::int32_t>(std::lround(scale.baseline));
    return lead;
}

std::int32_t sample_at(const std::uint8_t* p, int size) {
    if (size == 2) return static_cast<std::int16_t>(p[0] | p[1] << 8);
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(p[0] | p[1] << 8 | p[2] << 16)
                                     << 8) >>
           8;
}

// Appends the signal's samples, those of gaps as missing.
void read_signal(const File& file, const Signal& s, const Timing& timing, std::int64_t width,
                 double gain, std::vector<float>& samples) {
    const double baseline = scale_of(s).baseline;
    // A value below the digital range is how a missing sample is stored.
    const std::int32_t lowest = file.sample_size == 2 ? -32768 : -(1 << 23);
    const bool marks = s.digital_min > lowest;
    const std::size_t before = samples.size();
    samples.resize(before + static_cast<std::size_t>(timing.length), nan);
    std::vector<float> record(static_cast<std::size_t>(s.width));
    for (std::int64_t r = 0; r < file.records; ++r) {
        const auto* p = reinterpret_cast<const std::uint8_t*>(file.at(r, s).data());
        for (std::int64_t i = 0; i < s.width; ++i, p += file.sample_size) {
            const std::int32_t v = sample_at(p, file.sample_size);
            record[static_cast<std::size_t>(i)] =
                marks && v == lowest ? nan : static_cast<float>((v - baseline) / gain);
        }
        float* out = samples.data() + before + timing.first_sample[static_cast<std::size_t>(r)];
        if (s.width == width) {
            std::ranges::copy(record, out);
        } else {
            std::vector<float> wide = record;
            stretch(wide, s.width, width, 1);
            std::ranges::copy(wide, out);
        }
    }
}

// Samples in a record of the leads: those of the ECG leads, if any is named as one; else of the
// fastest signal.
Result<std::int64_t> width_of(const File& file, const std::string& name) {
    std::int64_t width = 0, ecg_width = 0;
    for (const Signal& s : file.signals) {
        if (s.annotations) continue;
        width = std::max(width, s.width);
        if (is_ecg_lead(s.label)) ecg_width = std::max(ecg_width, s.width);
    }
    if (ecg_width > 0) width = ecg_width;
    if (width == 0) return fail(name, "", "it holds annotations but no signals");
    if (!(file.record_s > 0))
        return fail(name, "byte 244", "the duration of a record is 0, expected seconds");
    if (!(static_cast<double>(width) / file.record_s <= 1e7))
        return fail(name, "byte 244", "the duration of a record is too short");
    return width;
}

// The leads, still empty, and for each the signal that it is.
std::vector<const Signal*> describe_leads(const File& file, std::int64_t width,
                                          Recording& recording) {
    std::vector<const Signal*> signals;
    for (const Signal& s : file.signals) {
        if (s.annotations || s.width == 0) continue;
        const double rate = static_cast<double>(s.width) / file.record_s;
        if (s.width > width || s.width * most_growth < width) {
            recording.warnings.push_back(
                std::format("{} is left out: it has {:g} Hz, the ECG leads have {:g} Hz.", s.label,
                            rate, recording.sampling_rate));
            continue;
        }
        recording.leads.push_back(describe(s, recording.warnings));
        signals.push_back(&s);
        if (s.width != width)
            recording.warnings.push_back(
                std::format("{} was recorded at {:g} Hz and is interpolated to {:g} Hz.",
                            recording.leads.back().name, rate, recording.sampling_rate));
    }
    return signals;
}

Recording begin_recording(const File& file, const std::string& name, std::int64_t width) {
    Recording recording;
    recording.name = stem_of(name);
    recording.warnings = file.warnings;
    recording.damaged = file.cut_short;
    recording.sampling_rate = static_cast<double>(width) / file.record_s;
    recording.start = file.start;
    return recording;
}

// The time of the first record, what was written after the end, and the annotations.
void end_recording(const edf::Annotations& found, double first_onset, std::int64_t record_samples,
                   Recording& recording) {
    if (recording.start && first_onset > 0 && first_onset < 1)
        recording.start->second += first_onset;
    // What was written by us may end before its last record does.
    const auto whole = static_cast<std::int64_t>(recording.length());
    const auto length = found.end(recording.sampling_rate, first_onset);
    if (length && *length > 0 && *length < whole && whole - *length <= record_samples)
        for (Lead& lead : recording.leads) lead.samples.resize(static_cast<std::size_t>(*length));
    recording.annotations =
        found.taken(recording.sampling_rate, first_onset,
                    static_cast<std::int64_t>(recording.length()), recording.warnings);
}

// Some whole records at a time.
class EdfStream : public RecordStream {
public:
    EdfStream(File file, std::int64_t width, const NamedSource& source)
        : file_(std::move(file)), width_(width), name_(source.name), source_(source.source) {
        recording = begin_recording(file_, name_, width);
        signals_ = describe_leads(file_, width, recording);
        length = file_.records * width;
        header_size_ = file_.header_size;
        records_ = file_.records;
    }

    Result<void> read(std::span<std::vector<float>> leads) override {
        const std::int64_t count =
            std::min(records_ - next_, std::max<std::int64_t>(1, piece_bytes / file_.record_size));
        if (count <= 0) return {};
        bytes_.resize(static_cast<std::size_t>(count * file_.record_size));
        const std::int64_t at = header_size_ + next_ * file_.record_size;
        if (!source_->read(static_cast<std::uint64_t>(at), bytes_))
            return fail(name_, std::format("byte {}", at), "it cannot be read any more");
        // To the functions above a piece is a file without a header.
        file_.bytes = bytes_;
        file_.header_size = 0;
        file_.records = count;
        Timing timing;
        for (std::int64_t r = 0; r < count; ++r) timing.first_sample.push_back(r * width_);
        timing.length = count * width_;
        for (std::size_t l = 0; l < signals_.size(); ++l)
            read_signal(file_, *signals_[l], timing, width_, recording.leads[l].calibration.gain,
                        leads[l]);
        for (const Signal& s : file_.signals)
            for (std::int64_t r = 0; s.annotations && r < count; ++r)
                found_.add(as_text(file_.at(r, s)), static_cast<std::size_t>(next_ + r));
        next_ += count;
        return {};
    }

    void finish(Recording& finished) override {
        const auto onsets = found_.onsets();
        const double first = !onsets.empty() && std::isfinite(onsets[0]) ? onsets[0] : 0;
        end_recording(found_, first, width_, finished);
    }

private:
    File file_;
    std::int64_t width_, header_size_ = 0, records_ = 0, next_ = 0;
    std::string name_;
    ByteSource* source_;
    std::vector<const Signal*> signals_;  // of each lead
    std::vector<std::byte> bytes_;
    edf::Annotations found_;
};

}  // namespace

bool looks_like_edf(const NamedBytes& file) {
    if (file.bytes.size() < fixed_header) return false;
    const std::string_view text = as_text(file.bytes);
    const bool bdf = text.starts_with(
        "\xFF"
        "BIOSEMI");
    if (!bdf && !text.starts_with("0       ")) return false;
    // The header's size is 256 bytes and as many for each of its signals. How date and time are
    // written differs; that they stand there does not.
    const auto header = integer(text.substr(184, 8).substr(0, text.substr(184, 8).find('\0')));
    const auto signals = integer(text.substr(252, 4).substr(0, text.substr(252, 4).find('\0')));
    const bool sizes = header && signals && *signals > 0 && *header == 256 + 256 * *signals;
    const bool points =
        text[170] == '.' && text[173] == '.' && text[178] == '.' && text[181] == '.';
    return sizes || points;
}

Result<Recording> read_edf(const NamedBytes& bytes) {
    const auto header = parse_header(bytes, static_cast<std::int64_t>(bytes.bytes.size()));
    if (!header) return std::unexpected(header.error());
    const File& file = *header;
    const auto width = width_of(file, bytes.name);
    if (!width) return std::unexpected(width.error());
    Recording recording = begin_recording(file, bytes.name, *width);

    edf::Annotations found;
    for (const Signal& s : file.signals)
        if (s.annotations)
            for (std::int64_t r = 0; r < file.records; ++r)
                found.add(as_text(file.at(r, s)), static_cast<std::size_t>(r));
    const Timing timing =
        timing_of(file, *width, recording.sampling_rate, found.onsets(), recording.warnings);
    const auto signals = describe_leads(file, *width, recording);
    for (std::size_t l = 0; l < signals.size(); ++l)
        read_signal(file, *signals[l], timing, *width, recording.leads[l].calibration.gain,
                    recording.leads[l].samples);
    end_recording(found, timing.first_onset, *width, recording);
    return recording;
}

Result<std::unique_ptr<RecordStream>> open_edf_stream(const NamedSource& source) {
    const std::uint64_t size = source.source->size();
    std::vector<std::byte> head(static_cast<std::size_t>(
        std::min<std::uint64_t>(size, fixed_header + signal_header * most_signals)));
    if (!source.source->read(0, head)) return fail(source.name, "", "it cannot be read");
    const NamedBytes bytes{source.name, head};
    if (!looks_like_edf(bytes)) return nullptr;
    auto file = parse_header(bytes, static_cast<std::int64_t>(size));
    if (!file) return std::unexpected(file.error());
    const auto width = width_of(*file, source.name);
    if (!width) return std::unexpected(width.error());
    // Where the records lie in time must be known before the first is decoded.
    if (file->discontinuous || file->record_size > 16 * piece_bytes) return nullptr;
    return std::make_unique<EdfStream>(std::move(*file), *width, source);
}

}  // namespace telltale::formats
