#include "http/access.hpp"

#include "auth/token.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <openssl/crypto.h>

#include <chrono>
#include <utility>

namespace skep::http {
namespace {

using auth::Claims;
using beast_http::status;

std::unexpected<Problem> unauthorized(std::string detail, std::string challenge) {
  Problem problem(status::unauthorized, "unauthorized", std::move(detail));
  problem.with_header("WWW-Authenticate", std::move(challenge));
  return std::unexpected(std::move(problem));
}

std::unexpected<Problem> forbidden(std::string detail) {
  return refuse(status::forbidden, "forbidden", std::move(detail));
}

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// "task 't'" or "attempt 2 of task 't'".
std::string limits_of(const Claims& claims) {
  const std::string task = "task '" + claims.task_id.value_or("") + "'";
  return claims.attempt ? "attempt " + std::to_string(*claims.attempt) + " of " + task : task;
}

bool covers(const Claims& claims, const std::string& task_id, std::uint32_t attempt) {
  return (!claims.task_id || *claims.task_id == task_id) &&
         (!claims.attempt || *claims.attempt == attempt);
}

}  // namespace

Claims everything() {
  Claims claims;
  claims.scopes = auth::Scopes{auth::Scope::kAdmin};
  return claims;
}

OrProblem<Claims> TokenCheck::check(std::shared_ptr<const auth::Keyring> keyring,
                                    std::string_view authorization, const Query& query) {
  constexpr std::string_view kScheme = "Bearer ";
  std::string_view token;
  if (!authorization.empty()) {
    if (!boost::algorithm::istarts_with(authorization, kScheme)) {
      return unauthorized("the Authorization header must be 'Bearer TOKEN'", "Bearer");
    }
    token = authorization.substr(kScheme.size());
  } else if (const std::string* parameter = query.find("token")) {
    token = *parameter;
  }
  if (token.empty()) {
    return unauthorized("a token is needed: 'Authorization: Bearer TOKEN' (see skep token mint)",
                        "Bearer");
  }
  if (keyring_ && equal(token, token_) && still_holds(keyring)) return claims_;
  auto claims = auth::verify(*keyring, token, now());
  if (!claims) {
    const std::string why = "the token is " + std::string(to_string(claims.error()));
    return unauthorized(why, R"(Bearer error="invalid_token", error_description=")" + why + '"');
  }
  keyring_ = std::move(keyring);
  token_ = token;
  claims_ = *claims;
  return claims_;
}

bool TokenCheck::still_holds(std::shared_ptr<const auth::Keyring> keyring) {
  if (keyring == keyring_) return !claims_.expires_at || now() < *claims_.expires_at;
  if (!auth::verify(*keyring, token_, now())) return false;
  keyring_ = std::move(keyring);
  return true;
}

OrProblem<void> may(const Claims& claims, auth::Scope scope) {
  if (claims.scopes.allows(scope)) {
    // What administers is about all records.
    const bool is_limited = claims.task_id || claims.attempt || claims.producer_agent;
    if (scope != auth::Scope::kAdmin || !is_limited) return {};
    return forbidden("this is about all records; the token is limited to a task or an agent");
  }
  const std::string wanted = auth::Scopes{scope}.to_string();
  Problem problem(
      status::forbidden, "forbidden",
      "this needs the scope '" + wanted + "'; the token has '" + claims.scopes.to_string() + "'");
  problem.with_header("WWW-Authenticate",
                      R"(Bearer error="insufficient_scope", scope=")" + wanted + '"');
  return std::unexpected(std::move(problem));
}

OrProblem<void> may_emit(const Claims& claims, const AppendRequest& request) {
  if (!covers(claims, request.task_id, request.attempt)) {
    return forbidden("the token emits in " + limits_of(claims) + " only");
  }
  if (claims.producer_agent && *claims.producer_agent != request.producer_agent) {
    return forbidden("the token emits as '" + *claims.producer_agent + "' only");
  }
  return {};
}

OrProblem<void> may_read_run(const Claims& claims, const std::optional<std::string>& task_id,
                             const std::optional<std::uint32_t>& attempt) {
  const bool is_task_covered = !claims.task_id || (task_id && *task_id == *claims.task_id);
  const bool is_attempt_covered = !claims.attempt || (attempt && *attempt == *claims.attempt);
  if (is_task_covered && is_attempt_covered) return {};
  return forbidden("the token reads in " + limits_of(claims) + " only: give task_id" +
                   (claims.attempt ? " and attempt" : ""));
}

bool may_see(const Claims& claims, const OutputRecord& record) {
  return covers(claims, record.task_id, record.attempt);
}

}  // namespace skep::http
