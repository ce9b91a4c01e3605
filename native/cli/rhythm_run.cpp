#include "cli/rhythm_run.hpp"

#include <utility>

namespace telltale::cli {

Result<std::optional<RhythmModel>> open_rhythm_model(const std::string& name, int threads) {
    if (name == "none") return std::nullopt;
    std::string found = name;
    if (found.empty()) found = default_model("rhythm");
    if (found.empty()) return std::nullopt;
    auto model = find_model(found);
    if (!model) return std::unexpected(model.error());
    if (classify::names_beats(model->card))
        return fail(model->path.string(), "",
                    "names beats, expected a model that names rhythms (see `telltale models`)");
    auto session = runtime::Session::open(model->onnx, model->card, model->path.string(),
                                          {.threads = threads});
    if (!session) return std::unexpected(session.error());
    return RhythmModel{std::move(*model), std::move(*session)};
}

}  // namespace telltale::cli
