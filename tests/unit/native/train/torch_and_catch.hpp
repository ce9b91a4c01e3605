// LibTorch has a CHECK of its own, which ends the program: include this instead of Catch2's header
// wherever LibTorch is used, before anything else.
#pragma once

#include <torch/torch.h>

#undef CHECK
#include <catch2/catch_test_macros.hpp>
