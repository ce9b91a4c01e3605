#include "classify/adapt.hpp"

#include <algorithm>
#include <cmath>

#include "classify/adapt_parts.hpp"
#include "classify/feature_math.hpp"
#include "classify/softmax_solver.hpp"

namespace telltale::classify {
namespace {

constexpr int newton_steps = 20;
constexpr std::size_t block = adapt_block;
constexpr float least_log = -12;  // no model is surer than that

float finite(float x) {
    return std::isfinite(x) ? x : 0;
}

// |a - b|^2, in the order of dot().
float square_between(const float* a, const float* b, std::size_t n) {
    float s[4] = {0, 0, 0, 0};
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (std::size_t k = 0; k < 4; ++k) s[k] += (a[i + k] - b[i + k]) * (a[i + k] - b[i + k]);
    for (; i < n; ++i) s[0] += (a[i] - b[i]) * (a[i] - b[i]);
    return (s[0] + s[1]) + (s[2] + s[3]);
}

// Takes each row's mean away; gives the mean square of what the rows were, all rows together.
double centre(float* rows, std::size_t count, std::size_t stride, std::size_t n) {
    double square = 0;
    for (std::size_t p = 0; p < count; ++p) {
        float* row = rows + p * stride;
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) {
            sum += static_cast<double>(row[j]);
            square += static_cast<double>(row[j]) * static_cast<double>(row[j]);
        }
        const auto mean = static_cast<float>(sum / static_cast<double>(n));
        for (std::size_t j = 0; j < n; ++j) row[j] -= mean;
    }
    return square / static_cast<double>(n);
}

}  // namespace

void add_rows(float* out, const float* rows, std::size_t stride, const float* factors,
              std::size_t count, std::size_t n) {
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const float *a = rows + i * stride, *b = a + stride, *c = b + stride, *d = c + stride;
        const float p = factors[i], q = factors[i + 1], r = factors[i + 2], s = factors[i + 3];
        for (std::size_t j = 0; j < n; ++j) out[j] += (p * a[j] + q * b[j]) + (r * c[j] + s * d[j]);
    }
    for (; i < count; ++i) {
        const float* row = rows + i * stride;
        for (std::size_t j = 0; j < n; ++j) out[j] += factors[i] * row[j];
    }
}

Adapter::Adapter(const ModelSaid& said, const AdaptOptions& options) : options_(options) {
    const std::size_t classes = said.classes;
    if (classes == 0 || classes > 255) return;
    labels_ = std::min<std::size_t>(std::max(said.labels, classes), 255);
    beats_ = said.logits.size() / classes;
    if (beats_ == 0) return;
    padded_ = (beats_ + block - 1) / block * block;
    logits_.assign(labels_ * padded_, static_cast<float>(options_.unknown));
    std::vector<float> row(classes);
    for (std::size_t j = 0; j < beats_; ++j) {
        for (std::size_t c = 0; c < classes; ++c) row[c] = finite(said.logits[j * classes + c]);
        const float largest = std::ranges::max(row);
        float sum = 0;
        for (const float x : row) sum += exp_of_negative(x - largest);
        const float whole = largest + log_of(sum);
        for (std::size_t c = 0; c < classes; ++c)
            logits_[c * padded_ + j] = std::max(row[c] - whole, least_log);
    }
    place(said);
}

void Adapter::place(const ModelSaid& said) {
    width_ = said.width > 0 && said.embedding.size() / said.width >= beats_ ? said.width : 0;
    places_ = width_ + said.classes;
    linear_ = width_ > 0 ? width_ : places_;
    sharpness_ = static_cast<float>(0.5 / (options_.reach * options_.reach));
    place_.assign(places_ * padded_, 0);
    for (std::size_t j = 0; j < beats_; ++j)
        for (std::size_t p = 0; p < width_; ++p)
            place_[p * padded_ + j] = finite(said.embedding[j * width_ + p]);
    std::copy_n(logits_.begin(), said.classes * padded_,
                place_.begin() + static_cast<std::ptrdiff_t>(width_ * padded_));
    const auto scale = [&](std::size_t first, std::size_t count, double factor) {
        for (std::size_t i = first * padded_; i < (first + count) * padded_; ++i)
            place_[i] *= static_cast<float>(factor);
    };
    const double square = centre(place_.data(), width_, padded_, beats_);
    scale(0, width_, square > 0 ? 1 / std::sqrt(square) : 0);
    (void)centre(place_.data() + width_ * padded_, said.classes, padded_, beats_);
    scale(width_, said.classes, options_.logit_scale);
    norm_.assign(padded_, 0);
    for (std::size_t p = 0; p < places_; ++p)
        for (std::size_t j = 0; j < beats_; ++j)
            norm_[j] += place_[p * padded_ + j] * place_[p * padded_ + j];
}

std::vector<float> Adapter::rows(std::span<const std::size_t> beats) const {
    std::vector<float> rows(beats.size() * places_);
    for (std::size_t i = 0; i < beats.size(); ++i)
        for (std::size_t p = 0; p < places_; ++p)
            rows[i * places_ + p] = place_[p * padded_ + beats[i]];
    return rows;
}

float Adapter::likeness(const float* a, const float* b) const {
    return exp_of_negative(-square_between(a, b, places_) * sharpness_);
}

double Adapter::kernel(const float* a, const float* b) const {
    return options_.variance * (options_.linear * static_cast<double>(dot(a, b, linear_)) +
                                options_.radial * static_cast<double>(likeness(a, b)));
}

Adapter::Named Adapter::named(std::span<const Answer> answers) const {
    Named named;
    named.of_beat.assign(beats_, Named::open);
    for (const Answer& answer : answers)
        if (answer.beat < beats_ && (!answer.label || *answer.label < labels_))
            named.of_beat[answer.beat] =
                answer.label ? static_cast<std::int16_t>(*answer.label) : Named::passed;
    std::vector<bool> taken(beats_);
    for (const Answer& answer : answers) {
        if (answer.beat >= beats_ || taken[answer.beat]) continue;
        const std::int16_t label = named.of_beat[answer.beat];
        if (label == Named::open) continue;
        taken[answer.beat] = true;
        if (label == Named::passed) {
            named.passed_beats.push_back(answer.beat);
        } else if (named.beat.size() < most_answers) {
            named.beat.push_back(answer.beat);
            named.label.push_back(static_cast<std::size_t>(label));
        }
    }
    return named;
}

Adapted Adapter::refit(std::span<const Answer> answers) const {
    const Named named = this->named(answers);
    const std::size_t n = named.beat.size();
    const std::vector<float> rows = this->rows(named.beat);
    std::vector<double> k(n * n), prior(n * labels_), target(n * labels_);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j)
            k[i * n + j] = k[j * n + i] =
                kernel(rows.data() + i * places_, rows.data() + j * places_);
        for (std::size_t c = 0; c < labels_; ++c) {
            prior[i * labels_ + c] = static_cast<double>(logits_[c * padded_ + named.beat[i]]);
            target[i * labels_ + c] = (1 - options_.trust) / static_cast<double>(labels_) +
                                      (named.label[i] == c ? options_.trust : 0);
        }
    }
    const std::vector<double> weights = fit_softmax(k, prior, target, labels_, newton_steps);

    // Of the linear kernel one weight a number of the place is left, of the radial one a weight an
    // answer.
    std::vector<float> line(labels_ * linear_), spread(labels_ * n);
    for (std::size_t c = 0; c < labels_; ++c)
        for (std::size_t i = 0; i < n; ++i) {
            const double weight = options_.variance * weights[i * labels_ + c];
            const auto along = static_cast<float>(options_.linear * weight);
            spread[c * n + i] = static_cast<float>(options_.radial * weight);
            for (std::size_t p = 0; p < linear_; ++p)
                line[c * linear_ + p] += along * rows[i * places_ + p];
        }

    Adapted adapted;
    adapted.probabilities.resize(beats_ * labels_);
    adapted.label.resize(beats_);
    adapted.entropy.resize(beats_);
    std::vector<float> logits(labels_ * block), like(block), at(places_);
    for (std::size_t first = 0; first < beats_; first += block) {
        const float* place = place_.data() + first;
        for (std::size_t c = 0; c < labels_; ++c) {
            float* out = logits.data() + c * block;
            std::copy_n(logits_.data() + c * padded_ + first, block, out);
            if (n > 0) add_rows(out, place, padded_, line.data() + c * linear_, linear_, block);
        }
        for (std::size_t i = 0; i < n; ++i) {
            // |a - b|^2 = |a|^2 + |b|^2 - 2 ab
            for (std::size_t p = 0; p < places_; ++p) at[p] = -2 * rows[i * places_ + p];
            const float norm = norm_[named.beat[i]];
            for (std::size_t j = 0; j < block; ++j) like[j] = norm_[first + j] + norm;
            add_rows(like.data(), place, padded_, at.data(), places_, block);
            for (std::size_t j = 0; j < block; ++j)
                like[j] = exp_of_negative(-std::max(0.0F, like[j]) * sharpness_);
            for (std::size_t c = 0; c < labels_; ++c)
                add_rows(logits.data() + c * block, like.data(), block, &spread[c * n + i], 1,
                         block);
        }
        for (std::size_t j = 0; j < std::min(block, beats_ - first); ++j) {
            const std::size_t beat = first + j;
            const std::span<float> row =
                std::span(adapted.probabilities).subspan(beat * labels_, labels_);
            for (std::size_t c = 0; c < labels_; ++c) row[c] = logits[c * block + j];
            const float entropy = softmax_in_place(row);
            const std::int16_t by_hand = named.of_beat[beat];
            adapted.label[beat] = static_cast<std::uint8_t>(
                by_hand >= 0 ? by_hand : std::ranges::max_element(row) - row.begin());
            adapted.entropy[beat] = by_hand == Named::open ? entropy : 0;
        }
    }
    return adapted;
}

}  // namespace telltale::classify
