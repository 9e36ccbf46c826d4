#include "auth/auth_fixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

namespace skep::test {
namespace {

rc::Gen<std::string> text() {
  const auto piece =
      rc::gen::element<std::string>("a", "Z", "0", "\"", "\\", "/", "\n", "\t", "\x1f", "\x7f", "é",
                                    "日", "\U0001F41D", "{", "}", ",", ":", " ", ".");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string joined;
                        for (const auto& part : pieces) joined += part;
                        return joined;
                      });
}

auth::Claims any_claims() {
  auth::Claims claims;
  claims.id = *text();
  claims.subject = *text();
  if (*rc::gen::arbitrary<bool>()) claims.scopes = {auth::Scope::kEmit, auth::Scope::kRead};
  if (*rc::gen::arbitrary<bool>()) {
    claims.task_id = *text();
    if (*rc::gen::arbitrary<bool>()) claims.attempt = *rc::gen::arbitrary<std::uint32_t>();
  }
  if (*rc::gen::arbitrary<bool>()) claims.producer_agent = *text();
  claims.issued_at = std::chrono::sys_seconds(std::chrono::seconds(*rc::gen::arbitrary<int>()));
  if (*rc::gen::arbitrary<bool>()) {
    claims.expires_at = kNow + std::chrono::seconds(*rc::gen::inRange(1, 1'000'000'000));
  }
  return claims;
}

bool hold(bool property) { return property; }

TEST(TokenProperties, EveryClaimRoundTrips) {
  const auto keys = fixed_keys();
  EXPECT_TRUE(hold(rc::check("claims come back equal", [&keys] {
    const auto claims = any_claims();
    const auto token = mint(keys, claims);
    RC_PRE(token.has_value());
    RC_ASSERT(verify(keys, *token, kNow).value() == claims);
    RC_ASSERT(auth::inspect(*token).value() == claims);
  })));
}

TEST(TokenProperties, NoByteCanBeChanged) {
  const auto keys = fixed_keys();
  EXPECT_TRUE(hold(rc::check("a token with another byte is refused", [&keys] {
    auto token = mint(keys, any_claims());
    RC_PRE(token.has_value());
    const auto at = *rc::gen::inRange<std::size_t>(0, token->size());
    const char byte = *rc::gen::arbitrary<char>();
    RC_PRE((*token)[at] != byte);
    (*token)[at] = byte;
    RC_ASSERT(!verify(keys, *token, kNow).has_value());
  })));
}

// All of them, for one token: chance may miss the bits that base64 leaves unused.
TEST(TokenProperties, NoByteOfATokenCanBeChangedToAnyOther) {
  const auto keys = fixed_keys();
  auth::Claims claims;
  claims.scopes = {auth::Scope::kRead};
  const auto token = mint(keys, claims).value();
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto changed = token;
      changed[at] = static_cast<char>(value);
      if (changed == token) continue;
      ASSERT_FALSE(verify(keys, changed, kNow)) << "byte " << at << " as " << value;
    }
  }
}

}  // namespace
}  // namespace skep::test
