#include "formats/large.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <new>

#include "formats/halve.hpp"
#include "formats/record_stream.hpp"
#include "formats/text.hpp"
#include "formats/wfdb_header.hpp"
#include "recording/clean_text.hpp"

namespace telltale::formats {
namespace {

double megabytes(std::uint64_t bytes) {
    return static_cast<double>(bytes) / (1 << 20);
}

// True if that much could be had, in `parts` equal parts. Nothing is kept.
bool memory_for(std::uint64_t bytes, std::size_t parts) {
    std::vector<std::unique_ptr<std::byte[]>> held(parts);
    for (auto& part : held) {
        part.reset(new (std::nothrow) std::byte[static_cast<std::size_t>(bytes / parts)]);
        if (!part) return false;
    }
    return true;
}

// Folders that hold a record in segments: its segments have headers too, and are no recordings of
// their own. What lies there is read whole.
std::vector<std::string_view> folders_of_segments(std::span<const NamedBytes> files) {
    std::vector<std::string_view> folders;
    for (const NamedBytes& file : files) {
        if (!wfdb::is_header(file)) continue;
        const auto header = wfdb::parse_header(file);
        if (header && !header->segments.empty()) folders.push_back(folder_of(file.name));
    }
    return folders;
}

}  // namespace

struct LargeReader::Job {
    std::string file;
    std::unique_ptr<RecordStream> stream;
    std::vector<std::vector<Halver>> halvers;  // of each lead, one after the other
    int halvings = 0;
    std::int64_t read = 0;  // samples of a lead
    bool started = false;
};

LargeReader::LargeReader(std::span<const NamedBytes> files, std::span<const NamedSource> large,
                         const LargeOptions& options)
    : files_(files), large_(large), options_(options), set_(files), large_used_(large.size()) {
    const std::vector<std::string_view> whole_folders = folders_of_segments(files);
    for (std::size_t i = 0; i < files.size() && !large.empty(); ++i)
        if (wfdb::is_header(files[i]) &&
            std::ranges::find(whole_folders, folder_of(files[i].name)) == whole_folders.end())
            add(files[i].name, open_wfdb_stream(static_cast<int>(i), set_, large_, large_used_));
    for (std::size_t i = 0; i < large.size(); ++i) {
        if (large_used_[i]) continue;
        auto stream = open_edf_stream(large[i]);
        large_used_[i] = !stream || *stream;
        add(large[i].name, std::move(stream));
    }
    std::uint64_t whole = 0;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (!set_.used(i)) whole += files[i].bytes.size();
    for (std::size_t i = 0; i < large.size(); ++i)
        if (!large_used_[i]) whole += large[i].source->size();
    if (options_.most_whole_bytes == 0 || whole <= options_.most_whole_bytes) return;
    for (std::size_t i = 0; i < large.size(); ++i) {
        if (large_used_[i]) continue;
        large_used_[i] = true;
        result_.errors.push_back(
            {large[i].name, "",
             std::format("it has {:.0f} MB; files of its kind are read whole, and all of them "
                         "together may have {:.0f} MB here",
                         megabytes(large[i].source->size()),
                         megabytes(options_.most_whole_bytes))});
    }
}

LargeReader::~LargeReader() = default;

// Takes a stream on, or says why its recording does not fit. A null stream is nothing.
void LargeReader::add(const std::string& file, Result<std::unique_ptr<RecordStream>> stream) {
    if (!stream) {
        result_.errors.push_back(std::move(stream.error()));
        return;
    }
    if (!*stream) return;
    auto job = std::make_unique<Job>();
    job->file = file;
    job->stream = std::move(*stream);
    Recording& recording = job->stream->recording;
    const auto leads = static_cast<std::uint64_t>(recording.leads.size());
    const auto length = static_cast<std::uint64_t>(job->stream->length);
    const std::uint64_t most = options_.most_sample_bytes, full = length * leads * sizeof(float);
    double rate = recording.sampling_rate;
    while (most > 0 && full >> job->halvings > most && rate / 2 >= options_.lowest_rate) {
        rate /= 2;
        ++job->halvings;
    }
    const std::uint64_t needed = full >> job->halvings;
    if (most > 0 && (needed > most || !memory_for(needed, recording.leads.size()))) {
        job->stream->finish(recording);  // what belongs to it is not reported a second time
        result_.errors.push_back(
            {file, "",
             std::format("its {:.1f} hours of {} leads take {:.0f} MB even at {:g} Hz; {:.0f} MB "
                         "can be held here, that is {:.1f} hours of these leads",
                         recording.sampling_rate > 0
                             ? static_cast<double>(length) / recording.sampling_rate / 3600
                             : 0,
                         leads, megabytes(needed), rate, megabytes(most),
                         static_cast<double>(most) /
                             (rate * 3600 * sizeof(float) * static_cast<double>(leads)))});
        return;
    }
    if (job->halvings > 0) {
        recording.warnings.push_back(std::format(
            "The recording is opened at {:g} Hz: at its own {:g} Hz its samples would take {:.0f} "
            "MB, and {:.0f} MB can be held here. One of {} samples is kept, after a low-pass.",
            rate, recording.sampling_rate, megabytes(full), megabytes(most), 1 << job->halvings));
        recording.sampling_rate = rate;
        job->halvers.resize(recording.leads.size());
        for (auto& chain : job->halvers) chain.resize(static_cast<std::size_t>(job->halvings));
    }
    jobs_.push_back(std::move(job));
}

// The next piece of a recording; false at its end.
Result<bool> LargeReader::read_piece(Job& job) {
    Recording& recording = job.stream->recording;
    std::vector<std::vector<float>> piece(recording.leads.size());
    if (!job.started) {
        job.started = true;
        const auto length = static_cast<std::size_t>(job.stream->length);
        for (Lead& lead : recording.leads) lead.samples.reserve((length >> job.halvings) + 1);
    }
    if (job.halvings == 0) {
        // Straight into the leads.
        for (std::size_t l = 0; l < piece.size(); ++l)
            piece[l] = std::move(recording.leads[l].samples);
        const std::size_t before = piece[0].size();
        auto done = job.stream->read(piece);
        for (std::size_t l = 0; l < piece.size(); ++l)
            recording.leads[l].samples = std::move(piece[l]);
        if (!done) return std::unexpected(done.error());
        job.read += static_cast<std::int64_t>(recording.length() - before);
        return recording.length() > before;
    }
    if (auto done = job.stream->read(piece); !done) return std::unexpected(done.error());
    const bool more = !piece[0].empty();
    job.read += static_cast<std::int64_t>(piece[0].size());
    for (std::size_t l = 0; l < piece.size(); ++l) {
        std::vector<float> samples = std::move(piece[l]);
        for (std::size_t step = 0; step < job.halvers[l].size(); ++step) {
            std::vector<float> half;
            half.reserve(samples.size() / 2 + 32);
            job.halvers[l][step].push(samples, half);
            if (!more) job.halvers[l][step].finish(half);
            samples = std::move(half);
        }
        auto& all = recording.leads[l].samples;
        all.insert(all.end(), samples.begin(), samples.end());
    }
    return more;
}

bool LargeReader::read_some() {
    if (current_ == jobs_.size()) return true;
    Job& job = *jobs_[current_];
    auto more = read_piece(job);
    if (more && *more) return false;
    ++current_;
    Recording recording = std::move(job.stream->recording);
    job.stream->finish(recording);
    if (more) {
        clean_texts(recording);
        result_.recordings.push_back(std::move(recording));
    } else {
        result_.errors.push_back(std::move(more.error()));
    }
    job.stream.reset();
    return current_ == jobs_.size();
}

double LargeReader::progress() const {
    if (jobs_.empty()) return 1;
    double sum = static_cast<double>(current_);
    if (current_ < jobs_.size())
        sum += static_cast<double>(jobs_[current_]->read) /
               static_cast<double>(std::max<std::int64_t>(1, jobs_[current_]->stream->length));
    return sum / static_cast<double>(jobs_.size());
}

ReadResult LargeReader::take() {
    while (!read_some()) {
    }
    std::vector<NamedBytes> rest;
    for (std::size_t i = 0; i < files_.size(); ++i)
        if (!set_.used(i)) rest.push_back(files_[i]);
    std::vector<std::vector<std::byte>> held;
    for (std::size_t i = 0; i < large_.size(); ++i) {
        if (large_used_[i]) continue;
        const std::uint64_t size = large_[i].source->size();
        if (!memory_for(size, 1)) {
            result_.errors.push_back(
                {large_[i].name, "",
                 std::format("there is no memory for its {:.0f} MB", megabytes(size))});
            continue;
        }
        std::vector<std::byte>& bytes = held.emplace_back(static_cast<std::size_t>(size));
        if (large_[i].source->read(0, bytes))
            rest.push_back({large_[i].name, bytes});
        else
            result_.errors.push_back({large_[i].name, "", "it cannot be read"});
    }
    ReadResult result = std::move(result_);
    if (rest.empty()) return result;
    ReadResult others = read_recordings(rest, options_.read);
    std::ranges::move(others.recordings, std::back_inserter(result.recordings));
    std::ranges::move(others.beat_sets, std::back_inserter(result.beat_sets));
    std::ranges::move(others.errors, std::back_inserter(result.errors));
    return result;
}

}  // namespace telltale::formats
