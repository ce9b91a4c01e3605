// Formats of devices of which only the specification is at hand: files made from it.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>
#include <map>
#include <tuple>

#include "support/data.hpp"
#include "support/made_files.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

formats::ReadResult read(const std::vector<File>& files) {
    return formats::read_recordings(named(files));
}

Recording read_one(const std::vector<File>& files) {
    auto result = read(files);
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.errors.empty());
    return std::move(result.recordings[0]);
}

std::string error(const File& file) {
    const auto result = read({file});
    REQUIRE(result.recordings.empty());
    REQUIRE(result.errors.size() == 1);
    return result.errors[0].to_string();
}

File ishne(const char* magic) {
    return {"h.ecg", ishne_file(magic, false)};
}
File ishne_ecg() {
    return {"h.ecg", ishne_file("ISHNE1.0", true)};
}

}  // namespace

TEST_CASE("ISHNE Holter files with their annotations") {
    File annotations = ishne("ANN  1.0");
    annotations.name = "h.ann";
    put(annotations.bytes, 526, 0, 4);
    for (const auto& [label, step] : {std::pair{'N', 1}, {'!', 1}, {'V', 0}, {'N', 60000}}) {
        put(annotations.bytes, annotations.bytes.size(), label, 2);
        put(annotations.bytes, annotations.bytes.size(), step, 2);
    }
    const Recording r = read_one({ishne_ecg(), annotations});
    CHECK(r.sampling_rate == 200);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "II");
    CHECK(r.leads[1].name == "V1");
    CHECK(r.leads[0].samples == std::vector<float>{0.5f, -0.5f, 0.035f});
    CHECK(r.leads[1].samples[0] == 0.5f);
    CHECK(std::isnan(r.leads[1].samples[2]));
    REQUIRE(r.start);
    CHECK(r.start->year == 1999);
    CHECK(r.start->minute == 59);
    REQUIRE(r.annotations.size() == 2);
    CHECK(r.annotations[0] == Annotation{.sample = 1, .code = Code::normal});
    CHECK(r.annotations[1] == Annotation{.sample = 2, .code = Code::premature_ventricular});
    CHECK(r.warnings.size() == 1);  // one beat lies behind the end
}

TEST_CASE("ISHNE headers that lie") {
    const auto with = [](std::size_t at, std::int64_t value, int bytes) {
        File file = ishne_ecg();
        put(file.bytes, at, value, bytes);
        return file;
    };
    CHECK(error(with(156, 0, 2)) == "h.ecg, byte 156: the number of leads is 0, expected 1 to 12");
    CHECK(error(with(156, 13, 2)) ==
          "h.ecg, byte 156: the number of leads is 13, expected 1 to 12");
    CHECK(error(with(272, 0, 2)) == "h.ecg, byte 272: the sampling rate is 0, expected Hz");
    CHECK(error(with(22, 0xFFFFFFFF, 4)) ==
          "h.ecg, byte 22: the samples start at byte 4294967295, the file has 538");
    CHECK(read_one({with(14, 1000000000, 4)}).warnings.size() == 1);
    CHECK(read_one({with(8, 77, 2)}).warnings.size() == 1);  // checksum
    CHECK(read_one({with(206, 0, 2)}).leads[0].calibration.assumed);
    File cut = ishne_ecg();
    cut.bytes.resize(300);
    CHECK(error(cut) == "h.ecg: it has 300 bytes, an ISHNE header takes 522");
    File alone = ishne("ANN  1.0");
    alone.name = "h.ann";
    CHECK(error(alone) ==
          "h.ann: it holds annotations without a recording, expected h.ecg beside it");
}

TEST_CASE("an ECG from Apple's Health app, in two languages") {
    const std::string english =
        "Name,A Person\nDate of Birth,\"Jan 15, 1990\"\nRecorded Date,2026-05-30 16:32:18 -0700\n"
        "Classification,Sinus Rhythm\nSymptoms,\nSoftware Version,1.90\nDevice,\"Watch6,7\"\n"
        "Sample Rate,512 hertz\n\n\nLead,Lead I\nUnit,\xC2\xB5V\n\n\n";
    const std::string german =
        "Name,Eine Person\nGeburtsdatum,15.01.1990\nAufzeichnungsdatum,2026-05-30 16:32:18 +0200\n"
        "Abtastrate,512 Hertz\n\nAbleitung,Ableitung I\nEinheit,\xC2\xB5V\n\n";
    std::string points, commas;
    for (int i = 0; i < 600; ++i) {
        points += std::format("{}.{}\n", i - 300, i % 10);
        commas += std::format("{},{}\n", i - 300, i % 10);
    }
    for (const std::string& text : {english + points, german + commas}) {
        const Recording r = read_one({text_file("ecg.csv", text)});
        CHECK(r.sampling_rate == 512);
        REQUIRE(r.leads.size() == 1);
        CHECK(r.leads[0].name == "I");
        CHECK(r.length() == 600);
        CHECK(r.leads[0].samples[301] == static_cast<float>(1.1 * 0.001));
        CHECK(r.comments.empty());
        CHECK(r.warnings.empty());
        REQUIRE(r.start);
        CHECK(r.start->hour == 16);
    }
    CHECK(error(text_file("ecg.csv", english + "1.0\n2.0\nthree\n")) ==
          "ecg.csv, line 17: the voltage is 'three', expected a number");
}

TEST_CASE("an ECG from Apple's Health app, as telephones of other countries write it") {
    struct Case {
        const char* header;
        double rate;
    };
    // A bare name, blanks that do not break, a decimal comma in the rate, other words and scripts.
    const Case cases[] = {
        {"Name\nGeburtstag,\"01.01.1980\"\nAufzeichnungsdatum,2020-07-31 22:48:19 +0200\n"
         "Softwareversion,1.13\nGer\u00E4t,\"Watch4,2\"\nMessrate,512\u00A0Hertz\n\n\n"
         "Ableitung,Ableitung I\nEinheit,\u00B5V\n\n",
         512},
        {"Nom\nDate d\u2019enregistrement,2020-07-31 22:48:19 +0200\n"
         "Taux "
         "d\u2019\u00E9chantillonnage,\"511,562\u202Fhertz\"\n\nD\u00E9rivation,D\u00E9rivation I\n"
         "Unit\u00E9,\u03BCV\n\n",
         511.562},
        {"Name\nRecorded Date,2026-05-30 16:32:18 -0700\nSample Rate,513.625 hertz\n\nLead,Lead I\n"
         "Unit,\u00B5V\n\n",
         513.625},
        {"\u59D3\u540D,X\n\u51FA\u751F\u65E5\u671F,1990\u5E741\u67081\u65E5\n"
         "\u8BB0\u5F55\u65E5\u671F,2025-01-05 09:54:54 "
         "+0800\n\u91C7\u6837\u7387,512\u8D6B\u5179\n\n"
         "\u5BFC\u8054,\u5BFC\u8054I\n\u5355\u4F4D,\u5FAE\u4F0F\n\n",
         512},
        {"\u540D\u524D\n\u8A18\u9332\u65E5,2025-01-05 09:54:54 +0900\n"
         "\u30B5\u30F3\u30D7\u30EB\u30EC\u30FC\u30C8,512\u30D8\u30EB\u30C4\n\n"
         "\u8A98\u5C0E,\u7B2CI\u8A98\u5C0E\n\u5358\u4F4D,\u03BCV\n\n",
         512},
        {"\u0418\u043C\u044F\n\u0414\u0430\u0442\u0430,2025-01-05 09:54:54 +0300\n"
         "\u0427\u0430\u0441\u0442\u043E\u0442\u0430,512 \u0433\u0435\u0440\u0446\n\n"
         "\u041E\u0442\u0432\u0435\u0434\u0435\u043D\u0438\u0435,"
         "\u041E\u0442\u0432\u0435\u0434\u0435\u043D\u0438\u0435 I\n"
         "\u0415\u0434\u0438\u043D\u0438\u0446\u0430,\u043C\u043A\u0412\n\n",
         512},
        {"\u0627\u0644\u0627\u0633\u0645\n"
         "\u062A\u0627\u0631\u064A\u062E,\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0665 "
         "\u0660\u0669:\u0665\u0664:\u0665\u0664 +0300\n"
         "\u0645\u0639\u062F\u0644,\u0665\u0661\u0662 \u0647\u0631\u062A\u0632\n\n"
         "\u0642\u0637\u0628,I\n\u0648\u062D\u062F\u0629,"
         "\u0645\u064A\u0643\u0631\u0648\u0641\u0648\u0644\u062A\n\n",
         512},
    };
    for (const Case& c : cases) {
        INFO(c.header);
        const bool arabic = std::string_view(c.header).contains("\u0665");
        std::string text = c.header;
        for (int i = 0; i < 600; ++i)
            text += arabic ? std::format("-\u0661\u066B\u0665\n")
                           : std::format("{},{}\n", i - 300, i % 10);
        const Recording r = read_one({text_file("ecg.csv", text)});
        CHECK(r.sampling_rate == c.rate);
        REQUIRE(r.leads.size() == 1);
        CHECK(r.leads[0].name == "I");
        CHECK(r.leads[0].unit == "mV");
        CHECK(r.length() == 600);
        CHECK(r.leads[0].samples[301] ==
              (arabic ? static_cast<float>(-1.5 * 0.001) : static_cast<float>(1.1 * 0.001)));
        CHECK(r.leads[0].declared == Declared::ecg);
        CHECK(r.warnings.empty());
        REQUIRE(r.start);
        CHECK(r.start->month > 0);
    }
    // A unit that nobody knows: said, and taken as the one that the app writes.
    const Recording odd = read_one({text_file(
        "ecg.csv", "N\nD,2026-05-30 16:32:18 -0700\nR,512 hertz\n\nL,Lead I\nU,bolt\n\n1.5\n2\n")});
    CHECK(odd.leads[0].samples[0] == static_cast<float>(1.5 * 0.001));
    CHECK(odd.warnings.size() == 1);
}

TEST_CASE("SCP-ECG: plain and Huffman-coded second differences") {
    const std::vector<int> differences = {4, 6, 0, -3, 8, -8, 1000, -2000, 5, 0, 0, -1};
    std::vector<float> expected;
    std::vector<int> values;
    for (std::size_t i = 0; i < differences.size(); ++i) {
        values.push_back(i < 2 ? differences[i]
                               : 2 * values[i - 1] - values[i - 2] + differences[i]);
        expected.push_back(static_cast<float>(values[i] * 2500.0 * 1e-6));
    }
    for (const bool huffman : {false, true}) {
        const Recording r = read_one({{"x.scp", scp_file(scp_sections(differences, huffman))}});
        CHECK(r.warnings == std::vector<std::string>{});
        CHECK(r.sampling_rate == 500);
        REQUIRE(r.leads.size() == 2);
        CHECK(r.leads[0].name == "I");
        CHECK(r.leads[1].name == "V1");
        CHECK(r.leads[0].samples == expected);
        CHECK(r.leads[1].samples == expected);
        REQUIRE(r.start);
        CHECK(r.start->year == 2002);
        CHECK(r.start->second == 11);
    }
    // The same codes by a table that the file brings along: "0" is 7, "10" is -7.
    auto sections = scp_sections(differences, true);
    auto& table = sections[2];
    table.clear();
    put(table, 0, 1, 2);
    put(table, 2, 2, 2);
    for (const auto& [bits, value, code] : {std::tuple{1, 7, 0}, {2, -7, 1}}) {
        put(table, table.size(), bits, 1);
        put(table, table.size(), bits, 1);
        put(table, table.size(), 1, 1);
        put(table, table.size(), value, 2);
        put(table, table.size(), code, 4);
    }
    auto& rhythm = sections[6];
    rhythm[4] = std::byte{0};  // no differences
    put(rhythm, 6, 1, 2);
    put(rhythm, 8, 1, 2);
    rhythm.resize(10);
    put(rhythm, 10, 0b01001011, 1);  // 7 -7 7 -7, and "11", which is no code
    put(rhythm, 11, 0b00000000, 1);  // 7, eight times
    const Recording r = read_one({{"x.scp", scp_file(sections)}});
    CHECK(r.leads[0].samples[1] == -0.0175f);
    CHECK(std::isnan(r.leads[0].samples[4]));
    CHECK(r.leads[1].samples[7] == 0.0175f);
    CHECK(r.length() == 8);
}

TEST_CASE("SCP-ECG: reference beats are added back") {
    const std::vector<int> zeros(12, 0);
    auto sections = scp_sections(zeros, false);
    sections[3][1] |= std::byte{1};  // a beat was subtracted
    // Its fiducial is its second sample; in the rhythm that is sample 6, of 5 to 7.
    for (const auto& [value, bytes] :
         {std::pair{0, 2}, {2, 2}, {1, 2}, {0, 2}, {5, 4}, {6, 4}, {7, 4}})
        put(sections[4], sections[4].size(), value, bytes);
    for (const auto& [value, bytes] : {std::pair{1000, 2},
                                       {2000, 2},
                                       {0, 1},
                                       {0, 1},
                                       {6, 2},
                                       {6, 2},
                                       {10, 2},
                                       {20, 2},
                                       {30, 2},
                                       {1, 2},
                                       {2, 2},
                                       {3, 2}})
        put(sections[5], sections[5].size(), value, bytes);
    const Recording r = read_one({{"x.scp", scp_file(sections)}});
    CHECK(r.leads[0].samples == std::vector<float>{0, 0, 0, 0, 0.01f, 0.02f, 0.03f, 0, 0, 0, 0, 0});
    CHECK(r.leads[1].samples[5] == 0.002f);
}

TEST_CASE("SCP-ECG files that lie") {
    const auto message = [](const std::map<int, std::vector<std::byte>>& sections) {
        return error({"x.scp", scp_file(sections)});
    };
    auto sections = scp_sections({1, 2, 3}, true);
    auto bimodal = sections, leads = sections, encoding = sections, size = sections;
    bimodal[6][5] = std::byte{1};
    CHECK(message(bimodal) == "x.scp, section 6: its bimodal compression is not read");
    leads[3][0] = std::byte{80};
    CHECK(message(leads) == "x.scp, section 3: it says that there are 80 leads in 20 bytes");
    encoding[6][4] = std::byte{3};
    CHECK(message(encoding) == "x.scp, section 6: its encoding is 3, expected 0 to 2");
    put(size[6], 8, 60000, 2);
    CHECK(message(size) == "x.scp, section 6: lead 2 reaches beyond it");
    auto far = sections;
    put(far[3], 2, 4000000000, 4);
    put(far[3], 6, 4000000003, 4);
    CHECK(message(far) == "x.scp, section 3: its leads start far behind the end of the data");
    sections.erase(6);
    CHECK(message(sections) == "x.scp, section 6: it holds no rhythm data");
    auto changed = scp_file(scp_sections({1, 2, 3}, true));
    changed.back() ^= std::byte{1};
    CHECK(read_one({{"x.scp", changed}}).warnings.size() == 1);
}

TEST_CASE("a real SCP-ECG holds exactly the samples of the aECG it was made from") {
    TELLTALE_REAL_DATA(folder, "formats");
    const Recording scp = read_one({read_file(folder / "scp/ecgtoolkit_Example.scp")});
    const Recording aecg = read_one({read_file(folder / "hl7_aecg/hl7_Example_aECG.xml")});
    CHECK(scp.warnings == std::vector<std::string>{});
    CHECK(scp.sampling_rate == aecg.sampling_rate);
    REQUIRE(scp.leads.size() == 12);
    for (const Lead& lead : scp.leads) {
        const Lead& other = aecg.leads[*aecg.lead_index(lead.name)];
        REQUIRE(lead.samples.size() == other.samples.size());
        for (std::size_t i = 0; i < lead.samples.size(); ++i)
            if (lead.adc(i) != other.adc(i)) FAIL(lead.name << ", sample " << i);
    }
    const Recording subtracted = read_one({read_file(folder / "scp/wfdb_checkpkg_test.scp")});
    CHECK(subtracted.leads.size() == 8);
    CHECK(subtracted.length() == 5000);
    CHECK(subtracted.warnings == std::vector<std::string>{});
}
