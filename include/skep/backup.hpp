// Copies of a store as a whole: making one, and putting one back.
#pragma once

#include <skep/call_options.hpp>
#include <skep/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace skep {

/// How much was written; `total_bytes` is 0 where it is not known.
struct BackupProgress {
  std::uint64_t done_bytes = 0;
  std::uint64_t total_bytes = 0;
};

struct BackupOptions : CallOptions {
  bool replace = false;  ///< Whether a file that is there may be replaced.
  bool blobs = true;     ///< Whether the blobs are copied too, into the file's own directory.
  /// Called now and then, on some thread. False ends the operation with `kCancelled`.
  std::function<bool(const BackupProgress&)> on_progress;

  BackupOptions() = default;
  explicit BackupOptions(CallOptions options) : CallOptions(options) {}
};

/// The most damaged blobs that a report lists.
inline constexpr std::size_t kMaxListedBlobErrors = 100;

/// What a backup holds.
struct BackupReport {
  std::uint64_t record_count = 0;
  std::int64_t last_seq = 0;
  std::uint64_t bytes = 0;  ///< Of the file.
  std::uint64_t blob_count = 0;
  std::uint64_t blob_bytes = 0;
  /// What kept blobs from being copied: one missing or altered does not end the copy of the others.
  /// The first of them, `kMaxListedBlobErrors` at most; the count takes in all.
  std::vector<Error> blob_errors;
  std::uint64_t blob_error_count = 0;
};

/// What a restore did.
struct RestoreReport {
  BackupReport restored;
  std::optional<std::filesystem::path> moved_aside;  ///< Where the store that was there is now.
};

}  // namespace skep
