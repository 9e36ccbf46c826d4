#include "auth/token.hpp"

#include "auth/base64url.hpp"
#include "auth/json_part.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace skep::auth {
namespace {

constexpr std::size_t kSignatureBytes = 32;

std::chrono::sys_seconds time_of(long seconds) noexcept {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

struct Parts {
  std::string_view header;
  std::string_view claims;
  std::string_view is_signed;  // Both, with the dot between them.
  std::string signature;
};

std::expected<Parts, TokenFault> split(std::string_view token) {
  const auto malformed = std::unexpected(TokenFault::kMalformed);
  if (token.size() > kMaxTokenBytes) return malformed;
  const auto first = token.find('.');
  if (first == std::string_view::npos) return malformed;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos) return malformed;
  Parts parts;
  parts.header = token.substr(0, first);
  parts.claims = token.substr(first + 1, second - first - 1);
  parts.is_signed = token.substr(0, second);
  auto signature = from_base64url(token.substr(second + 1));
  // libjwt's decoder takes anything, and is not at home with nothing.
  if (!signature || parts.header.empty() || parts.claims.empty() || !is_base64url(parts.header) ||
      !is_base64url(parts.claims)) {
    return malformed;
  }
  parts.signature = std::move(*signature);
  return parts;
}

// The header: HS256 and nothing unusual. Gives the key's name, if there is one.
std::expected<std::optional<std::string>, TokenFault> read_header(std::string_view encoded) {
  const auto header = JsonPart::read(encoded);
  if (!header) return std::unexpected(TokenFault::kMalformed);
  const auto algorithm = header->text("alg");
  const auto key_id = header->text("kid");
  // RFC 7515 has tokens refused that are critical of what the reader does not know.
  if (!algorithm || !*algorithm || !key_id || header->has("crit")) {
    return std::unexpected(TokenFault::kMalformed);
  }
  if (**algorithm != "HS256") return std::unexpected(TokenFault::kWrongAlgorithm);
  return *key_id;
}

// libjwt would compare signatures too, with strcmp before Debian's 1.10.2-1+deb12u1
// (CVE-2024-25189): how long that takes tells a forger how much of one is right.
bool is_signed_by(const Key& key, const Parts& parts) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.secret.data(), static_cast<int>(key.secret.size()),
           reinterpret_cast<const unsigned char*>(parts.is_signed.data()), parts.is_signed.size(),
           expected.data(), &length) == nullptr) {
    return false;
  }
  return length == kSignatureBytes && parts.signature.size() == kSignatureBytes &&
         CRYPTO_memcmp(expected.data(), parts.signature.data(), kSignatureBytes) == 0;
}

std::optional<TokenFault> check_signature(const Keyring& keyring, const Parts& parts,
                                          const std::optional<std::string>& key_id) {
  bool is_known = false;
  for (const Key& key : keyring.keys()) {
    if (key_id && *key_id != key.id) continue;
    is_known = true;
    if (is_signed_by(key, parts)) return std::nullopt;
  }
  return is_known ? TokenFault::kBadSignature : TokenFault::kUnknownKey;
}

struct Payload {
  Claims claims;
  std::optional<long> not_before;
};

std::expected<Payload, TokenFault> read_claims(std::string_view encoded) {
  const auto malformed = std::unexpected(TokenFault::kMalformed);
  const auto json = JsonPart::read(encoded);
  if (!json) return malformed;
  const auto id = json->text("jti");
  const auto subject = json->text("sub");
  const auto scope = json->text("scope");
  const auto task_id = json->text("task_id");
  const auto attempt = json->integer("attempt");
  const auto agent = json->text("producer_agent");
  const auto issued_at = json->integer("iat");
  const auto expires_at = json->integer("exp");
  const auto not_before = json->integer("nbf");
  if (!id || !subject || !scope || !task_id || !attempt || !agent || !issued_at || !expires_at ||
      !not_before) {
    return malformed;
  }
  if (*attempt &&
      (!*task_id || **attempt < 0 || **attempt > long{std::numeric_limits<std::uint32_t>::max()})) {
    return malformed;
  }
  Payload payload;
  Claims& claims = payload.claims;
  claims.id = id->value_or("");
  claims.subject = subject->value_or("");
  claims.scopes = Scopes::from_claim(scope->value_or(""));
  claims.task_id = *task_id;
  if (*attempt) claims.attempt = static_cast<std::uint32_t>(**attempt);
  claims.producer_agent = *agent;
  claims.issued_at = time_of(issued_at->value_or(0));
  if (*expires_at) claims.expires_at = time_of(**expires_at);
  payload.not_before = *not_before;
  return payload;
}

}  // namespace

std::string_view to_string(TokenFault fault) noexcept {
  switch (fault) {
    case TokenFault::kMalformed:
      return "malformed";
    case TokenFault::kWrongAlgorithm:
      return "not signed with HS256";
    case TokenFault::kUnknownKey:
      return "signed by another key";
    case TokenFault::kBadSignature:
      return "altered or wrongly signed";
    case TokenFault::kExpired:
      return "expired";
    case TokenFault::kNotYetValid:
      return "not valid yet";
  }
  return "malformed";
}

std::expected<Claims, TokenFault> verify(const Keyring& keyring, std::string_view token,
                                         std::chrono::sys_seconds now) {
  const auto parts = split(token);
  if (!parts) return std::unexpected(parts.error());
  const auto key_id = read_header(parts->header);
  if (!key_id) return std::unexpected(key_id.error());
  if (const auto fault = check_signature(keyring, *parts, *key_id)) return std::unexpected(*fault);
  auto payload = read_claims(parts->claims);
  if (!payload) return std::unexpected(payload.error());
  if (payload->claims.expires_at && now >= *payload->claims.expires_at) {
    return std::unexpected(TokenFault::kExpired);
  }
  if (payload->not_before && now < time_of(*payload->not_before)) {
    return std::unexpected(TokenFault::kNotYetValid);
  }
  return std::move(payload->claims);
}

std::expected<Claims, TokenFault> inspect(std::string_view token) {
  const auto parts = split(token);
  if (!parts) return std::unexpected(parts.error());
  const auto key_id = read_header(parts->header);
  if (!key_id) return std::unexpected(key_id.error());
  auto payload = read_claims(parts->claims);
  if (!payload) return std::unexpected(payload.error());
  return std::move(payload->claims);
}

}  // namespace skep::auth
