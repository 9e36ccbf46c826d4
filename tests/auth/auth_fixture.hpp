// Keys, claims, and tokens made by hand, part by part.
#pragma once

#include "auth/base64url.hpp"
#include "auth/token.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace skep::test {

inline const std::chrono::sys_seconds kNow{std::chrono::seconds(1'800'000'000)};

/// A keyring of one key, the same each time.
inline auth::Keyring fixed_keys() {
  const std::string secret = auth::to_base64url("0123456789abcdef0123456789abcdef");
  return auth::Keyring::parse("skep keys 1\nk1 " + secret + "\n", "test").value();
}

inline auth::Claims full_claims() {
  auth::Claims claims;
  claims.id = "0123456789abcdef";
  claims.subject = "a \"quoted\" name, 日本";
  claims.scopes = {auth::Scope::kEmit, auth::Scope::kRead};
  claims.task_id = "bees/\\ \n\t\x01";
  claims.attempt = 4'294'967'295U;
  claims.producer_agent = "";
  claims.issued_at = kNow - std::chrono::seconds(5);
  claims.expires_at = kNow + std::chrono::hours(24 * 365 * 100);
  return claims;
}

/// The bytes of an HMAC with the key and digest given.
inline std::string hmac(const auth::Key& key, std::string_view text,
                        const EVP_MD* digest = EVP_sha256()) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  HMAC(digest, key.secret.data(), static_cast<int>(key.secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &length);
  return {reinterpret_cast<const char*>(bytes.data()), length};
}

/// A token whose parts are these texts, rightly signed by `key`.
inline std::string signed_token(const auth::Key& key, std::string_view header,
                                std::string_view claims, const EVP_MD* digest = EVP_sha256()) {
  const std::string text = auth::to_base64url(header) + "." + auth::to_base64url(claims);
  return text + "." + auth::to_base64url(hmac(key, text, digest));
}

/// As `signed_token`, with the usual header.
inline std::string token_of(std::string_view claims) {
  return signed_token(fixed_keys().signing_key(), R"({"alg":"HS256","typ":"JWT"})", claims);
}

}  // namespace skep::test
