// From a request's header to what is to be done with it, before its body is read.
#pragma once

#include "http/access.hpp"
#include "http/exchange.hpp"
#include "http/framing.hpp"
#include "http/router.hpp"

#include <optional>
#include <string>

namespace skep::http {

/// A request that may go on.
struct Admission {
  Request request;
  Endpoint* endpoint = nullptr;
  /// Where none is asked for, a small one is read, and ignored.
  std::uint64_t max_body_bytes = 4096;
  bool is_text = false;            ///< Its body is a text, to become a JSON string.
  std::optional<Response> answer;  ///< Already there: nothing is left to be done.
};

/// What is known of a request and its caller.
struct Context {
  std::string request_id;
  std::string cors_origin;  ///< Empty: no CORS headers.
  std::string holder;       ///< Of the token, for the log.
  std::string client;       ///< Whose limits it counts against: a token, or an address.
  bool is_private = false;  ///< What the route answers is for holders of tokens.
  bool is_sound = false;    ///< Header and caller are as they should be: the connection may go on.
};

/// Lets requests of one connection in. Not thread-safe.
class Gate {
 public:
  /// `address` is the peer's.
  Gate(Service& service, Router& router, std::string address)
      : service_(service), router_(router), address_(std::move(address)) {}

  /// Fills `context` as far as it comes. REQUIRES: `check_framing` let the header pass. Fails with
  /// whatever is wrong with the header.
  [[nodiscard]] OrProblem<Admission> admit(const Header& header, Context& context);

  /// Whether the token of the request that was let in last still holds. REQUIRES: it needed one.
  [[nodiscard]] bool token_holds() {
    return !service_.key_file || token_check_.still_holds(service_.key_file->keyring());
  }

 private:
  [[nodiscard]] OrProblem<auth::Claims> claims_of(const Header& header, const Query& query);

  Service& service_;
  Router& router_;
  const std::string address_;
  TokenCheck token_check_;
};

}  // namespace skep::http
