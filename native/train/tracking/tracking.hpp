// A training as a tracking server is told of it, whatever the kind of recipe.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "evaluate/confusion.hpp"
#include "train/data/dataset.hpp"
#include "train/tracking/mlflow.hpp"

namespace telltale::train {

class Tracking {
public:
    /// Tells nobody where `address` is empty. `log` is told what goes wrong at the server; errors:
    /// an address that is none.
    static Result<Tracking> start(const std::string& address, MlflowOptions options, Log log);

    /// Figures of an epoch or step.
    void metrics(int step, const Figures& figures);
    /// The end of a training that left its files in `folder`: the scores, run.json, report.html,
    /// checkpoint.pt.
    void finish(const std::filesystem::path& folder, const evaluate::Confusion& scores);
    /// The end of one that failed.
    void failed();

private:
    explicit Tracking(Log log) : log_(std::move(log)) {}
    void pass_on_complaint();

    std::unique_ptr<Mlflow> mlflow_;
    Log log_;
};

}  // namespace telltale::train
