// File descriptors, and what the system says when it does not do as it is told.
#pragma once

#include <skep/error.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace skep::blob {

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

}  // namespace skep::blob
