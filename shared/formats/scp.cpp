#include "formats/scp.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <limits>

#include "formats/encoding.hpp"
#include "formats/scp_huffman.hpp"
#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t section_header = 16, pointer_size = 10;
constexpr std::size_t max_leads = 85;
using Bytes = std::span<const std::byte>;

std::string lead_name(unsigned id) {
    static constexpr const char* first[] = {"",    "I",   "II", "V1",  "V2",  "V3",  "V4",
                                            "V5",  "V6",  "V7", "V2R", "V3R", "V4R", "V5R",
                                            "V6R", "V7R", "X",  "Y",   "Z"};
    static constexpr const char* limb[] = {"III", "aVR", "aVL", "aVF"};
    if (id >= 1 && id < std::size(first)) return first[id];
    if (id >= 61 && id <= 64) return limb[id - 61];
    return std::format("lead {}", id);
}

struct LeadDefinition {
    std::uint32_t first = 1, last = 0;  // samples, from 1
    unsigned id = 0;
};

struct Qrs {
    unsigned type = 0;
    std::uint32_t first = 0, fiducial = 0, last = 0;  // samples of the rhythm data, from 1
};

class Reader {
public:
    explicit Reader(const NamedBytes& file) : file_(file) {}

    Result<Recording> read() {
        Recording recording;
        recording.name = stem_of(file_.name);
        if (auto done = find_sections(recording); !done) return std::unexpected(done.error());
        if (auto done = read_definitions(); !done) return std::unexpected(done.error());
        auto tables = std::optional(std::vector<scp::Table>{});
        if (!sections_[2].empty()) tables = scp::tables_of(sections_[2]);
        if (!tables) return wrong(2, "its Huffman tables are damaged");
        tables_ = std::move(*tables);
        recording.start = start();

        const Bytes rhythm = sections_[6];
        if (rhythm.size() < 6) return wrong(6, "it holds no rhythm data");
        const double step = le16(rhythm.data()), interval_us = le16(rhythm.data() + 2);
        if (step == 0 || interval_us == 0) return wrong(6, "its amplitude or its time step is 0");
        if (rhythm[5] != std::byte{0}) return wrong(6, "its bimodal compression is not read");
        recording.sampling_rate = 1e6 / interval_us;
        auto leads = decoded(rhythm, 6);
        if (!leads) return std::unexpected(leads.error());
        std::vector<std::vector<double>> nanovolts(leads->size());
        for (std::size_t l = 0; l < leads->size(); ++l)
            for (const std::int32_t v : (*leads)[l]) nanovolts[l].push_back(v * step);
        double finest = step;
        if (subtracted_)
            if (auto done = add_reference_beats(nanovolts, interval_us, finest); !done)
                return std::unexpected(done.error());
        if (auto done = place(nanovolts, finest, recording); !done)
            return std::unexpected(done.error());
        return recording;
    }

private:
    std::unexpected<Error> wrong(int section, std::string message) const {
        return fail(file_.name, std::format("section {}", section), std::move(message));
    }

    Result<void> find_sections(Recording& recording) {
        const Bytes bytes = file_.bytes;
        if (bytes.size() < 6 + section_header)
            return fail(file_.name, "", "it is too short to be an SCP-ECG file");
        const std::size_t size = le32(bytes.data() + 2);
        if (size > bytes.size())
            recording.warnings.push_back(std::format(
                "The file is cut short: {} of {} bytes are missing.", size - bytes.size(), size));
        else if (size >= 6 && le16(bytes.data()) != crc16(bytes.subspan(2, size - 2)))
            recording.warnings.push_back(
                "The file's checksum does not hold; it may have been changed.");
        recording.damaged = !recording.warnings.empty();
        const std::size_t length = le32(bytes.data() + 10);
        if (length < section_header || length > bytes.size() - 6)
            return wrong(0, "its length reaches beyond the file");
        for (std::size_t at = 6 + section_header; at + pointer_size <= 6 + length;
             at += pointer_size) {
            const std::byte* p = bytes.data() + at;
            const std::uint32_t id = le16(p), section_size = le32(p + 2), index = le32(p + 6);
            if (id >= sections_.size() || section_size < section_header || index == 0) continue;
            // What lies beyond the end of a file that was cut is missing.
            if (index - 1 > bytes.size() || section_size > bytes.size() - (index - 1)) {
                if (id == 6 || id == 3)
                    return wrong(static_cast<int>(id), "it reaches beyond the file");
                continue;
            }
            sections_[id] =
                bytes.subspan(index - 1 + section_header, section_size - section_header);
        }
        return {};
    }

    Result<void> read_definitions() {
        const Bytes s = sections_[3];
        if (s.size() < 2) return wrong(3, "it defines no leads");
        const std::size_t count = std::to_integer<std::size_t>(s[0]);
        subtracted_ = (s[1] & std::byte{1}) != std::byte{0};
        if (count == 0 || count > max_leads || s.size() < 2 + 9 * count)
            return wrong(
                3, std::format("it says that there are {} leads in {} bytes", count, s.size()));
        for (std::size_t l = 0; l < count; ++l) {
            const std::byte* p = s.data() + 2 + 9 * l;
            leads_.push_back({le32(p), le32(p + 4), std::to_integer<unsigned>(p[8])});
        }
        return {};
    }

    // Tags 25 (date) and 26 (time) of section 1; the others name the patient.
    [[nodiscard]] std::optional<StartTime> start() const {
        const Bytes s = sections_[1];
        StartTime time;
        for (std::size_t at = 0; at + 3 <= s.size();) {
            const unsigned tag = std::to_integer<unsigned>(s[at]);
            const std::size_t size = le16(s.data() + at + 1);
            if (tag == 255 || at + 3 + size > s.size()) break;
            const std::byte* p = s.data() + at + 3;
            if (tag == 25 && size >= 4) {
                time.year = static_cast<int>(le16(p) >> 8 | (le16(p) & 0xFF) << 8);
                if (time.year > 3000) time.year = static_cast<int>(le16(p));
                time.month = std::to_integer<int>(p[2]);
                time.day = std::to_integer<int>(p[3]);
            } else if (tag == 26 && size >= 3) {
                time.hour = std::to_integer<int>(p[0]);
                time.minute = std::to_integer<int>(p[1]);
                time.second = std::to_integer<int>(p[2]);
            }
            at += 3 + size;
        }
        return checked(time);
    }

    // The leads of section 5 or 6: 6 bytes, the size of each lead, then the leads.
    Result<std::vector<std::vector<std::int32_t>>> decoded(Bytes section, int number) const {
        std::size_t at = 6 + 2 * leads_.size();
        if (section.size() < at) return wrong(number, "it is too short for its leads");
        const unsigned differences = std::to_integer<unsigned>(section[4]);
        if (differences > 2)
            return wrong(number, std::format("its encoding is {}, expected 0 to 2", differences));
        std::vector<std::vector<std::int32_t>> result;
        for (std::size_t l = 0; l < leads_.size(); ++l) {
            const std::size_t size = le16(section.data() + 6 + 2 * l);
            if (size > section.size() - at)
                return wrong(number, std::format("lead {} reaches beyond it", l + 1));
            const Bytes bytes = section.subspan(at, size);
            at += size;
            // Bits that fill up the last byte are no samples.
            const std::size_t most =
                number == 6 && leads_[l].last >= leads_[l].first
                    ? static_cast<std::size_t>(leads_[l].last) - leads_[l].first + 1
                    : bytes.size() * 8;
            std::vector<std::int32_t> values;
            if (tables_.empty())
                for (std::size_t i = 0; i + 1 < bytes.size() && values.size() < most; i += 2)
                    values.push_back(signed16(le16(bytes.data() + i)));
            else
                values = scp::decode(bytes, tables_, most);
            sum_up(values, differences);
            result.push_back(std::move(values));
        }
        return result;
    }

    static void sum_up(std::vector<std::int32_t>& values, unsigned differences) {
        const auto u = [](std::int32_t v) { return static_cast<std::uint32_t>(v); };
        for (std::size_t i = differences; differences > 0 && i < values.size(); ++i) {
            std::uint32_t v = u(values[i]) + u(values[i - 1]);
            if (differences == 2) v += u(values[i - 1]) - u(values[i - 2]);
            values[i] = static_cast<std::int32_t>(v);
        }
    }

    // Section 4 tells where beats of type 0 were subtracted, section 5 what they look like.
    Result<void> add_reference_beats(std::vector<std::vector<double>>& leads, double interval_us,
                                     double& finest) const {
        const Bytes where = sections_[4], beat = sections_[5];
        if (where.size() < 6 || beat.size() < 6)
            return wrong(4, "reference beats were subtracted, but it or section 5 is missing");
        if (le16(beat.data() + 2) != interval_us)
            return wrong(5, "its time step is not that of the rhythm data");
        const double step = le16(beat.data());
        finest = std::min(finest, step > 0 ? step : finest);
        const auto reference = decoded(beat, 5);
        if (!reference) return std::unexpected(reference.error());
        const std::int64_t fiducial = le16(where.data() + 2);
        const std::size_t count = le16(where.data() + 4);
        constexpr std::size_t qrs_size = 14;
        for (std::size_t q = 0; q < count && 6 + (q + 1) * qrs_size <= where.size(); ++q) {
            const std::byte* p = where.data() + 6 + q * qrs_size;
            if (le16(p) != 0) continue;
            const std::int64_t first = le32(p + 2), middle = le32(p + 6), last = le32(p + 10);
            for (std::size_t l = 0; l < leads.size(); ++l) {
                const auto& shape = (*reference)[l];
                const auto most = std::min<std::int64_t>(last, std::ssize(leads[l]));
                for (std::int64_t i = std::max<std::int64_t>(1, first); i <= most; ++i) {
                    const std::int64_t at = i - middle + fiducial - 1;
                    if (at >= 0 && at < std::ssize(shape))
                        leads[l][static_cast<std::size_t>(i - 1)] +=
                            shape[static_cast<std::size_t>(at)] * step;
                }
            }
        }
        return {};
    }

    // Leads start and end where section 3 says.
    Result<void> place(const std::vector<std::vector<double>>& nanovolts, double step,
                       Recording& recording) const {
        std::uint64_t longest = 0, last = 0, short_leads = 0;
        for (std::size_t l = 0; l < nanovolts.size(); ++l) {
            const std::uint64_t size = nanovolts[l].size();
            longest = std::max(longest, size);
            last = std::max(last, std::max<std::uint64_t>(1, leads_[l].first) - 1 + size);
            if (leads_[l].last >= leads_[l].first &&
                size < static_cast<std::uint64_t>(leads_[l].last) - leads_[l].first + 1)
                ++short_leads;
        }
        if (longest == 0) return wrong(6, "it holds no samples");
        if (last > 16 * longest) return wrong(3, "its leads start far behind the end of the data");
        recording.damaged = recording.damaged || short_leads > 0;
        if (short_leads > 0)
            recording.warnings.push_back(std::format(
                "{} leads have fewer samples than they should; the rest is missing.", short_leads));
        for (std::size_t l = 0; l < nanovolts.size(); ++l) {
            if (nanovolts[l].empty()) continue;
            Lead lead;
            lead.original_name = lead_name(leads_[l].id);
            lead.name = normalised_lead_name(lead.original_name);
            lead.calibration = {.gain = 1e6 / step};
            lead.samples.assign(static_cast<std::size_t>(last),
                                std::numeric_limits<float>::quiet_NaN());
            const std::size_t start = std::max<std::size_t>(1, leads_[l].first) - 1;
            for (std::size_t i = 0; i < nanovolts[l].size(); ++i)
                lead.samples[start + i] = static_cast<float>(nanovolts[l][i] * 1e-6);
            recording.leads.push_back(std::move(lead));
        }
        return {};
    }

    const NamedBytes& file_;
    std::array<Bytes, 12> sections_;
    std::vector<LeadDefinition> leads_;
    std::vector<scp::Table> tables_;  // none: plain 16-bit values
    bool subtracted_ = false;
};

}  // namespace

bool looks_like_scp(const NamedBytes& file) {
    if (file.bytes.size() < 6 + section_header + pointer_size) return false;
    // Section 0 names the format; older writers leave the name out, but its first pointer is
    // always to itself, at byte 7.
    const std::byte* p = file.bytes.data();
    return as_text(file.bytes).substr(16, 6) == "SCPECG" ||
           (le16(p + 8) == 0 && le16(p + 22) == 0 && le32(p + 24) == le32(p + 10) &&
            le32(p + 28) == 7);
}

Result<Recording> read_scp(const NamedBytes& file) {
    return Reader(file).read();
}

}  // namespace telltale::formats
