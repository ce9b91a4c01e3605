#include "morphology/clusters.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace telltale::morphology {
namespace {

/// Beats cut to small windows, band-limited by averaging down to some 125 Hz. A window holds one
/// row a lead, each `margin` values longer on both sides than what is compared.
class Windows {
public:
    Windows(std::span<const std::span<const float>> leads, double rate,
            std::span<const std::int64_t> beats, const Options& options)
        : leads_(leads.size()),
          step_(std::max<std::int64_t>(1, std::llround(rate / 125))),
          before_(std::llround(options.before_s * rate / static_cast<double>(step_))),
          points_(static_cast<std::size_t>(
              before_ + std::llround(options.after_s * rate / static_cast<double>(step_)) + 1)),
          margin_(static_cast<std::size_t>(
              std::llround(options.shift_s * rate / static_cast<double>(step_)))) {
        const std::int64_t length = static_cast<std::int64_t>(leads[0].size());
        const auto row = static_cast<std::int64_t>(row_length());
        std::vector<float> window(leads_ * row_length());
        for (std::size_t b = 0; b < beats.size(); ++b) {
            const std::int64_t first =
                beats[b] - (before_ + static_cast<std::int64_t>(margin_)) * step_ - step_ / 2;
            if (first < 0 || first + row * step_ > length) continue;
            bool finite = true;
            for (std::size_t lead = 0; lead < leads_; ++lead)
                for (std::int64_t k = 0; k < row; ++k) {
                    float sum = 0;
                    for (std::int64_t i = 0; i < step_; ++i)
                        sum += leads[lead][static_cast<std::size_t>(first + k * step_ + i)];
                    // What no amplifier gives would only overflow the sums of squares.
                    finite = finite && std::abs(sum) < 1e12F;
                    window[lead * row_length() + static_cast<std::size_t>(k)] =
                        sum / static_cast<float>(step_);
                }
            if (!finite) continue;
            values_.insert(values_.end(), window.begin(), window.end());
            beat_.push_back(static_cast<std::uint32_t>(b));
        }
    }

    [[nodiscard]] std::size_t count() const { return beat_.size(); }
    [[nodiscard]] std::uint32_t beat(std::size_t w) const { return beat_[w]; }
    [[nodiscard]] std::size_t leads() const { return leads_; }
    [[nodiscard]] std::size_t points() const { return points_; }
    [[nodiscard]] int margin() const { return static_cast<int>(margin_); }
    [[nodiscard]] std::int64_t step() const { return step_; }
    /// The values of one lead of a window shifted by `shift` points, points() of them.
    [[nodiscard]] const float* row(std::size_t w, std::size_t lead, int shift) const {
        return values_.data() + (w * leads_ + lead) * row_length() + margin_ + shift;
    }

private:
    [[nodiscard]] std::size_t row_length() const { return points_ + 2 * margin_; }
    std::size_t leads_;
    std::int64_t step_, before_;
    std::size_t points_, margin_;
    std::vector<float> values_;
    std::vector<std::uint32_t> beat_;
};

float dot(const float* a, const float* b, std::size_t n) {
    float sums[4] = {0, 0, 0, 0};  // in parallel, and in the same order everywhere
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
    for (; i < n; ++i) sums[0] += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// What beats are compared with: mean zero in each lead, length one over all leads.
struct Template {
    std::vector<float> unit;
    float amplitude = 0;  ///< Typical length of a member's window.
    std::size_t count = 0;
};

/// A window with its mean taken out of each lead; false if nothing is left of it.
bool centred(const Windows& windows, std::size_t w, int shift, std::vector<float>& out,
             float& amplitude) {
    const std::size_t n = windows.points();
    out.resize(n * windows.leads());
    float squares = 0;
    for (std::size_t lead = 0; lead < windows.leads(); ++lead) {
        const float* row = windows.row(w, lead, shift);
        const float mean = std::accumulate(row, row + n, 0.0F) / static_cast<float>(n);
        for (std::size_t i = 0; i < n; ++i) out[lead * n + i] = row[i] - mean;
        squares += dot(&out[lead * n], &out[lead * n], n);
    }
    amplitude = std::sqrt(squares);
    return amplitude > 1e-6F;
}

/// How a window fits a template.
struct Fit {
    float correlation = -2;
    float amplitude = 0;
    int shift = 0;
};

class Matcher {
public:
    Matcher(const Windows& windows, const Options& options)
        : windows_(windows),
          options_(options),
          lengths_(static_cast<std::size_t>(2 * windows.margin() + 1)) {}

    /// Prepares window w for all shifts.
    void load(std::size_t w) {
        w_ = w;
        const std::size_t n = windows_.points();
        for (int shift = -windows_.margin(); shift <= windows_.margin(); ++shift) {
            float squares = 0;
            for (std::size_t lead = 0; lead < windows_.leads(); ++lead) {
                const float* row = windows_.row(w, lead, shift);
                const float mean = std::accumulate(row, row + n, 0.0F) / static_cast<float>(n);
                float sum = 0;
                for (std::size_t i = 0; i < n; ++i) sum += (row[i] - mean) * (row[i] - mean);
                squares += sum;
            }
            length(shift) = std::sqrt(squares);
        }
    }

    /// The best shift: every second one, then the neighbours of the best.
    [[nodiscard]] Fit fit(const Template& other) {
        Fit best;
        for (int shift = 0; shift <= windows_.margin(); shift += 2) {
            consider(other, shift, best);
            if (shift > 0) consider(other, -shift, best);
        }
        const int coarse = best.shift;
        for (const int shift : {coarse - 1, coarse + 1})
            if (std::abs(shift) <= windows_.margin()) consider(other, shift, best);
        return best;
    }

    [[nodiscard]] bool same_size(const Fit& fit, const Template& other) const {
        const auto factor = static_cast<float>(options_.amplitude_factor);
        return fit.amplitude <= factor * other.amplitude &&
               other.amplitude <= factor * fit.amplitude;
    }

    /// The best of the templates: one of the right amplitude if any fits well enough to join.
    /// Stops early at a template that could hardly be bettered.
    struct Best {
        std::optional<std::size_t> index;
        Fit fit;
        bool joins = false;
    };
    [[nodiscard]] Best best_of(const std::vector<Template>& templates,
                               std::optional<std::size_t> first) {
        constexpr float certain = 0.97F;
        Best best;
        const auto look = [&](std::size_t t) {
            const Fit found = fit(templates[t]);
            const bool joins = found.correlation >= static_cast<float>(options_.join) &&
                               same_size(found, templates[t]);
            if (!best.index || (joins && !best.joins) ||
                (joins == best.joins && found.correlation > best.fit.correlation))
                best = {t, found, joins};
            return joins && found.correlation >= certain;
        };
        if (first && look(*first)) return best;
        for (std::size_t t = 0; t < templates.size(); ++t)
            if (t != first && look(t)) break;
        return best;
    }

private:
    float& length(int shift) {
        return lengths_[static_cast<std::size_t>(shift + windows_.margin())];
    }

    void consider(const Template& other, int shift, Fit& best) {
        const float size = length(shift);
        if (!(size > 1e-6F)) return;
        const std::size_t n = windows_.points();
        float product = 0;  // the template's mean is zero, so the window's does not matter
        for (std::size_t lead = 0; lead < windows_.leads(); ++lead)
            product += dot(&other.unit[lead * n], windows_.row(w_, lead, shift), n);
        const float correlation = product / size;
        if (correlation > best.correlation) best = {correlation, size, shift};
    }

    const Windows& windows_;
    const Options& options_;
    std::vector<float> lengths_;
    std::size_t w_ = 0;
};

void normalise(std::vector<float>& values) {
    const float size = std::sqrt(dot(values.data(), values.data(), values.size()));
    if (size > 0)
        for (float& value : values) value /= size;
}

/// Moves a template towards a window that joined it; old members fade after some 64 beats, so
/// that it follows slow changes.
void follow(Template& own, const Windows& windows, std::size_t w, const Fit& fit,
            std::vector<float>& scratch) {
    float amplitude = 0;
    if (!centred(windows, w, fit.shift, scratch, amplitude)) return;
    ++own.count;
    const float share = 1.0F / static_cast<float>(std::min<std::size_t>(own.count, 64));
    for (std::size_t i = 0; i < scratch.size(); ++i)
        own.unit[i] += share * (scratch[i] / amplitude - own.unit[i]);
    normalise(own.unit);
    own.amplitude += share * (amplitude - own.amplitude);
}

/// Correlation of two templates at the best shift against each other.
float similarity(const Template& a, const Template& b, std::size_t leads, std::size_t points,
                 int margin) {
    float best = -2;
    for (int shift = -margin; shift <= margin; ++shift) {
        float product = 0, aa = 0, bb = 0;
        const auto skip = static_cast<std::size_t>(std::abs(shift));
        const std::size_t n = points - skip;
        for (std::size_t lead = 0; lead < leads; ++lead) {
            const float* x = &a.unit[lead * points + (shift > 0 ? skip : 0)];
            const float* y = &b.unit[lead * points + (shift < 0 ? skip : 0)];
            product += dot(x, y, n);
            aa += dot(x, x, n);
            bb += dot(y, y, n);
        }
        if (aa > 0 && bb > 0) best = std::max(best, product / std::sqrt(aa * bb));
    }
    return best;
}

/// First pass: templates from the beats in order of time.
std::vector<Template> found_templates(const Windows& windows, Matcher& matcher,
                                      const Options& options) {
    std::vector<Template> templates;
    std::vector<float> scratch;
    std::optional<std::size_t> last;
    for (std::size_t w = 0; w < windows.count(); ++w) {
        matcher.load(w);
        const Matcher::Best best = matcher.best_of(templates, last);
        if (best.joins) {
            follow(templates[*best.index], windows, w, best.fit, scratch);
            last = best.index;
            continue;
        }
        Template fresh{.count = 1};
        if (templates.size() < options.max_clusters &&
            centred(windows, w, 0, fresh.unit, fresh.amplitude)) {
            normalise(fresh.unit);
            templates.push_back(std::move(fresh));
        }
    }
    return templates;
}

/// Joins templates that are alike, the larger taking the smaller.
std::vector<Template> merged(std::vector<Template> templates, const Windows& windows,
                             const Options& options) {
    std::ranges::stable_sort(templates, std::ranges::greater{}, &Template::count);
    const auto factor = static_cast<float>(options.amplitude_factor);
    std::vector<Template> kept;
    for (Template& candidate : templates) {
        const auto alike = [&](const Template& other) {
            return candidate.amplitude <= factor * other.amplitude &&
                   other.amplitude <= factor * candidate.amplitude &&
                   similarity(candidate, other, windows.leads(), windows.points(),
                              windows.margin()) >= static_cast<float>(options.merge);
        };
        const auto found = std::ranges::find_if(kept, alike);
        if (found == kept.end())
            kept.push_back(std::move(candidate));
        else
            found->count += candidate.count;
    }
    return kept;
}

/// A beat's cluster after the last pass.
struct Assignment {
    std::size_t cluster = 0;
    Fit fit;
    bool fits = false;  ///< Not an outlier.
};

/// The mean of the members' samples around their marks, one row a lead; its median is 0.
std::vector<std::vector<float>> mean_shape(std::span<const std::span<const float>> leads,
                                           const std::vector<std::int64_t>& marks,
                                           std::int64_t before, std::size_t points) {
    std::vector<std::vector<float>> shape;
    for (const std::span<const float> lead : leads) {
        std::vector<double> sum(points);
        std::vector<std::size_t> count(points);
        for (const std::int64_t mark : marks) {
            // Each beat's own baseline is taken out: the mean of what is there of it.
            const std::int64_t first = mark - before;
            const auto from = static_cast<std::size_t>(std::max<std::int64_t>(0, -first));
            const auto to = static_cast<std::size_t>(
                std::clamp<std::int64_t>(static_cast<std::int64_t>(lead.size()) - first, 0,
                                         static_cast<std::int64_t>(points)));
            double mean = 0;
            std::size_t there = 0;
            for (std::size_t i = from; i < to; ++i) {
                const float value = lead[static_cast<std::size_t>(first) + i];
                if (!std::isfinite(value)) continue;
                mean += static_cast<double>(value);
                ++there;
            }
            if (there == 0) continue;
            mean /= static_cast<double>(there);
            for (std::size_t i = from; i < to; ++i) {
                const float value = lead[static_cast<std::size_t>(first) + i];
                if (!std::isfinite(value)) continue;
                sum[i] += static_cast<double>(value) - mean;
                ++count[i];
            }
        }
        std::vector<float> row(points, std::numeric_limits<float>::quiet_NaN()), sorted;
        for (std::size_t i = 0; i < points; ++i) {
            if (count[i] == 0) continue;
            row[i] = static_cast<float>(sum[i] / static_cast<double>(count[i]));
            sorted.push_back(row[i]);
        }
        if (!sorted.empty()) {
            const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
            std::ranges::nth_element(sorted, middle);
            for (float& value : row) value -= *middle;
        }
        shape.push_back(std::move(row));
    }
    return shape;
}

bool sensible(const Options& options) {
    constexpr double longest_s = 2;
    for (const double seconds : {options.before_s, options.after_s, options.shift_s,
                                 options.shape_before_s, options.shape_after_s})
        if (!(seconds >= 0 && seconds <= longest_s)) return false;
    return options.before_s + options.after_s >= 0.05;  // less has no shape
}

}  // namespace

Clusters cluster_beats(std::span<const std::span<const float>> leads, double rate,
                       std::span<const std::int64_t> beats, const Options& options) {
    Clusters result;
    result.cluster_of.assign(beats.size(), -1);
    result.correlation.assign(beats.size(), 0);
    const bool even = !leads.empty() && std::ranges::all_of(leads, [&](auto lead) {
        return lead.size() == leads[0].size();
    });
    if (!even || !(rate >= 50 && rate <= 100'000) || !sensible(options)) return result;
    const auto before = std::llround(options.shape_before_s * rate);
    const auto points =
        static_cast<std::size_t>(before + std::llround(options.shape_after_s * rate) + 1);
    result.shape_mark = static_cast<std::size_t>(before);

    const Windows windows(leads, rate, beats, options);
    Matcher matcher(windows, options);
    const std::vector<Template> templates =
        merged(found_templates(windows, matcher, options), windows, options);
    if (templates.empty()) return result;

    std::vector<std::optional<Assignment>> assigned(windows.count());
    std::vector<std::size_t> sizes(templates.size());
    std::optional<std::size_t> last;
    for (std::size_t w = 0; w < windows.count(); ++w) {
        matcher.load(w);
        const Matcher::Best best = matcher.best_of(templates, last);
        if (best.fit.correlation < -1) continue;  // a flat window
        const bool fits = best.fit.correlation >= static_cast<float>(options.outlier) &&
                          matcher.same_size(best.fit, templates[*best.index]);
        assigned[w] = Assignment{*best.index, best.fit, fits};
        ++sizes[*best.index];
        if (best.joins) last = best.index;
    }

    // The largest first. Templates are in order of their first pass's counts, so equals keep that.
    std::vector<std::size_t> order(templates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t t) { return sizes[t]; });
    std::vector<std::int32_t> number(templates.size(), -1);
    for (const std::size_t t : order)
        if (sizes[t] > 0) {
            number[t] = static_cast<std::int32_t>(result.clusters.size());
            result.clusters.emplace_back();
        }
    std::vector<std::vector<std::int64_t>> good(result.clusters.size()), all(good.size());
    std::vector<float> highest(good.size(), -2);
    for (std::size_t w = 0; w < windows.count(); ++w) {
        if (!assigned[w]) continue;
        const auto c = static_cast<std::size_t>(number[assigned[w]->cluster]);
        Cluster& cluster = result.clusters[c];
        const std::uint32_t beat = windows.beat(w);
        const Fit& fit = assigned[w]->fit;
        const std::int64_t mark = beats[beat] + fit.shift * windows.step();
        cluster.members.push_back(beat);
        if (!assigned[w]->fits) cluster.outliers.push_back(beat);
        (assigned[w]->fits ? good : all)[c].push_back(mark);
        cluster.mean_correlation += static_cast<double>(fit.correlation);
        if (fit.correlation > highest[c]) {
            highest[c] = fit.correlation;
            cluster.typical = beat;
        }
        result.cluster_of[beat] = static_cast<std::int32_t>(c);
        result.correlation[beat] = fit.correlation;
    }
    for (std::size_t c = 0; c < result.clusters.size(); ++c) {
        Cluster& cluster = result.clusters[c];
        cluster.mean_correlation /= static_cast<double>(cluster.members.size());
        cluster.shape = mean_shape(leads, good[c].empty() ? all[c] : good[c], before, points);
    }
    return result;
}

}  // namespace telltale::morphology
