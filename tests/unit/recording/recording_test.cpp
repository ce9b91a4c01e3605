#include "recording/recording.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace telltale;

TEST_CASE("ADC values are recovered exactly from millivolts") {
    Lead lead{.name = "II", .original_name = "II", .calibration = {.gain = 200, .baseline = 1024}};
    for (int adc = -2048; adc < 2048; ++adc)
        lead.samples.push_back(static_cast<float>((adc - 1024) / 200.0));
    for (int adc = -2048; adc < 2048; ++adc)
        CHECK(lead.adc(static_cast<std::size_t>(adc + 2048)) == adc);
}

TEST_CASE("leads are found by either name, and an error reads as a sentence") {
    Recording recording{.sampling_rate = 100};
    recording.leads.push_back({.name = "II", .original_name = "ECG lead 2", .samples = {0, 0, 0}});
    CHECK(recording.lead_index("II") == 0);
    CHECK(recording.lead_index("ECG lead 2") == 0);
    CHECK_FALSE(recording.lead_index("V1"));
    CHECK(recording.duration() == 0.03);
    CHECK(Error{"a.hea", "line 1", "no record line"}.to_string() ==
          "a.hea, line 1: no record line");
    CHECK(Error{"", "", "cancelled"}.to_string() == "cancelled");
}
