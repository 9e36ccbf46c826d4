#include "blob/hold.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace skep::blob {
namespace {

Result<Descriptor> open_directory(const std::filesystem::path& directory) {
  Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.is_open() || errno == ENOENT) return descriptor;
  return io_failed("can't open", directory, errno);
}

}  // namespace

Result<Hold> Hold::against_collection(const std::filesystem::path& directory) {
  auto descriptor = open_directory(directory);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  while (descriptor->is_open() && ::flock(descriptor->get(), LOCK_SH) != 0) {
    if (errno != EINTR) return io_failed("can't lock", directory, errno);
  }
  return Hold(std::move(*descriptor));
}

Result<Hold> Hold::against_readers(const std::filesystem::path& directory) {
  auto descriptor = open_directory(directory);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  if (descriptor->is_open() && ::flock(descriptor->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_failed("can't lock", directory, errno);
    Error busy(ErrorKind::kBusy, "a backup or a check reads the blobs in " + directory.string());
    busy.retryable = true;
    return std::unexpected(std::move(busy));
  }
  return Hold(std::move(*descriptor));
}

}  // namespace skep::blob
