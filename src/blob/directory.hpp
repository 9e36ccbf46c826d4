// The blobs of a store, as its operations use them.
#pragma once

#include "blob/candidates.hpp"
#include "blob/verified_files.hpp"
#include "blob/writer.hpp"
#include "store/pooled_call.hpp"
#include "store/stop_flag.hpp"

#include <skep/blob.hpp>
#include <skep/slice.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace skep::blob {

/// A directory of blobs, and the threads that work on it. Which blobs records name, and who may see
/// them, is the store's business. Thread-safe. Must outlive the operations started on it.
class Directory {
 public:
  /// `directory` is absolute; it is created with the first blob.
  explicit Directory(const std::filesystem::path& directory);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { close(); }

  /// Reads `source` to its end, and stores what it gave. Errors: `kTooLarge`, `kIo`, the source's.
  /// The timeout does not end a read of the source.
  [[nodiscard]] Awaitable<StoredBlob> put(std::shared_ptr<BlobSource> source,
                                          std::uint64_t max_bytes, CallOptions options);

  /// Errors: `kBlobMissing`, `kBlobAltered`, `kIo`.
  [[nodiscard]] Awaitable<std::shared_ptr<BlobReader>> open(BlobInfo info, CallOptions options);

  /// Errors: as `open`, and those of slices.
  [[nodiscard]] Awaitable<Slice> slice(BlobInfo info, SliceQuery query, CallOptions options);

  /// Takes some old blobs and says of each whether no record names it. Unless it is a dry run it
  /// has removed those, so that no record could come to name them in between.
  using Remove = std::function<Awaitable<std::vector<bool>>(std::vector<Candidate>)>;

  [[nodiscard]] Awaitable<BlobCollection> collect(BlobCollectQuery query, Remove remove,
                                                  CallOptions options);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return files_->directory(); }

  /// Refuses new work and waits for the threads. Idempotent.
  void close() { workers_->shutdown(); }

 private:
  const std::shared_ptr<VerifiedFiles> files_;
  const std::shared_ptr<IslePool<StopFlag>> workers_;
};

}  // namespace skep::blob
