// Which channels are ECG: by what the file says, by name, by unit and by the samples.
#include "formats/ecg_leads.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <random>

#include "formats/ecg_content.hpp"
#include "formats/formats.hpp"
#include "formats/lead_names.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using formats::Content;
using formats::NameKind;

namespace {

constexpr double rate = 250, duration = 30;
constexpr double pi = std::numbers::pi;

Lead channel(const std::string& name, std::vector<float> samples, const std::string& unit = "mV") {
    Lead lead;
    lead.original_name = name;
    lead.name = formats::normalised_lead_name(name);
    lead.unit = unit;
    lead.samples = std::move(samples);
    return lead;
}

std::vector<float> made(const std::function<double(double)>& of_time, double fs = rate,
                        double seconds = duration) {
    std::vector<float> samples(static_cast<std::size_t>(fs * seconds));
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<float>(of_time(static_cast<double>(i) / fs));
    return samples;
}

std::vector<float> ecg(double heart_rate = 75, double fs = rate, double noise = 0.02) {
    return synth::make({.duration_s = duration,
                        .sampling_rate = fs,
                        .heart_rate = heart_rate,
                        .noise_mv = noise,
                        .leads = 1})
        .leads[0]
        .samples;
}

// A pulse wave: a quick rise, a slow fall with a second hump.
double pulse_wave(double t) {
    const double phase = std::fmod(t * 1.2, 1.0);
    return std::exp(-std::pow((phase - 0.2) / 0.1, 2)) +
           0.4 * std::exp(-std::pow((phase - 0.5) / 0.13, 2));
}
double respiration(double t) {
    return std::sin(2 * pi * 0.25 * t) + 0.2 * std::sin(2 * pi * 0.5 * t);
}

std::vector<float> eeg() {
    std::mt19937 engine(7);
    double slow = 0, alpha = 0;
    return made([&](double t) {
        const double noise = static_cast<double>(engine() % 2001) / 1000.0 - 1;
        slow = 0.97 * slow + 0.01 * noise;
        alpha = 0.99 * alpha + 0.01 * noise;
        return slow + alpha * std::sin(2 * pi * 10 * t);
    });
}
std::vector<float> muscle() {
    std::mt19937 engine(3);
    return made([&](double t) {
        const double noise = static_cast<double>(engine() % 2001) / 1000.0 - 1;
        return noise * (std::sin(2 * pi * 0.3 * t) > 0.5 ? 1 : 0.05);
    });
}
// Steps while walking: the body's swing and its harmonics.
std::vector<float> walking() {
    std::mt19937 engine(5);
    return made([&](double t) {
        const double noise = static_cast<double>(engine() % 2001) / 1000.0 - 1;
        return 9.81 + 2 * std::sin(2 * pi * 1.8 * t) + std::sin(2 * pi * 3.6 * t + 1) + 0.2 * noise;
    });
}

Recording recording_of(std::vector<Lead> leads) {
    Recording recording;
    recording.name = "r";
    recording.sampling_rate = rate;
    recording.leads = std::move(leads);
    return recording;
}

std::vector<std::string> chosen(const Recording& recording) {
    std::vector<std::string> names;
    for (const std::size_t i : formats::ecg_leads(recording))
        names.push_back(recording.leads[i].original_name);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("lead names: ECG in every way of writing") {
    for (const char* name : {"II",
                             "ii",
                             "MLII",
                             "V1",
                             "aVR",
                             "AVL",
                             "-aVR",
                             "Lead II",
                             "Ableitung II",
                             "Abl. II",
                             "DII",
                             "D2",
                             "Dérivation II",
                             "D\xE9rivation II",
                             "Derivación III",
                             "Derivazione I",
                             "ECG",
                             "EKG1",
                             "ekg",
                             "ECG LL-RA",
                             "ECG_LL-RA_24BIT_CAL",
                             "LL-RA",
                             "LA-RA",
                             "Vx-RL",
                             "ECG (.05 - 150 Hz)",
                             "ECG ECGI",
                             "ECG1",
                             "Elektrokardiogramm",
                             "Électrocardiogramme",
                             "\u5FC3\u7535",
                             "\u5FC3\u7535\u56FE II",
                             "\u5FC3\u96FB\u56F3",
                             "\u042D\u041A\u0413",
                             "\u043E\u0442\u0432\u0435\u0434\u0435\u043D\u0438\u0435 II",
                             "II\u5BFC\u8054",
                             "mod.V1",
                             "V4-V5",
                             "CM5",
                             "Ch1 aVF",
                             "Monitor II",
                             "EcgWaveform",
                             "MDC_ECG_LEAD_II",
                             "ecg [uV]",
                             "V"}) {
        INFO(name);
        CHECK(formats::kind_of_name(name).kind == NameKind::ecg);
    }
}

TEST_CASE("lead names: everything else, and what says nothing") {
    for (const char* name : {"EEG Fpz-Cz",
                             "C4-A1",
                             "F4-C4",
                             "Fp1",
                             "EOG Left",
                             "EOG(L)",
                             "EMG Chin1",
                             "Resp",
                             "RSP",
                             "Respiration",
                             "Atmung",
                             "Thor. Resp",
                             "Abdo effort",
                             "Airflow",
                             "PLETH",
                             "PPG",
                             "Puls",
                             "Pulse",
                             "BVP",
                             "ABP",
                             "ART",
                             "CVP",
                             "ICP",
                             "SpO2",
                             "SaO2",
                             "EtCO2",
                             "HR",
                             "Heart Rate",
                             "HeartRate",
                             "RR",
                             "RR interval",
                             "ECG HR",
                             "ECG quality",
                             "ECG time",
                             "ECG Status",
                             "Accel X",
                             "Accel Channel 0",
                             "AccX",
                             "acc_y",
                             "Gyro Z",
                             "Temperature",
                             "EDA",
                             "GSR",
                             "Sample Index",
                             "nSeq",
                             "Counter",
                             "packet",
                             "Timestamp",
                             "Status",
                             "Trigger",
                             "Marker",
                             "Event",
                             "Battery",
                             "Stim1",
                             "Label",
                             "noise1",
                             "Phonocardiogram",
                             "Position",
                             "\u8109\u640F"}) {
        INFO(name);
        CHECK(formats::kind_of_name(name).kind == NameKind::other);
    }
    for (const char* name :
         {"column 2", "ch1", "Channel II", "A2", "signal 0", "value", "-", "", "X"}) {
        INFO(name);
        CHECK(formats::kind_of_name(name).kind == NameKind::none);
    }
    for (const char* name : {"EXG1", "EXG Channel 0", "ECG/EMG", "Heart"}) {
        INFO(name);
        CHECK(formats::kind_of_name(name).kind == NameKind::maybe);
    }
    CHECK(formats::normalised_lead_name("Ableitung II") == "II");
    CHECK(formats::normalised_lead_name("II\u5BFC\u8054") == "II");
    CHECK(formats::normalised_lead_name("ECG-Sensor") == "ECG-Sensor");
}

TEST_CASE("content: QRS complexes at every rate of heart and of sampling, and upside down") {
    for (const double fs : {100.0, 130.0, 250.0, 500.0, 1000.0})
        for (const double heart : {35.0, 75.0, 150.0, 200.0}) {
            INFO(fs << " Hz, " << heart << " a minute");
            std::vector<float> samples = ecg(heart, fs);
            CHECK(formats::look_at(samples, fs).content == Content::qrs);
            for (float& v : samples) v = 300 - 40 * v;
            CHECK(formats::look_at(samples, fs).content == Content::qrs);
        }
    std::vector<float> gappy = ecg();
    for (std::size_t i = 2000; i < 5000; ++i) gappy[i] = std::numeric_limits<float>::quiet_NaN();
    CHECK(formats::look_at(gappy, rate).content == Content::qrs);
}

TEST_CASE("content: what is no ECG is not taken for one") {
    const auto of = [](const std::vector<float>& samples) {
        return formats::look_at(samples, rate).content;
    };
    CHECK(of(made(pulse_wave)) != Content::qrs);
    CHECK(of(made(respiration)) == Content::smooth);
    CHECK(of(eeg()) != Content::qrs);
    CHECK(of(muscle()) != Content::qrs);
    CHECK(of(walking()) != Content::qrs);
    CHECK(of(made([](double) { return 3; })) == Content::blank);
    CHECK(of(std::vector<float>(9000, std::numeric_limits<float>::quiet_NaN())) == Content::blank);
    CHECK(of({}) == Content::blank);
    CHECK(of(made([](double t) { return std::fmod(std::round(t * rate), 256); })) ==
          Content::counter);
    CHECK(of(made([](double t) { return std::fmod(std::round(t * rate), 16); })) ==
          Content::counter);
    CHECK(of(made([](double t) { return 1e6 + std::round(1000 * t); })) == Content::counter);
    CHECK(of(made([](double t) { return std::fmod(t, 1.0) < 0.1 ? 5 : 0; })) == Content::few_steps);
    CHECK(of(made([](double t) { return 60 + std::floor(t) * 1.5 - std::floor(t / 7) * 9; })) ==
          Content::few_steps);
}

TEST_CASE("leads: the ECG is found wherever it stands and whatever it is called") {
    SECTION("by its name, among other named ones") {
        const auto r =
            recording_of({channel("EEG Fpz-Cz", eeg()), channel("EMG Chin", muscle()),
                          channel("ECG ECGI", ecg()), channel("Resp", made(respiration))});
        CHECK(chosen(r) == Names{"ECG ECGI"});
        const auto choice = formats::choose_lead(r, std::vector<std::string>{"MLII", "II"});
        REQUIRE(choice);
        CHECK(choice->lead == 2);
        CHECK_FALSE(choice->preferred);
        CHECK(choice->reason == "its name is that of an ECG lead");
    }
    SECTION("by its samples, where names say nothing") {
        const auto r =
            recording_of({channel("A1", made(respiration)), channel("A2", made(pulse_wave)),
                          channel("A3", ecg()), channel("A4", eeg()),
                          channel("A5", made([](double) { return 0; }))});
        CHECK(chosen(r) == Names{"A3"});
    }
    SECTION("a name that says something else is not overruled by samples") {
        CHECK(chosen(recording_of({channel("PPG", ecg()), channel("ECG", ecg())})) == Names{"ECG"});
        CHECK(chosen(recording_of({channel("EEG", ecg())})).empty());
    }
    SECTION("nor is a unit") {
        CHECK(chosen(recording_of({channel("ECG", ecg(), "bpm"), channel("ch2", ecg(), "g")}))
                  .empty());
    }
    SECTION("but the format's own word counts more than the name") {
        Lead first = channel("A1", ecg());
        first.declared = Declared::other;
        Lead second = channel("Pulse", ecg());
        second.declared = Declared::ecg;
        CHECK(chosen(recording_of({first, second})) == Names{"Pulse"});
    }
    SECTION("blank leads and counters are none, however they are called") {
        const auto r =
            recording_of({channel("I", made([](double) { return 0; })),
                          channel("ECG", made([](double t) { return t; })), channel("V1", ecg())});
        CHECK(chosen(r) == Names{"V1"});
    }
    SECTION("where every ECG lead is blank there is nothing to choose") {
        const auto r = recording_of({channel("PPG", made(pulse_wave)),
                                     channel("I", made([](double) { return 0; })),
                                     channel("II", made([](double) { return 0; }))});
        CHECK(chosen(r) == Names{"I", "II"});
    }
    SECTION("a named lead stays one whatever its samples are: it may be fibrillation") {
        CHECK(chosen(recording_of({channel("II", eeg())})) == Names{"II"});
    }
    SECTION("the only channel of a file is taken unless it is surely something else") {
        const auto r = recording_of({channel("column 1", eeg())});
        CHECK(chosen(r) == Names{"column 1"});
        CHECK(formats::choose_lead(r, {})->reason.contains("do not show"));
        CHECK(chosen(recording_of({channel("column 1", made(respiration))})).empty());
    }
}

TEST_CASE("leads: the model's name wins among equals, the person's always") {
    const std::vector<std::string> preferred = {"MLII", "II"};
    const auto r = recording_of(
        {channel("V5", ecg()), channel("II", ecg()), channel("RSP", made(respiration))});
    CHECK(formats::choose_lead(r, preferred)->lead == 1);
    CHECK(formats::choose_lead(r, preferred)->preferred);
    CHECK(formats::choose_lead(r, {})->lead == 0);
    CHECK(formats::choose_lead(r, preferred, "RSP")->lead == 2);
    CHECK_FALSE(formats::choose_lead(r, preferred, "V9"));
    // A blank II is not equal to a V5 that lives.
    const auto blank =
        recording_of({channel("V5", ecg()), channel("II", made([](double) { return 0; }))});
    CHECK(formats::choose_lead(blank, preferred)->lead == 0);
}

TEST_CASE("leads: where nothing is an ECG the error names the channels and says why") {
    const auto r = recording_of({channel("EEG Fpz-Cz", eeg()), channel("ch2", made(respiration)),
                                 channel("ch3", ecg(), "mmHg")});
    const auto choice = formats::choose_lead(r, {});
    REQUIRE_FALSE(choice);
    CHECK(choice.error().to_string() ==
          "r: none of its channels is known to be an ECG: EEG Fpz-Cz (its name is that of an EEG), "
          "ch2 (it is too smooth for an ECG), ch3 (its unit is that of a pressure); a lead that is "
          "named when opening is taken all the same");
}
