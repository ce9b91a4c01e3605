// Beats of one recording grouped by shape. The front door of shared/morphology.
//
// Leader clustering: each beat joins the cluster whose template it correlates with best, or founds
// a new one; then clusters that are alike are merged and every beat is assigned once more. Time is
// beats times clusters, of which there are at most Options::max_clusters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace telltale::morphology {

struct Options {
    /// The part of a beat that is compared, in s around its mark.
    double before_s = 0.10, after_s = 0.20;
    /// Marks may be off by this much, in s: windows are shifted to where they fit best.
    double shift_s = 0.04;
    /// Least correlation with a template to join its cluster.
    double join = 0.90;
    /// Clusters whose templates correlate at least so are one.
    double merge = 0.95;
    /// Members that correlate less with their template are outliers.
    double outlier = 0.80;
    /// Amplitudes of a beat and its template differ by no more than this factor.
    double amplitude_factor = 2.0;
    std::size_t max_clusters = 32;
    /// The part of a beat that Cluster::shape shows, in s around its mark.
    double shape_before_s = 0.25, shape_after_s = 0.45;
};

struct Cluster {
    std::vector<std::uint32_t> members;   ///< Indices of beats, ascending.
    std::vector<std::uint32_t> outliers;  ///< Those members that fit badly, ascending.
    /// Mean of the members that are no outliers (of all if there is no other), aligned, one row a
    /// lead, in the leads' unit at their sampling rate; its median is 0. NaN where no member has
    /// samples.
    std::vector<std::vector<float>> shape;
    std::uint32_t typical = 0;    ///< The member that fits best.
    double mean_correlation = 0;  ///< Of the members with the template.
};

struct Clusters {
    std::vector<Cluster> clusters;  ///< The largest first; equals by their first member.
    /// For each beat its cluster, or -1 where it is too near an end, or without signal.
    std::vector<std::int32_t> cluster_of;
    /// For each beat its correlation with its cluster's template, 0 where it has none.
    std::vector<float> correlation;
    std::size_t shape_mark = 0;  ///< The index in a shape where the beats' marks are.
};

/// `leads` (all of one length, any unit, NaN for missing) are compared together. `rate` in Hz from
/// 50 to 100 000, `beats` their samples in ascending order, option times from 0 to 2 s with at
/// least 0.05 s to compare. Outside that no beat has a cluster.
[[nodiscard]] Clusters cluster_beats(std::span<const std::span<const float>> leads, double rate,
                                     std::span<const std::int64_t> beats,
                                     const Options& options = {});

}  // namespace telltale::morphology
