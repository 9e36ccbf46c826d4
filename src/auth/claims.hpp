// What a token says: who holds it, what it allows, and until when.
#pragma once

#include <skep/error.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace skep::auth {

enum class Scope : std::uint8_t {
  kEmit,   ///< "emit": stores outputs.
  kRead,   ///< "read": reads what is stored.
  kAdmin,  ///< "admin": both, and imports.
};

/// A set of scopes. A plain value.
class Scopes {
 public:
  constexpr Scopes() noexcept = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) noexcept {
    for (const Scope scope : scopes) add(scope);
  }

  /// The scopes that `words` name, with spaces or commas between them. Fails with
  /// `kInvalidArgument` if there is none, or one that is not known.
  [[nodiscard]] static Result<Scopes> parse(std::string_view words);

  /// As a token's `scope` claim has them: words that are not known are ignored.
  [[nodiscard]] static Scopes from_claim(std::string_view words) noexcept;

  /// Whether it holds `scope`, or admin.
  [[nodiscard]] constexpr bool allows(Scope scope) const noexcept {
    return (bits_ & (bit(scope) | bit(Scope::kAdmin))) != 0;
  }

  /// The words, in a fixed order, with spaces between them; empty if it holds none.
  [[nodiscard]] std::string to_string() const;

  friend constexpr bool operator==(Scopes, Scopes) noexcept = default;

 private:
  static constexpr unsigned bit(Scope scope) noexcept { return 1U << static_cast<unsigned>(scope); }
  constexpr void add(Scope scope) noexcept { bits_ |= bit(scope); }

  unsigned bits_ = 0;
};

/// A plain value. The names in comments are the token's.
struct Claims {
  std::string id;                        ///< `jti`: tells this token from all others.
  std::string subject;                   ///< `sub`: the holder's name, for the log; may be empty.
  Scopes scopes;                         ///< `scope`.
  std::optional<std::string> task_id;    ///< Reads and emits in this task only,
  std::optional<std::uint32_t> attempt;  ///< and in this attempt at it; needs `task_id`.
  std::optional<std::string> producer_agent;           ///< Emits as this agent only.
  std::chrono::sys_seconds issued_at;                  ///< `iat`; 1970 if the token does not say.
  std::optional<std::chrono::sys_seconds> expires_at;  ///< `exp`: from then on it is refused.

  friend bool operator==(const Claims&, const Claims&) = default;
};

/// A random `jti` of 16 hex digits. Fails with `kInternal` if there is no randomness.
[[nodiscard]] Result<std::string> new_token_id();

}  // namespace skep::auth
