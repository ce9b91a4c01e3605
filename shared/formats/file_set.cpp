#include "formats/file_set.hpp"

#include <algorithm>

#include "formats/text.hpp"

namespace telltale::formats {

FileSet::FileSet(std::span<const NamedBytes> files) : files_(files), used_(files.size(), false) {
    for (int i = 0; i < static_cast<int>(files.size()); ++i) {
        by_name_[lower(file_of(files[i].name))].push_back(i);
        by_stem_[std::string(stem_of(files[i].name))].push_back(i);
    }
    for (auto& [stem, indices] : by_stem_)
        std::ranges::sort(indices, {}, [&](int i) -> const std::string& { return files_[i].name; });
}

int FileSet::find(std::string_view folder, std::string_view name) const {
    const auto found = by_name_.find(lower(file_of(name)));
    if (found == by_name_.end()) return -1;
    const std::string wanted = std::string(folder) + std::string(name);
    int same_folder = -1;
    for (const int i : found->second) {
        if (files_[i].name == wanted) return i;
        if (folder_of(files_[i].name) == folder) same_folder = i;
    }
    if (same_folder >= 0) return same_folder;
    return found->second.size() == 1 ? found->second[0] : -1;
}

std::span<const int> FileSet::with_stem(std::string_view stem) const {
    const auto found = by_stem_.find(stem);
    return found == by_stem_.end() ? std::span<const int>{} : found->second;
}

}  // namespace telltale::formats
