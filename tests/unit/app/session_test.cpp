#include "session.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "messages.hpp"

using namespace telltale::window;

namespace {

Session with_beats() {
    Session session;
    receive(session, R"({"type":"recording","name":"x","sampling_rate":100,"length":1000,
                         "leads":[{"name":"II","unit":"mV"}]})");
    receive(session, R"({"type":"model","name":"m","classes":["N","S","V"],"lead":0})");
    session.set_beats({.sample = {100, 200, 260, 400},
                       .label = {0, 0, 2, 255},
                       .probabilities = {},
                       .classes = 3});
    return session;
}

}  // namespace

TEST_CASE("counts, classes and intervals follow the beats") {
    const Session session = with_beats();
    CHECK(session.counts == std::vector<std::size_t>{2, 0, 1});
    CHECK(session.class_name(2) == "V");
    CHECK(session.class_name(3).empty());
    CHECK(session.class_name(99).empty());
    CHECK(session.is_notable(2));
    CHECK_FALSE(session.is_notable(0));
    CHECK_FALSE(session.is_notable(3));
    CHECK_FALSE(session.interval_before(0));
    CHECK(session.interval_before(2) == 0.6);
    CHECK(session.mean_heart_rate() == Catch::Approx(60));
}

TEST_CASE("a beat may be called what the model does not know") {
    Session session = with_beats();
    receive(session, R"({"type":"model","name":"m","classes":["N","V"],
                         "labels":["N","V","S","F","Q"],"lead":0})");
    session.set_beats({.sample = {100, 200},
                       .label = {4, 1},
                       .probabilities = {0.9F, 0.1F, 0.4F, 0.6F},
                       .classes = 2,
                       .person = {1, 0},
                       .doubtful = {0, 1}});
    CHECK(session.class_name(0) == "Q");
    CHECK(session.counts == std::vector<std::size_t>{0, 1, 0, 0, 1});
    CHECK(session.two_best(0)->best == 0);
    CHECK_FALSE(session.is_doubtful(0));
    CHECK(session.is_doubtful(1));
    CHECK_FALSE(session.is_doubtful(2));
}

TEST_CASE("reference beats are held against ours") {
    Session session = with_beats();
    session.set_reference({.sample = {101, 200, 262, 330}, .aami = {0, 2, 2, 0}, .agreement = {}});
    using enum Reference::Agreement;
    CHECK(session.reference.agreement ==
          std::vector<Reference::Agreement>{same, other_class, same, missed});
}

TEST_CASE("a new recording forgets the beats of the one before") {
    Session session = with_beats();
    receive(session,
            R"({"type":"recording","name":"y","sampling_rate":250,"length":10,"leads":[]})");
    CHECK(session.beats.size() == 0);
    CHECK_FALSE(session.mean_heart_rate());
    CHECK(session.heart_rate.empty());
}
