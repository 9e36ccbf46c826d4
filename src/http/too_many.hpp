// The answer to a client for whom there is no room.
#pragma once

#include "http/client_shares.hpp"
#include "http/problem.hpp"

#include <string>

namespace skep::http {

/// 429 or 503, by the limit that was reached; `what` names what there are too many of.
[[nodiscard]] inline std::unexpected<Problem> too_many(ClientShares::Refusal refusal,
                                                       const std::string& what) {
  if (refusal == ClientShares::Refusal::kAll) {
    return std::unexpected(overloaded("the server has too many " + what + " under way"));
  }
  return std::unexpected(no_room(beast_http::status::too_many_requests, "too_many_requests",
                                 "this client has too many " + what + " under way"));
}

}  // namespace skep::http
