#include "cli/confusion.hpp"

#include <format>
#include <numeric>
#include <utility>

namespace telltale::cli {
namespace {

std::optional<double> share(std::size_t part, std::size_t whole) {
    if (whole == 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(std::optional<double> value) {
    return value ? std::format("{:.2f} %", 100 * *value) : "-";
}

}  // namespace

Confusion::Confusion(std::vector<std::string> classes)
    : classes_(std::move(classes)), counts_(classes_.size() * classes_.size()) {}

void Confusion::add(const Confusion& other) {
    for (std::size_t i = 0; i < counts_.size() && i < other.counts_.size(); ++i)
        counts_[i] += other.counts_[i];
}

std::size_t Confusion::beats() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

std::size_t Confusion::support(std::size_t c) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size(); ++i) sum += count(c, i);
    return sum;
}

std::size_t Confusion::given(std::size_t c) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size(); ++i) sum += count(i, c);
    return sum;
}

std::size_t Confusion::right() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size(); ++i) sum += count(i, i);
    return sum;
}

std::optional<double> Confusion::accuracy() const {
    return share(right(), beats());
}

std::optional<double> Confusion::sensitivity(std::size_t c) const {
    return share(count(c, c), support(c));
}

std::optional<double> Confusion::predictive_value(std::size_t c) const {
    return share(count(c, c), given(c));
}

std::optional<double> Confusion::f1(std::size_t c) const {
    return share(2 * count(c, c), support(c) + given(c));
}

std::optional<double> Confusion::macro_f1() const {
    double sum = 0;
    std::size_t classes = 0;
    for (std::size_t c = 0; c < size(); ++c) {
        if (const auto value = f1(c)) {
            sum += *value;
            ++classes;
        }
    }
    if (classes == 0) return std::nullopt;
    return sum / static_cast<double>(classes);
}

void Confusion::describe(Json& json) const {
    json["beats"] = beats();
    json["accuracy"] = number_or_null(accuracy());
    json["macro_f1"] = number_or_null(macro_f1());
    json["classes"] = Json::object();
    json["confusion"] = Json::array();
    for (std::size_t c = 0; c < size(); ++c) {
        json["classes"][classes_[c]] = {{"se", number_or_null(sensitivity(c))},
                                        {"ppv", number_or_null(predictive_value(c))},
                                        {"f1", number_or_null(f1(c))},
                                        {"support", support(c)}};
        Json row = Json::array();
        for (std::size_t i = 0; i < size(); ++i) row.push_back(count(c, i));
        json["confusion"].push_back(std::move(row));
    }
}

std::string Confusion::table() const {
    std::string text = std::format("{} beats, accuracy {}, macro-F1 {}\n", beats(),
                                   percent(accuracy()), percent(macro_f1()));
    text += std::format("{:>10} {:>10} {:>10} {:>10} {:>10}   given as\n", "class", "beats", "Se",
                        "+P", "F1");
    for (std::size_t c = 0; c < size(); ++c) {
        text += std::format("{:>10} {:>10} {:>10} {:>10} {:>10}  ", classes_[c], support(c),
                            percent(sensitivity(c)), percent(predictive_value(c)), percent(f1(c)));
        for (std::size_t i = 0; i < size(); ++i)
            text += std::format(" {} {}{}", classes_[i], count(c, i), i + 1 < size() ? "," : "");
        if (c + 1 < size()) text += '\n';
    }
    return text;
}

}  // namespace telltale::cli
