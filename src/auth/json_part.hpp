// The header or the claims of a token, read by libjwt.
#pragma once

#include <jwt.h>

#include <cstdlib>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace skep::auth {

struct FreeJwt {
  void operator()(jwt_t* jwt) const noexcept { jwt_free(jwt); }
};
using JwtPtr = std::unique_ptr<jwt_t, FreeJwt>;

struct FreeText {
  void operator()(char* text) const noexcept { std::free(text); }
};
/// A text that libjwt allocated.
using TextPtr = std::unique_ptr<char, FreeText>;

/// A JSON object out of a token. Members of a type that was not asked for are `WrongType`.
class JsonPart {
 public:
  struct WrongType {};
  template <class T>
  using Member = std::expected<std::optional<T>, WrongType>;

  /// Nothing if `encoded`, which has to be base64url, does not hold a JSON object.
  [[nodiscard]] static std::optional<JsonPart> read(std::string_view encoded);

  [[nodiscard]] Member<std::string> text(const char* name) const;
  [[nodiscard]] Member<long> integer(const char* name) const;
  [[nodiscard]] bool has(const char* name) const;

 private:
  explicit JsonPart(JwtPtr jwt) noexcept : jwt_(std::move(jwt)) {}

  JwtPtr jwt_;
};

}  // namespace skep::auth
