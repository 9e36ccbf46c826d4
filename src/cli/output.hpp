// Buffered writing to a file descriptor, with the exact reason when it fails.
#pragma once

#include "cli/failure.hpp"

#include <string>
#include <string_view>

namespace skep::cli {

/// Failure sticks: what is written after it goes nowhere, and `finish` tells it. So commands write
/// without looking, and ask `ok` where they could save work.
class Output {
 public:
  /// Does not own `descriptor`; `name` is for messages.
  Output(int descriptor, std::string name);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() = default;  ///< What was not flushed is dropped.

  void write(std::string_view bytes);
  void line(std::string_view text);
  void flush();
  [[nodiscard]] bool ok() const noexcept { return error_ == 0; }

  /// Flushes. A reader that left early (EPIPE) gives a failure without a message.
  [[nodiscard]] Status finish();

 private:
  void write_through(std::string_view bytes);

  int descriptor_;
  std::string name_;
  std::string buffer_;
  int error_ = 0;  // errno of the write that failed.
};

}  // namespace skep::cli
