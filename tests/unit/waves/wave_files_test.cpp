#include "waves/wave_files.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

namespace telltale::waves {
namespace {

Wave wave(double onset, double peak, double end) {
    Wave w;
    w.onset = {onset, 0};
    w.peak_s = peak;
    w.end = {end, 0};
    return w;
}

TEST_CASE("waves as WFDB's brackets and as CSV", "[waves]") {
    WaveMarks marks;
    marks.beats.push_back({.beat = 0,
                           .p = wave(0.8, 0.85, 0.9),
                           .qrs = wave(0.96, 1.0, 1.05),
                           .t = wave(1.2, 1.3, 1.4)});
    marks.beats.push_back({.beat = 1, .p = {}, .qrs = wave(1.96, 2.0, 2.06), .t = {}});
    marks.lone_p = {wave(1.6, 1.65, 1.7)};
    const std::vector<std::int64_t> peaks = {1000, 2000};
    const auto list = annotations(marks, 1000);
    std::string words;
    for (const Annotation& a : list)
        words += std::string(mnemonic(a.code)) + std::to_string(a.sample) + " ";
    CHECK(words ==
          "(800 p850 )900 (960 N1000 )1050 (1200 t1300 )1400 (1600 p1650 )1700 (1960 N2000 )2060 ");
    CHECK(list[0].number == 0);
    CHECK(list[3].number == 1);
    CHECK(list[6].number == 2);
    CHECK(waves_csv(marks, peaks, 1000) ==
          "r_s,p_onset_s,p_peak_s,p_end_s,qrs_onset_s,qrs_end_s,t_onset_s,t_peak_s,t_end_s,pr_ms,"
          "qrs_ms,qt_ms\n"
          "1.0000,0.8000,0.8500,0.9000,0.9600,1.0500,1.2000,1.3000,1.4000,160.0,90.0,440.0\n"
          "2.0000,,,,1.9600,2.0600,,,,,100.0,\n");
}

}  // namespace
}  // namespace telltale::waves
