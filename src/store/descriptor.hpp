// File descriptors, and what the system says when it does not do as it is told.
#pragma once

#include <skep/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace skep {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// `code` is an errno.
[[nodiscard]] inline std::unexpected<Error> io_failed(const std::string& what,
                                                      const std::filesystem::path& path, int code) {
  Error error(ErrorKind::kIo, what + " " + path.string() + ": " +
                                  std::error_code(code, std::generic_category()).message());
  error.engine_code = code;
  return std::unexpected(std::move(error));
}

/// Makes what happened to names in the directory durable. Some file systems can't be asked to;
/// that is no error. Errors: `kIo`.
[[nodiscard]] inline Result<void> sync_directory(const std::filesystem::path& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return io_failed("can't open", path, errno);
  if (::fsync(directory.get()) != 0 && errno != EINVAL) {
    return io_failed("can't sync", path, errno);
  }
  return {};
}

/// The same for the directory in which `path` is.
[[nodiscard]] inline Result<void> sync_directory_of(const std::filesystem::path& path) {
  return sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace skep
