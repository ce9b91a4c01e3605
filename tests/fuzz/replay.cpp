// The short fuzz run of the tests: every target on its seeds, on the files of tests/fuzz/found
// (inputs that once broke it), and on thousands of mutations of both, the same ones every time.
//
//   fuzz_replay TARGET [MUTATIONS]      runs
//   fuzz_replay --write-seeds DIR       writes DIR/TARGET/seed-N for libFuzzer
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <format>
#include <fstream>

#include "fuzz/targets.hpp"
#include "support/data.hpp"
#include "synth/random.hpp"

namespace {

using telltale::fuzz::Bytes;
using telltale::fuzz::Target;
namespace fs = std::filesystem;

class Mutator {
public:
    explicit Mutator(const std::vector<Bytes>& seeds) : seeds_(seeds) {}

    Bytes next() {
        Bytes bytes = seeds_[below(seeds_.size())];
        for (std::size_t n = 1 + below(4); n > 0 && !bytes.empty(); --n) change(bytes);
        return bytes;
    }

private:
    std::size_t below(std::size_t limit) { return random_.bits() % limit; }

    void change(Bytes& bytes) {
        const std::size_t at = below(bytes.size());
        const std::size_t length = 1 + below(std::min<std::size_t>(bytes.size() - at, 64));
        const auto here = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        switch (below(8)) {
            case 0: bytes[at] ^= std::byte{1} << below(8); break;
            case 1: bytes[at] = static_cast<std::byte>(below(256)); break;
            case 2: bytes[at] = std::byte{below(2) ? std::uint8_t{0xFF} : std::uint8_t{0}}; break;
            case 3: bytes.erase(here, here + static_cast<std::ptrdiff_t>(length)); break;
            case 4: bytes.resize(at); break;
            case 5: {
                const Bytes copy(here, here + static_cast<std::ptrdiff_t>(length));
                bytes.insert(here, copy.begin(), copy.end());
                break;
            }
            case 6: {  // text that readers of numbers trip over
                static constexpr const char* words[] = {"-1",
                                                        "0",
                                                        "1e999",
                                                        "99999999999999999999",
                                                        "-9223372036854775808",
                                                        "nan",
                                                        "\n",
                                                        ",",
                                                        " ",
                                                        "x",
                                                        "/",
                                                        "0.0000001",
                                                        "65536",
                                                        "4294967296",
                                                        "\"",
                                                        "#"};
                const char* word = words[below(std::size(words))];
                const auto* data = reinterpret_cast<const std::byte*>(word);
                bytes.insert(here, data, data + std::strlen(word));
                break;
            }
            default: {  // a piece of another seed
                const Bytes& other = seeds_[below(seeds_.size())];
                if (other.empty()) break;
                const std::size_t from = below(other.size());
                const std::size_t size = 1 + below(std::min<std::size_t>(other.size() - from, 64));
                bytes.insert(here, other.begin() + static_cast<std::ptrdiff_t>(from),
                             other.begin() + static_cast<std::ptrdiff_t>(from + size));
            }
        }
    }

    const std::vector<Bytes>& seeds_;
    telltale::synth::Random random_{20260101};
};

int write_seeds(const fs::path& folder) {
    for (const Target& target : telltale::fuzz::targets()) {
        fs::create_directories(folder / target.name);
        int n = 0;
        for (const Bytes& seed : target.seeds()) {
            std::ofstream file(folder / target.name / std::format("seed-{}", n++),
                               std::ios::binary);
            file.write(reinterpret_cast<const char*>(seed.data()),
                       static_cast<std::streamsize>(seed.size()));
        }
    }
    return 0;
}

int run(const Target& target, int mutations) {
    using Clock = std::chrono::steady_clock;
    std::vector<Bytes> seeds = target.seeds();
    const fs::path found = fs::path(TELLTALE_FOUND_DIR) / target.name;
    if (fs::is_directory(found))
        for (auto& file : telltale::tests::read_files(found)) seeds.push_back(file.bytes);
    for (const Bytes& seed : seeds) target.run(seed);

    Mutator mutator(seeds);
    double slowest = 0;
    for (int i = 0; i < mutations; ++i) {
        const Bytes bytes = mutator.next();
        const auto start = Clock::now();
        target.run(bytes);
        slowest = std::max(slowest, std::chrono::duration<double>(Clock::now() - start).count());
    }
    std::printf("%s: %zu seeds, %d mutations, the slowest took %.1f ms\n", target.name.c_str(),
                seeds.size(), mutations, slowest * 1e3);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "--write-seeds") == 0) return write_seeds(argv[2]);
    if (argc >= 2)
        for (const Target& target : telltale::fuzz::targets())
            if (target.name == argv[1]) return run(target, argc > 2 ? std::atoi(argv[2]) : 5000);
    std::fprintf(stderr, "usage: fuzz_replay TARGET [MUTATIONS] | --write-seeds DIR; targets:");
    for (const Target& target : telltale::fuzz::targets())
        std::fprintf(stderr, " %s", target.name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
}
