// What is told of models, and of what runs their networks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/fields.hpp"

namespace telltale::messages {

struct MetricInfo {
    std::string protocol, name;
    double value = 0;
    TELLTALE_MESSAGE(MetricInfo, protocol, name, value)
};

/// The model in use, as its card says.
struct ModelInfo {
    Is<"model"> type;
    std::string name, title, version;
    std::vector<std::string> classes;  ///< What the network knows.
    /// What a beat can be called: the classes, then those of N S V F Q that the network does not
    /// know.
    std::vector<std::string> labels;
    /// A probability of the beat's class below which the card calls it doubtful.
    double doubtful_below = 0;
    std::size_t lead = 0;  ///< That is classified.
    std::string description, licence, training_data, protocol, citation;
    std::int64_t parameters = 0;
    std::vector<std::string> training_records;  ///< That it learnt from, by name.
    std::string twin;  ///< The model of the same recipe that learnt from fewer records; or none.
    std::vector<MetricInfo> metrics;
    TELLTALE_MESSAGE(ModelInfo, type, name, title, version, classes, labels, doubtful_below, lead,
                     description, licence, training_data, protocol, citation, parameters,
                     training_records, twin, metrics)
};

/// A model to choose.
struct ModelEntry {
    std::string name;
    std::string title;  ///< What it is, in a line.
    std::string group;  ///< Where it stands in the list: "For recordings", "Published systems", ...
    std::string twin;   ///< As in ModelInfo.
    std::vector<std::string> training_records;
    TELLTALE_MESSAGE(ModelEntry, name, title, group, twin, training_records)
};

struct ModelsInfo {
    Is<"models"> type;
    std::vector<std::string> names;
    std::vector<ModelEntry> list;  ///< One a name.
    std::string current;
    TELLTALE_MESSAGE(ModelsInfo, type, names, list, current)
};

/// What runs the network.
struct ProviderInfo {
    Is<"provider"> type;
    std::string current;  ///< "wasm", "webgpu"; "native" on the desktop.
    std::string choice = "auto";
    std::vector<std::string> available;
    std::string note;  ///< Why, in a sentence.
    double beats_per_second = 0;
    TELLTALE_MESSAGE(ProviderInfo, type, current, choice, available, note, beats_per_second)
};

}  // namespace telltale::messages
