#include "store/placed_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace skep {
namespace {

namespace fs = std::filesystem;

// What SQLite calls trouble with a file (SQLITE_IOERR): callers tell it from others by that.
constexpr int kFileTrouble = 10;

std::unexpected<Error> occupied(const fs::path& path) {
  return fail(ErrorKind::kConflict, "there is a file at " + path.string() + " already");
}

}  // namespace

std::unexpected<Error> file_error(std::string_view doing, const fs::path& path) {
  Error error(ErrorKind::kInternal, std::string(doing) + " " + path.string() + ": " +
                                        std::generic_category().message(errno));
  error.engine_code = kFileTrouble;
  return std::unexpected(std::move(error));
}

void sync_directory_of(const fs::path& path) {
  const fs::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const int directory = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  ::fsync(directory);
  ::close(directory);
}

PlacedFile::PlacedFile(fs::path path, std::string temporary, bool replace)
    : path_(std::move(path)), temporary_(std::move(temporary)), replace_(replace) {}

PlacedFile::PlacedFile(PlacedFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      replace_(other.replace_) {}

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
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return file_error("creating", path);
  ::close(descriptor);
  return PlacedFile(path, std::move(temporary), replace);
}

Result<void> PlacedFile::commit() {
  const int descriptor = ::open(temporary_.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return file_error("writing", path_);
  const bool is_synced = ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  if (!is_synced) return file_error("writing", path_);
  // A second name is given only if nobody has it yet; where there are no links, the look that
  // `create` took has to do.
  if (!replace_ && ::link(temporary_.c_str(), path_.c_str()) == 0) {
    ::unlink(temporary_.c_str());
  } else if (!replace_ && errno == EEXIST) {
    return occupied(path_);
  } else if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return file_error("writing", path_);
  }
  temporary_.clear();
  sync_directory_of(path_);
  return {};
}

}  // namespace skep
