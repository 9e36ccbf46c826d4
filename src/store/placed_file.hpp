// A file of a library's that appears whole or not at all.
#pragma once

#include <skep/error.hpp>

#include <filesystem>
#include <string>

namespace skep {

/// Written beside its place under a temporary name, then put there. Unless `commit` succeeds the
/// temporary file is removed. Errors: `kConflict` where a file is that may not be replaced; `kIo`.
class PlacedFile {
 public:
  /// An empty file, mode 0600, that is to be at `path`.
  [[nodiscard]] static Result<PlacedFile> create(const std::filesystem::path& path, bool replace);

  PlacedFile(PlacedFile&& other) noexcept;
  PlacedFile(const PlacedFile&) = delete;
  PlacedFile& operator=(const PlacedFile&) = delete;
  PlacedFile& operator=(PlacedFile&&) = delete;
  ~PlacedFile();

  /// Where to write. Whoever writes there closes it before `commit`.
  [[nodiscard]] const std::string& temporary() const noexcept { return temporary_; }

  /// Makes the file durable; nothing may be written there afterwards.
  [[nodiscard]] Result<void> sync();

  /// Makes the file durable, unless `sync` has, and puts it in its place, durably.
  [[nodiscard]] Result<void> commit();

 private:
  PlacedFile(std::filesystem::path path, std::string temporary, bool replace);

  std::filesystem::path path_;
  std::string temporary_;  // Empty once it is in its place.
  bool replace_;
  bool is_synced_ = false;
};

}  // namespace skep
