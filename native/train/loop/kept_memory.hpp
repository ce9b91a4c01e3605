// Memory that a training frees, kept for its next step.
#pragma once

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace telltale::train {

/// Tells the C library to keep blocks of up to 256 MiB that are freed. It would hand large ones
/// back to the system, which clears each page anew a step later: a third of a step of lstm-14.
/// Larger ones, such as whole data sets, still go back. For the whole process; call it first of
/// all.
inline void keep_freed_memory() {
#if defined(__GLIBC__)
    constexpr int mebibyte = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, 1024 * mebibyte);
    mallopt(M_TRIM_THRESHOLD, 2047 * mebibyte);
    mallopt(M_TOP_PAD, 64 * mebibyte);
#endif
}

}  // namespace telltale::train
