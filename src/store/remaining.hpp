// What is left of a call's timeout after its first wait.
#pragma once

#include <skep/call_options.hpp>
#include <skep/error.hpp>

#include <algorithm>
#include <chrono>

namespace skep {

/// `options` with what is left of the timeout of a call that began at `start`; never negative.
[[nodiscard]] inline CallOptions remaining(const CallOptions& options,
                                           std::chrono::steady_clock::time_point start) {
  if (!options.timeout) return options;
  const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - start;
  // Written so that no timeout, however long or negative, overflows.
  return CallOptions(std::max(*options.timeout, elapsed) - elapsed);
}

/// Whether the timeout of a call that began at `start` has passed.
[[nodiscard]] inline bool has_timed_out(const CallOptions& options,
                                        std::chrono::steady_clock::time_point start) {
  const auto rest = remaining(options, start).timeout;
  return rest && rest->count() <= 0;
}

[[nodiscard]] inline std::unexpected<Error> timed_out() {
  return fail(ErrorKind::kTimedOut, "the call took longer than its timeout");
}

}  // namespace skep
