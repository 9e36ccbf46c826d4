#include "blob/file.hpp"

#include "blob/sha256.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

namespace skep::blob {
namespace {

constexpr std::size_t kVerifiedBytes = std::size_t{1} << 20U;

constexpr std::int64_t kNanoseconds = 1'000'000'000;

std::unexpected<Error> altered(const std::filesystem::path& path, const std::string& how) {
  return fail(ErrorKind::kBlobAltered, "the blob " + path.string() + " was altered: " + how);
}

FileStamp stamp_of(const struct stat& status) {
  FileStamp stamp;
  stamp.device = status.st_dev;
  stamp.inode = status.st_ino;
  stamp.size_bytes = static_cast<std::uint64_t>(status.st_size);
  stamp.modified_ns = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec;
  stamp.changed_ns = status.st_ctim.tv_sec * kNanoseconds + status.st_ctim.tv_nsec;
  return stamp;
}

}  // namespace

std::unexpected<Error> altered(const std::filesystem::path& path) {
  return altered(path, "its SHA-256 is not the one that was stored");
}

Result<BlobFile> BlobFile::open(std::filesystem::path path, std::uint64_t size_bytes) {
  // It does not wait for a writer, should somebody have put a pipe there.
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!descriptor.is_open()) {
    const int code = errno;
    if (code == ENOENT || code == ENOTDIR) {
      return fail(ErrorKind::kBlobMissing, "the blob " + path.string() + " is missing");
    }
    if (code == ELOOP) return altered(path, "it is a link");
    return io_failed("can't open the blob", path, code);
  }
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0) return io_failed("can't look at", path, errno);
  if (!S_ISREG(status.st_mode)) return altered(path, "it is no regular file");
  const FileStamp stamp = stamp_of(status);
  if (stamp.size_bytes != size_bytes) {
    return altered(path, "it has " + std::to_string(stamp.size_bytes) + " bytes instead of " +
                             std::to_string(size_bytes));
  }
  return BlobFile(std::move(descriptor), std::move(path), stamp);
}

Result<void> BlobFile::verify(const std::string& sha256, const slice::Stop& stop) const {
  Sha256 hash;
  std::vector<char> buffer(kVerifiedBytes);
  for (std::uint64_t offset = 0;;) {
    if (stop && stop()) return fail(ErrorKind::kCancelled, "reading the blob was given up");
    const auto size = read(offset, buffer);
    if (!size) return std::unexpected(size.error());
    if (*size == 0) break;
    hash.add({buffer.data(), *size});
    offset += *size;
  }
  if (hex(hash.finish()) == sha256) return {};
  return altered(path_);
}

Result<std::size_t> BlobFile::read(std::uint64_t offset, std::span<char> out) const {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const auto got = ::pread(descriptor_.get(), out.data() + filled, out.size() - filled,
                             static_cast<off_t>(offset + filled));
    if (got == 0) break;
    if (got > 0) {
      filled += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      return io_failed("can't read the blob", path_, errno);
    }
  }
  return filled;
}

}  // namespace skep::blob
