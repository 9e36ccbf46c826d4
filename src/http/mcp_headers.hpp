// What the headers of a request of the Model Context Protocol say beside its body.
#pragma once

#include "http/exchange.hpp"
#include "mcp/json_rpc.hpp"

namespace skep::http {

/// That they repeat what the body says, as revisions since 2026-07-28 ask for: something between
/// client and server may have gone by them. Errors: `kHeaderMismatch`.
[[nodiscard]] mcp::OrRpcError<void> check_headers(const Request& request,
                                                  const mcp::RpcMessage& message);

}  // namespace skep::http
