#include <cmath>
#include <format>
#include <iterator>

#include "formats/formats.hpp"

namespace telltale::formats {

std::string write_csv(const Recording& recording) {
    std::string text = "time_s";
    for (const Lead& lead : recording.leads) {
        const bool quote = lead.name.find_first_of(",\"\n\r") != std::string::npos;
        std::string name;
        for (const char c : lead.name) {
            if (c == '"') name += '"';
            name += c == '\n' || c == '\r' ? ' ' : c;
        }
        text += quote ? std::format(",\"{} ({})\"", name, lead.unit)
                      : std::format(",{} ({})", name, lead.unit);
    }
    text += '\n';
    text.reserve(text.size() + recording.length() * (11 + 9 * recording.leads.size()));
    auto out = std::back_inserter(text);
    for (std::size_t i = 0; i < recording.length(); ++i) {
        std::format_to(out, "{:.6f}",
                       recording.sampling_rate > 0
                           ? static_cast<double>(i) / recording.sampling_rate
                           : static_cast<double>(i));
        for (const Lead& lead : recording.leads) {
            text += ',';
            if (!std::isnan(lead.samples[i])) std::format_to(out, "{}", lead.samples[i]);
        }
        text += '\n';
    }
    return text;
}

}  // namespace telltale::formats
