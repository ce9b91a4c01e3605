// The machine below a workflow: flows that stop to tell something, to ask something, or to let
// others have a turn.
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "messages/json.hpp"
#include "recording/error.hpp"
#include "workspace/steps.hpp"

namespace telltale::workspace {

class Stepping {
public:
    /// Tells something; it is given out before anything else is done.
    void tell(Step step) { told_.push_back(std::move(step)); }
    template <messages::Message T>
    void say(const T& message) {
        tell(TellMessage{messages::text(message)});
    }
    template <messages::Message T>
    void say(const std::optional<T>& message) {
        if (message) say(*message);
    }
    /// What was told and not yet given out.
    [[nodiscard]] std::optional<Step> told() {
        if (told_.empty()) return std::nullopt;
        Step step = std::move(told_.front());
        told_.pop_front();
        return step;
    }

    struct Pause {
        Stepping& stepping;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> at) const noexcept { stepping.at_ = at; }
        void await_resume() const noexcept {}
    };
    struct Asked {
        Stepping& stepping;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> at) const noexcept { stepping.at_ = at; }
        [[nodiscard]] Result<Answer> await_resume() const {
            return *std::exchange(stepping.answer_, std::nullopt);
        }
    };
    /// In a flow: lets others have a turn.
    [[nodiscard]] Pause pause() { return {*this}; }
    /// In a flow: waits for the host's answer.
    [[nodiscard]] Asked ask(Step question) {
        question_ = std::move(question);
        ++ticket_;
        waiting_ = true;
        return {*this};
    }

    /// The question, once; its number is ticket().
    [[nodiscard]] std::optional<Step> question() { return std::exchange(question_, std::nullopt); }
    [[nodiscard]] std::uint64_t ticket() const { return ticket_; }
    [[nodiscard]] bool waiting() const { return waiting_; }
    /// Of a question that nobody waits for any more nothing is taken.
    void answer(std::uint64_t ticket, Result<Answer> answer) {
        if (!waiting_ || ticket != ticket_) return;
        waiting_ = false;
        answer_ = std::move(answer);
    }

    /// Goes on with the flow that begins there, or from where it stopped.
    void begin(std::coroutine_handle<> flow) { at_ = flow; }
    void resume() { std::exchange(at_, nullptr).resume(); }
    /// Nothing goes on, and nothing is waited for.
    void stop() {
        at_ = nullptr;
        question_.reset();
        answer_.reset();
        waiting_ = false;
    }

private:
    std::deque<Step> told_;
    std::optional<Step> question_;
    std::optional<Result<Answer>> answer_;
    std::coroutine_handle<> at_;
    std::uint64_t ticket_ = 0;
    bool waiting_ = false;
};

}  // namespace telltale::workspace
