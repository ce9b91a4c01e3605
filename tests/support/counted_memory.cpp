#include "support/counted_memory.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> held = 0, most = 0;
// In front of each block: its size, and room so that what follows stays aligned.
constexpr std::size_t front = alignof(std::max_align_t);

void* take(std::size_t size) noexcept {
    auto* block = static_cast<std::byte*>(std::malloc(size + front));
    if (block == nullptr) return nullptr;
    *reinterpret_cast<std::size_t*>(block) = size;
    const std::size_t now = held += size;
    if (now > most) most = now;
    return block + front;
}

void give(void* place) noexcept {
    if (place == nullptr) return;
    auto* block = static_cast<std::byte*>(place) - front;
    held -= *reinterpret_cast<std::size_t*>(block);
    std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
    void* place = take(size);
    if (place == nullptr) std::abort();
    return place;
}
void* operator new[](std::size_t size) {
    return operator new(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return take(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return take(size);
}
void operator delete(void* place) noexcept {
    give(place);
}
void operator delete[](void* place) noexcept {
    give(place);
}
void operator delete(void* place, std::size_t) noexcept {
    give(place);
}
void operator delete[](void* place, std::size_t) noexcept {
    give(place);
}
void operator delete(void* place, const std::nothrow_t&) noexcept {
    give(place);
}
void operator delete[](void* place, const std::nothrow_t&) noexcept {
    give(place);
}

namespace telltale::tests {

MemoryCount::MemoryCount() : before_(held) {
    most = held.load();
}

std::size_t MemoryCount::peak() const {
    return most - std::min<std::size_t>(before_, most);
}

}  // namespace telltale::tests
