#include "train/tracking/tracking.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "data/files.hpp"

namespace telltale::train {

Result<Tracking> Tracking::start(const std::string& address, MlflowOptions options, Log log) {
    Tracking tracking(std::move(log));
    if (address.empty()) return tracking;
    auto server = parse_address(address);
    if (!server) return std::unexpected(server.error());
    options.server = std::move(*server);
    tracking.mlflow_ = std::make_unique<Mlflow>(std::move(options));
    return tracking;
}

void Tracking::metrics(int step, const Figures& figures) {
    if (!mlflow_) return;
    mlflow_->metrics(step, figures);
    pass_on_complaint();
}

void Tracking::finish(const std::filesystem::path& folder, const evaluate::Confusion& scores) {
    if (!mlflow_) return;
    mlflow_->artifact("confusion.json", to_json(scores).dump(2), "application/json");
    for (const auto& [name, type] :
         {std::pair{"run.json", "application/json"}, std::pair{"report.html", "text/html"},
          std::pair{"checkpoint.pt", "application/octet-stream"}}) {
        const auto bytes = data::read_file(folder / name);
        if (!bytes) continue;
        mlflow_->artifact(name, {reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                          type);
    }
    mlflow_->finish(true);
    pass_on_complaint();
}

void Tracking::failed() {
    if (!mlflow_) return;
    mlflow_->finish(false);
    pass_on_complaint();
}

void Tracking::pass_on_complaint() {
    if (const auto text = mlflow_->complaint(); text && log_) log_(*text);
}

}  // namespace telltale::train
