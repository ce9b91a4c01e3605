// What a person hands over: files, whole or read in pieces, and what was found in them. Recordings
// and sets of beats wait here to be chosen.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/formats.hpp"
#include "formats/large.hpp"
#include "messages/recording.hpp"
#include "recording/error.hpp"
#include "recording/recording.hpp"

namespace telltale::workspace {

/// What there is to choose from.
struct Opened {
    std::vector<messages::RecordingEntry> recordings;
    std::vector<messages::BeatSetEntry> beat_sets;  ///< Of beats that are cut out already.
    std::vector<Error> errors;
    /// A file could be read if its sampling rate were known.
    bool needs_sampling_rate = false;
};

class Intake {
public:
    /// Room for a file of that many bytes, to be filled before open(). Null if there is not enough
    /// memory, and for an empty file.
    [[nodiscard]] std::byte* add_file(std::string name, std::size_t bytes);
    /// A large file that stays where it is: it is read in pieces by read_some().
    void add_source(std::string name, std::shared_ptr<formats::ByteSource> source);
    /// Drops what was added and not yet opened.
    void forget();
    /// Reads one more piece of the large files; true when there are no more. open() comes after.
    [[nodiscard]] bool read_some(double sampling_rate);
    [[nodiscard]] double progress() const;  ///< 0 to 1
    /// Reads what was added and frees its bytes. `sampling_rate` in Hz is for files that do not
    /// tell theirs; 0 where nobody said.
    Opened open(double sampling_rate);

    /// How many recordings can be chosen: those of the last open() that held any.
    [[nodiscard]] std::size_t recordings() const {
        return (found_.empty() ? kept_ : found_).size();
    }
    /// One of them, null if there is no such one. The others stay. Where it is of files that were
    /// opened since the last call, the recordings of the files before are gone after it: whoever
    /// still looks at one lets go of it first.
    [[nodiscard]] const Recording* take(std::size_t index);
    /// Sets of beats of the last open().
    [[nodiscard]] const std::vector<formats::BeatSet>& beat_sets() const { return beat_sets_; }

private:
    struct File {
        std::string name;
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };
    struct Source {
        std::string name;
        std::shared_ptr<formats::ByteSource> source;
    };
    // What LargeReader looks at while it reads.
    struct Reading {
        std::vector<formats::NamedBytes> files;
        std::vector<formats::NamedSource> large;
        std::unique_ptr<formats::LargeReader> reader;
    };
    void begin(double sampling_rate);

    std::vector<File> files_;
    std::vector<Source> sources_;
    std::optional<Reading> reading_;
    std::vector<Recording> found_;  // by the last open(), until one of them is taken
    std::vector<Recording> kept_;   // one of which is in use
    std::vector<formats::BeatSet> beat_sets_;
};

}  // namespace telltale::workspace
