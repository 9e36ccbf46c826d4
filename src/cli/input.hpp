// Reading files and standard input.
#pragma once

#include "cli/failure.hpp"

#include <array>
#include <cstddef>
#include <streambuf>
#include <string>

namespace skep::cli {

/// A stream buffer over a file descriptor. Unlike the standard library's it ends a read that SIGINT
/// interrupts: then, and if reading fails, it throws, and the stream above turns bad.
class DescriptorBuffer : public std::streambuf {
 public:
  /// Does not own `descriptor`.
  explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor) {}

  /// Why reading failed, as an errno; 0 if it did not.
  [[nodiscard]] int error() const noexcept { return error_; }

 protected:
  int_type underflow() override;

 private:
  int descriptor_;
  int error_ = 0;
  std::array<char, std::size_t{64} << 10U> block_{};
};

/// What went wrong with reading `name`.
[[nodiscard]] Failure read_failure(const std::string& name, int error);

/// All of standard input. Fails with `kTooLarge` over `max_bytes`.
[[nodiscard]] OrFailure<std::string> read_standard_input(std::size_t max_bytes);

}  // namespace skep::cli
