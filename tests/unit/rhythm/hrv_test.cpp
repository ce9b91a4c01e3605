#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "messages/json.hpp"
#include "rhythm/known.hpp"
#include "rhythm/rhythm_message.hpp"
#include "rhythm/spline.hpp"
#include "signal/fft.hpp"
#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;
using namespace telltale::rhythm::tests;
using Catch::Approx;

TEST_CASE("time-domain figures of a series checked by hand") {
    // Differences: 50, -100, 120, 0, -20.
    const Summary s = summary(with_intervals({800, 850, 750, 870, 870, 850}));
    REQUIRE(s.hrv);
    const Hrv& h = *s.hrv;
    CHECK(h.intervals == 6);
    CHECK(h.nn == 6);
    CHECK(h.rejected_percent == 0);
    CHECK(*h.mean_nn_ms == Approx(4990.0 / 6));
    // Deviations from it, times 6: -190, 110, -490, 230, 230, 110.
    CHECK(*h.sdnn_ms == Approx(std::sqrt(406200.0 / 36 / 5)));
    CHECK(*h.rmssd_ms == Approx(std::sqrt((2500.0 + 10000 + 14400 + 0 + 400) / 5)));
    // Their mean is 10.
    CHECK(*h.sdsd_ms == Approx(std::sqrt((1600.0 + 12100 + 12100 + 100 + 900) / 4)));
    CHECK(*h.nn50 == 2);  // strictly above: the 50 does not count
    CHECK(*h.pnn50_percent == Approx(40));
    CHECK(*h.pnn20_percent == Approx(60));  // nor does the 20
    CHECK(*h.sd1_ms == Approx(*h.sdsd_ms / std::sqrt(2)));
    CHECK(*h.sd2_ms ==
          Approx(std::sqrt(2 * *h.sdnn_ms * *h.sdnn_ms - *h.sdsd_ms * *h.sdsd_ms / 2)));
    CHECK_FALSE(h.sdann_ms);
    CHECK_FALSE(h.triangular_index);  // far less than 20 minutes
    CHECK_FALSE(h.welch);
    CHECK_FALSE(h.lomb_scargle);
}

TEST_CASE("a difference of exactly 50 ms is not above it at any sampling rate") {
    for (const int rate : {100, 120, 180, 200, 240, 250, 257, 300, 360, 500, 1000}) {
        const int fifty = rate / 20;
        const std::vector<Beat> list = {{0}, {rate}, {2 * rate + fifty}, {3 * rate + fifty}};
        const auto s = analyse(
            {.beats = list, .sampling_rate = static_cast<double>(rate), .length = 4 * rate});
        REQUIRE(s);
        CHECK(*s->hrv->nn50 == (fifty * 20 > rate ? 2 : 0));
        const std::vector<Beat> more = {{0}, {rate}, {2 * rate + fifty + 1}};
        CHECK(*analyse(
                   {.beats = more, .sampling_rate = static_cast<double>(rate), .length = 4 * rate})
                   ->hrv->nn50 == 1);
    }
}

TEST_CASE("only normal-to-normal intervals count, and differences only between neighbours") {
    // Intervals: NN NN NV VN NN NN.
    auto list = with_intervals({800, 820, 500, 1100, 900, 870});
    list[3].type = AamiClass::V;
    const Hrv h = *summary(list).hrv;
    CHECK(h.nn == 4);
    CHECK(h.rejected_class == 2);
    CHECK(h.rejected_percent == Approx(100.0 / 3));
    CHECK(*h.mean_nn_ms == Approx((800 + 820 + 900 + 870) / 4.0));
    CHECK(*h.rmssd_ms == Approx(std::sqrt((400.0 + 900) / 2)));  // 20 and -30, not 820 to 900

    for (const AamiClass type : {AamiClass::S, AamiClass::F, AamiClass::Q}) {
        list[3].type = type;
        CHECK(summary(list).hrv->nn == 4);
    }
    list[3] = {list[3].sample, AamiClass::N, true};
    const Hrv marked = *summary(list).hrv;
    CHECK(marked.intervals == 5);
    CHECK(marked.rejected_gap == 1);
    CHECK(marked.nn == 4);
}

TEST_CASE("a fast or slow heart's usual intervals are no outliers") {
    for (const std::int64_t usual : {200, 272, 300, 2000, 2600}) {
        std::vector<std::int64_t> rr;
        for (int i = 0; i < 40; ++i) rr.push_back(usual + usual / 50 * (i % 3 - 1));
        const Hrv h = *summary(with_intervals(rr)).hrv;
        CHECK(h.rejected_outlier == 0);
        CHECK(h.nn == 40);
    }
}

TEST_CASE("intervals out of range or far from those around are left out") {
    std::vector<std::int64_t> rr(30, 800);
    rr[10] = 1600;  // a missed beat: twice the median
    rr[20] = 2100;
    const auto list = with_intervals(rr);
    const Hrv h = *summary(list).hrv;
    CHECK(h.rejected_outlier == 2);
    CHECK(*h.sdnn_ms == 0);
    CHECK(*h.rmssd_ms == 0);
    CHECK(*h.pnn50_percent == 0);
    const Hrv all = *summary(list, {}, {.nn_max_s = 3, .nn_max_deviation = 0}).hrv;
    CHECK(all.nn == 30);
    CHECK(*all.nn50 == 4);
}

TEST_CASE("SDANN and the SDNN index rest on five-minute segments") {
    // 300 s of 1 000 ms, 300 s of 750 ms, 300 s of 600 ms. The beat on a border ends its interval
    // in the later segment.
    std::vector<std::int64_t> rr(300, 1000);
    rr.insert(rr.end(), 400, 750);
    rr.insert(rr.end(), 500, 600);
    const Summary s = summary(with_intervals(rr), {}, {}, 900'000 + 1000);
    const Hrv& h = *s.hrv;
    REQUIRE(h.segments.size() == 4);
    CHECK(h.segments[0].nn == 299);
    CHECK(h.segments[1].nn == 400);
    CHECK(*h.segments[0].mean_nn_ms == 1000);
    CHECK(*h.segments[1].mean_nn_ms == Approx((1000 + 399 * 750.0) / 400));
    CHECK(*h.segments[0].rmssd_ms == 0);
    const double b = *h.segments[1].mean_nn_ms, c = *h.segments[2].mean_nn_ms;
    const double mean = (1000 + b + c) / 3;
    CHECK(*h.sdann_ms == Approx(std::sqrt(((1000 - mean) * (1000 - mean) + (b - mean) * (b - mean) +
                                           (c - mean) * (c - mean)) /
                                          2)));
    CHECK(*h.sdnn_index_ms == Approx((0 + *h.segments[1].sdnn_ms + *h.segments[2].sdnn_ms) / 3));
}

TEST_CASE("triangular index and TINN of a histogram that is a triangle") {
    // Bins of 1/128 s at 1 024 Hz: 8 samples a bin. Counts 100 200 300 200 100, so the triangle
    // meets the axis three bins from the tip on both sides.
    std::vector<std::int64_t> rr;
    for (int repeat = 0; repeat < 3; ++repeat)  // thrice, for more than 20 minutes
        for (int bin = 0; bin < 5; ++bin)
            rr.insert(rr.end(), static_cast<std::size_t>(100 * (3 - std::abs(bin - 2))),
                      800 + 8 * bin);
    const auto list = with_intervals(rr);
    const auto s =
        analyse({.beats = list, .sampling_rate = 1024, .length = list.back().sample + 1});
    REQUIRE(s);
    CHECK(*s->hrv->triangular_index == 3);
    CHECK(*s->hrv->tinn_ms == Approx(6 * 1000.0 / 128));
}

TEST_CASE("an oscillation of known power appears in its band, by both methods") {
    // RR = 800 ms + a cos(2 pi f t): power a^2 / 2 in the band of f.
    for (const auto& [frequency, band] : {std::pair{0.02, 0}, {0.1, 1}, {0.25, 2}}) {
        std::vector<std::int64_t> rr;
        double t = 0;
        while (t < 1800e6) {  // in microseconds
            const double next = 800e3 + 40e3 * std::cos(2 * std::numbers::pi * frequency * t / 1e6);
            rr.push_back(static_cast<std::int64_t>(next));
            t += next;
        }
        const auto list = with_intervals(rr);
        const auto s =
            analyse({.beats = list, .sampling_rate = 1e6, .length = list.back().sample + 1});
        REQUIRE(s);
        for (const auto& spectrum : {s->hrv->welch, s->hrv->lomb_scargle}) {
            REQUIRE(spectrum);
            const double power[] = {*spectrum->vlf_ms2, spectrum->lf_ms2, spectrum->hf_ms2};
            CAPTURE(frequency, spectrum->method, power[0], power[1], power[2]);
            CHECK(power[band] == Approx(800).epsilon(0.06));
            CHECK(*spectrum->total_ms2 == Approx(power[0] + power[1] + power[2]));
            CHECK(power[band] > 0.9 * *spectrum->total_ms2);
            CHECK(*spectrum->lf_hf == Approx(power[1] / power[2]));
            CHECK(*spectrum->lf_nu + *spectrum->hf_nu == Approx(100));
        }
        CHECK(s->hrv->welch->segments == 13);
        CHECK(s->hrv->lomb_scargle->segments == 6);
    }
}

TEST_CASE("short recordings: what the spectrum can still say") {
    const auto of = [](std::size_t count) {
        return *summary(tests::beats(std::string(count, 'N'))).hrv;
    };
    CHECK_FALSE(of(120).welch);  // 96 s
    const Hrv two_minutes = of(200);
    REQUIRE(two_minutes.welch);
    CHECK(two_minutes.welch->segment_s == 128);
    CHECK_FALSE(two_minutes.welch->vlf_ms2);
    CHECK_FALSE(two_minutes.welch->total_ms2);
    CHECK_FALSE(two_minutes.welch->lf_hf);  // no power at all in an even series
    CHECK_FALSE(two_minutes.lomb_scargle);
    CHECK(of(400).welch->segment_s == 256);
    // Bigeminy all along: no NN interval, so nothing.
    std::string letters;
    for (int i = 0; i < 300; ++i) letters += "NV";
    const Hrv none = *summary(tests::beats(letters)).hrv;
    CHECK(none.nn == 0);
    CHECK(none.rejected_percent == 100);
    CHECK_FALSE(none.mean_nn_ms);
    CHECK_FALSE(none.welch);
    // A third of the time ectopic: too little for a spectrum, enough for the rest.
    letters.clear();
    for (int i = 0; i < 200; ++i) letters += "NNNNV";
    const Hrv third = *summary(tests::beats(letters)).hrv;
    CHECK(third.rmssd_ms);
    CHECK_FALSE(third.welch);
    CHECK_FALSE(third.lomb_scargle);
}

TEST_CASE("all figures equal those of NumPy and SciPy") {
    // The series of reference_hrv.py, and what that prints.
    std::vector<Beat> list;
    std::vector<Interval> unreadable;
    std::int64_t sample = 500, state = 12345;
    for (int k = 0; k < 3000; ++k) {
        list.push_back({sample, k % 97 == 50     ? AamiClass::V
                                : k % 211 == 100 ? AamiClass::S
                                                 : AamiClass::N});
        state = (state * 1103515245 + 12345) % 2147483648;
        const int slow = std::abs(k % 400 - 200) - 100;
        const int low = 3 * (std::abs(k % 12 - 6) - 3);
        const int high = 18 * (std::abs(k % 4 - 2) - 1);
        const int half = static_cast<int>(std::floor(slow / 2.0));  // as Python divides
        std::int64_t rr = 800 + half + low + high + (state >> 16) % 61 - 30;
        if (k % 97 == 49) rr -= 250;
        if (k % 97 == 50) rr += 250;
        if (k == 700) rr *= 2;
        if (k == 1500) {
            unreadable.push_back({sample + 300, sample + 45300});
            rr += 45000;
        }
        sample += rr;
    }
    const Summary s = summary(list, unreadable, {}, sample);
    REQUIRE(s.hrv);
    const Hrv& h = *s.hrv;
    const auto same = [](double value) { return Approx(value).epsilon(1e-9).margin(1e-9); };
    CHECK(h.nn == 2907);
    CHECK(*h.mean_nn_ms == same(799.9401444788442));
    CHECK(*h.sdnn_ms == same(37.2981402768826));
    CHECK(*h.sdann_ms == same(3.684694961266335));
    CHECK(*h.sdnn_index_ms == same(37.10701479400193));
    CHECK(*h.rmssd_ms == same(31.875484620036048));
    CHECK(*h.sdsd_ms == same(31.880987684677347));
    CHECK(*h.nn50 == 371);
    CHECK(*h.pnn50_percent == same(12.97656523259881));
    CHECK(*h.pnn20_percent == same(54.424623994403646));
    CHECK(*h.triangular_index == same(12.476394849785407));
    CHECK(*h.tinn_ms == same(187.5));
    CHECK(*h.sd1_ms == same(22.54326258276016));
    CHECK(*h.sd2_ms == same(47.68756492370678));
    REQUIRE(h.welch);
    CHECK(*h.welch->vlf_ms2 == same(531.5591003384978));
    CHECK(h.welch->lf_ms2 == same(85.37785197912741));
    CHECK(h.welch->hf_ms2 == same(303.6813380472765));
    CHECK(h.welch->segments == 16);
    REQUIRE(h.lomb_scargle);
    CHECK(*h.lomb_scargle->vlf_ms2 == same(863.80523799755));
    CHECK(h.lomb_scargle->lf_ms2 == same(88.57264448547348));
    CHECK(h.lomb_scargle->hf_ms2 == same(342.3250264106278));
    CHECK(h.lomb_scargle->segments == 7);
}

TEST_CASE("the transform equals the sum that defines it") {
    for (const std::size_t size : {2U, 8U, 64U}) {
        std::vector<std::complex<double>> data(size), given(size);
        for (std::size_t i = 0; i < size; ++i)
            given[i] = data[i] = {std::sin(1.0 + static_cast<double>(i * i)),
                                  std::cos(3.0 * static_cast<double>(i))};
        signal::Fft(size).forward(data);
        for (std::size_t k = 0; k < size; ++k) {
            std::complex<double> sum = 0;
            for (std::size_t n = 0; n < size; ++n)
                sum +=
                    given[n] * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * n) /
                                                   static_cast<double>(size));
            CHECK(std::abs(data[k] - sum) < 1e-12 * static_cast<double>(size));
        }
    }
}

TEST_CASE("the natural spline passes through its points and keeps a straight line straight") {
    const std::vector<double> x = {0, 1, 2.5, 3}, line = {1, 3, 6, 7}, bent = {1, 0, 2, -1};
    const std::vector<double> straight = resampled(x, line, 0.25);
    REQUIRE(straight.size() == 13);
    for (std::size_t i = 0; i < 13; ++i)
        CHECK(straight[i] == Approx(1 + 0.5 * static_cast<double>(i)));
    const std::vector<double> curve = resampled(x, bent, 0.5);
    CHECK(curve[0] == Approx(1));
    CHECK(curve[2] == Approx(0).margin(1e-12));
    CHECK(curve[5] == Approx(2));
    CHECK(curve[6] == Approx(-1));
    // Knots 0, 1, 2 with values 0, 1, 0: second derivative -3 at the middle knot, so 0.6875 at 0.5.
    CHECK(resampled(std::vector{0.0, 1.0, 2.0}, std::vector{0.0, 1.0, 0.0}, 0.5)[1] ==
          Approx(0.6875));
}

TEST_CASE("what is known of the beats before saves work and changes no figure") {
    // An hour that speeds up, slows down and wavers, with a break.
    std::vector<std::int64_t> intervals;
    for (std::int64_t i = 0; i < 4400; ++i)
        intervals.push_back(i == 2000 ? 40'000 : 800 + i % 17 * 9 - i % 5 * 31 + i / 100);
    auto list = with_intervals(intervals);
    for (std::size_t i = 50; i < list.size(); i += 97) list[i].type = AamiClass::V;
    const std::int64_t length = list.back().sample + 1;
    const auto text = [&](Known* known, const Options& options = {}) {
        const auto summary =
            analyse({.beats = list, .sampling_rate = 1000, .length = length}, options, known);
        REQUIRE(summary);
        return messages::text(message_of(*summary));
    };
    Known known;
    const std::string before = text(&known);
    CHECK(before == text(nullptr));
    CHECK(before == text(&known));
    for (const std::size_t beat : {std::size_t{3000}, std::size_t{77}, list.size() - 1}) {
        list[beat].type = list[beat].type == AamiClass::V ? AamiClass::N : AamiClass::V;
        const std::string fresh = text(nullptr);
        CHECK(fresh != before);
        CHECK(fresh == text(&known));
    }
    list.erase(list.begin() + 1500);
    CHECK(text(&known) == text(nullptr));
    list[1200].sample += 30;
    CHECK(text(&known) == text(nullptr));
    CHECK(text(&known, {.pause_s = 1, .bradycardia_bpm = 70}) ==
          text(nullptr, {.pause_s = 1, .bradycardia_bpm = 70}));
    CHECK(text(&known) == text(nullptr));

    const auto without =
        analyse({.beats = list, .sampling_rate = 1000, .length = length}, {.hrv = false}, &known);
    REQUIRE(without);
    CHECK_FALSE(without->hrv);
    CHECK(without->heart_rate);
}

TEST_CASE("less than a minute of normal beats says nothing about variability") {
    const auto short_one = summary(with_intervals(std::vector<std::int64_t>(46, 800)));
    CHECK(short_one.hrv->untold ==
          "Not told: 46 intervals between normal beats, 37 s in all, are too few. It takes 60 s at "
          "least, and 5 minutes to compare with others.");
    const auto longer = summary(with_intervals(std::vector<std::int64_t>(90, 800)));
    CHECK_FALSE(longer.hrv->untold);
}
