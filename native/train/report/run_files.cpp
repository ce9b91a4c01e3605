#include "train/report/run_files.hpp"

#include <format>

#include "data/files.hpp"

namespace telltale::train {

namespace {
using Json = nlohmann::ordered_json;
}

Result<Json> read_json(const std::filesystem::path& path) {
    if (!data::exists(path)) return Json();
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto* text = reinterpret_cast<const char*>(bytes->data());
    Json json = Json::parse(text, text + bytes->size(), nullptr, false);
    if (json.is_discarded()) return fail(path.string(), "", "is not JSON");
    return json;
}

std::optional<double> number_at(const Json& json, const std::string& pointer) {
    const Json::json_pointer at(pointer);
    if (!json.contains(at) || !json[at].is_number()) return std::nullopt;
    return json[at].get<double>();
}

std::string text_at(const Json& json, const std::string& pointer) {
    const Json::json_pointer at(pointer);
    if (!json.contains(at) || !json[at].is_string()) return {};
    return json[at].get<std::string>();
}

TestFigures figures_of(const Json& run, const std::string& part) {
    TestFigures f{number_at(run, "/" + part + "/accuracy"),
                  number_at(run, "/" + part + "/macro_f1"), std::nullopt};
    const Json::json_pointer at("/" + part + "/auc");
    if (run.contains(at) && run[at].is_object() && !run[at].empty()) {
        double sum = 0;
        for (const auto& area : run[at]) sum += area.is_number() ? area.get<double>() : 0.0;
        f.auc = sum / static_cast<double>(run[at].size());
    }
    return f;
}

std::string to_text(const TestFigures& f) {
    std::string text;
    const auto add = [&](std::string_view figure) {
        text += std::format("{}{}", text.empty() ? "" : ", ", figure);
    };
    if (f.accuracy) add(std::format("{:.2f} %", 100 * *f.accuracy));
    if (f.macro_f1) add(std::format("F1 {:.3f}", *f.macro_f1));
    if (f.auc) add(std::format("AUC {:.3f}", *f.auc));
    return text;
}

std::string grouped(double value) {
    std::string digits = std::format("{:.0f}", value);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, " ");
    return digits;
}

}  // namespace telltale::train
