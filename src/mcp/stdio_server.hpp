// The protocol over a pair of pipes: a message a line.
#pragma once

#include "mcp/call.hpp"

#include <skep/error.hpp>

#include <cstddef>

namespace skep::mcp {

struct StdioOptions {
  int input = 0;
  int output = 1;
  std::size_t max_message_bytes = kDefaultMaxBodyBytes + (std::size_t{8} << 20U);
  /// How long what is under way when the input ends may take.
  std::chrono::milliseconds grace{5'000};
};

/// Serves the one client there is until the input ends, or SIGINT or SIGTERM comes; then it answers
/// what is under way, but for subscriptions. Blocks. Errors: `kIo` if the client can't be written
/// to, or read from.
[[nodiscard]] Result<void> serve_stdio(const Service& service, const Scope& scope,
                                       const StdioOptions& options);

}  // namespace skep::mcp
