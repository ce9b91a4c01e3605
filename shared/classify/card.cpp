#include "classify/card.hpp"

#include <cmath>
#include <format>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "classify/features.hpp"

namespace telltale::classify {
namespace {

using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;

constexpr std::size_t largest_card = 1 << 20;  // bytes
constexpr std::size_t most_classes = 1000;
constexpr std::int64_t longest_window = 1 << 20;  // values
constexpr std::int64_t longest_chunk = 1 << 17;   // beats: more than a day's
constexpr std::size_t most_groups = 100;
constexpr std::int64_t most_leads = 12;
constexpr std::int64_t longest_embedding = 4096;
constexpr std::int64_t most_denoise_levels = 12;

// Takes values out of an object and remembers the first thing that is wrong with them.
class Reader {
public:
    Reader(const Json& object, std::string path) : object_(object), path_(std::move(path)) {}

    // The value of a key, or nothing if it is absent: an error if it is required.
    const Json* find(const char* key, bool required) {
        const auto at = object_.find(key);
        if (at != object_.end()) return &*at;
        if (required) wrong(key, "is missing");
        return nullptr;
    }

    void text(const char* key, std::string& out, bool required) {
        const Json* value = find(key, required);
        if (!value) return;
        if (!value->is_string()) return wrong(key, "expected a text");
        out = value->get<std::string>();
        if (required && out.empty()) wrong(key, "expected a text that is not empty");
    }

    void number(const char* key, double& out, double least, double most, bool required) {
        const Json* value = find(key, required);
        if (!value) return;
        if (value->is_number()) {
            out = value->get<double>();
            if (out >= least && out <= most) return;
        }
        wrong(key, std::format("expected a number from {} to {}", least, most));
    }

    void integer(const char* key, std::int64_t& out, std::int64_t least, std::int64_t most,
                 bool required) {
        const Json* value = find(key, required);
        if (!value) return;
        if (const auto got = whole(*value); got && *got >= least && *got <= most) {
            out = *got;
            return;
        }
        wrong(key, std::format("expected a whole number from {} to {}", least, most));
    }

    void boolean(const char* key, bool& out) {
        const Json* value = find(key, false);
        if (!value) return;
        if (!value->is_boolean()) return wrong(key, "expected true or false");
        out = value->get<bool>();
    }

    void texts(const char* key, std::vector<std::string>& out, bool required) {
        const Json* value = find(key, required);
        if (!value) return;
        if (!value->is_array()) return wrong(key, "expected a list of texts");
        out.clear();
        for (const Json& element : *value) {
            if (!element.is_string()) return wrong(key, "expected a list of texts");
            out.push_back(element.get<std::string>());
        }
    }

    void integers(const char* key, std::vector<std::int64_t>& out, bool required) {
        const Json* value = find(key, required);
        if (!value) return;
        if (!value->is_array()) return wrong(key, "expected a list of whole numbers");
        out.clear();
        for (const Json& element : *value) {
            const auto got = whole(element);
            if (!got) return wrong(key, "expected a list of whole numbers");
            out.push_back(*got);
        }
    }

    template <class Value>
    void choice(const char* key, Value& out,
                std::initializer_list<std::pair<std::string_view, Value>> names) {
        const Json* value = find(key, true);
        if (!value) return;
        std::string expected;
        for (const auto& [name, meaning] : names) {
            if (value->is_string() && value->get_ref<const std::string&>() == name) {
                out = meaning;
                return;
            }
            expected += std::format("{}'{}'", expected.empty() ? "" : " or ", name);
        }
        wrong(key, "expected " + expected);
    }

    void wrong(std::string_view key, std::string message) {
        if (error_) return;
        error_ = Error{"", std::format("model card, {}{}", path_, key), std::move(message)};
    }

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    static std::optional<std::int64_t> whole(const Json& value) {
        if (value.is_number_unsigned()) {
            const auto got = value.get<std::uint64_t>();
            if (got > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return std::nullopt;
            return static_cast<std::int64_t>(got);
        }
        if (value.is_number_integer()) return value.get<std::int64_t>();
        return std::nullopt;
    }

    const Json& object_;
    std::string path_;
    std::optional<Error> error_;
};

std::optional<Error> read_sequence(Reader& reader, InputCard& input) {
    reader.texts("groups", input.groups, true);
    std::int64_t chunk = 0;
    std::int64_t context = 0;
    reader.integer("chunk", chunk, 1, longest_chunk, true);
    reader.integer("context", context, 0, longest_chunk, true);
    input.chunk = static_cast<std::size_t>(chunk);
    input.context = static_cast<std::size_t>(context);
    reader.text("name", input.name, true);
    reader.integers("shape", input.shape, true);
    if (reader.error()) return reader.error();
    if (input.groups.empty() || input.groups.size() > most_groups)
        reader.wrong("groups", std::format("expected 1 to {} names", most_groups));
    if (input.kind != InputKind::sequence) {
        // What the groups hold is known where rhythm and waves are; they check their names.
        if (input.shape.size() != 3 || input.shape[0] != -1 || input.shape[1] != -1 ||
            input.shape[2] < 1 || input.shape[2] > longest_window)
            reader.wrong("shape", "expected [-1, -1, features]");
        else
            input.length = static_cast<std::size_t>(input.shape[2]);
        return reader.error();
    }
    for (const std::string& group : input.groups) {
        if (feature_count(group) > 0) continue;
        std::string names;
        for (const std::string_view name : feature_groups())
            names += std::format("{}{}", names.empty() ? "" : ", ", name);
        reader.wrong(
            "groups",
            std::format("no group of features is named '{}', expected some of: {}", group, names));
    }
    input.length = feature_count(input.groups);
    std::int64_t leads = 1;
    reader.integer("leads", leads, 1, most_leads, false);
    input.leads = static_cast<std::size_t>(leads);
    std::vector<std::int64_t> shape(leads > 1 ? 3 : 2, -1);
    shape.push_back(static_cast<std::int64_t>(input.length));
    if (input.shape != shape)
        reader.wrong("shape", std::format("expected [-1, {}-1, {}], the features of its groups",
                                          leads > 1 ? "-1, " : "", input.length));
    return reader.error();
}

// What is done to a centred window against noise.
void read_cleaning(Reader& reader, InputCard& input) {
    if (const Json* corners = reader.find("band_pass", false)) {
        if (corners->is_array() && corners->size() == 2 && (*corners)[0].is_number() &&
            (*corners)[1].is_number()) {
            input.band_pass_low = (*corners)[0].get<double>();
            input.band_pass_high = (*corners)[1].get<double>();
        }
        if (!has_band_pass(input))
            reader.wrong("band_pass",
                         std::format("expected two corners in Hz, {} or more, the lower one first",
                                     lowest_corner_hz));
    }
    if (!reader.find("denoise", false)) return;
    reader.choice<Denoise>("denoise", input.denoise,
                           {{"none", Denoise::none}, {"db4", Denoise::db4}});
    std::int64_t levels = input.denoise_levels;
    reader.integer("denoise_levels", levels, 1, most_denoise_levels, false);
    input.denoise_levels = static_cast<int>(levels);
}

std::optional<Error> read_input(const Json& json, InputCard& input) {
    Reader reader(json, "input.");
    reader.texts("lead_choice", input.lead_choice, false);
    if (reader.find("kind", false))
        reader.choice<InputKind>("kind", input.kind,
                                 {{"window", InputKind::window},
                                  {"sequence", InputKind::sequence},
                                  {"rhythm", InputKind::rhythm},
                                  {"waves", InputKind::waves}});
    if (reader.error()) return reader.error();
    if (input.kind != InputKind::window) return read_sequence(reader, input);
    reader.number("sampling_rate", input.sampling_rate, 1, 10000, true);
    reader.choice<WindowKind>(
        "window", input.window,
        {{"to_next_beats", WindowKind::to_next_beats}, {"centred", WindowKind::centred}});
    const bool centred = input.window == WindowKind::centred;
    reader.number("next_fraction", input.next_fraction, 0, 1, !centred);
    reader.number("before", input.before, 0, 60, centred);
    reader.number("after", input.after, 0, 60, centred);
    std::int64_t length = 0;
    reader.integer("length", length, 1, longest_window, true);
    input.length = static_cast<std::size_t>(length);
    reader.choice<Scaling>(
        "scaling", input.scaling,
        {{"none", Scaling::none}, {"min_max", Scaling::min_max}, {"z_score", Scaling::z_score}});
    if (centred) read_cleaning(reader, input);
    reader.text("name", input.name, true);
    reader.integers("shape", input.shape, true);
    if (reader.error()) return reader.error();

    std::int64_t values = 1;
    for (std::size_t i = 1; i < input.shape.size(); ++i) {
        if (input.shape[i] < 1 || input.shape[i] > longest_window || values > longest_window)
            values = 0;
        values *= input.shape[i];
    }
    if (input.shape.size() < 2 || input.shape[0] != -1 || values != length)
        reader.wrong("shape", std::format("expected [-1, ...] with {} values a beat", length));
    const double span = (input.before + input.after) * input.sampling_rate;
    if (centred && std::fabs(span - static_cast<double>(length)) > 1)
        reader.wrong("length",
                     std::format("{} values do not fill the {} s from 'before' to "
                                 "'after' at {} Hz",
                                 length, input.before + input.after, input.sampling_rate));
    return reader.error();
}

std::optional<Error> read_output(const Json& json, OutputCard& output) {
    Reader reader(json, "output.");
    reader.text("name", output.name, true);
    reader.boolean("logits", output.logits);
    reader.number("temperature", output.temperature, 1e-3, 1e3, false);
    reader.text("embedding", output.embedding, false);
    std::int64_t length = 0;
    reader.integer("embedding_length", length, 1, longest_embedding, !output.embedding.empty());
    output.embedding_length = static_cast<std::size_t>(length);
    reader.number("doubtful_below", output.doubtful_below, 0, 1, false);
    return reader.error();
}

std::optional<Error> read_metrics(const Json& json, std::vector<Metric>& metrics) {
    Reader list(json, "");
    if (!json.is_array()) list.wrong("metrics", "expected a list");
    if (list.error()) return list.error();
    for (std::size_t i = 0; i < json.size(); ++i) {
        Reader reader(json[i], std::format("metrics[{}].", i));
        Metric metric;
        if (!json[i].is_object()) {
            reader.wrong("", "expected an object");
            return reader.error();
        }
        constexpr double any = std::numeric_limits<double>::max();
        reader.text("protocol", metric.protocol, true);
        reader.text("name", metric.name, true);
        reader.number("value", metric.value, -any, any, true);
        if (reader.error()) return reader.error();
        metrics.push_back(std::move(metric));
    }
    return std::nullopt;
}

std::optional<Error> read(const Json& json, Card& card) {
    Reader reader(json, "");
    if (!json.is_object()) {
        reader.wrong("first value", "expected an object");
        return reader.error();
    }
    std::int64_t format = 0;
    reader.integer("format", format, 1, 1, true);
    card.format = static_cast<int>(format);
    reader.text("name", card.name, true);
    reader.text("title", card.title, false);
    reader.text("version", card.version, false);
    reader.text("description", card.description, false);
    reader.texts("classes", card.classes, true);
    reader.text("training_data", card.training_data, false);
    reader.text("protocol", card.protocol, false);
    reader.texts("training_records", card.training_records, false);
    reader.text("twin", card.twin, false);
    reader.text("default_for", card.default_for, false);
    reader.text("licence", card.licence, false);
    reader.text("citation", card.citation, false);
    reader.integer("parameters", card.parameters, 0, std::numeric_limits<std::int64_t>::max(),
                   false);
    if (reader.error()) return reader.error();

    if (card.classes.empty() || card.classes.size() > most_classes)
        reader.wrong("classes", std::format("expected 1 to {} names", most_classes));
    if (reader.error()) return reader.error();
    for (std::size_t i = 0; i < card.classes.size(); ++i)
        for (std::size_t k = 0; k <= i; ++k)
            if (card.classes[i].empty() || (k < i && card.classes[i] == card.classes[k]))
                reader.wrong("classes", "expected names that are not empty and differ");

    const Json* input = reader.find("input", true);
    const Json* output = reader.find("output", true);
    if (input && !input->is_object()) reader.wrong("input", "expected an object");
    if (output && !output->is_object()) reader.wrong("output", "expected an object");
    if (reader.error()) return reader.error();
    if (auto error = read_input(*input, card.input)) return error;
    if (auto error = read_output(*output, card.output)) return error;
    if (const Json* metrics = reader.find("metrics", false))
        return read_metrics(*metrics, card.metrics);
    return std::nullopt;
}

std::string_view name_of(Scaling scaling) {
    switch (scaling) {
        case Scaling::none: return "none";
        case Scaling::min_max: return "min_max";
        case Scaling::z_score: return "z_score";
    }
    return "none";
}

}  // namespace

Result<Card> parse_card(std::string_view text, std::string_view file) {
    if (text.size() > largest_card)
        return fail(std::string(file), "model card",
                    std::format("{} bytes long, expected at most {}", text.size(), largest_card));
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded()) return fail(std::string(file), "model card", "this is not JSON");
    Card card;
    if (auto error = read(json, card)) {
        error->file = file;
        return std::unexpected(std::move(*error));
    }
    return card;
}

bool has_band_pass(const InputCard& input) {
    return input.band_pass_low >= lowest_corner_hz && input.band_pass_high > input.band_pass_low &&
           input.band_pass_high <= 1e4;
}

bool is_complete(const InputCard& input) {
    if (input.length == 0) return false;
    if (input.kind != InputKind::window)
        return (input.kind != InputKind::sequence || input.length == feature_count(input.groups)) &&
               input.chunk > 0 && input.leads > 0 &&
               input.shape.size() == (input.leads > 1 ? 4U : 3U) && input.chunk <= longest_chunk &&
               input.context <= longest_chunk;
    return input.sampling_rate > 0 && input.shape.size() >= 2 && input.next_fraction >= 0 &&
           input.next_fraction <= 1;
}

std::optional<double> score_on_unseen_patients(const Card& card) {
    std::optional<double> score;
    for (const Metric& m : card.metrics) {
        // DS2 holds other patients than those that models learn from. What a twin reached there
        // says less than what the model itself did.
        if (m.name != "macro_f1" || !m.protocol.starts_with("ds2")) continue;
        score = std::max(score.value_or(0), card.twin.empty() ? m.value : 0.5 * m.value);
    }
    return score;
}

std::string card_json(const Card& card) {
    Ordered input;
    if (card.input.kind != InputKind::window) {
        input["kind"] = card.input.kind == InputKind::sequence ? "sequence"
                        : card.input.kind == InputKind::rhythm ? "rhythm"
                                                               : "waves";
        input["lead_choice"] = card.input.lead_choice;
        input["groups"] = card.input.groups;
        input["chunk"] = card.input.chunk;
        input["context"] = card.input.context;
        if (card.input.leads > 1) input["leads"] = card.input.leads;
    } else {
        input["sampling_rate"] = card.input.sampling_rate;
        input["lead_choice"] = card.input.lead_choice;
        if (card.input.window == WindowKind::centred) {
            input["window"] = "centred";
            input["before"] = card.input.before;
            input["after"] = card.input.after;
            if (has_band_pass(card.input))
                input["band_pass"] = {card.input.band_pass_low, card.input.band_pass_high};
            if (card.input.denoise == Denoise::db4) {
                input["denoise"] = "db4";
                input["denoise_levels"] = card.input.denoise_levels;
            }
        } else {
            input["window"] = "to_next_beats";
            input["next_fraction"] = card.input.next_fraction;
        }
        input["length"] = card.input.length;
        input["scaling"] = name_of(card.input.scaling);
    }
    input["name"] = card.input.name;
    input["shape"] = card.input.shape;

    Ordered metrics = Ordered::array();
    for (const Metric& metric : card.metrics)
        metrics.push_back(
            {{"protocol", metric.protocol}, {"name", metric.name}, {"value", metric.value}});

    Ordered output = {{"name", card.output.name},
                      {"logits", card.output.logits},
                      {"temperature", card.output.temperature}};
    if (!card.output.embedding.empty()) {
        output["embedding"] = card.output.embedding;
        output["embedding_length"] = card.output.embedding_length;
    }
    if (card.output.doubtful_below > 0) output["doubtful_below"] = card.output.doubtful_below;

    Ordered json = {{"format", card.format},
                    {"name", card.name},
                    {"title", card.title},
                    {"version", card.version},
                    {"description", card.description},
                    {"classes", card.classes},
                    {"input", input},
                    {"output", output},
                    {"training_data", card.training_data},
                    {"protocol", card.protocol},
                    {"metrics", metrics},
                    {"licence", card.licence},
                    {"citation", card.citation},
                    {"parameters", card.parameters}};
    if (!card.training_records.empty()) json["training_records"] = card.training_records;
    if (!card.twin.empty()) json["twin"] = card.twin;
    if (!card.default_for.empty()) json["default_for"] = card.default_for;
    return json.dump(1, ' ', false, Ordered::error_handler_t::replace);
}

}  // namespace telltale::classify
