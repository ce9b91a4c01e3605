// Limb leads that follow from two others.
#pragma once

#include "recording/recording.hpp"

namespace telltale::formats {

/// Adds III = II - I, aVR = -(I + II) / 2, aVL = I - II / 2 and aVF = II - I / 2 (Einthoven,
/// Goldberger) after I and II, where these are there and those are not, and says so.
void add_derived_leads(Recording& recording);

}  // namespace telltale::formats
