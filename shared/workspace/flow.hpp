// A piece of work in steps, written as one function: a coroutine that ends with a Result<void>. It
// stops where it waits (Stepping), and goes on when it is resumed; `co_await` on another flow runs
// that to its end first. Nothing runs by itself, and nothing runs at the same time.
#pragma once

#include <coroutine>
#include <cstdlib>
#include <utility>

#include "recording/error.hpp"

namespace telltale::workspace {

class [[nodiscard]] Flow {
public:
    struct promise_type;
    using Handle = std::coroutine_handle<promise_type>;

    struct promise_type {
        Result<void> result;
        std::coroutine_handle<> outer = std::noop_coroutine();

        Flow get_return_object() { return Flow(Handle::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct End {
            [[nodiscard]] bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(Handle ended) noexcept {
                return ended.promise().outer;
            }
            void await_resume() const noexcept {}
        };
        End final_suspend() noexcept { return {}; }
        void return_value(Result<void> value) { result = std::move(value); }
        [[noreturn]] void unhandled_exception() { std::abort(); }  // the core throws nothing
    };

    Flow() = default;
    Flow(Flow&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Flow& operator=(Flow&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Flow() {
        if (handle_) handle_.destroy();
    }

    [[nodiscard]] explicit operator bool() const { return handle_ != nullptr; }
    [[nodiscard]] std::coroutine_handle<> start() const { return handle_; }
    [[nodiscard]] bool done() const { return handle_.done(); }
    [[nodiscard]] const Result<void>& result() const { return handle_.promise().result; }

    struct Awaiter {
        Handle inner;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> outer) noexcept {
            inner.promise().outer = outer;
            return inner;
        }
        [[nodiscard]] Result<void> await_resume() { return std::move(inner.promise().result); }
    };
    [[nodiscard]] Awaiter operator co_await() const { return {handle_}; }

private:
    explicit Flow(Handle handle) : handle_(handle) {}
    Handle handle_;
};

}  // namespace telltale::workspace
