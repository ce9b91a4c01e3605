// Tells an MLflow tracking server of a training, over MLflow's REST interface (version 2.0).
//
// Requests are sent by a thread of their own. A server that is down, slow or answers nonsense costs
// one warning and the record of the run, never the training: after the first failure nothing more
// is sent.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "train/tracking/http.hpp"

namespace telltale::train {

using TextPairs = std::vector<std::pair<std::string, std::string>>;
using Figures = std::vector<std::pair<std::string, double>>;

struct MlflowOptions {
    ServerAddress server;
    std::string experiment = "telltale";
    std::string run;  ///< The run's name.
    TextPairs parameters, tags;
    std::chrono::milliseconds request_limit{10000};
    /// How long finish() waits for what is still to be sent.
    std::chrono::milliseconds finish_limit{60000};
};

class Mlflow {
public:
    /// Makes the run, and the experiment if there is none of that name, in the background.
    explicit Mlflow(MlflowOptions options);
    /// As finish(false), unless it is finished.
    ~Mlflow();
    Mlflow(const Mlflow&) = delete;
    Mlflow& operator=(const Mlflow&) = delete;

    /// Figures of an epoch; those that are not finite are left out.
    void metrics(int epoch, const Figures& figures);
    /// A file of the run. Kept by servers that take files over HTTP (mlflow-artifacts); the others
    /// cost a warning and nothing else.
    void artifact(std::string name, std::string content, std::string content_type);
    /// Ends the run, "FINISHED" or "FAILED", after all that was told before.
    void finish(bool good);

    /// What went wrong since the last call, once.
    [[nodiscard]] std::optional<std::string> complaint();

private:
    using Task = std::function<Result<void>()>;
    void add(Task task);
    void work();
    Result<std::string> post(const std::string& path, const std::string& json);
    Result<void> start();
    void complain(std::string text);

    MlflowOptions options_;
    // Known once start() has run; the thread's own.
    std::string run_id_, artifact_path_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Task> tasks_;
    bool busy_ = false, closed_ = false, failed_ = false;
    std::optional<std::string> complaint_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace telltale::train
