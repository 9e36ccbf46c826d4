// Contents that lie in files of their own, beside the records.
#pragma once

#include <skep/awaitable.hpp>
#include <skep/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace skep {

/// The largest blob where nothing else is said: 16 GiB.
inline constexpr std::uint64_t kDefaultMaxBlobBytes = std::uint64_t{16} << 30U;

/// The longest media type.
inline constexpr std::size_t kMaxMediaTypeBytes = 255;

/// The most that one `BlobReader::read` gives, and about what one `BlobSource::read` is asked for.
inline constexpr std::size_t kBlobPieceBytes = std::size_t{256} << 10U;

/// How long a blob that no record names is kept at least, counted from when it was last written:
/// its record may be on its way.
inline constexpr std::chrono::hours kDefaultBlobGrace{1};

/// The longest grace: ten years.
inline constexpr std::chrono::hours kMaxBlobGrace{10 * 365 * 24};

/// Where the bytes of a blob come from. One read at a time; with a store that is a server it is
/// read on another thread.
class BlobSource {
 public:
  BlobSource() = default;
  BlobSource(const BlobSource&) = delete;
  BlobSource& operator=(const BlobSource&) = delete;
  virtual ~BlobSource() = default;

  /// Fills the beginning of `buffer`, which is not empty, and tells how much of it; 0 at the end.
  [[nodiscard]] virtual Awaitable<std::size_t> read(std::span<char> buffer) = 0;
};

/// The bytes of a file, or of standard input for an empty `path`. Reading waits for the disk on a
/// thread of its own. Errors: `kNotFound`, `kInvalidArgument` for a directory, `kIo`.
[[nodiscard]] Result<std::shared_ptr<BlobSource>> open_blob_source(
    const std::filesystem::path& path);

/// What the store knows of a blob.
struct BlobInfo {
  std::string sha256;  ///< Of its bytes: 64 lower-case hex digits.
  std::uint64_t size_bytes = 0;
  std::string media_type;  ///< As its producer said; "application/octet-stream" if it did not.

  friend bool operator==(const BlobInfo&, const BlobInfo&) = default;
};

/// A blob that was found whole when it was opened. It may outlive the store only if nothing is read
/// any more. Thread-safe.
class BlobReader {
 public:
  BlobReader(const BlobReader&) = delete;
  BlobReader& operator=(const BlobReader&) = delete;
  virtual ~BlobReader() = default;

  [[nodiscard]] const BlobInfo& info() const noexcept { return info_; }

  /// The bytes from `offset` on: as many as `max_bytes` and `kBlobPieceBytes` allow; none at the
  /// end. Errors: `kClosed`, `kIo`, `kBlobAltered` if the file became shorter.
  [[nodiscard]] virtual Awaitable<std::string> read(std::uint64_t offset,
                                                    std::size_t max_bytes = kBlobPieceBytes) = 0;

 protected:
  explicit BlobReader(BlobInfo info) : info_(std::move(info)) {}

 private:
  BlobInfo info_;
};

/// What `collect_blobs` is to do.
struct BlobCollectQuery {
  bool dry_run = false;                                ///< Only counts.
  std::chrono::milliseconds grace{kDefaultBlobGrace};  ///< Younger files stay.
};

/// What `collect_blobs` did, or would do.
struct BlobCollection {
  std::uint64_t removed_count = 0;  ///< No record names them.
  std::uint64_t removed_bytes = 0;
  std::uint64_t unfinished_count = 0;  ///< Uploads that never ended; removed too.
  std::uint64_t unfinished_bytes = 0;
  std::uint64_t kept_count = 0;
  std::uint64_t kept_bytes = 0;

  friend bool operator==(const BlobCollection&, const BlobCollection&) = default;
};

}  // namespace skep
