// How work that has begun is told to end.
#pragma once

#include <atomic>

namespace skep {

/// Set from any thread; whoever works for long asks it every few milliseconds, and then gives
/// anything, which nobody reads. It is all that an isle's connection has to be.
class StopFlag {
 public:
  [[nodiscard]] bool is_set() const noexcept { return is_set_.load(std::memory_order_relaxed); }

  void interrupt() noexcept { is_set_ = true; }
  void reset_interrupt() noexcept { is_set_ = false; }
  [[nodiscard]] static bool idle() noexcept { return true; }
  [[nodiscard]] static bool recover() noexcept { return true; }

 private:
  std::atomic<bool> is_set_ = false;
};

}  // namespace skep
