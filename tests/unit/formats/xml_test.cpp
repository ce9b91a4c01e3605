// The XML reader, and the carts' formats on it.
#include "formats/xml.hpp"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>

#include "formats/encoding.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;
using Catch::Approx;

namespace {

formats::ReadResult read(const File& file) {
    const formats::NamedBytes view = file.named();
    return formats::read_recordings({&view, 1});
}

Recording read_one(const File& file) {
    auto result = read(file);
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::string error(const std::string& text) {
    const auto result = read(text_file("x.xml", text));
    REQUIRE(result.recordings.empty());
    REQUIRE(result.errors.size() == 1);
    return result.errors[0].to_string();
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
    static constexpr char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t v = 0;
        for (std::size_t k = 0; k < 3; ++k) v = v << 8 | (i + k < bytes.size() ? bytes[i + k] : 0);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? letters[v >> (18 - 6 * k) & 63] : '=';
        if (i % 57 == 0) text += "\n ";
    }
    return text;
}

std::vector<std::uint8_t> words(const std::vector<int>& values) {
    std::vector<std::uint8_t> bytes;
    for (const int v : values) {
        bytes.push_back(static_cast<std::uint8_t>(v & 0xFF));
        bytes.push_back(static_cast<std::uint8_t>(v >> 8 & 0xFF));
    }
    return bytes;
}

std::string muse(const std::vector<std::pair<std::string, std::vector<int>>>& leads) {
    std::string text =
        "<?xml version=\"1.0\"?><!DOCTYPE RestingECG SYSTEM \"restecg.dtd\" [<!ENTITY a \"b\">]>\n"
        "<RestingECG><TestDemographics><AcquisitionDate>11-12-2018</AcquisitionDate>"
        "<AcquisitionTime>15:21:27</AcquisitionTime></TestDemographics>"
        "<Waveform><WaveformType>Median</WaveformType></Waveform>"
        "<Waveform><WaveformType>Rhythm</WaveformType><SampleBase>500</SampleBase>"
        "<SampleExponent>0</SampleExponent>";
    for (const auto& [name, values] : leads) {
        const auto bytes = words(values);
        text += std::format(
            "<LeadData><LeadAmplitudeUnitsPerBit>5</LeadAmplitudeUnitsPerBit><LeadAmplitudeUnits>"
            "MICROVOLTS</LeadAmplitudeUnits><LeadID>{}</LeadID><LeadSampleSize>2</LeadSampleSize>"
            "<LeadDataCRC32>{}</LeadDataCRC32><WaveFormData>\n{}</WaveFormData></LeadData>",
            name, formats::crc32(std::as_bytes(std::span(bytes))), base64(bytes));
    }
    return text + "</Waveform></RestingECG>\n";
}

// Codes of 10 bits, the first bit highest.
std::vector<std::uint8_t> packed(const std::vector<unsigned>& codes) {
    std::vector<std::uint8_t> bytes;
    std::uint32_t buffer = 0;
    int have = 0;
    for (const unsigned code : codes) {
        buffer = buffer << 10 | code;
        for (have += 10; have >= 8; have -= 8)
            bytes.push_back(static_cast<std::uint8_t>(buffer >> (have - 8) & 0xFF));
    }
    if (have > 0) bytes.push_back(static_cast<std::uint8_t>(buffer << (8 - have) & 0xFF));
    return bytes;
}

std::vector<std::uint8_t> xli_chunk(const std::vector<unsigned>& codes, int first) {
    const auto data = packed(codes);
    std::vector<std::uint8_t> bytes = words({static_cast<int>(data.size()), 0, 1, first});
    bytes.insert(bytes.end(), data.begin(), data.end());
    return bytes;
}

std::string sierra(const std::vector<std::uint8_t>& data, const std::string& labels) {
    return "<restingecgdata xmlns=\"http://www3.medical.philips.com\"><dataacquisition "
           "date=\"2011-12-01\" time=\"07:27:34\"/><waveforms><parsedwaveforms "
           "dataencoding=\"Base64\" compression=\"XLI\" leadlabels=\"" +
           labels + "\" samplespersecond=\"500\" resolution=\"5\">" + base64(data) +
           "</parsedwaveforms></waveforms></restingecgdata>";
}

}  // namespace

TEST_CASE("XML: elements, attributes, text, entities") {
    const File file = text_file(
        "a.xml",
        "\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- <no> -->\n<p:a one='1' x:two = \"a>b\">\n"
        "  <b>first</b><c/><b> second <!-- note "
        "--></b>\n<d><![CDATA[<raw>]]><b>deep</b></d></p:a>\n");
    const auto xml = formats::Xml::parse(file.named());
    REQUIRE(xml);
    const auto root = xml->root();
    CHECK(root.name() == "a");
    CHECK(root.attribute("one") == "1");
    CHECK(root.attribute("two") == "a>b");
    CHECK(root.attribute("three") == "");
    CHECK(root.child("b").text() == "first");
    CHECK(root.children("b").size() == 2);
    CHECK(root.children("b")[1].text() == "second");
    CHECK(root.find_all("b").size() == 3);
    CHECK(root.child("d").text() == "<raw>");
    CHECK(root.child("c").child("b").text() == "");
    CHECK_FALSE(root.child("nothing").child("at all"));
    CHECK(formats::is_xml_of(file.named(), "a"));
    CHECK_FALSE(formats::is_xml_of(file.named(), "b"));
    CHECK(formats::unescaped("a &lt;&#181;&#xB5;&amp;&bogus; &") ==
          "a <\xC2\xB5\xC2\xB5&&bogus; &");
}

TEST_CASE("XML: what is wrong is said with its line, and entity bombs do nothing") {
    const auto message = [](const std::string& text) {
        const File file = text_file("a.xml", text);
        const auto xml = formats::Xml::parse(file.named());
        REQUIRE_FALSE(xml);
        return xml.error().to_string();
    };
    CHECK(message("<a>\n<b></a>") == "a.xml, line 2: the element 'a' is ended but not open");
    CHECK(message("<a><b>") == "a.xml: the file ends before the element 'b' does");
    CHECK(message("<a>\n\n<b x='") == "a.xml, line 3: a tag has no end, expected '>'");
    CHECK(message("<a><!-- ") == "a.xml, line 1: a declaration or comment has no end");
    CHECK(message("<a/><b/>") == "a.xml, line 1: there is a second root element");
    CHECK(message("plain") == "a.xml: it holds no XML element");
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "<a>";
    CHECK(message(deep) == "a.xml, line 1: elements are nested more than 200 deep");
    std::string bomb = "<!DOCTYPE a [<!ENTITY e0 \"ha\">";
    for (int i = 1; i < 30; ++i)
        bomb += std::format("<!ENTITY e{} \"&e{};&e{};\">", i, i - 1, i - 1);
    const File file = text_file("a.xml", bomb + "]><a>&e29;</a>");
    const auto xml = formats::Xml::parse(file.named());
    REQUIRE(xml);
    CHECK(formats::unescaped(xml->root().text()) == "&e29;");
}

TEST_CASE("GE MUSE: samples, derived leads, checksums") {
    const Recording r = read_one(text_file(
        "m.xml", muse({{"I", {100, -200, 30}}, {"II", {50, 60, -70}}, {"V1", {1, 2, 3}}})));
    CHECK(r.sampling_rate == 500);
    CHECK(r.warnings.empty());
    REQUIRE(r.leads.size() == 7);
    const char* names[] = {"I", "II", "III", "aVR", "aVL", "aVF", "V1"};
    for (std::size_t l = 0; l < 7; ++l) CHECK(r.leads[l].name == names[l]);
    CHECK(r.leads[0].samples[0] == 0.5f);
    CHECK(r.leads[0].samples[1] == -1.0f);
    CHECK(r.leads[2].samples[0] == -0.25f);
    CHECK(r.leads[3].samples[0] == -0.375f);
    CHECK(r.leads[4].samples[0] == 0.375f);
    CHECK(r.leads[5].samples[0] == 0.0f);
    REQUIRE(r.start);
    CHECK(r.start->year == 2018);
    CHECK(r.start->month == 11);

    std::string changed = muse({{"I", {100, -200, 30}}});
    changed.replace(changed.find("<LeadDataCRC32>") + 15, 1, "9");
    const auto again = read(text_file("m.xml", changed));
    REQUIRE(again.recordings.size() == 1);
    CHECK(again.recordings[0].warnings.size() == 1);
    CHECK(error(muse({})) == "x.xml: its rhythm waveform holds no leads");
    CHECK(error(muse({{"I", {1, 2}}, {"II", {1}}})) ==
          "x.xml, lead II: it has 1 samples, the first lead has 2");
    std::string bad = muse({{"I", {1, 2, 3, 4}}});
    bad.replace(bad.find("<WaveFormData>") + 15, 1, "%");
    CHECK(error(bad) == "x.xml, lead I: its samples are no base64 text");
}

TEST_CASE("Philips Sierra: XLI-compressed leads") {
    // High bytes 0 0 0 0, low bytes 3 5 64 64, as literals; the second difference starts at 0:
    // 3, 5, 2*5-3-0 = 7, then the third value's 64-64 = 0: 2*7-5-0 = 9.
    const auto one = xli_chunk({0, 0, 0, 0, 3, 5, 64, 64}, 0);
    // The same with the code that is just being made: 0, then "0 0" as 256, then 0.
    const auto two = xli_chunk({0, 256, 0, 3, 5, 64, 64, 1023}, 2);
    std::vector<std::uint8_t> both = one;
    both.insert(both.end(), two.begin(), two.end());
    const Recording r = read_one(text_file("p.xml", sierra(both, "V1 V2")));
    CHECK(r.sampling_rate == 500);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].samples == std::vector<float>{0.015f, 0.025f, 0.035f, 0.045f});
    CHECK(r.leads[1].samples == std::vector<float>{0.015f, 0.025f, 0.025f, 0.025f});
    CHECK(r.warnings.empty());

    CHECK(error(sierra(xli_chunk({700, 0}, 0), "V1")) ==
          "x.xml, parsedwaveforms: its XLI compression is damaged");
    auto claims = one;
    claims[3] = 0x7F;  // a chunk of 2 GB
    CHECK(error(sierra(claims, "V1")) == "x.xml, parsedwaveforms: its XLI compression is damaged");
    CHECK(error(sierra({}, "V1")) == "x.xml, parsedwaveforms: its XLI compression is damaged");
}

TEST_CASE("HL7 aECG: scale, origin and time") {
    const auto aecg = [](const std::string& increment, const std::string& digits) {
        return "<AnnotatedECG xmlns=\"urn:hl7-org:v3\"><component><series><component><sequenceSet>"
               "<component><sequence><code code=\"TIME_ABSOLUTE\"/><value><head "
               "value=\"20021122091000.5\"/>" +
               increment +
               "</value></sequence></component>"
               "<component><sequence><code code=\"MDC_ECG_LEAD_V2\"/><value><origin value=\"10\" "
               "unit=\"uV\"/><scale value=\"2.5\" unit=\"uV\"/><digits>" +
               digits +
               "</digits></value></sequence></component></sequenceSet></component></series>"
               "</component></AnnotatedECG>";
    };
    const std::string step = "<increment value=\"2\" unit=\"ms\"/>";
    const Recording r = read_one(text_file("a.xml", aecg(step, " 4\n-8 0 ")));
    CHECK(r.sampling_rate == 500);
    REQUIRE(r.leads.size() == 1);
    CHECK(r.leads[0].name == "V2");
    CHECK(r.leads[0].samples == std::vector<float>{0.02f, -0.01f, 0.01f});
    CHECK(r.leads[0].adc(1) == -8);
    REQUIRE(r.start);
    CHECK(r.start->second == 0.5);
    CHECK(error(aecg("", "1 2")) ==
          "x.xml, sequenceSet: it gives no time between samples, expected an increment in s");
    CHECK(error(aecg(step, "1 two")) ==
          "x.xml, MDC_ECG_LEAD_V2: sample 1 is 'two', expected a number");
    CHECK(error(aecg(step, "")) ==
          "x.xml: it holds no series with samples, expected a sequenceSet");
}

TEST_CASE("real files of carts read to plausible, consistent leads") {
    TELLTALE_REAL_DATA(folder, "formats");
    struct Case {
        const char* file;
        std::size_t leads, length;
    };
    const Case cases[] = {{"muse_xml/braveheart_example1.xml", 12, 5000},
                          {"philips_sierra_xml/129DYPRG.XML", 12, 5250},
                          {"philips_sierra_xml/3191723_ZZDEMOPTONLY_1-04_orig.xml", 12, 5250},
                          {"hl7_aecg/hl7_Example_aECG.xml", 12, 5000}};
    for (const Case& c : cases) {
        INFO(c.file);
        const Recording r = read_one(read_file(folder / c.file));
        CHECK(r.sampling_rate == 500);
        CHECK(r.leads.size() == c.leads);
        CHECK(std::abs(static_cast<double>(r.length()) - static_cast<double>(c.length)) <= 250);
        CHECK(r.warnings == std::vector<std::string>{});
        // Einthoven: III is II minus I, whichever way the file came by it.
        const auto &i = r.leads[*r.lead_index("I")].samples,
                   &ii = r.leads[*r.lead_index("II")].samples,
                   &iii = r.leads[*r.lead_index("III")].samples;
        for (std::size_t k = 0; k < r.length(); ++k)
            if (std::abs(ii[k] - i[k] - iii[k]) > 0.02f) FAIL("sample " << k);
        CHECK(std::ranges::max(ii) < 4);
        CHECK(std::ranges::max(ii) > 0.2);
    }
    const Recording minimal = read_one(read_file(folder / "hl7_aecg/fda_minimum_aecg.xml"));
    CHECK(minimal.leads[0].samples[12] == Approx(-0.0225));
}

TEST_CASE("CardioSoft: a strip with a lead an element, and lines of full disclosure") {
    const std::string head =
        "<?xml version=\"1.0\" encoding=\"ISO8859-1\" ?>\n<CardiologyXML>\n<ObservationDateTime>"
        "<Hour>10</Hour><Minute>5</Minute><Second>30</Second><Day>7</Day><Month>3</Month>"
        "<Year>2014</Year></ObservationDateTime><PatientInfo><Name><FamilyName>Person</FamilyName>"
        "</Name></PatientInfo>\n";
    const std::string rates =
        "<SampleRate units=\"Hz\">500</SampleRate><Resolution units=\"uVperLsb\">5</Resolution>";
    const Recording strip = read_one(text_file(
        "c.xml",
        head + "<StripData><NumberOfLeads>2</NumberOfLeads>" + rates +
            "<WaveformData lead=\"I\">\n\t\t1,-2,\n\t\t300</WaveformData>"
            "<WaveformData lead=\"aVR\">4, 5, 6</WaveformData></StripData>"
            "<RestingECGMeasurements><MedianSamples><WaveformData lead=\"I\">9</WaveformData>"
            "</MedianSamples></RestingECGMeasurements></CardiologyXML>"));
    CHECK(strip.sampling_rate == 500);
    REQUIRE(strip.leads.size() == 2);
    CHECK(strip.leads[0].name == "I");
    CHECK(strip.leads[1].name == "aVR");
    CHECK(strip.leads[0].samples == std::vector<float>{0.005F, -0.01F, 1.5F});
    CHECK(strip.leads[0].declared == Declared::ecg);
    REQUIRE(strip.start);
    CHECK(strip.start->year == 2014);
    CHECK(strip.start->day == 7);
    CHECK(strip.warnings.empty());
    CHECK(strip.comments.empty());

    const Recording whole = read_one(text_file(
        "c.xml", head + "<FullDisclosure><NumberOfChannels>3</NumberOfChannels>" + rates +
                     "<LeadOrder>I, II,III</LeadOrder><FullDisclosureData>\n1,2,\n3,4,\n5,6,\n7,8\n"
                     "9,10\n11,12\n</FullDisclosureData></FullDisclosure></CardiologyXML>"));
    REQUIRE(whole.leads.size() == 3);
    REQUIRE(whole.length() == 4);
    CHECK(whole.leads[1].name == "II");
    CHECK(whole.leads[1].samples == std::vector<float>{0.015F, 0.02F, 0.045F, 0.05F});
}

TEST_CASE("CardioSoft: what is missing or wrong is said") {
    const std::string rate = "<SampleRate>500</SampleRate>";
    CHECK(error("<CardiologyXML/>") ==
          "x.xml: it holds no samples, expected StripData or FullDisclosure");
    CHECK(error("<CardiologyXML><StripData></StripData></CardiologyXML>") ==
          "x.xml, SampleRate: the sampling rate is no number above 0");
    CHECK(error("<CardiologyXML><StripData>" + rate + "</StripData></CardiologyXML>") ==
          "x.xml: it holds no samples");
    CHECK(error("<CardiologyXML><StripData>" + rate +
                "<WaveformData lead='I'>1,a</WaveformData></StripData></CardiologyXML>") ==
          "x.xml, lead I: its samples are no whole numbers with commas between them");
    CHECK(error("<CardiologyXML><FullDisclosure>" + rate +
                "<FullDisclosureData>1,2</FullDisclosureData></FullDisclosure></CardiologyXML>") ==
          "x.xml, FullDisclosure: it names no leads, expected a LeadOrder");
    const Recording uneven = read_one(text_file(
        "x.xml",
        "<CardiologyXML><StripData>" + rate +
            "<WaveformData lead='I'>1,2</WaveformData><WaveformData lead='II'>1</WaveformData>"
            "</StripData></CardiologyXML>"));
    CHECK(uneven.damaged);
    CHECK(uneven.warnings.size() == 2);  // and the resolution that is assumed
    CHECK(std::isnan(uneven.leads[1].samples[1]));
}
