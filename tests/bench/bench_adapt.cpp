// What answers cost on a day's beats: to prepare, to name all beats once more after so many
// answers, and to find the next question. CPU milliseconds; builds natively and for WebAssembly.
#include <cstdio>
#include <ctime>
#include <vector>

#include "classify/adapt.hpp"
#include "synth/random.hpp"

using namespace telltale;

int main() {
    constexpr std::size_t beats = 100'000, classes = 4, width = 48, groups = 12;
    synth::Random random(1);
    std::vector<float> logits, embedding, centres;
    for (std::size_t i = 0; i < groups * width; ++i)
        centres.push_back(static_cast<float>(random.normal()));
    for (std::size_t i = 0; i < beats; ++i) {
        // Half of the beats are of the first group.
        const double draw = random.uniform();
        const auto group = draw < 0.5 ? 0 : static_cast<std::size_t>(random.uniform(0, groups));
        for (std::size_t c = 0; c < classes; ++c)
            logits.push_back(
                static_cast<float>((c == group % classes ? 2 : 0) + 0.7 * random.normal()));
        for (std::size_t d = 0; d < width; ++d)
            embedding.push_back(centres[group * width + d] +
                                static_cast<float>(0.3 * random.normal()));
    }
    const auto ms = [](std::clock_t from, std::clock_t to) {
        return 1000.0 * static_cast<double>(to - from) / CLOCKS_PER_SEC;
    };
    const std::clock_t begin = std::clock();
    const classify::Adapter adapter({.classes = classes,
                                     .logits = logits,
                                     .width = width,
                                     .embedding = embedding,
                                     .labels = classes + 1});
    std::printf("%zu beats, embedding of %zu: %.0f ms to prepare\n", beats, width,
                ms(begin, std::clock()));
    std::vector<classify::Answer> answers;
    for (const std::size_t wanted : {0, 4, 12, 24, 48, 100, 200}) {
        while (answers.size() < wanted) {
            const auto beat = static_cast<std::size_t>(random.uniform(0, beats));
            answers.push_back({beat, beat % classes});
        }
        const std::clock_t start = std::clock();
        const classify::Adapted now = adapter.refit(answers);
        const std::clock_t middle = std::clock();
        const auto question = adapter.question(answers, now);
        std::printf("%3zu answers: %4.0f ms to name all beats, %4.0f ms for the next question%s\n",
                    answers.size(), ms(start, middle), ms(middle, std::clock()),
                    question ? "" : " (none)");
    }
    return 0;
}
