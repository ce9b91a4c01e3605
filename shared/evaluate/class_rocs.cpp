#include "evaluate/class_rocs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace telltale::evaluate {

std::vector<ClassRoc> class_rocs(std::span<const Annotation> reference,
                                 std::span<const ScoredBeat> beats,
                                 std::span<const std::string> classes, double rate,
                                 double match_window_s) {
    struct Truth {
        std::int64_t sample;
        AamiClass type;
    };
    std::vector<Truth> truth;
    for (const Annotation& annotation : reference)
        if (const auto type = aami_class(annotation.code))
            truth.push_back({annotation.sample, *type});
    const double reach = match_window_s * rate;

    struct Pair {
        const ScoredBeat* beat;
        AamiClass type;
    };
    std::vector<Pair> pairs;
    std::size_t at = 0;
    for (const ScoredBeat& beat : beats) {
        if (beat.probabilities.size() != classes.size()) continue;
        const auto distance = [&](std::size_t i) {
            return std::abs(truth[i].sample - beat.sample);
        };
        while (at + 1 < truth.size() && distance(at + 1) <= distance(at)) ++at;
        if (at >= truth.size() || static_cast<double>(distance(at)) > reach) continue;
        pairs.push_back({&beat, truth[at].type});
    }

    std::vector<ClassRoc> curves;
    std::vector<float> scores(pairs.size());
    std::vector<std::uint8_t> positive(pairs.size());
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const std::string& name = classes[c];
        const auto aami = std::ranges::find_if(all_aami_classes, [&](AamiClass of) {
            return name.size() == 1 && name[0] == letter(of);
        });
        if (aami == std::ranges::end(all_aami_classes)) continue;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            scores[i] = pairs[i].beat->probabilities[c];
            positive[i] = pairs[i].type == *aami ? 1 : 0;
        }
        if (auto curve = roc(scores, positive)) curves.push_back({name, std::move(*curve)});
    }
    return curves;
}

}  // namespace telltale::evaluate
