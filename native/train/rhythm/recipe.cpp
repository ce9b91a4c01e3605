#include "train/rhythm/recipe.hpp"

#include "data/files.hpp"
#include "rhythm/rhythm_features.hpp"
#include "train/recipes/recipe_reader.hpp"

namespace telltale::train {

bool is_rhythm_recipe_text(std::string_view text) {
    const auto root = parse_toml(text, "");
    return root && (*root)["data"]["set"].value<std::string_view>() == rhythm_data_set;
}

bool is_rhythm_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    return bytes &&
           is_rhythm_recipe_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

Result<RhythmRecipe> open_rhythm_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return parse_rhythm_recipe({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                               path.string());
}

Result<RhythmRecipe> parse_rhythm_recipe(std::string_view text, std::string_view file) {
    const auto root = parse_toml(text, file);
    if (!root) return std::unexpected(root.error());
    RhythmRecipe r;
    RecipeReader read(*root, file);
    read_head(read, text, file, r);
    std::string set;
    read.require("data", "set");
    read.get("data", "set", set);
    read.get("windows", "count", r.windows, 1, 1000000);
    read.get("windows", "recording_copies", r.recording_copies, 1, 1000);
    read.get("windows", "seconds", r.seconds, 4, 600);
    read.get("windows", "synthetic", r.synthetic, 0, 0.9);
    double all = 0;
    for (std::int64_t c = 0; c < second_classes; ++c) {
        const std::string name = rhythm_outputs()[static_cast<std::size_t>(c)];
        read.get("shares", name, r.shares[name], 0, 1);
        all += r.shares[name];
    }
    read.get("network", "width", r.width, 4, 1024);
    read.get("network", "blocks", r.blocks, 0, 8);
    read.get("network", "dropout", r.dropout, 0, 0.9);
    read.get("training", "steps", r.steps, 1, 1000000);
    read.get("training", "batch", r.batch, 3, 4096);
    read.get("training", "learning_rate", r.learning_rate, 1e-12, 10);
    read.get("training", "weight_decay", r.weight_decay, 0, 10);
    read.get("training", "label_smoothing", r.label_smoothing, 0, 0.9);
    read.get("training", "apart", r.apart, 0, 10);
    read.get("training", "recording_weight", r.recording_weight, 0, 10);
    read.get("training", "weak", r.weak, 0, 1);
    read.get("training", "seeds", r.seeds, 1, 100);
    read.get("training", "teachers", r.teachers, 0, 100);
    read.get("training", "soft", r.soft, 0, 1);
    if (auto error = read.finish()) return std::unexpected(std::move(*error));
    if (all < 0.99 || all > 1.01)
        return fail(std::string(file), "[shares]",
                    std::format("the shares of the rhythms sum to {}, expected 1", all));
    return r;
}

std::vector<std::string> rhythm_outputs() {
    return {"N",           "AFIB",
            "AFL",         "SVTA",
            "VT",          "VFL",
            "ASYS",        "P",
            "NOISE",       "recording:N",
            "recording:A", "recording:O",
            "recording:~", "recording:weight"};
}

Network rhythm_network(const RhythmRecipe& r) {
    Network net({.channels = static_cast<std::int64_t>(rhythm::rhythm_feature_count()),
                 .length = any_length});
    Value x = net.dropout(net.batch_norm(net.input()), r.dropout);
    x = net.relu(net.batch_norm(net.conv(x, {.channels = r.width})));
    std::int64_t dilation = 1;
    for (int block = 0; block < r.blocks; ++block, dilation *= 2) {
        Value y = net.dropout(x, r.dropout);
        y = net.conv(
            y,
            {.channels = r.width, .kernel = 3, .pads = {dilation, dilation}, .dilation = dilation});
        x = net.add(x, net.relu(net.batch_norm(y)));
    }
    net.output(net.conv(net.dropout(x, r.dropout),
                        {.channels = static_cast<std::int64_t>(rhythm_outputs().size())}));
    return net;
}

}  // namespace telltale::train
