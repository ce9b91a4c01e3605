#include "train/tracking/mlflow.hpp"

#include <cmath>
#include <format>
#include <nlohmann/json.hpp>

namespace telltale::train {

namespace {

using Json = nlohmann::json;

constexpr std::string_view api = "/api/2.0/mlflow/";
constexpr std::string_view artifact_api = "/api/2.0/mlflow-artifacts/artifacts/";
constexpr std::string_view artifact_scheme = "mlflow-artifacts:";
constexpr const char* json_type = "application/json";
// MLflow's own limits.
constexpr std::size_t most_parameters_a_request = 100;
constexpr std::size_t longest_value = 500;
// A training tells a few dozen things; more than this waiting means that nothing is taken.
constexpr std::size_t most_tasks = 10000;

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// A text at a path of an answer, empty where it is not there.
std::string text_at(const std::string& body, const char* pointer) {
    const Json json = Json::parse(body, nullptr, false);
    const Json::json_pointer at(pointer);
    if (json.is_discarded() || !json.contains(at) || !json[at].is_string()) return {};
    return json[at].get<std::string>();
}

Json pairs(const TextPairs& texts, std::size_t from, std::size_t to) {
    Json list = Json::array();
    for (std::size_t i = from; i < to; ++i) {
        list.push_back(
            {{"key", texts[i].first}, {"value", texts[i].second.substr(0, longest_value)}});
    }
    return list;
}

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Mlflow::Mlflow(MlflowOptions options) : options_(std::move(options)) {
    tasks_.emplace_back([this] { return start(); });
    thread_ = std::thread([this] { work(); });
}

Mlflow::~Mlflow() {
    finish(false);
    thread_.join();
}

void Mlflow::add(Task task) {
    const std::scoped_lock lock(mutex_);
    if (closed_ || failed_ || tasks_.size() >= most_tasks) return;
    tasks_.push_back(std::move(task));
    changed_.notify_all();
}

void Mlflow::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return closed_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        const Task task = std::move(tasks_.front());
        tasks_.pop_front();
        busy_ = true;
        lock.unlock();
        const Result<void> result = task();
        lock.lock();
        busy_ = false;
        if (!result) {
            failed_ = true;
            tasks_.clear();
            complaint_ = std::format("MLflow is told nothing more: {}", result.error().to_string());
        }
        changed_.notify_all();
    }
}

Result<std::string> Mlflow::post(const std::string& path, const std::string& json) {
    auto answer = http_request(options_.server, "POST", std::format("{}{}", api, path), json_type,
                               json, options_.request_limit);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != 200) {
        return fail(options_.server.host, path,
                    std::format("answered {}: {}", answer->status,
                                text_at(answer->body, "/message").substr(0, 200)));
    }
    return std::move(answer->body);
}

Result<void> Mlflow::start() {
    const auto existing = http_request(options_.server, "GET",
                                       std::format("{}experiments/get-by-name?experiment_name={}",
                                                   api, url_encoded(options_.experiment)),
                                       json_type, "", options_.request_limit);
    if (!existing) return std::unexpected(existing.error());
    std::string experiment = text_at(existing->body, "/experiment/experiment_id");
    if (experiment.empty()) {
        const auto made = post("experiments/create", dumped({{"name", options_.experiment}}));
        if (!made) return std::unexpected(made.error());
        experiment = text_at(*made, "/experiment_id");
    }
    const auto run =
        post("runs/create", dumped({{"experiment_id", experiment},
                                    {"run_name", options_.run},
                                    {"start_time", now_ms()},
                                    {"tags", pairs(options_.tags, 0, options_.tags.size())}}));
    if (!run) return std::unexpected(run.error());
    run_id_ = text_at(*run, "/run/info/run_id");
    if (experiment.empty() || run_id_.empty()) {
        return fail(options_.server.host, "runs/create", "does not answer as MLflow does");
    }
    // "mlflow-artifacts:/1/ab12/artifacts", with or without "//host:port" before the path.
    std::string uri = text_at(*run, "/run/info/artifact_uri");
    if (uri.starts_with(artifact_scheme)) {
        uri.erase(0, artifact_scheme.size());
        if (uri.starts_with("//")) uri.erase(0, std::min(uri.find('/', 2), uri.size()));
        while (uri.starts_with('/')) uri.erase(0, 1);
        artifact_path_ = uri;
    }
    for (std::size_t i = 0; i < options_.parameters.size(); i += most_parameters_a_request) {
        const std::size_t end = std::min(i + most_parameters_a_request, options_.parameters.size());
        const auto logged =
            post("runs/log-batch",
                 dumped({{"run_id", run_id_}, {"params", pairs(options_.parameters, i, end)}}));
        if (!logged) return std::unexpected(logged.error());
    }
    return {};
}

void Mlflow::metrics(int epoch, const Figures& figures) {
    add([this, epoch, figures, time = now_ms()]() -> Result<void> {
        Json list = Json::array();
        for (const auto& [key, value] : figures) {
            if (!std::isfinite(value)) continue;
            list.push_back({{"key", key}, {"value", value}, {"timestamp", time}, {"step", epoch}});
        }
        const auto logged =
            post("runs/log-batch", dumped({{"run_id", run_id_}, {"metrics", std::move(list)}}));
        if (!logged) return std::unexpected(logged.error());
        return {};
    });
}

void Mlflow::artifact(std::string name, std::string content, std::string content_type) {
    add([this, name = std::move(name), content = std::move(content),
         content_type = std::move(content_type)]() -> Result<void> {
        const auto refused = [&](const std::string& why) {
            complain(std::format("MLflow does not keep {}: {}", name, why));
        };
        if (artifact_path_.empty()) {
            refused(
                "its files are not kept by the server itself (mlflow server --serve-artifacts)");
            return {};
        }
        const auto answer = http_request(
            options_.server, "PUT",
            std::format("{}{}", artifact_api, url_encoded(artifact_path_ + "/" + name)),
            content_type, content, options_.request_limit);
        if (!answer) return std::unexpected(answer.error());
        if (answer->status != 200) refused(std::format("it answered {}", answer->status));
        return {};
    });
}

void Mlflow::finish(bool good) {
    add([this, good]() -> Result<void> {
        const auto done = post("runs/update", dumped({{"run_id", run_id_},
                                                      {"status", good ? "FINISHED" : "FAILED"},
                                                      {"end_time", now_ms()}}));
        if (!done) return std::unexpected(done.error());
        return {};
    });
    std::unique_lock lock(mutex_);
    if (closed_) return;
    closed_ = true;
    changed_.notify_all();
    const bool all =
        changed_.wait_for(lock, options_.finish_limit, [&] { return tasks_.empty() && !busy_; });
    if (!all) {
        tasks_.clear();
        complaint_ = "MLflow took too long; the end of this run was not told";
    }
}

void Mlflow::complain(std::string text) {
    const std::scoped_lock lock(mutex_);
    complaint_ = std::move(text);
}

std::optional<std::string> Mlflow::complaint() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(complaint_, std::nullopt);
}

}  // namespace telltale::train
