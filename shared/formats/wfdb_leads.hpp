// From a single-segment WFDB header to leads in physical units, all at one rate.
#pragma once

#include "formats/file_set.hpp"
#include "formats/wfdb_header.hpp"

namespace telltale::formats::wfdb {

struct Leads {
    std::vector<Lead> leads;             ///< Each with frames * samples_per_frame samples.
    std::int64_t frames = 0;             ///< Frames read; fewer than announced if a file is short.
    std::int64_t samples_per_frame = 1;  ///< Of the fastest signal; slower ones are interpolated.
    bool cut_short = false;              ///< A file holds fewer samples than announced.
};

/// A lead without its samples: name, unit and calibration of signal line `number` (from 1).
[[nodiscard]] Lead describe(const Signal& signal, std::size_t number,
                            std::vector<std::string>& warnings);

[[nodiscard]] Result<Leads> read_leads(const Header& header, FileSet& files,
                                       std::vector<std::string>& warnings);

}  // namespace telltale::formats::wfdb
