#include "morphology/clusters.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "messages/json_tree.hpp"
#include "morphology/clusters_message.hpp"
#include "support/data.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::morphology;

namespace {

struct Beats {
    std::vector<std::int64_t> samples;
    std::vector<AamiClass> types;
};

Beats beats_of(const Recording& recording) {
    Beats result;
    for (const Annotation& a : recording.annotations)
        if (const auto type = aami_class(a.code)) {
            result.samples.push_back(a.sample);
            result.types.push_back(*type);
        }
    return result;
}

std::vector<std::span<const float>> views(const Recording& recording, std::size_t leads) {
    std::vector<std::span<const float>> result;
    for (std::size_t i = 0; i < leads; ++i) result.push_back(recording.leads[i].samples);
    return result;
}

/// Every beat with a cluster is a member of just that one, and lists are in order.
void check_consistent(const Clusters& clusters) {
    std::vector<std::int32_t> seen(clusters.cluster_of.size(), -1);
    std::size_t before = clusters.cluster_of.size() + 1;
    for (std::size_t c = 0; c < clusters.clusters.size(); ++c) {
        const Cluster& cluster = clusters.clusters[c];
        CHECK_FALSE(cluster.members.empty());
        CHECK(cluster.members.size() <= before);
        before = cluster.members.size();
        CHECK(std::ranges::is_sorted(cluster.members));
        CHECK(std::ranges::includes(cluster.members, cluster.outliers));
        CHECK(std::ranges::binary_search(cluster.members, cluster.typical));
        for (const std::uint32_t member : cluster.members) {
            CHECK(seen[member] == -1);
            seen[member] = static_cast<std::int32_t>(c);
        }
    }
    CHECK(seen == clusters.cluster_of);
}

/// Beats of the given shapes, one a second, at 250 Hz: `shape[k]` chooses among three.
std::vector<float> made_of(const std::vector<int>& shapes, double noise_mv, double jitter_s = 0) {
    std::mt19937 random(9);
    const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0 - 0.5; };
    std::vector<float> x(250 * (shapes.size() + 1));
    for (float& value : x) value = static_cast<float>(noise_mv * 2 * uniform());
    const auto bump = [](double t, double at, double width) {
        return std::exp(-(t - at) * (t - at) / (2 * width * width));
    };
    for (std::size_t b = 0; b < shapes.size(); ++b) {
        const double moved = 2 * jitter_s * uniform();
        for (int i = -125; i < 125; ++i) {
            const double t = i / 250.0 - moved;
            const double v = shapes[b] == 0   ? bump(t, 0, 0.012) - 0.3 * bump(t, 0.035, 0.012)
                             : shapes[b] == 1 ? 1.2 * bump(t, 0, 0.04) - 0.8 * bump(t, 0.12, 0.05)
                                              : -bump(t, 0, 0.015) + 0.5 * bump(t, 0.05, 0.015);
            x[250 * (b + 1) + static_cast<std::size_t>(i + 250) - 250] += static_cast<float>(v);
        }
    }
    return x;
}

std::vector<std::int64_t> every_second(std::size_t count) {
    std::vector<std::int64_t> result;
    for (std::size_t b = 0; b < count; ++b)
        result.push_back(static_cast<std::int64_t>(250 * (b + 1)));
    return result;
}

Clusters cluster(const std::vector<float>& x, const std::vector<std::int64_t>& beats,
                 double rate = 250, const Options& options = {}) {
    const std::array<std::span<const float>, 1> leads = {x};
    return cluster_beats(leads, rate, beats, options);
}

}  // namespace

TEST_CASE("three shapes make three clusters, in order of size") {
    std::vector<int> shapes;
    for (int i = 0; i < 100; ++i) shapes.push_back(i % 10 == 3 ? 1 : i % 10 == 7 || i == 5 ? 2 : 0);
    const Clusters result = cluster(made_of(shapes, 0.02), every_second(shapes.size()));
    check_consistent(result);
    REQUIRE(result.clusters.size() == 3);
    CHECK(result.clusters[0].members.size() == 79);
    CHECK(result.clusters[1].members.size() == 11);
    CHECK(result.clusters[2].members.size() == 10);
    for (std::size_t b = 0; b < shapes.size(); ++b)
        CHECK(result.cluster_of[b] == std::array{0, 2, 1}[static_cast<std::size_t>(shapes[b])]);
    // The mean shape peaks at the mark with the beat's own height above the baseline.
    const Cluster& first = result.clusters[0];
    REQUIRE(first.shape.size() == 1);
    const auto peak = std::ranges::max_element(first.shape[0]);
    CHECK(static_cast<std::size_t>(peak - first.shape[0].begin()) == result.shape_mark);
    CHECK(static_cast<double>(*peak) == Catch::Approx(1.0).margin(0.06));
    CHECK(first.outliers.empty());
    CHECK(first.mean_correlation > 0.98);
}

TEST_CASE("marks that are off do not part a cluster") {
    const std::vector<int> shapes(200, 0);
    const Clusters result = cluster(made_of(shapes, 0.01, 0.03), every_second(200));
    CHECK(result.clusters.size() == 1);
    CHECK(result.clusters[0].mean_correlation > 0.93);
}

TEST_CASE("the same shape at a third of the height is another cluster") {
    auto x = made_of(std::vector<int>(60, 0), 0.005);
    for (std::size_t b = 0; b < 60; b += 3)
        for (std::size_t i = 250 * (b + 1) - 100; i < 250 * (b + 1) + 100; ++i) x[i] /= 3;
    const Clusters result = cluster(x, every_second(60));
    REQUIRE(result.clusters.size() == 2);
    CHECK(result.clusters[0].members.size() == 40);
    CHECK(result.clusters[1].members.size() == 20);
}

TEST_CASE("a slow change of shape is followed") {
    // From 1 mV to -0.6 mV in the second bump, a beat at a time.
    std::vector<float> x(250 * 1001);
    for (std::size_t b = 0; b < 1000; ++b)
        for (int i = -100; i < 100; ++i) {
            const double t = i / 250.0, share = static_cast<double>(b) / 999;
            x[250 * (b + 1) + static_cast<std::size_t>(i + 250) - 250] = static_cast<float>(
                std::exp(-t * t / 3e-4) - share * 0.6 * std::exp(-(t - 0.05) * (t - 0.05) / 3e-4));
        }
    CHECK(cluster(x, every_second(1000)).clusters.size() <= 2);
}

TEST_CASE("noise makes no more clusters than allowed, and outliers are told") {
    std::mt19937 random(11);
    std::vector<float> x(250 * 501);
    for (float& value : x) value = static_cast<float>(random() % 2000) / 1000 - 1;
    const Clusters result = cluster(x, every_second(500), 250, {.max_clusters = 12});
    check_consistent(result);
    CHECK(result.clusters.size() <= 12);
    std::size_t outliers = 0;
    for (const Cluster& c : result.clusters) outliers += c.outliers.size();
    CHECK(outliers > 400);
    for (std::size_t b = 0; b < 500; ++b) CHECK(result.correlation[b] <= 1.0001F);
    CHECK(cluster(x, every_second(500), 250, {.max_clusters = 0}).clusters.empty());
}

TEST_CASE("beats at the ends, without signal or flat have no cluster") {
    auto x = made_of(std::vector<int>(20, 0), 0.01);
    auto beats = every_second(20);
    beats.insert(beats.begin(), {0, 10});
    beats.push_back(static_cast<std::int64_t>(x.size()) - 5);
    beats.push_back(static_cast<std::int64_t>(x.size()) + 1000);
    x[250 * 5] = std::numeric_limits<float>::quiet_NaN();
    x[250 * 6] = std::numeric_limits<float>::infinity();
    x[250 * 7] = std::numeric_limits<float>::max();
    std::fill(x.begin() + 250 * 8 - 120, x.begin() + 250 * 8 + 120, 0.5F);
    const Clusters result = cluster(x, beats);
    check_consistent(result);
    for (const std::size_t b : {0, 1, 6, 7, 8, 9, 22, 23}) {
        CAPTURE(b);
        CHECK(result.cluster_of[b] == -1);
        CHECK(result.correlation[b] == 0);
    }
    REQUIRE(result.clusters.size() == 1);
    CHECK(result.clusters[0].members.size() == 16);
    const auto json = messages::tree(message_of(result));
    CHECK(json["clusters"][0]["beats"] == 16);
    CHECK(json["clusters"][0]["shape"][0].size() == result.clusters[0].shape[0].size());
    CHECK(json["cluster_of"][0].is_null());
    CHECK(json["cluster_of"][2] == 0);
    CHECK(std::ranges::all_of(result.clusters[0].shape[0],
                              [](float value) { return std::isfinite(value); }));
}

TEST_CASE("impossible input gives no clusters") {
    const auto x = made_of({0, 0, 0}, 0.01);
    const auto beats = every_second(3);
    CHECK(cluster_beats({}, 250, beats).cluster_of == std::vector<std::int32_t>(3, -1));
    CHECK(cluster(x, {}).clusters.empty());
    CHECK(cluster({}, beats).clusters.empty());
    CHECK(cluster(x, beats, 0).clusters.empty());
    CHECK(cluster(x, beats, std::numeric_limits<double>::quiet_NaN()).clusters.empty());
    CHECK(cluster(x, beats, 250, {.after_s = 1e9}).clusters.empty());
    CHECK(cluster(x, beats, 250, {.before_s = 0, .after_s = 0}).clusters.empty());
    const std::vector<float> shorter(100);
    const std::array<std::span<const float>, 2> uneven = {x, shorter};
    CHECK(cluster_beats(uneven, 250, beats).clusters.empty());
}

TEST_CASE("clusters of a synthetic recording keep normal and ventricular beats apart") {
    for (const double rate : {128.0, 360.0, 1000.0}) {
        const Recording recording = synth::make(
            {.duration_s = 600, .sampling_rate = rate, .pvc_share = 0.1, .apb_share = 0.05});
        const Beats beats = beats_of(recording);
        const Clusters result = cluster_beats(views(recording, 2), rate, beats.samples);
        check_consistent(result);
        for (const Cluster& c : result.clusters) {
            std::size_t ventricular = 0;
            for (const std::uint32_t m : c.members) ventricular += beats.types[m] == AamiClass::V;
            CAPTURE(rate, c.members.size(), ventricular);
            CHECK((ventricular == 0 || ventricular == c.members.size()));
        }
        CHECK(result.clusters.size() <= 4);
    }
}

TEST_CASE("clusters of real recordings keep normal and ventricular beats apart") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    for (const char* name : {"119", "200", "208"}) {
        const auto files = tests::read_files(folder, name);
        const auto read = formats::read_recordings(tests::named(files));
        REQUIRE(read.recordings.size() == 1);
        const Recording& recording = read.recordings[0];
        const Beats beats = beats_of(recording);
        const Clusters result =
            cluster_beats(views(recording, 1), recording.sampling_rate, beats.samples);
        std::size_t apart = 0, all = 0;
        for (const Cluster& c : result.clusters) {
            std::array<std::size_t, 5> of{};
            for (const std::uint32_t m : c.members) ++of[static_cast<std::size_t>(beats.types[m])];
            all += of[0] + of[2];
            apart += std::max(of[0], of[2]);
        }
        const double share = static_cast<double>(apart) / static_cast<double>(all);
        std::printf("%s: %zu clusters, %.2f %% of N and V beats with their like\n", name,
                    result.clusters.size(), 100 * share);
        CHECK(share > 0.98);
    }
}

TEST_CASE("100 000 beats (time printed, not asserted)") {
    // A recording's beats again and again.
    const Recording recording = synth::make({.duration_s = 1200, .pvc_share = 0.1});
    const auto base = beats_of(recording).samples;
    std::vector<float> lead;
    std::vector<std::int64_t> beats;
    while (beats.size() < 100'000) {
        const auto offset = static_cast<std::int64_t>(lead.size());
        for (const std::int64_t sample : base) beats.push_back(offset + sample);
        lead.insert(lead.end(), recording.leads[0].samples.begin(),
                    recording.leads[0].samples.end());
    }
    std::mt19937 random(12);
    std::vector<float> noise(lead.size());
    for (float& value : noise) value = static_cast<float>(random() % 2000) / 1000 - 1;
    for (const auto& [what, x] : {std::pair{"ECG", &lead}, std::pair{"noise", &noise}}) {
        const auto start = std::chrono::steady_clock::now();
        const Clusters result = cluster(*x, beats, 360);
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        std::printf("%zu beats of %s: %zu clusters in %.2f s\n", beats.size(), what,
                    result.clusters.size(), spent.count());
        CHECK_FALSE(result.clusters.empty());
    }
}
