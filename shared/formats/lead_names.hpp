// Which names are those of ECG leads.
#pragma once

#include <string_view>

namespace telltale::formats {

/// True for the names of the field ("II", "V1", "MLII") and what calls itself ECG or EKG.
[[nodiscard]] bool is_ecg_lead(std::string_view name);

}  // namespace telltale::formats
