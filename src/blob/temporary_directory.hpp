// A place for the blobs of a store that lives in memory.
#pragma once

#include <filesystem>

namespace skep::blob {

/// A new directory that only its owner can enter; removed with all in it at the end. Throws
/// `std::system_error` if it can't be made.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace skep::blob
