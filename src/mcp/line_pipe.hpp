// Standard input and output, each owned by a thread of its own: they may block.
#pragma once

#include "store/descriptor.hpp"

#include <skep/error.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace skep::mcp {

/// Ends a wait in `poll`, from any thread.
class WakeUp {
 public:
  WakeUp();
  void set();
  void reset();

  /// Waits until `descriptor` is ready for `events`. Errors: `kCancelled` once it is set; `kIo`.
  [[nodiscard]] Result<void> wait_for(int descriptor, short events) const;

 private:
  Descriptor event_;
};

/// The lines of a descriptor. A connection of an isle.
class LineInput {
 public:
  LineInput(int descriptor, std::size_t max_line_bytes)
      : descriptor_(descriptor), max_line_bytes_(max_line_bytes) {}

  /// The next line, without its line feed; nothing at the end. Errors: `kTooLarge` for a line over
  /// the limit, which is passed over; `kIo`, `kCancelled`.
  [[nodiscard]] Result<std::optional<std::string>> next();

  void interrupt() { wake_up_.set(); }
  void reset_interrupt() { wake_up_.reset(); }
  [[nodiscard]] static bool idle() noexcept { return true; }
  [[nodiscard]] static bool recover() noexcept { return true; }

 private:
  [[nodiscard]] Result<bool> fill();

  const int descriptor_;
  const std::size_t max_line_bytes_;
  WakeUp wake_up_;
  std::string buffer_;
  std::size_t searched_ = 0;  // Of the buffer: no line ends there.
  bool is_passing_over_ = false;
  bool has_ended_ = false;
};

/// Writes to a descriptor. A connection of an isle.
class LineOutput {
 public:
  explicit LineOutput(int descriptor) : descriptor_(descriptor) {}

  /// All of it. Errors: `kIo`, `kCancelled`.
  [[nodiscard]] Result<void> write(std::string_view bytes) const;

  void interrupt() { wake_up_.set(); }
  void reset_interrupt() { wake_up_.reset(); }
  [[nodiscard]] static bool idle() noexcept { return true; }
  [[nodiscard]] static bool recover() noexcept { return true; }

 private:
  const int descriptor_;
  WakeUp wake_up_;
};

}  // namespace skep::mcp
