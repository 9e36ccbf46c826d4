// Errors of the store as errors of a request.
#pragma once

#include "mcp/json_rpc.hpp"

#include <skep/error.hpp>

namespace skep::mcp {

[[nodiscard]] inline RpcError rpc_error_of(const Error& error) {
  const bool is_callers = error.kind == ErrorKind::kInvalidArgument ||
                          error.kind == ErrorKind::kNotFound || error.kind == ErrorKind::kTooLarge;
  JsonObject data{{"kind", to_string(error.kind)}, {"retryable", error.retryable}};
  return {is_callers ? RpcCode::kInvalidParams : RpcCode::kInternal, error.message,
          std::move(data)};
}

}  // namespace skep::mcp
