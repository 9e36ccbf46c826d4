// What a token lets its holder do.
#pragma once

#include "auth/claims.hpp"
#include "auth/keyring.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"

#include <skep/output_store.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace skep::http {

/// The claims of everybody, where no tokens are asked for.
[[nodiscard]] auth::Claims everything();

/// Verifies tokens; remembers the last good one, since a connection brings the same again and
/// again. Not thread-safe: one a connection.
class TokenCheck {
 public:
  /// The claims of the token in `authorization`, a header's value, or else of the parameter
  /// `token`. Fails with 401.
  [[nodiscard]] OrProblem<auth::Claims> check(std::shared_ptr<const auth::Keyring> keyring,
                                              std::string_view authorization, const Query& query);

  /// Whether the token that was good last is so by these keys, now. REQUIRES: there was one.
  [[nodiscard]] bool still_holds(std::shared_ptr<const auth::Keyring> keyring);

 private:
  std::shared_ptr<const auth::Keyring> keyring_;
  std::string token_;
  auth::Claims claims_;
};

/// These fail with 403, and say what the token is limited to.
[[nodiscard]] OrProblem<void> may(const auth::Claims& claims, auth::Scope scope);
[[nodiscard]] OrProblem<void> may_emit(const auth::Claims& claims, const AppendRequest& request);
[[nodiscard]] OrProblem<void> may_read_run(const auth::Claims& claims,
                                           const std::optional<std::string>& task_id,
                                           const std::optional<std::uint32_t>& attempt);

/// Whether a record lies within the limits of the token.
[[nodiscard]] bool may_see(const auth::Claims& claims, const OutputRecord& record);

}  // namespace skep::http
