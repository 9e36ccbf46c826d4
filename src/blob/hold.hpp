// Keeping blobs from being collected while they are read by name.
#pragma once

#include "store/descriptor.hpp"

#include <filesystem>

namespace skep::blob {

/// Held by whoever copies or checks the blobs of records that may be removed meanwhile, and by a
/// collection against them, in any process.
class Hold {
 public:
  /// Waits for a collection to let go, which holds on for 64 files at most. A directory that is not
  /// there needs none. Errors: `kIo`.
  [[nodiscard]] static Result<Hold> against_collection(const std::filesystem::path& directory);

  /// Errors: `kBusy`, retryable, if somebody reads; `kIo`.
  [[nodiscard]] static Result<Hold> against_readers(const std::filesystem::path& directory);

 private:
  explicit Hold(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Descriptor descriptor_;
};

}  // namespace skep::blob
