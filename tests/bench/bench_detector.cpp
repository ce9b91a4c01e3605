// Accuracy and speed of the QRS detector on real records.
//
//     bench_detector FOLDER [--leads first|all|second] [--window S] [--errors]
//                    [--reference ENDING] [--rate HZ] [--invert] [--fail flat|off|noise]
//                    [RECORD...]
//
// --rate resamples (a windowed sinc) before detection, the marks with it; --invert turns the
// signals over; --fail lets the first lead fail in the middle third of the record. --reference
// takes the marks from other files than .atr and compares between the first and the last mark
// only, for databases in which the ends are not annotated.
//
// One line a record: reference beats, found, missed, false, Se, +P (EC57 pairing, from the first
// sample); then the gross figures, those of the two halves of the record list that tuning keeps
// apart, and the speed with the signals already in memory.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "beats/detector.hpp"
#include "evaluate/comparison.hpp"
#include "formats/formats.hpp"
#include "support/data.hpp"
#include "synth/random.hpp"

using namespace telltale;

namespace {

struct Options {
    std::filesystem::path folder;
    std::string leads = "first";
    double window_s = 0.150;
    bool errors = false;
    std::string reference = "atr";
    double rate = 0;  // Hz; 0 as recorded
    bool invert = false;
    std::string fail;
    std::set<std::string> records;
};

// Cut off below half the lower rate: 16 zero crossings to each side, under a Hann window. Rates are
// whole numbers of Hz, so that a few phases of the filter recur.
std::vector<float> resampled(const std::vector<float>& x, std::int64_t from, std::int64_t to) {
    const std::int64_t divisor = std::gcd(from, to), phases = to / divisor, step = from / divisor;
    const double ratio = static_cast<double>(to) / static_cast<double>(from);
    const double cut = 0.5 * std::min(1.0, ratio) * 0.95;  // cycles a sample
    const auto reach = static_cast<std::int64_t>(std::ceil(16 / (2 * cut)));
    std::vector<std::vector<float>> filters;  // over samples -reach + 1 to reach
    for (std::int64_t phase = 0; phase < phases; ++phase) {
        std::vector<double> filter;
        double sum = 0;
        for (std::int64_t k = -reach + 1; k <= reach; ++k) {
            const double t = static_cast<double>(k) - static_cast<double>(phase * step % phases) /
                                                          static_cast<double>(phases);
            const double turn = 2 * std::numbers::pi * cut * t;
            const double sinc = turn == 0 ? 1 : std::sin(turn) / turn;
            filter.push_back(
                sinc * (0.5 + 0.5 * std::cos(std::numbers::pi * t / static_cast<double>(reach))));
            sum += filter.back();
        }
        filters.emplace_back();
        for (const double w : filter) filters.back().push_back(static_cast<float>(w / sum));
    }
    // The ends are held.
    std::vector<float> held(static_cast<std::size_t>(reach), x.front());
    held.insert(held.end(), x.begin(), x.end());
    held.insert(held.end(), static_cast<std::size_t>(reach), x.back());
    std::vector<float> out(x.size() * static_cast<std::size_t>(phases) /
                           static_cast<std::size_t>(step));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto n = static_cast<std::int64_t>(i);
        const float* at = held.data() + n * step / phases + 1;
        float sum = 0;
        for (const float w : filters[static_cast<std::size_t>(n % phases)]) sum += w * *at++;
        out[i] = sum;
    }
    return out;
}

void change(Recording& recording, const Options& options) {
    const auto length = static_cast<std::ptrdiff_t>(recording.length());
    if (options.invert)
        for (Lead& lead : recording.leads)
            for (float& x : lead.samples) x = -x;
    if (!options.fail.empty()) {
        std::vector<float>& x = recording.leads[0].samples;
        const auto from = x.begin() + length / 3, to = x.begin() + length / 3 * 2;
        synth::Random random(1);
        for (auto at = from; at != to; ++at)
            *at = options.fail == "off"     ? std::numeric_limits<float>::quiet_NaN()
                  : options.fail == "noise" ? static_cast<float>(0.5 * random.normal())
                                            : *from;
    }
    if (options.rate > 0) {
        const double from = std::exchange(recording.sampling_rate, options.rate);
        if (options.leads == "first") recording.leads.resize(1);
        for (Lead& lead : recording.leads)
            lead.samples = resampled(lead.samples, std::llround(from), std::llround(options.rate));
        for (Annotation& a : recording.annotations)
            a.sample = std::llround(static_cast<double>(a.sample) * options.rate / from);
    }
}

std::optional<Recording> read(const std::filesystem::path& header, const Options& options) {
    std::vector<tests::File> files;
    for (const char* extension : {".hea", ".dat", ".atr"}) {
        auto path = header;
        path.replace_extension(extension);
        if (std::filesystem::exists(path)) files.push_back(tests::read_file(path));
    }
    auto result = formats::read_recordings(tests::named(files));
    for (const Error& error : result.errors)
        std::fprintf(stderr, "%s\n", error.to_string().c_str());
    if (result.recordings.empty()) return std::nullopt;
    Recording recording = std::move(result.recordings[0]);
    if (options.reference != "atr") {
        auto path = header;
        const auto marks = formats::read_wfdb_annotations(
            tests::read_file(path.replace_extension(options.reference)).named());
        if (!marks) return std::nullopt;
        recording.annotations = *marks;
    }
    change(recording, options);
    return recording;
}

void print(const char* name, const evaluate::Comparison& c) {
    const auto f = evaluate::figures(c);
    std::printf(
        "%-10s %7lld %7lld %5lld %5lld  %7.3f %7.3f\n", name,
        static_cast<long long>(c.true_positives() + c.false_negatives()),
        static_cast<long long>(c.true_positives()), static_cast<long long>(c.false_negatives()),
        static_cast<long long>(c.false_positives()), 100 * f.qrs_sensitivity.value().value_or(0),
        100 * f.qrs_predictivity.value().value_or(0));
}

// Within `first` to `last`.
std::vector<Annotation> annotations_of(const std::vector<beats::Beat>& found, std::int64_t first,
                                       std::int64_t last) {
    std::vector<Annotation> list;
    list.reserve(found.size());
    for (const beats::Beat& beat : found)
        if (beat.sample >= first && beat.sample <= last)
            list.push_back({.sample = beat.sample, .code = Code::normal});
    return list;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--leads" && i + 1 < argc)
            options.leads = argv[++i];
        else if (argument == "--window" && i + 1 < argc)
            options.window_s = std::atof(argv[++i]);
        else if (argument == "--errors")
            options.errors = true;
        else if (argument == "--reference" && i + 1 < argc)
            options.reference = argv[++i];
        else if (argument == "--rate" && i + 1 < argc)
            options.rate = std::atof(argv[++i]);
        else if (argument == "--invert")
            options.invert = true;
        else if (argument == "--fail" && i + 1 < argc)
            options.fail = argv[++i];
        else if (options.folder.empty())
            options.folder = argument;
        else
            options.records.insert(argument);
    }
    if (options.folder.empty()) {
        std::fprintf(stderr,
                     "usage: bench_detector FOLDER [--leads first|second|all] "
                     "[--window S] [--errors] [--reference ENDING] [--rate HZ] [--invert] "
                     "[--fail flat|off|noise] [RECORD...]\n");
        return 2;
    }

    std::set<std::filesystem::path> headers;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder)) {
        auto reference = entry.path();
        if (entry.path().extension() == ".hea" &&
            std::filesystem::exists(reference.replace_extension(options.reference)) &&
            (options.records.empty() || options.records.contains(entry.path().stem().string())))
            headers.insert(entry.path());
    }
    std::vector<evaluate::Comparison> all, halves[2];
    double seconds = 0;
    std::size_t samples = 0;
    int number = 0;
    for (const auto& header : headers) {
        const auto recording = read(header, options);
        if (!recording) continue;
        std::vector<std::size_t> leads;
        if (options.leads == "first") leads = {0};
        if (options.leads == "second") leads = {1};
        const auto begin = std::clock();
        const auto found = beats::detect(*recording, leads);
        seconds += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        samples += recording->length();
        if (!found) {
            std::fprintf(stderr, "%s\n", found.error().to_string().c_str());
            continue;
        }
        std::int64_t from = 0, to = static_cast<std::int64_t>(recording->length());
        if (options.reference != "atr") {
            const auto beat = [](const Annotation& a) { return is_beat(a.code); };
            const auto& marks = recording->annotations;
            const auto edge = std::llround(options.window_s * recording->sampling_rate);
            const auto first = std::ranges::find_if(marks, beat);
            if (first == marks.end()) continue;
            from = first->sample - edge;
            to = std::find_if(marks.rbegin(), marks.rend(), beat)->sample + edge;
        }
        const auto c = evaluate::compare(
            recording->annotations, annotations_of(*found, from, to), recording->sampling_rate,
            static_cast<std::int64_t>(recording->length()), {.match_window_s = options.window_s});
        all.push_back(c);
        halves[number++ % 2].push_back(c);
        print(recording->name.c_str(), c);
        if (options.errors)
            for (const evaluate::Mismatch& m : c.mismatches)
                if (m.reference == evaluate::Label::O || m.test == evaluate::Label::O)
                    std::printf("    %lld %c/%c\n", static_cast<long long>(m.sample),
                                letter(m.reference), letter(m.test));
    }
    print("half 1", evaluate::sum(halves[0]));
    print("half 2", evaluate::sum(halves[1]));
    print("gross", evaluate::sum(all));
    std::printf("%zu samples in %.3f s: %.1f M samples/s\n", samples, seconds,
                static_cast<double>(samples) / seconds / 1e6);
    return 0;
}
