// The files handed over together, found by name, and which of them a recording has used.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/formats.hpp"

namespace telltale::formats {

class FileSet {
public:
    explicit FileSet(std::span<const NamedBytes> files);

    [[nodiscard]] std::span<const NamedBytes> files() const { return files_; }
    [[nodiscard]] const NamedBytes& operator[](std::size_t i) const { return files_[i]; }

    /// The index of `name` as a file in `folder` refers to it: in that folder, else the only file
    /// of that name (upper and lower case alike) in any folder; -1 if there is none.
    [[nodiscard]] int find(std::string_view folder, std::string_view name) const;

    /// Indices of all files whose name without folder and extension is `stem`, in name order.
    [[nodiscard]] std::span<const int> with_stem(std::string_view stem) const;

    /// Notes that a recording was read from the file, or that it belongs to one.
    void use(int index) { used_[static_cast<std::size_t>(index)] = true; }
    [[nodiscard]] bool used(std::size_t index) const { return used_[index]; }

private:
    std::span<const NamedBytes> files_;
    std::vector<bool> used_;
    std::map<std::string, std::vector<int>> by_name_;  // lower case, without folder
    std::map<std::string, std::vector<int>, std::less<>> by_stem_;
};

}  // namespace telltale::formats
