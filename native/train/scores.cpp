#include "scores.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace telltale::train {

namespace {
double ratio(std::size_t a, std::size_t b) {
    return b == 0 ? 0.0 : static_cast<double>(a) / static_cast<double>(b);
}
}  // namespace

std::size_t Confusion::total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

double Confusion::accuracy() const {
    std::size_t right = 0;
    for (std::size_t c = 0; c < classes_; ++c) right += at(c, c);
    return ratio(right, total());
}

ClassScores Confusion::of(std::size_t c) const {
    ClassScores s;
    std::size_t predicted = 0;
    for (std::size_t other = 0; other < classes_; ++other) {
        s.support += at(c, other);
        predicted += at(other, c);
    }
    s.sensitivity = ratio(at(c, c), s.support);
    s.precision = ratio(at(c, c), predicted);
    s.f1 = ratio(2 * at(c, c), s.support + predicted);
    return s;
}

double Confusion::macro_f1() const {
    double sum = 0;
    std::size_t present = 0;
    for (std::size_t c = 0; c < classes_; ++c) {
        const ClassScores s = of(c);
        if (s.support == 0) continue;
        sum += s.f1;
        ++present;
    }
    return present == 0 ? 0.0 : sum / static_cast<double>(present);
}

std::optional<Roc> roc(std::span<const float> logits, std::span<const std::uint8_t> labels,
                       std::span<const std::size_t> rows, std::size_t positive,
                       std::size_t classes) {
    std::vector<std::pair<double, bool>> scored;
    std::size_t members = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = logits.subspan(i * classes, classes);
        const double largest = *std::ranges::max_element(row);
        double sum = 0;
        for (const float v : row) sum += std::exp(v - largest);
        const bool member = labels[rows[i]] == positive;
        members += member ? 1 : 0;
        scored.emplace_back(std::exp(row[positive] - largest) / sum, member);
    }
    const std::size_t others = scored.size() - members;
    if (members == 0 || others == 0) return std::nullopt;
    std::ranges::sort(scored, [](const auto& a, const auto& b) { return a.first > b.first; });
    Roc result;
    result.points.emplace_back(0.0, 0.0);
    std::size_t hits = 0, misses = 0;
    for (std::size_t i = 0; i < scored.size();) {
        const double score = scored[i].first;
        for (; i < scored.size() && scored[i].first == score; ++i) {
            ++(scored[i].second ? hits : misses);
        }
        const auto [x, y] = result.points.back();
        result.points.emplace_back(ratio(misses, others), ratio(hits, members));
        result.area += (result.points.back().first - x) * (result.points.back().second + y) / 2;
    }
    return result;
}

nlohmann::ordered_json to_json(const Confusion& confusion, std::span<const std::string> names) {
    nlohmann::ordered_json json{{"accuracy", confusion.accuracy()},
                                {"macro_f1", confusion.macro_f1()}};
    auto& classes = json["classes"] = nlohmann::ordered_json::object();
    auto& matrix = json["confusion"] = nlohmann::ordered_json::array();
    for (std::size_t c = 0; c < confusion.classes(); ++c) {
        const ClassScores s = confusion.of(c);
        classes[names[c]] = {
            {"se", s.sensitivity}, {"ppv", s.precision}, {"f1", s.f1}, {"support", s.support}};
        auto row = nlohmann::ordered_json::array();
        for (std::size_t p = 0; p < confusion.classes(); ++p) row.push_back(confusion.at(c, p));
        matrix.push_back(std::move(row));
    }
    return json;
}

}  // namespace telltale::train
