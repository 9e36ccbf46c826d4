// Finding the files of blobs that may not be needed any more.
#pragma once

#include <skep/blob.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace skep::blob {

struct Candidate {
  std::filesystem::path path;
  std::string sha256;
  std::uint64_t size_bytes = 0;
};

/// The parts that a directory is looked at in.
inline constexpr unsigned kPartCount = 256;

/// The blobs of part `part` that were last written more than `grace` ago; younger ones are counted
/// as kept. Whatever is not called like a blob is left alone. Errors: `kIo`.
[[nodiscard]] Result<std::vector<Candidate>> old_blobs(const std::filesystem::path& directory,
                                                       unsigned part,
                                                       std::chrono::milliseconds grace,
                                                       BlobCollection& collection);

/// Counts, and removes unless it is a dry run, what uploads left behind. Errors: `kIo`.
[[nodiscard]] Result<void> remove_unfinished(const std::filesystem::path& directory,
                                             const BlobCollectQuery& query,
                                             BlobCollection& collection);

/// Removes the blob, unless it was written meanwhile: false. Errors: `kIo`.
[[nodiscard]] Result<bool> remove_if_old(const Candidate& candidate,
                                         std::chrono::milliseconds grace);

}  // namespace skep::blob
