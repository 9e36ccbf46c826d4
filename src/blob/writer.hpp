// Writing a blob so that it is there whole, or not at all.
#pragma once

#include "blob/sha256.hpp"
#include "slice/text_source.hpp"
#include "store/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace skep::blob {

struct StoredBlob {
  std::string sha256;
  std::uint64_t size_bytes = 0;
  std::filesystem::path path;
};

/// One blob on its way into `directory`: `begin`, some `write`, `publish`. What was not published
/// is removed when this is destroyed, or, after a crash, by a collection. Not thread-safe.
class BlobWriter {
 public:
  /// Whoever may read `database` may read its blobs, and nobody else.
  BlobWriter(std::filesystem::path directory, const std::filesystem::path& database);
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;
  ~BlobWriter();

  /// Creates the directories that are missing. Errors: `kIo`.
  [[nodiscard]] Result<void> begin();

  [[nodiscard]] Result<void> write(std::string_view bytes);

  /// Gives the blob its name, by its content; it is durable when this returns. One that is there
  /// already stays, and counts as written now; unless it was altered: then this one takes its
  /// place. Errors: `kIo`, `kCancelled`.
  [[nodiscard]] Result<StoredBlob> publish(const slice::Stop& stop);

  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }

  /// Of all that was written; nothing may follow.
  [[nodiscard]] const std::string& sha256();

 private:
  const std::filesystem::path directory_;
  const unsigned database_mode_;
  std::filesystem::path unfinished_;
  Descriptor descriptor_;
  Sha256 hash_;
  std::string sha256_;  // once it was asked for
  std::uint64_t size_bytes_ = 0;
};

}  // namespace skep::blob
