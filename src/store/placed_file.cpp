#include "store/placed_file.hpp"

#include "store/descriptor.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace skep {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> occupied(const fs::path& path) {
  return fail(ErrorKind::kConflict, "there is a file at " + path.string() + " already");
}

}  // namespace

PlacedFile::PlacedFile(fs::path path, std::string temporary, bool replace)
    : path_(std::move(path)), temporary_(std::move(temporary)), replace_(replace) {}

PlacedFile::PlacedFile(PlacedFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      replace_(other.replace_),
      is_synced_(other.is_synced_) {}

PlacedFile::~PlacedFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<PlacedFile> PlacedFile::create(const fs::path& path, bool replace) {
  if (path.empty() || path.filename().empty()) {
    return fail(ErrorKind::kInvalidArgument, "\"" + path.string() + "\" is not a file path");
  }
  struct stat status = {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!replace) return occupied(path);
    if (!S_ISREG(status.st_mode)) {
      return fail(ErrorKind::kInvalidArgument, path.string() + " is not a regular file");
    }
  }
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!descriptor.is_open()) return io_failed("can't create", path, errno);
  return PlacedFile(path, std::move(temporary), replace);
}

Result<void> PlacedFile::sync() {
  const Descriptor descriptor(::open(temporary_.c_str(), O_RDWR | O_CLOEXEC));
  is_synced_ = descriptor.is_open() && ::fsync(descriptor.get()) == 0;
  if (!is_synced_) return io_failed("can't write", path_, errno);
  return {};
}

Result<void> PlacedFile::commit() {
  if (!is_synced_) {
    if (auto synced = sync(); !synced) return synced;
  }
  // A second name is given only if nobody has it yet; where there are no links, the look that
  // `create` took has to do.
  if (!replace_ && ::link(temporary_.c_str(), path_.c_str()) == 0) {
    ::unlink(temporary_.c_str());
  } else if (!replace_ && errno == EEXIST) {
    return occupied(path_);
  } else if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return io_failed("can't write", path_, errno);
  }
  temporary_.clear();
  return sync_directory_of(path_);
}

}  // namespace skep
