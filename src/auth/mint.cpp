#include "auth/json_part.hpp"
#include "auth/token.hpp"

namespace skep::auth {
namespace {

std::unexpected<Error> too_large() {
  return fail(ErrorKind::kTooLarge,
              "the token would be longer than " + std::to_string(kMaxTokenBytes) + " bytes");
}

std::unexpected<Error> libjwt_failed() {
  return fail(ErrorKind::kInternal, "libjwt could not build the token");
}

Result<void> add_text(jwt_t* jwt, const char* name, const std::string& value) {
  if (value.size() > kMaxTokenBytes) return too_large();
  if (value.find('\0') != std::string::npos) {
    return fail(ErrorKind::kInvalidArgument,
                std::string(name) + " holds a NUL character, which a token cannot carry");
  }
  if (jwt_add_grant(jwt, name, value.c_str()) != 0) {
    return fail(ErrorKind::kInvalidArgument, std::string(name) + " is not UTF-8");
  }
  return {};
}

Result<void> add_integer(jwt_t* jwt, const char* name, long value) {
  if (jwt_add_grant_int(jwt, name, value) != 0) return libjwt_failed();
  return {};
}

long seconds_of(std::chrono::sys_seconds time) noexcept { return time.time_since_epoch().count(); }

Result<void> add_claims(jwt_t* jwt, const Claims& claims) {
  auto added = add_text(jwt, "jti", claims.id);
  if (added) added = add_text(jwt, "scope", claims.scopes.to_string());
  if (added) added = add_integer(jwt, "iat", seconds_of(claims.issued_at));
  if (added && !claims.subject.empty()) added = add_text(jwt, "sub", claims.subject);
  if (added && claims.expires_at) added = add_integer(jwt, "exp", seconds_of(*claims.expires_at));
  if (added && claims.task_id) added = add_text(jwt, "task_id", *claims.task_id);
  if (added && claims.attempt) added = add_integer(jwt, "attempt", long{*claims.attempt});
  if (added && claims.producer_agent) {
    added = add_text(jwt, "producer_agent", *claims.producer_agent);
  }
  return added;
}

}  // namespace

Result<std::string> mint(const Keyring& keyring, const Claims& claims) {
  if (claims.attempt && !claims.task_id) {
    return fail(ErrorKind::kInvalidArgument, "an attempt needs a task_id");
  }
  jwt_t* raw = nullptr;
  const int error = jwt_new(&raw);
  const JwtPtr jwt(raw);
  if (error != 0 || !jwt) return libjwt_failed();
  if (auto added = add_claims(jwt.get(), claims); !added) return std::unexpected(added.error());
  const Key& key = keyring.signing_key();
  if (jwt_add_header(jwt.get(), "kid", key.id.c_str()) != 0 ||
      jwt_set_alg(jwt.get(), JWT_ALG_HS256,
                  reinterpret_cast<const unsigned char*>(key.secret.data()),
                  static_cast<int>(key.secret.size())) != 0) {
    return libjwt_failed();
  }
  const TextPtr token(jwt_encode_str(jwt.get()));
  if (!token) return libjwt_failed();
  std::string text(token.get());
  if (text.size() > kMaxTokenBytes) return too_large();
  return text;
}

}  // namespace skep::auth
