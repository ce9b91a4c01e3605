// Which channels of a recording are ECG leads, and which of them to work on: decided here once,
// for every format, by what the file says, the name, the unit and the samples.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "recording/recording.hpp"

namespace telltale::formats {

/// How well a channel is known to be an ECG lead; more is better.
enum class Standing {
    none,   ///< Not an ECG lead, or nothing says that it is one.
    empty,  ///< Named as one, without a sample that differs, as are all others: nothing to choose.
    alone,  ///< The only channel of its file, without a name; nothing speaks against it.
    shown,  ///< Nothing names it, its samples show QRS complexes.
    named,  ///< The format or its name says so.
};

struct LeadVerdict {
    Standing standing = Standing::none;
    std::string reason;  ///< A sentence's end: "its name is that of an EEG", "it is blank".
    double score = 0;    ///< How clearly QRS complexes show, 0 to 1.
    [[nodiscard]] bool ecg() const { return standing != Standing::none; }
};

/// One verdict a lead, in the order of the leads. Channels that nothing names count only where none
/// is named; blank ones and counters never, whatever their name. Takes milliseconds whatever the
/// recording's length.
[[nodiscard]] std::vector<LeadVerdict> judge_leads(const Recording& recording);

/// The leads that are ECG, by index, in the recording's order; none if nothing is.
[[nodiscard]] std::vector<std::size_t> ecg_leads(const Recording& recording);

struct LeadChoice {
    std::size_t lead = 0;
    bool preferred = false;  ///< It is one of the names asked for.
    std::string reason;      ///< Why this one, as in LeadVerdict.
};

/// The lead to work on. `asked`, where not empty, is taken whatever it is (an error if there is no
/// such lead). Else the first of `preferred` among the ECG leads of the best standing; else, of
/// those, the first. An error that names all channels if none is an ECG.
[[nodiscard]] Result<LeadChoice> choose_lead(const Recording& recording,
                                             std::span<const std::string> preferred,
                                             const std::string& asked = {});

/// True for the error of choose_lead() where no channel is an ECG; a lead may still be asked for.
[[nodiscard]] bool lacks_ecg(const Error& error);

}  // namespace telltale::formats
