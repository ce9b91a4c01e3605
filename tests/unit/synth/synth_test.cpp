// Synthetic recordings: the same everywhere, with the beats that were asked for.
#include "synth/synth.hpp"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "formats/formats.hpp"
#include "synth/random.hpp"

using namespace telltale;
using synth::make;
using synth::Options;

namespace {

std::vector<std::int64_t> samples_of(const Recording& r, Code code) {
    std::vector<std::int64_t> result;
    for (const Annotation& a : r.annotations)
        if (a.code == code) result.push_back(a.sample);
    return result;
}

// FNV-1a over the ADC values and the annotations.
std::uint64_t digest(const Recording& r) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    const auto add = [&](std::int64_t value) {
        hash = (hash ^ static_cast<std::uint64_t>(value)) * 0x100000001b3u;
    };
    for (const Lead& lead : r.leads)
        for (std::size_t i = 0; i < lead.samples.size(); ++i) add(lead.adc(i));
    for (const Annotation& a : r.annotations) add(a.sample * 64 + static_cast<int>(a.code));
    return hash;
}

}  // namespace

TEST_CASE("the same options give the same recording, another seed another one") {
    const Options options{.duration_s = 20, .pvc_share = 0.1, .apb_share = 0.1, .leads = 12};
    CHECK(digest(make(options)) == digest(make(options)));
    Options other = options;
    other.seed = 2;
    CHECK(digest(make(options)) != digest(make(other)));
}

TEST_CASE("the recording is as long as asked for, with the leads in their order") {
    const Recording r = make({.duration_s = 10, .sampling_rate = 500, .leads = 12});
    CHECK(r.length() == 5000);
    CHECK(r.sampling_rate == 500);
    REQUIRE(r.leads.size() == 12);
    CHECK(r.leads[0].name == "II");
    CHECK(r.leads[1].name == "V1");
    for (const Lead& lead : r.leads) CHECK(lead.samples.size() == 5000);
    // Einthoven: without noise, III is II minus I (to a rounding).
    const Recording clean = make({.duration_s = 10, .noise_mv = 0, .wander_mv = 0, .leads = 12});
    const auto& ii = clean.leads[*clean.lead_index("II")].samples;
    const auto& i = clean.leads[*clean.lead_index("I")].samples;
    const auto& iii = clean.leads[*clean.lead_index("III")].samples;
    for (std::size_t k = 0; k < ii.size(); ++k)
        if (std::abs(ii[k] - i[k] - iii[k]) > 0.011f) FAIL("sample " << k);
}

TEST_CASE("a plain rhythm has the heart rate asked for and nothing else") {
    for (const double rate : {45.0, 68.0, 140.0}) {
        const Recording r = make({.duration_s = 300, .heart_rate = rate, .leads = 1});
        const auto beats = samples_of(r, Code::normal);
        CHECK(beats.size() == Catch::Approx(rate * 5).epsilon(0.03));
        CHECK(beats.size() + 1 == r.annotations.size());
        CHECK(r.annotations[0].code == Code::rhythm);
        CHECK(r.annotations[0].aux == "(N");
        CHECK(std::ranges::is_sorted(r.annotations, {}, &Annotation::sample));
    }
}

TEST_CASE("every beat's annotation lies on the peak of its R wave in II") {
    const Recording r = make({.duration_s = 60, .noise_mv = 0, .wander_mv = 0});
    const auto& ii = r.leads[0].samples;
    for (const std::int64_t beat : samples_of(r, Code::normal)) {
        const auto near =
            std::max_element(ii.begin() + std::max<std::int64_t>(0, beat - 20),
                             ii.begin() + std::min<std::int64_t>(beat + 21, std::ssize(ii)));
        CHECK(std::abs((near - ii.begin()) - beat) <= 1);
        CHECK(*near > 0.8f);
    }
}

TEST_CASE("premature beats come in the share asked for, early, and ventricular ones wide") {
    const Recording r = make(
        {.duration_s = 1200, .pvc_share = 0.1, .apb_share = 0.05, .noise_mv = 0, .wander_mv = 0});
    const auto v = samples_of(r, Code::premature_ventricular);
    const auto a = samples_of(r, Code::atrial_premature);
    const auto total = static_cast<double>(r.annotations.size() - 1);
    CHECK(static_cast<double>(v.size()) / total == Catch::Approx(0.1).margin(0.02));
    CHECK(static_cast<double>(a.size()) / total == Catch::Approx(0.05).margin(0.015));

    const auto& beats = r.annotations;
    double full_pause = 0;
    int pauses = 0;
    for (std::size_t i = 2; i + 2 < beats.size(); ++i) {
        const auto before = static_cast<double>(beats[i].sample - beats[i - 1].sample);
        const auto after = static_cast<double>(beats[i + 1].sample - beats[i].sample);
        if (beats[i].code == Code::normal) continue;
        CHECK(before < 0.85 * after);
        if (beats[i].code == Code::premature_ventricular) {
            full_pause += (before + after) / (360 * 60.0 / 68);
            ++pauses;
        }
    }
    CHECK(full_pause / pauses == Catch::Approx(2.0).margin(0.05));

    // Samples above half of the R wave in II: some 25 ms normally, some 70 ms from the ventricle.
    const auto width = [&](std::int64_t at) {
        const auto& ii = r.leads[0].samples;
        std::int64_t first = at, last = at;
        while (first > 0 && ii[first] > ii[at] / 2) --first;
        while (last + 1 < std::ssize(ii) && ii[last] > ii[at] / 2) ++last;
        return static_cast<double>(last - first) / 360;
    };
    for (std::size_t i = 1; i + 1 < v.size(); ++i) CHECK(width(v[i]) > 0.06);
    for (std::size_t i = 1; i + 1 < a.size(); ++i) CHECK(width(a[i]) < 0.04);
}

TEST_CASE("writing a synthetic recording and reading it back changes nothing") {
    Recording before = make({.duration_s = 30, .pvc_share = 0.1, .leads = 3});
    const auto format = formats::WfdbFormat::f212;
    const auto written = formats::write_wfdb(before, format);
    REQUIRE(written);
    const auto atr = formats::write_wfdb_annotations(before.annotations);
    const auto* text = reinterpret_cast<const std::byte*>(written->header.data());
    const std::vector<formats::NamedBytes> files = {
        {"synthetic.hea", std::span(text, written->header.size())},
        {"synthetic.dat", written->data},
        {"synthetic.atr", atr}};
    const auto result = formats::read_recordings(files);
    REQUIRE(result.recordings.size() == 1);
    const Recording& after = result.recordings[0];
    CHECK(after.warnings.empty());
    CHECK(after.annotations == before.annotations);
    for (std::size_t l = 0; l < 3; ++l) CHECK(after.leads[l].samples == before.leads[l].samples);
}

TEST_CASE("options out of range do not break it") {
    CHECK(make({.duration_s = 0}).length() == 0);
    CHECK(make({.duration_s = -5}).length() == 0);
    CHECK(
        make({.duration_s = 2, .sampling_rate = 1, .heart_rate = 1e9, .leads = 99}).leads.size() ==
        12);
    const Recording loud = make({.duration_s = 5, .pvc_share = 7, .apb_share = 3, .noise_mv = 1e6});
    CHECK(formats::write_wfdb(loud, formats::WfdbFormat::f212));
}

TEST_CASE("its own bell and sine are close to the true ones") {
    for (double x = -6; x <= 6; x += 0.01) {
        CHECK(std::abs(synth::bell(x) - std::exp(-x * x / 2)) < 1e-12);
        CHECK(std::abs(synth::wave(x) - std::sin(6.283185307179586 * x)) < 1e-9);
    }
}
