// The answer to a client for whom there is no room.
#pragma once

#include "http/client_shares.hpp"
#include "http/problem.hpp"

#include <string>

namespace skep::http {

/// 429 or 503, by the limit that was reached; `what` names what there are too many of.
[[nodiscard]] inline std::unexpected<Problem> too_many(ClientShares::Refusal refusal,
                                                       const std::string& what) {
  const bool is_client = refusal == ClientShares::Refusal::kClient;
  Problem problem(
      is_client ? beast_http::status::too_many_requests : beast_http::status::service_unavailable,
      is_client ? "too_many_requests" : "overloaded",
      (is_client ? "this client has too many " : "the server has too many ") + what +
          " under way; try again");
  problem.retryable = true;
  problem.with_header("Retry-After", "1");
  return std::unexpected(std::move(problem));
}

}  // namespace skep::http
