#include <cmath>
#include <format>

#include "formats/formats.hpp"
#include "formats/text.hpp"
#include "formats/wfdb_signals.hpp"

namespace telltale::formats {
namespace {

// A name without what would break a header line.
std::string clean(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c == '\n' || c == '\r') c = ' ';
    return result;
}

std::string file_name(std::string_view name) {
    std::string result;
    for (const char c : name)
        result +=
            is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'
                ? c
                : '_';
    return result.empty() ? "recording" : result;
}

std::string start_text(const StartTime& start) {
    std::string text = std::format(" {:02}:{:02}:{:06.3f}", start.hour, start.minute, start.second);
    if (start.year != 0)
        text += std::format(" {:02}/{:02}/{:04}", start.day, start.month, start.year);
    return text;
}

}  // namespace

Result<WfdbFiles> write_wfdb(const Recording& recording, WfdbFormat format, Comments comments) {
    const std::size_t leads = recording.leads.size(), length = recording.length();
    if (leads == 0 || length == 0) return fail(recording.name, "", "there are no samples to write");
    const bool f212 = format == WfdbFormat::f212;
    const int word = static_cast<int>(format);
    const auto missing = static_cast<std::int32_t>(wfdb::missing_value(word));
    const std::int32_t most = -missing - 1;

    std::vector<std::int16_t> adc(leads * length);
    std::vector<std::uint32_t> sums(leads);
    for (std::size_t l = 0; l < leads; ++l) {
        const Lead& lead = recording.leads[l];
        for (std::size_t i = 0; i < length; ++i) {
            std::int32_t value = missing;
            if (!std::isnan(lead.samples[i])) {
                const double exact =
                    std::round(static_cast<double>(lead.samples[i]) * lead.calibration.gain) +
                    lead.calibration.baseline;
                if (!(exact > missing && exact <= most))
                    return fail(recording.name, std::format("{}, sample {}", lead.name, i),
                                std::format("the ADC value is {:g}, format {} holds {} to {}",
                                            exact, word, missing + 1, most));
                value = static_cast<std::int32_t>(exact);
            }
            adc[i * leads + l] = static_cast<std::int16_t>(value);
            sums[l] += static_cast<std::uint32_t>(value);
        }
    }

    WfdbFiles files;
    const std::string name = file_name(recording.name);
    files.header = std::format("{} {} {} {}", name, leads, recording.sampling_rate, length);
    if (recording.start) files.header += start_text(*recording.start);
    files.header += '\n';
    for (std::size_t l = 0; l < leads; ++l) {
        const Lead& lead = recording.leads[l];
        // A gain of 0 says that none is known.
        const std::string gain =
            lead.calibration.assumed
                ? std::format("0({})", lead.calibration.baseline)
                : std::format("{}({})/{}", lead.calibration.gain, lead.calibration.baseline,
                              lead.unit.empty() ? "mV" : file_name(lead.unit));
        files.header +=
            std::format("{}.dat {} {} {} 0 {} {} 0 {}\n", name, word, gain, f212 ? 12 : 16, adc[l],
                        static_cast<std::int16_t>(sums[l]),
                        clean(lead.original_name.empty() ? lead.name : lead.original_name));
    }
    for (const std::string& comment :
         comments == Comments::keep ? recording.comments : std::vector<std::string>{})
        files.header += std::format("# {}\n", clean(comment));

    const auto put = [&](int byte) { files.data.push_back(static_cast<std::byte>(byte & 0xFF)); };
    if (f212) {
        files.data.reserve((adc.size() * 3 + 1) / 2);
        for (std::size_t i = 0; i < adc.size(); i += 2) {
            const bool pair = i + 1 < adc.size();
            const int a = adc[i], b = pair ? adc[i + 1] : 0;
            put(a);
            put((a >> 8 & 0x0F) | (b >> 4 & 0xF0));
            if (pair) put(b);
        }
    } else {
        files.data.reserve(adc.size() * 2);
        for (const int value : adc) {
            put(value);
            put(value >> 8);
        }
    }
    return files;
}

}  // namespace telltale::formats
