// How many threads a training computes with.
#pragma once

namespace telltale::train {

/// Threads that one operator may use, in LibTorch and in the OpenBLAS below it. OpenBLAS's own
/// threads wait for each other in busy loops, over the few rows of a recurrent step too: a training
/// of the sequence models then takes twice as long.
void use_threads(int threads);

}  // namespace telltale::train
