#include "train/waves/recipe.hpp"

#include <numeric>

#include "data/files.hpp"
#include "train/recipes/recipe_reader.hpp"
#include "waves/delineate.hpp"
#include "waves/wave_rows.hpp"

namespace telltale::train {

bool is_wave_recipe_text(std::string_view text) {
    const auto root = parse_toml(text, "");
    return root && (*root)["data"]["set"].value<std::string_view>() == wave_data_set;
}

bool is_wave_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    return bytes &&
           is_wave_recipe_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

Result<WaveRecipe> open_wave_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return parse_wave_recipe({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                             path.string());
}

Result<WaveRecipe> parse_wave_recipe(std::string_view text, std::string_view file) {
    const auto root = parse_toml(text, file);
    if (!root) return std::unexpected(root.error());
    WaveRecipe r;
    RecipeReader read(*root, file);
    read_head(read, text, file, r);
    std::string set;
    read.require("data", "set");
    read.get("data", "set", set);
    read.get("network", "width", r.width, 4, 256);
    read.get("network", "dilations", r.dilations, 1, 256, 16);
    read.get("network", "dropout", r.dropout, 0, 0.9);
    read.get("training", "steps", r.steps, 1, 1000000);
    read.get("training", "batch", r.batch, 1, 4096);
    read.get("training", "frames", r.frames, 50, 1250);
    read.get("training", "learning_rate", r.learning_rate, 1e-12, 10);
    read.get("training", "weight_decay", r.weight_decay, 0, 10);
    read.get("changes", "noise", r.noise, 0, 1);
    read.get("changes", "flip", r.flip, 0, 1);
    read.get("changes", "slow", r.slow, 0, 1);
    read.get("changes", "without_p", r.without_p, 0, 1);
    if (auto error = read.finish()) return std::unexpected(std::move(*error));
    return r;
}

Network wave_network(const WaveRecipe& r) {
    Network net(
        {.channels = static_cast<std::int64_t>(waves::feature_count), .length = any_length});
    Value x =
        net.conv(net.batch_norm(net.input()), {.channels = r.width, .kernel = 5, .pads = {2, 2}});
    x = net.relu(net.batch_norm(x));
    for (const std::int64_t dilation : r.dilations) {
        Value y = net.conv(
            net.dropout(x, r.dropout),
            {.channels = r.width, .kernel = 3, .pads = {dilation, dilation}, .dilation = dilation});
        x = net.add(x, net.relu(net.batch_norm(y)));
    }
    net.output(net.conv(x, {.channels = static_cast<std::int64_t>(waves::classes)}));
    return net;
}

classify::Card wave_card(const WaveRecipe& recipe) {
    classify::Card card = card_of(recipe);
    card.default_for = "waves";
    card.classes = {"none", "P", "QRS", "T"};
    card.input.kind = classify::InputKind::waves;
    card.input.groups = {std::string(waves::feature_group)};
    card.input.length = waves::feature_count;
    card.input.name = "frames";
    card.input.shape = {-1, -1, static_cast<std::int64_t>(card.input.length)};
    card.input.chunk = 7500;
    // As far as the network sees, and a QRS more.
    card.input.context = static_cast<std::size_t>(
        2 + std::accumulate(recipe.dilations.begin(), recipe.dilations.end(), std::int64_t{0}) +
        125);
    card.output.name = "logits";
    return card;
}

}  // namespace telltale::train
