// How the P wave's shape is held against the RR interval before it.
#pragma once

#include <cstddef>

namespace telltale::classify {

inline constexpr std::size_t p_components = 6;  ///< Principal components of the P part.
inline constexpr std::size_t p_folds = 4;

/// The fold of a beat.
[[nodiscard]] std::size_t p_fold(std::size_t beat);

}  // namespace telltale::classify
