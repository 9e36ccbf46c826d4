#include "blob/writer.hpp"

#include "blob/file.hpp"
#include "blob/layout.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>

namespace skep::blob {
namespace {

// They are shared by their hash: nobody is to write into one.
mode_t blob_mode(unsigned database_mode) { return database_mode & 0444U; }

mode_t directory_mode(unsigned database_mode) {
  const unsigned readers = database_mode & 0444U;
  return 0700U | (database_mode & 0666U) | (readers >> 2U);
}

unsigned mode_of(const std::filesystem::path& database) {
  struct stat status{};
  return ::stat(database.c_str(), &status) == 0 ? 0400U | status.st_mode : 0400U;
}

Result<void> make_directory(const std::filesystem::path& path, unsigned database_mode) {
  const mode_t mode = directory_mode(database_mode);
  if (::mkdir(path.c_str(), mode) == 0) {
    // The umask may have taken what the database's users need.
    if (::chmod(path.c_str(), mode) == 0) return {};
  } else if (errno == EEXIST) {
    return {};
  }
  return io_failed("can't create the directory", path, errno);
}

// Whether the blob is there, whole; then it counts as written now.
Result<bool> renew(const StoredBlob& blob, const slice::Stop& stop) {
  const auto present = BlobFile::open(blob.path, blob.size_bytes);
  auto verified = present ? present->verify(blob.sha256, stop) : std::unexpected(present.error());
  if (verified) {
    if (::utimensat(AT_FDCWD, blob.path.c_str(), nullptr, 0) == 0) return true;
    // Another user's: one's own takes its place.
    if (errno == ENOENT || errno == EACCES || errno == EPERM) return false;
    return io_failed("can't touch the blob", blob.path, errno);
  }
  const ErrorKind kind = verified.error().kind;
  if (kind == ErrorKind::kBlobMissing || kind == ErrorKind::kBlobAltered) return false;
  return std::unexpected(std::move(verified.error()));
}

}  // namespace

BlobWriter::BlobWriter(std::filesystem::path directory, const std::filesystem::path& database)
    : directory_(std::move(directory)), database_mode_(mode_of(database)) {}

BlobWriter::~BlobWriter() {
  if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

Result<void> BlobWriter::begin() {
  if (auto made = make_directory(directory_, database_mode_); !made) return made;
  if (auto made = make_directory(unfinished_in(directory_), database_mode_); !made) return made;
  std::string name = unfinished_in(directory_) / "XXXXXX";
  descriptor_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!descriptor_.is_open()) return io_failed("can't create", name, errno);
  unfinished_ = name;
  // Held to the end: a collection leaves it alone.
  if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0) {
    return io_failed("can't lock", unfinished_, errno);
  }
  return {};
}

Result<void> BlobWriter::write(std::string_view bytes) {
  hash_.add(bytes);
  size_bytes_ += bytes.size();
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return io_failed("can't write", unfinished_, errno);
    }
  }
  return {};
}

const std::string& BlobWriter::sha256() {
  if (sha256_.empty()) sha256_ = hex(hash_.finish());
  return sha256_;
}

Result<StoredBlob> BlobWriter::publish(const slice::Stop& stop) {
  StoredBlob blob;
  blob.sha256 = sha256();
  blob.size_bytes = size_bytes_;
  blob.path = path_of(directory_, blob.sha256);
  const auto directory = blob.path.parent_path();
  if (auto made = make_directory(directory, database_mode_); !made) {
    return std::unexpected(made.error());
  }
  const auto is_there = renew(blob, stop);
  if (!is_there) return std::unexpected(is_there.error());
  if (!*is_there) {
    // It counts as written now, however long that took.
    if (::futimens(descriptor_.get(), nullptr) != 0 ||
        ::fchmod(descriptor_.get(), blob_mode(database_mode_)) != 0 ||
        ::fsync(descriptor_.get()) != 0) {
      return io_failed("can't sync", unfinished_, errno);
    }
    if (::rename(unfinished_.c_str(), blob.path.c_str()) != 0) {
      return io_failed("can't rename " + unfinished_.string() + " to", blob.path, errno);
    }
    unfinished_.clear();
  }
  // Whoever made one of them, or put the blob there, may not have come so far.
  for (const auto& names : {directory, directory_, directory_.parent_path()}) {
    if (auto synced = sync_directory(names); !synced) return std::unexpected(synced.error());
  }
  return blob;
}

}  // namespace skep::blob
