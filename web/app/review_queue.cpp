#include "review_queue.hpp"

#include <algorithm>

namespace telltale::window {
namespace {

double importance(const std::string& class_name) {
    if (class_name == "V") return 1;
    if (class_name == "F") return 0.8;
    if (class_name == "S") return 0.7;
    return class_name == "N" ? 0.2 : 0.4;
}

}  // namespace

double need_of_review(const Session& session, std::size_t beat) {
    const auto two = session.two_best(beat);
    if (!two) return 0;
    const float* p = session.beats.probabilities.data() + beat * session.beats.classes;
    double besides = 0;
    for (std::size_t c = 0; c < session.beats.classes; ++c)
        if (c != two->best)
            besides += static_cast<double>(p[c]) * importance(session.model->classes[c]);
    return (session.is_doubtful(beat) ? 1 : 0) + (1 - two->best_share) + besides / 2 +
           0.02 * importance(session.model->classes[two->best]);
}

ReviewQueue review_queue(const Session& session) {
    ReviewQueue queue;
    std::vector<double> need(session.beats.size());
    for (std::size_t i = 0; i < session.beats.size(); ++i) {
        if (session.class_name(i).empty()) continue;
        need[i] = need_of_review(session, i);
        queue.order.push_back(i);
        if (session.is_doubtful(i)) ++queue.doubtful;
    }
    std::ranges::stable_sort(queue.order, std::ranges::greater{},
                             [&](std::size_t i) { return need[i]; });
    return queue;
}

std::size_t reviewed(const Session& session) {
    return static_cast<std::size_t>(std::ranges::count_if(
        session.beats.person, [](std::uint8_t person) { return person == 1; }));
}

}  // namespace telltale::window
