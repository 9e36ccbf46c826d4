#include "auth/json_part.hpp"

#include <cerrno>

namespace skep::auth {
namespace {

// {"alg":"none"}, and the dot.
constexpr std::string_view kUnsignedHeader = "eyJhbGciOiJub25lIn0.";

TextPtr json_of(jwt_t* jwt, const char* name) { return TextPtr(jwt_get_grants_json(jwt, name)); }

}  // namespace

std::optional<JsonPart> JsonPart::read(std::string_view encoded) {
  // libjwt refuses a token whose algorithm it does not know, and reads the claims before anyone can
  // look at the signature. As the claims of an unsigned token it reads each part by itself.
  std::string token(kUnsignedHeader);
  token += encoded;
  token += '.';
  jwt_t* raw = nullptr;
  const int error = jwt_decode(&raw, token.c_str(), nullptr, 0);
  JwtPtr jwt(raw);
  if (error != 0 || !jwt) return std::nullopt;
  // It takes arrays too.
  const auto json = json_of(jwt.get(), nullptr);
  if (!json || *json != '{') return std::nullopt;
  return JsonPart(std::move(jwt));
}

JsonPart::Member<std::string> JsonPart::text(const char* name) const {
  const char* value = jwt_get_grant(jwt_.get(), name);
  if (value != nullptr) return std::optional<std::string>(value);
  if (errno == ENOENT) return std::nullopt;
  return std::unexpected(WrongType());
}

JsonPart::Member<long> JsonPart::integer(const char* name) const {
  const long value = jwt_get_grant_int(jwt_.get(), name);
  if (errno == ENOENT) return std::nullopt;
  // What is no integer is a 0 to libjwt.
  if (value == 0) {
    const auto json = json_of(jwt_.get(), name);
    if (!json || std::string_view(json.get()) != "0") return std::unexpected(WrongType());
  }
  return value;
}

bool JsonPart::has(const char* name) const { return json_of(jwt_.get(), name) != nullptr; }

}  // namespace skep::auth
