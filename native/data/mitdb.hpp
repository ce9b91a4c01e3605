// The MIT-BIH Arrhythmia Database: its records, where they lie, and how they are divided by
// patient.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "recording/error.hpp"
#include "recording/recording.hpp"

namespace telltale::data {

/// The records of the MIT-BIH Arrhythmia Database, in order.
inline constexpr std::array<std::string_view, 48> mitdb_record_names = {
    "100", "101", "102", "103", "104", "105", "106", "107", "108", "109", "111", "112",
    "113", "114", "115", "116", "117", "118", "119", "121", "122", "123", "124", "200",
    "201", "202", "203", "205", "207", "208", "209", "210", "212", "213", "214", "215",
    "217", "219", "220", "221", "222", "223", "228", "230", "231", "232", "233", "234"};

/// The division by patient (de Chazal, O'Dwyer, Reilly 2004): DS1 to train on, DS2 to test on.
/// The four records with paced beats (102 104 107 217) are in neither.
inline constexpr std::array<std::string_view, 22> ds1_record_names = {
    "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122",
    "124", "201", "203", "205", "207", "208", "209", "215", "220", "223", "230"};
inline constexpr std::array<std::string_view, 22> ds2_record_names = {
    "100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210",
    "212", "213", "214", "219", "221", "222", "228", "231", "232", "233", "234"};

/// The folder that holds MIT-BIH records: `folder` itself or `folder`/mitdb.
[[nodiscard]] Result<std::filesystem::path> mitdb_folder(const std::filesystem::path& folder);

/// The folder that holds the record `name`: `folder` itself, `folder`/mitdb or `folder`/svdb (the
/// MIT-BIH Supraventricular Arrhythmia Database), whose names differ.
[[nodiscard]] Result<std::filesystem::path> folder_of_record(const std::filesystem::path& folder,
                                                             const std::string& name);

/// A record of that folder with its reference annotations. Errors: a file that is missing or
/// damaged, a record without a signal.
[[nodiscard]] Result<Recording> read_record(const std::filesystem::path& folder,
                                            const std::string& name);

/// A WFDB record of that folder without annotations: its header and the one signal file of that
/// ending (".dat", ".mat"). Errors: a file that is missing or damaged, a record without a signal.
[[nodiscard]] Result<Recording> read_signal(const std::filesystem::path& folder,
                                            const std::string& name, std::string_view ending);

}  // namespace telltale::data
