// telltale info: what a file holds.
#include <format>
#include <map>

#include "classify/card.hpp"
#include "cli/beat_sets.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "data/files.hpp"
#include "formats/ecg_leads.hpp"
#include "formats/facts.hpp"
#include "messages/json_tree.hpp"
#include "recording/clock.hpp"

namespace telltale::cli {
namespace {

std::map<std::string, std::size_t> beats_by_code(const Recording& recording) {
    std::map<std::string, std::size_t> beats;
    for (const Annotation& annotation : recording.annotations)
        if (is_beat(annotation.code)) ++beats[std::string(mnemonic(annotation.code))];
    return beats;
}

void print_text(const Recording& recording) {
    print(std::format("  {}: {} leads, {} samples at {} Hz, {}", recording.name,
                      recording.leads.size(), recording.length(), recording.sampling_rate,
                      elapsed(recording.duration())));
    if (recording.start)
        print(std::format("    started {}", date_and_time(*recording.start, 0, 'T')));
    const auto verdicts = formats::judge_leads(recording);
    for (std::size_t i = 0; i < recording.leads.size(); ++i) {
        const Lead& lead = recording.leads[i];
        const std::string unit = lead.unit.empty() ? "no unit" : lead.unit;
        print(std::format("    {} {}: {}, {} per {}{}{}", verdicts[i].ecg() ? "lead" : "channel",
                          lead.name, unit, lead.calibration.gain, unit,
                          lead.calibration.assumed ? " (assumed)" : "",
                          verdicts[i].ecg() ? "" : ", no ECG: " + verdicts[i].reason));
    }
    std::string beats;
    for (const auto& [code, count] : beats_by_code(recording))
        beats += std::format(" {} {}", code, count);
    if (!recording.annotations.empty())
        print(std::format("    {} reference annotations; beats:{}", recording.annotations.size(),
                          beats.empty() ? " none" : beats));
    for (const std::string& comment : recording.comments) print(std::format("    # {}", comment));
    for (const std::string& warning : recording.warnings)
        print(std::format("    warning: {}", warning));
}

}  // namespace

int info(const InfoOptions& options) {
    Json files = Json::array();
    bool good = true;
    for (const std::string& file : options.files) {
        Json entry = {{"file", file}, {"recordings", Json::array()}, {"errors", Json::array()}};
        const auto add_error = [&](const Error& error) {
            good = false;
            complain(error);
            entry["errors"].push_back(error.to_string());
        };
        if (!options.json) print(file);
        if (file.ends_with(".onnx")) {
            const auto onnx = data::read_file(file);
            const auto card = onnx ? classify::read_card(*onnx, file)
                                   : Result<classify::Card>(std::unexpected(onnx.error()));
            if (card) {
                entry["card"] = Json::parse(classify::card_json(*card), nullptr, false);
                if (!options.json) print(classify::card_json(*card));
            } else {
                add_error(card.error());
            }
        } else {
            formats::ReadOptions read_options{.beat_sets = true};
            if (options.rate > 0) read_options.sampling_rate = options.rate;
            const formats::ReadResult result = open(file, read_options);
            for (const formats::BeatSet& set : result.beat_sets) {
                entry["beat_sets"].push_back(describe(set));
                if (!options.json)
                    print(std::format("  {}: a set of {} beats of {} values; labels: {}", set.name,
                                      set.size(), set.width, label_counts(set).dump()));
            }
            for (const Recording& recording : result.recordings) {
                Json json = messages::tree(formats::facts_of(recording));
                const auto verdicts = formats::judge_leads(recording);
                for (std::size_t i = 0; i < verdicts.size(); ++i) {
                    json["leads"][i]["ecg"] = verdicts[i].ecg();
                    json["leads"][i]["why"] = verdicts[i].reason;
                }
                entry["recordings"].push_back(std::move(json));
                if (!options.json) print_text(recording);
                good = good && !recording.damaged;
            }
            for (const Error& error : result.errors) add_error(error);
        }
        files.push_back(std::move(entry));
    }
    if (options.json) print_json(Json{{"files", files}});
    return good ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
