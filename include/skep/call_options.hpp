// What a caller may say about one call.
#pragma once

#include <chrono>
#include <optional>

namespace skep {

/// Options of one call. A plain value.
struct CallOptions {
  /// How long the caller waits, from the moment of the call: waiting for room, for its turn and for
  /// the answer all count. Unset: without end.
  std::optional<std::chrono::nanoseconds> timeout;

  CallOptions() = default;
  explicit CallOptions(std::chrono::nanoseconds wait) : timeout(wait) {}
};

}  // namespace skep
