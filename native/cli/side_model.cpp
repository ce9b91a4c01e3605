#include "cli/side_model.hpp"

#include <format>
#include <utility>

namespace telltale::cli {

Result<std::optional<SideModel>> open_side_model(const std::string& name, std::string_view what,
                                                 classify::InputKind kind, int threads) {
    if (name == "none") return std::nullopt;
    const std::string found = name.empty() ? default_model(what) : name;
    if (found.empty()) return std::nullopt;
    auto model = find_model(found);
    if (!model) return std::unexpected(model.error());
    if (model->card.input.kind != kind)
        return fail(model->path.string(), "",
                    std::format("is no model of {} (see `telltale models`)", what));
    auto session = runtime::Session::open(model->onnx, model->card, model->path.string(),
                                          {.threads = threads});
    if (!session) return std::unexpected(session.error());
    return SideModel{std::move(*model), std::move(*session)};
}

}  // namespace telltale::cli
