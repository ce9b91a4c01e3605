// Accuracy and speed of the QRS detector on real records.
//
//     bench_detector FOLDER [--leads first|all|second] [--window S] [--errors] [RECORD...]
//
// One line a record: reference beats, found, missed, false, Se, +P (EC57 pairing, from the first
// sample); then the gross figures, those of the two halves of the record list that tuning keeps
// apart, and the speed with the signals already in memory.
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "beats/detector.hpp"
#include "evaluate/comparison.hpp"
#include "formats/formats.hpp"
#include "support/data.hpp"

using namespace telltale;

namespace {

struct Options {
    std::filesystem::path folder;
    std::string leads = "first";
    double window_s = 0.150;
    bool errors = false;
    std::set<std::string> records;
};

std::optional<Recording> read(const std::filesystem::path& header) {
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
    return std::move(result.recordings[0]);
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

std::vector<Annotation> annotations_of(const std::vector<beats::Beat>& found) {
    std::vector<Annotation> list;
    list.reserve(found.size());
    for (const beats::Beat& beat : found)
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
        else if (options.folder.empty())
            options.folder = argument;
        else
            options.records.insert(argument);
    }
    if (options.folder.empty()) {
        std::fprintf(stderr,
                     "usage: bench_detector FOLDER [--leads first|second|all] "
                     "[--window S] [--errors] [RECORD...]\n");
        return 2;
    }

    std::set<std::filesystem::path> headers;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder)) {
        auto reference = entry.path();
        if (entry.path().extension() == ".hea" &&
            std::filesystem::exists(reference.replace_extension(".atr")) &&
            (options.records.empty() || options.records.contains(entry.path().stem().string())))
            headers.insert(entry.path());
    }
    std::vector<evaluate::Comparison> all, halves[2];
    double seconds = 0;
    std::size_t samples = 0;
    int number = 0;
    for (const auto& header : headers) {
        const auto recording = read(header);
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
        const auto c = evaluate::compare(
            recording->annotations, annotations_of(*found), recording->sampling_rate,
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
