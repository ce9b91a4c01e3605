// `telltale-train train`: a recipe of any kind, to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace telltale::train {

/// Where cut beats are kept: $XDG_CACHE_HOME/telltale/beats or ~/.cache/telltale/beats; nowhere
/// where neither is known.
[[nodiscard]] std::string default_cache();

struct TrainArguments {
    std::string recipe, data, out, variants, mlflow, device = "cpu", cache = default_cache();
    bool list = false;
    bool resume = false;
    bool folds_only = false;
    bool leaky = false;
    std::size_t limit = 0;
    std::int64_t seed = -1;
    int threads = 1;
};

/// The exit status; what is wrong is said on standard error.
int run_train(const TrainArguments& arguments);

}  // namespace telltale::train
