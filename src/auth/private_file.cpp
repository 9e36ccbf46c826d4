#include "auth/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace skep::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 10U;

std::string in_quotes(const fs::path& path) { return "'" + path.string() + "'"; }

std::unexpected<Error> cannot_read(const fs::path& path, int error) {
  const auto kind = error == ENOENT ? ErrorKind::kNotFound : ErrorKind::kInternal;
  return fail(kind,
              "cannot read " + in_quotes(path) + ": " + std::generic_category().message(error));
}

std::unexpected<Error> cannot_write(const fs::path& path, int error) {
  return fail(ErrorKind::kInternal,
              "cannot write " + in_quotes(path) + ": " + std::generic_category().message(error));
}

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

std::int64_t nanoseconds_of(const timespec& time) noexcept {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp stamp_of(const struct stat& status) noexcept {
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds_of(status.st_mtim),
          nanoseconds_of(status.st_ctim)};
}

// A file beside the one that is to be; gone again unless it was renamed.
class TemporaryFile {
 public:
  static Result<TemporaryFile> write(const fs::path& target, std::string_view text) {
    std::string name = target.string() + ".XXXXXX";
    const Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (!file.is_open()) return cannot_write(target, errno);
    TemporaryFile temporary(std::move(name));
    // The umask may have taken away what the owner needs.
    if (::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0) return cannot_write(target, errno);
    while (!text.empty()) {
      const ssize_t count = ::write(file.get(), text.data(), text.size());
      if (count >= 0) {
        text.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EINTR) {
        return cannot_write(target, errno);
      }
    }
    if (::fsync(file.get()) != 0) return cannot_write(target, errno);
    return temporary;
  }

  TemporaryFile(TemporaryFile&& other) noexcept : name_(std::exchange(other.name_, {})) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  [[nodiscard]] const char* name() const noexcept { return name_.c_str(); }
  void renamed() noexcept { name_.clear(); }

 private:
  explicit TemporaryFile(std::string name) : name_(std::move(name)) {}

  std::string name_;
};

Result<void> sync_directory_of(const fs::path& path) {
  const fs::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const Descriptor directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems know no fsync of a directory: there is nothing to make durable, then.
  if (!directory.is_open() || (::fsync(directory.get()) != 0 && errno != EINVAL)) {
    return cannot_write(path, errno);
  }
  return {};
}

}  // namespace

Result<PrivateFile> read_private_file(const fs::path& path) {
  // O_NONBLOCK: opening a pipe would wait for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.is_open()) return cannot_read(path, errno);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return cannot_read(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::kInvalidArgument, in_quotes(path) + " is not a regular file");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorKind::kInvalidArgument,
                in_quotes(path) + " is open to others than its owner; make it private: chmod 600 " +
                    path.string());
  }
  PrivateFile read{{}, stamp_of(status)};
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t count = ::read(file.get(), block.data(), block.size());
    if (count == 0) return read;
    if (count < 0) {
      if (errno == EINTR) continue;
      return cannot_read(path, errno);
    }
    read.text.append(block.data(), static_cast<std::size_t>(count));
    if (read.text.size() > kMaxFileBytes) {
      return fail(ErrorKind::kInvalidArgument,
                  in_quotes(path) + " has more than " + std::to_string(kMaxFileBytes) + " bytes");
    }
  }
}

Result<FileStamp> stamp_of(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return cannot_read(path, errno);
  return stamp_of(status);
}

Result<void> create_private_file(const fs::path& path, std::string_view text) {
  // A link is made or not, as O_CREAT | O_EXCL does it, but of a file that is already whole: a
  // process that comes second never reads half of it.
  const auto temporary = TemporaryFile::write(path, text);
  if (!temporary) return std::unexpected(temporary.error());
  if (::link(temporary->name(), path.c_str()) != 0) {
    if (errno != EEXIST) return cannot_write(path, errno);
    return fail(ErrorKind::kConflict, in_quotes(path) + " exists already");
  }
  return sync_directory_of(path);
}

Result<void> replace_private_file(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  const fs::path resolved =
      fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  const fs::path& target = resolved.empty() ? path : resolved;
  auto temporary = TemporaryFile::write(target, text);
  if (!temporary) return std::unexpected(temporary.error());
  if (::rename(temporary->name(), target.c_str()) != 0) return cannot_write(target, errno);
  temporary->renamed();
  return sync_directory_of(target);
}

}  // namespace skep::auth
