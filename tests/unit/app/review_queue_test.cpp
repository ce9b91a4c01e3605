// The order in which beats are reviewed.
#include "review_queue.hpp"

#include <catch2/catch_test_macros.hpp>

#include "messages.hpp"

using namespace telltale::window;

namespace {

Session with(std::vector<float> probabilities, std::vector<std::uint8_t> label) {
    Session session;
    receive(session, R"({"type":"recording","name":"x","sampling_rate":100,"length":10000,
                         "leads":[{"name":"II","unit":"mV"}]})");
    receive(session, R"({"type":"model","name":"m","classes":["N","S","V"],
                         "labels":["N","S","V","F","Q"],"lead":0})");
    Beats beats{.sample = {},
                .label = std::move(label),
                .probabilities = std::move(probabilities),
                .classes = 3};
    for (std::size_t i = 0; i < beats.label.size(); ++i)
        beats.sample.push_back(100.0 * static_cast<double>(i + 1));
    beats.person.assign(beats.label.size(), 0);
    beats.doubtful.assign(beats.label.size(), 0);
    session.set_beats(std::move(beats));
    return session;
}

}  // namespace

TEST_CASE("the less sure come first; of equal ones those that might be V, then S") {
    const Session session = with({0.98F, 0.01F, 0.01F,   // sure N
                                  0.60F, 0.40F, 0.00F,   // N or S
                                  0.60F, 0.00F, 0.40F,   // N or V
                                  0.02F, 0.00F, 0.98F},  // sure V
                                 {0, 0, 0, 2});
    CHECK(review_queue(session).order == std::vector<std::size_t>{2, 1, 3, 0});
}

TEST_CASE("what the card calls doubtful is before all else; what has no class is not asked for") {
    Session session = with({0.5F, 0.3F, 0.2F, 0.9F, 0.05F, 0.05F, 0.9F, 0.1F, 0.0F}, {0, 0, 255});
    session.beats.doubtful[1] = 1;
    const ReviewQueue queue = review_queue(session);
    CHECK(queue.order == std::vector<std::size_t>{1, 0});
    CHECK(queue.doubtful == 1);
    CHECK(reviewed(session) == 0);
    session.beats.person[0] = 1;
    CHECK(reviewed(session) == 1);
}

TEST_CASE("notes, a second model and an explanation come as messages") {
    Session session = with({0.9F, 0.05F, 0.05F}, {0});
    receive(session, R"({"type":"edits","count":1,"notes":"n","undo":"","redo":"",
                         "beat_notes":[{"sample":103,"text":"odd"}]})");
    REQUIRE(session.note_on(0));
    CHECK(*session.note_on(0) == "odd");
    CHECK(session.note_on(7) == nullptr);
    receive(session, R"({"type":"second","name":"b","classes":["N","V"],"samples":[100],
                         "labels":[1],"matrix":[[1]]})");
    REQUIRE(session.second);
    CHECK(session.second->class_name(0) == "V");
    CHECK(session.second->class_name(9).empty());
    CHECK(session.second->matrix.size() == comparison_labels);
    CHECK(session.second->matrix[6].size() == comparison_labels);
    receive(session, R"({"type":"explanation","sample":100,"first":90,"class":"N",
                         "probability":0.9,"saliency":[0.1,-0.2],"groups":[{"name":"F","change":0.3}]})");
    REQUIRE(session.explanation);
    CHECK(session.explanation->saliency == std::vector<float>{0.1F, -0.2F});
    receive(session, R"({"type":"second","name":""})");
    CHECK_FALSE(session.second);
    receive(session, R"({"type":"second","name":"x","samples":7,"labels":{"a":1},"matrix":3})");
    CHECK(session.second->sample.empty());
    receive(session,
            R"({"type":"recording","name":"y","sampling_rate":250,"length":10,"leads":[]})");
    CHECK_FALSE(session.explanation);
    CHECK_FALSE(session.second);
}
