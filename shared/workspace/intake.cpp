#include "workspace/intake.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "recording/annotation.hpp"

namespace telltale::workspace {
namespace {

// Two recordings (the one in use, and the next while it is opened) and what is made from them must
// fit into the 4 GB that WebAssembly can address.
constexpr std::uint64_t most_sample_bytes = 1280ULL << 20, most_whole_bytes = 512ULL << 20;

}  // namespace

std::byte* Intake::add_file(std::string name, std::size_t bytes) {
    std::unique_ptr<std::byte[]> room(bytes > 0 ? new (std::nothrow) std::byte[bytes] : nullptr);
    if (bytes > 0 && room == nullptr) return nullptr;
    files_.push_back({std::move(name), std::move(room), bytes});
    return files_.back().bytes.get();
}

void Intake::add_source(std::string name, std::shared_ptr<formats::ByteSource> source) {
    sources_.push_back({std::move(name), std::move(source)});
}

void Intake::forget() {
    reading_.reset();
    sources_.clear();
    files_.clear();
}

void Intake::begin(double sampling_rate) {
    if (reading_) return;
    reading_.emplace();
    for (const File& file : files_)
        reading_->files.push_back({file.name, {file.bytes.get(), file.size}});
    for (const Source& source : sources_)
        reading_->large.push_back({source.name, source.source.get()});
    formats::LargeOptions options{.most_sample_bytes = most_sample_bytes,
                                  .most_whole_bytes = most_whole_bytes};
    options.read.beat_sets = true;
    if (sampling_rate > 0) options.read.sampling_rate = sampling_rate;
    reading_->reader =
        std::make_unique<formats::LargeReader>(reading_->files, reading_->large, options);
}

bool Intake::read_some(double sampling_rate) {
    begin(sampling_rate);
    return reading_->reader->read_some();
}

double Intake::progress() const {
    return reading_ ? reading_->reader->progress() : 0;
}

Opened Intake::open(double sampling_rate) {
    begin(sampling_rate);
    formats::ReadResult result = reading_->reader->take();
    forget();
    Opened opened;
    found_ = std::move(result.recordings);
    for (const Recording& recording : found_) {
        messages::RecordingEntry entry{
            .name = recording.name, .leads = {}, .seconds = recording.duration()};
        for (const Lead& lead : recording.leads)
            entry.leads += (entry.leads.empty() ? "" : ", ") + lead.name;
        entry.has_reference = std::ranges::any_of(recording.annotations, [](const Annotation& a) {
            return aami_class(a.code).has_value();
        });
        opened.recordings.push_back(std::move(entry));
    }
    beat_sets_ = std::move(result.beat_sets);
    for (const formats::BeatSet& set : beat_sets_)
        opened.beat_sets.push_back({set.name, set.size()});
    opened.errors = std::move(result.errors);
    opened.needs_sampling_rate =
        sampling_rate <= 0 && std::ranges::any_of(opened.errors, [](const Error& error) {
            return formats::needs_sampling_rate(error);
        });
    return opened;
}

const Recording* Intake::take(std::size_t index) {
    if (index >= recordings()) return nullptr;
    if (!found_.empty()) kept_ = std::exchange(found_, {});
    return &kept_[index];
}

}  // namespace telltale::workspace
