#include "workspace/stretches.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "messages/stretches.hpp"

namespace telltale::workspace {
namespace {

bool before(const Stretch& a, const Stretch& b) {
    return std::tie(a.first, a.last, a.name, a.text) < std::tie(b.first, b.last, b.name, b.text);
}

}  // namespace

std::optional<rhythm::Rhythm> rhythm_of(const Stretch& stretch) {
    if (stretch.is_note()) return std::nullopt;
    const auto found = std::ranges::find_if(rhythm::all_rhythms, [&](rhythm::Rhythm rhythm) {
        return rhythm::name(rhythm) == stretch.name;
    });
    return found != rhythm::all_rhythms.end() ? *found : rhythm::Rhythm::noise;
}

std::vector<messages::CalledStretch> told(const Stretches& stretches) {
    std::vector<messages::CalledStretch> told;
    for (const Stretch& s : stretches)
        told.push_back(
            {s.first, s.last, s.name, std::string(messages::stretch_name(s.name)->words), s.text});
    return told;
}

StretchChange calling(const Stretches& stretches, Stretch called) {
    StretchChange change;
    for (const Stretch& old : stretches) {
        const bool within = called.first <= old.first && old.last <= called.last;
        if (called.is_note()) {
            if (old.is_note() && old.first == called.first && old.last == called.last)
                change.taken.push_back(old);
            continue;
        }
        if (old.is_note()) {
            if (called.name.empty() && within) change.taken.push_back(old);
            continue;
        }
        if (old.last <= called.first || called.last <= old.first) continue;
        change.taken.push_back(old);
        if (old.first < called.first) {
            change.put.push_back(old);
            change.put.back().last = called.first;
        }
        if (called.last < old.last) {
            change.put.push_back(old);
            change.put.back().first = called.last;
        }
    }
    const bool says = called.is_note() ? !called.text.empty() : !called.name.empty();
    if (says) change.put.push_back(std::move(called));
    std::ranges::sort(change.put, before);
    return change;
}

void carry_out(Stretches& stretches, const Stretches& taken, const Stretches& put) {
    for (const Stretch& gone : taken)
        if (const auto found = std::ranges::find(stretches, gone); found != stretches.end())
            stretches.erase(found);
    for (const Stretch& made : put)
        stretches.insert(std::ranges::upper_bound(stretches, made, before), made);
}

}  // namespace telltale::workspace
