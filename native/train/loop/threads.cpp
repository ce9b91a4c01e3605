#include "train/loop/threads.hpp"

#include <ATen/Parallel.h>

/// OpenBLAS's own function, where LibTorch stands on OpenBLAS; elsewhere it is not there.
extern "C" void openblas_set_num_threads(int threads) __attribute__((weak));

namespace telltale::train {

void use_threads(int threads) {
    at::set_num_threads(threads);
    if (openblas_set_num_threads != nullptr) openblas_set_num_threads(threads);
}

}  // namespace telltale::train
