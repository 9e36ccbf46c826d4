// The blobs of a directory, each read and hashed once.
#pragma once

#include "blob/file.hpp"

#include <skep/blob.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace skep::blob {

/// Thread-safe.
class VerifiedFiles {
 public:
  explicit VerifiedFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// The blob, open. It was hashed now, or when its file had the same stamp. Errors: as
  /// `BlobFile::open` and `verify`.
  [[nodiscard]] Result<std::shared_ptr<BlobFile>> open(const BlobInfo& info,
                                                       const slice::Stop& stop);

  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }

 private:
  static constexpr std::size_t kMaxCount = 10'000;

  [[nodiscard]] bool is_known(const std::string& sha256, const FileStamp& stamp);
  void remember(const std::string& sha256, const FileStamp& stamp);

  const std::filesystem::path directory_;
  std::mutex mutex_;
  std::map<std::string, FileStamp> stamps_;
};

}  // namespace skep::blob
