// Where blobs lie, and how they are called.
#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>

namespace skep::blob {

inline constexpr const char* kDirectorySuffix = ".blobs";

/// The directory of the store in the file `database`: beside it, with the suffix appended; one for
/// each file, whatever links lead to that.
[[nodiscard]] inline std::filesystem::path directory_of(const std::filesystem::path& database) {
  namespace fs = std::filesystem;
  constexpr int kMostLinks = 40;  // as Linux
  std::error_code error;
  fs::path file = database;
  // One whose file is yet to be made is not resolved by `weakly_canonical`.
  for (int i = 0; i < kMostLinks && fs::is_symlink(fs::symlink_status(file, error)); ++i) {
    file = file.parent_path() / fs::read_symlink(file, error);
  }
  auto directory = fs::weakly_canonical(file, error);
  if (error) directory = file;
  directory += kDirectorySuffix;
  return directory;
}

/// The file whose directory that is.
[[nodiscard]] inline std::filesystem::path database_of(const std::filesystem::path& directory) {
  auto database = directory;
  return database.replace_extension();
}

/// Within `directory`: 256 directories, by the first two digits of the hash, so that none of them
/// becomes large; docs/format.md describes them.
[[nodiscard]] inline std::filesystem::path path_of(const std::filesystem::path& directory,
                                                   std::string_view sha256) {
  return directory / sha256.substr(0, 2) / sha256;
}

/// Where uploads are written that have not ended.
[[nodiscard]] inline std::filesystem::path unfinished_in(const std::filesystem::path& directory) {
  return directory / "unfinished";
}

}  // namespace skep::blob
