#include "cli/replaced_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace skep::cli {
namespace {

namespace fs = std::filesystem;

std::unexpected<Failure> cannot_write(const fs::path& path) {
  return fail_with(ExitCode::kIo, "cannot write '" + path.string() +
                                      "': " + std::generic_category().message(errno));
}

// mkstemp's mode is private; an export is to be like any new file.
void set_usual_mode(int descriptor) {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(descriptor, 0666 & ~mask);
}

// Makes the new name in the directory durable, as far as the file system can.
void sync_directory_of(const fs::path& path) {
  const fs::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const int directory = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  ::fsync(directory);
  ::close(directory);
}

}  // namespace

ReplacedFile::ReplacedFile(int descriptor, fs::path path, std::string temporary)
    : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

ReplacedFile::ReplacedFile(ReplacedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})) {}

ReplacedFile::~ReplacedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

OrFailure<ReplacedFile> ReplacedFile::open(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot_write(path);
    return ReplacedFile(descriptor, path, "");
  }
  // A link stays a link: what it points to is replaced.
  std::error_code ignored;
  const fs::path resolved =
      fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  const fs::path& target = resolved.empty() ? path : resolved;
  std::string temporary = target.string() + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path);
  set_usual_mode(descriptor);
  return ReplacedFile(descriptor, target, std::move(temporary));
}

Status ReplacedFile::commit() {
  if (temporary_.empty()) return {};
  if (::fsync(descriptor_) != 0) return cannot_write(path_);
  if (::close(std::exchange(descriptor_, -1)) != 0) return cannot_write(path_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write(path_);
  temporary_.clear();
  sync_directory_of(path_);
  return {};
}

}  // namespace skep::cli
