// JSON Web Tokens (RFC 7519) that a keyring signs with HMAC-SHA-256.
#pragma once

#include "auth/claims.hpp"
#include "auth/keyring.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace skep::auth {

/// A longer token is neither made nor looked at.
inline constexpr std::size_t kMaxTokenBytes = 4096;

/// Why a token is refused.
enum class TokenFault : std::uint8_t {
  kMalformed,       ///< Not three parts, not JSON, a claim of a wrong type, or too long.
  kWrongAlgorithm,  ///< Not HS256: "none" above all.
  kUnknownKey,      ///< It names a key that the keyring does not have (any more).
  kBadSignature,    ///< It was altered, or signed by somebody else.
  kExpired,         ///< `exp` has come.
  kNotYetValid,     ///< `nbf` has not.
};

/// Stable words that go on after "the token is".
[[nodiscard]] std::string_view to_string(TokenFault fault) noexcept;

/// A token with these claims, signed by the keyring's first key. Fails with `kInvalidArgument` if a
/// text is not UTF-8 or holds a NUL character, or there is an attempt without a task, and with
/// `kTooLarge` past `kMaxTokenBytes`.
[[nodiscard]] Result<std::string> mint(const Keyring& keyring, const Claims& claims);

/// The claims of a token that one of the keys signed, and whose time is now. Without a `kid` in its
/// header all keys are tried. Claims that are not known are ignored. Takes as long for any
/// signature that is wrong.
[[nodiscard]] std::expected<Claims, TokenFault> verify(const Keyring& keyring,
                                                       std::string_view token,
                                                       std::chrono::sys_seconds now);

/// What a token claims, whoever signed it, and whenever: to be shown, not to be trusted.
[[nodiscard]] std::expected<Claims, TokenFault> inspect(std::string_view token);

}  // namespace skep::auth
