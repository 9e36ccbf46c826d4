// A blob's file, open for reading.
#pragma once

#include "slice/text_source.hpp"
#include "store/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace skep::blob {

/// Differs, as far as the file system can tell, once a file was written or replaced.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// Thread-safe.
class BlobFile {
 public:
  /// Opens `path`, which is to have `size_bytes`. Errors: `kBlobMissing`, `kBlobAltered` for
  /// another size, or what is no regular file, `kIo`.
  [[nodiscard]] static Result<BlobFile> open(std::filesystem::path path, std::uint64_t size_bytes);

  [[nodiscard]] const FileStamp& stamp() const noexcept { return stamp_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// Reads all of it. Errors: `kBlobAltered` unless its hash is `sha256`; `kCancelled` soon after
  /// `stop` is true; `kIo`.
  [[nodiscard]] Result<void> verify(const std::string& sha256, const slice::Stop& stop) const;

  /// Fills the beginning of `out` from `offset` on, all of it unless the file ends before.
  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> out) const;

 private:
  BlobFile(Descriptor descriptor, std::filesystem::path path, const FileStamp& stamp)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), stamp_(stamp) {}

  Descriptor descriptor_;
  std::filesystem::path path_;
  FileStamp stamp_;
};

/// Of a blob whose bytes have another hash than the one in its name.
[[nodiscard]] std::unexpected<Error> altered(const std::filesystem::path& path);

/// A blob as what slices are cut from. `file` must outlive it.
class BlobTextSource final : public slice::TextSource {
 public:
  explicit BlobTextSource(const BlobFile& file) : file_(file) {}

  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    return file_.read(offset, out);
  }
  [[nodiscard]] std::uint64_t size_bytes() const override { return file_.stamp().size_bytes; }

 private:
  const BlobFile& file_;
};

}  // namespace skep::blob
