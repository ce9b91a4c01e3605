#include "evaluate/confusion.hpp"

#include <format>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

namespace telltale::evaluate {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> share(std::size_t part, std::size_t whole) {
    if (whole == 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(std::optional<double> value) {
    return value ? std::format("{:.2f} %", 100 * *value) : "-";
}

Json number_or_null(std::optional<double> value) {
    return value ? Json(*value) : Json(nullptr);
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

std::size_t Confusion::right() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size(); ++i) sum += at(i, i);
    return sum;
}

std::size_t Confusion::support(std::size_t c) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size(); ++i) sum += at(c, i);
    return sum;
}

std::size_t Confusion::given(std::size_t c) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size(); ++i) sum += at(i, c);
    return sum;
}

std::optional<double> Confusion::accuracy() const {
    return share(right(), beats());
}

std::optional<double> Confusion::sensitivity(std::size_t c) const {
    return share(at(c, c), support(c));
}

std::optional<double> Confusion::predictive_value(std::size_t c) const {
    return share(at(c, c), given(c));
}

std::optional<double> Confusion::f1(std::size_t c) const {
    return share(2 * at(c, c), support(c) + given(c));
}

std::optional<double> Confusion::macro_f1() const {
    double sum = 0;
    std::size_t occurring = 0;
    for (std::size_t c = 0; c < size(); ++c) {
        if (support(c) == 0) continue;
        sum += f1(c).value_or(0);
        ++occurring;
    }
    if (occurring == 0) return std::nullopt;
    return sum / static_cast<double>(occurring);
}

Json to_json(const Confusion& confusion) {
    Json json{{"beats", confusion.beats()},
              {"accuracy", number_or_null(confusion.accuracy())},
              {"macro_f1", number_or_null(confusion.macro_f1())}};
    Json classes = Json::object(), matrix = Json::array();
    for (std::size_t c = 0; c < confusion.size(); ++c) {
        classes[confusion.classes()[c]] = {{"se", number_or_null(confusion.sensitivity(c))},
                                           {"ppv", number_or_null(confusion.predictive_value(c))},
                                           {"f1", number_or_null(confusion.f1(c))},
                                           {"support", confusion.support(c)}};
        Json row = Json::array();
        for (std::size_t i = 0; i < confusion.size(); ++i) row.push_back(confusion.at(c, i));
        matrix.push_back(std::move(row));
    }
    json["classes"] = std::move(classes);
    json["confusion"] = std::move(matrix);
    return json;
}

std::string to_text(const Confusion& confusion) {
    std::string text = std::format(
        "{} beats, accuracy {}, macro-F1 {}\n{:>10} {:>10} {:>10} {:>10} {:>10}   "
        "given as\n",
        confusion.beats(), percent(confusion.accuracy()), percent(confusion.macro_f1()), "class",
        "beats", "Se", "+P", "F1");
    const std::size_t size = confusion.size();
    for (std::size_t c = 0; c < size; ++c) {
        text += std::format("{:>10} {:>10} {:>10} {:>10} {:>10}  ", confusion.classes()[c],
                            confusion.support(c), percent(confusion.sensitivity(c)),
                            percent(confusion.predictive_value(c)), percent(confusion.f1(c)));
        for (std::size_t i = 0; i < size; ++i)
            text += std::format(" {} {}{}", confusion.classes()[i], confusion.at(c, i),
                                i + 1 < size ? "," : "");
        if (c + 1 < size) text += '\n';
    }
    return text;
}

}  // namespace telltale::evaluate
