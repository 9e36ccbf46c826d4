// Small files that only their owner may read, written whole or not at all.
#pragma once

#include <skep/error.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace skep::auth {

/// Differs, as far as the file system can tell, once a file was written or replaced.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct PrivateFile {
  std::string text;
  FileStamp stamp;
};

/// Reads a regular file, or what a link to one leads to. Fails with `kNotFound` if there is none,
/// with `kInvalidArgument` if it is something else, has more than 64 KiB, or is open to group or
/// others, and with `kInternal` if it cannot be read.
[[nodiscard]] Result<PrivateFile> read_private_file(const std::filesystem::path& path);

/// The stamp that `path` has now. Fails as `read_private_file`, without looking at what it is.
[[nodiscard]] Result<FileStamp> stamp_of(const std::filesystem::path& path);

/// Makes a file of mode 0600 that has all of `text` from the moment it is there; durable when this
/// returns. Of several that try at once one succeeds; the others fail with `kConflict`. Fails with
/// `kInternal` if it cannot be written.
[[nodiscard]] Result<void> create_private_file(const std::filesystem::path& path,
                                               std::string_view text);

/// As `create_private_file`, but what was there is replaced; a link stays one.
[[nodiscard]] Result<void> replace_private_file(const std::filesystem::path& path,
                                                std::string_view text);

}  // namespace skep::auth
