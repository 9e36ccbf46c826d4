// Tokens that are what they should be, and claims of every kind.
#include "auth/auth_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace skep::test {
namespace {

using auth::Claims;
using auth::TokenFault;
using std::chrono::seconds;

TEST(TokenTest, EveryClaimComesBack) {
  const auto token = mint(fixed_keys(), full_claims()).value();
  EXPECT_EQ(verify(fixed_keys(), token, kNow).value(), full_claims());
  EXPECT_EQ(auth::inspect(token).value(), full_claims());
}

TEST(TokenTest, AbsentClaimsStayAbsent) {
  const Claims none;
  const auto token = mint(fixed_keys(), none).value();
  EXPECT_EQ(verify(fixed_keys(), token, kNow).value(), none);
  EXPECT_EQ(verify(fixed_keys(), token_of("{}"), kNow).value(), none);
}

TEST(TokenTest, EmptyTextsAreNotAbsent) {
  Claims claims;
  claims.task_id = "";
  claims.attempt = 0;
  claims.producer_agent = "";
  const auto read = verify(fixed_keys(), mint(fixed_keys(), claims).value(), kNow).value();
  EXPECT_EQ(read.task_id, "");
  EXPECT_EQ(read.attempt, 0U);
  EXPECT_EQ(read.producer_agent, "");
}

TEST(TokenTest, TheEndIsSharp) {
  Claims claims;
  claims.expires_at = kNow;
  const auto token = mint(fixed_keys(), claims).value();
  EXPECT_TRUE(verify(fixed_keys(), token, kNow - seconds(1)));
  EXPECT_EQ(verify(fixed_keys(), token, kNow).error(), TokenFault::kExpired);
  EXPECT_EQ(verify(fixed_keys(), token, kNow + seconds(1)).error(), TokenFault::kExpired);
  EXPECT_TRUE(auth::inspect(token));
}

TEST(TokenTest, TheBeginningIsSharp) {
  const auto token = token_of(R"({"nbf":1800000000})");
  EXPECT_EQ(verify(fixed_keys(), token, kNow - seconds(1)).error(), TokenFault::kNotYetValid);
  EXPECT_TRUE(verify(fixed_keys(), token, kNow));
}

TEST(TokenTest, ExtremeTimes) {
  EXPECT_EQ(verify(fixed_keys(), token_of(R"({"exp":0})"), kNow).error(), TokenFault::kExpired);
  EXPECT_EQ(verify(fixed_keys(), token_of(R"({"exp":-1})"), kNow).error(), TokenFault::kExpired);
  EXPECT_TRUE(verify(fixed_keys(), token_of(R"({"exp":9223372036854775807})"), kNow));
  EXPECT_EQ(verify(fixed_keys(), token_of(R"({"exp":9223372036854775808})"), kNow).error(),
            TokenFault::kMalformed);
}

TEST(TokenTest, UnknownClaimsAndScopesAreIgnored) {
  const auto read =
      verify(fixed_keys(), token_of(R"({"scope":"read fly","aud":["x"],"role":{"a":null}})"), kNow);
  EXPECT_EQ(read.value().scopes, auth::Scopes{auth::Scope::kRead});
}

TEST(TokenTest, AClaimOfAWrongTypeIsMalformed) {
  for (const std::string claims : {R"({"jti":1})",
                                   R"({"sub":["x"]})",
                                   R"({"scope":["emit"]})",
                                   R"({"scope":null})",
                                   R"({"task_id":7})",
                                   R"({"task_id":null})",
                                   R"({"producer_agent":true})",
                                   R"({"task_id":"t","attempt":"1"})",
                                   R"({"task_id":"t","attempt":1.0})",
                                   R"({"task_id":"t","attempt":-1})",
                                   R"({"task_id":"t","attempt":4294967296})",
                                   R"({"task_id":"t","attempt":null})",
                                   R"({"exp":"1900000000"})",
                                   R"({"exp":1900000000.5})",
                                   R"({"exp":1.9e9})",
                                   R"({"exp":null})",
                                   R"({"exp":true})",
                                   R"({"iat":"now"})",
                                   R"({"nbf":{}})",
                                   R"({"task_id":"a\u0000b"})",
                                   R"({"exp":0.0})"}) {
    const auto verified = verify(fixed_keys(), token_of(claims), kNow);
    ASSERT_FALSE(verified) << claims;
    EXPECT_EQ(verified.error(), TokenFault::kMalformed) << claims;
    EXPECT_FALSE(auth::inspect(token_of(claims))) << claims;
  }
}

TEST(TokenTest, AnAttemptWithoutATaskIsMalformed) {
  EXPECT_EQ(verify(fixed_keys(), token_of(R"({"attempt":1})"), kNow).error(),
            TokenFault::kMalformed);
  Claims claims;
  claims.attempt = 1;
  EXPECT_EQ(mint(fixed_keys(), claims).error().kind, ErrorKind::kInvalidArgument);
}

TEST(TokenTest, WhatNoTokenCanCarryIsRefused) {
  Claims claims;
  claims.subject = std::string("a\0b", 3);
  EXPECT_EQ(mint(fixed_keys(), claims).error().kind, ErrorKind::kInvalidArgument);
  claims.subject = "\xff";
  EXPECT_EQ(mint(fixed_keys(), claims).error().kind, ErrorKind::kInvalidArgument);
  claims.subject = std::string(4000, 'x');
  EXPECT_EQ(mint(fixed_keys(), claims).error().kind, ErrorKind::kTooLarge);
  claims.subject = std::string(1U << 20U, 'x');
  EXPECT_EQ(mint(fixed_keys(), claims).error().kind, ErrorKind::kTooLarge);
  claims.subject = std::string(2800, 'x');
  EXPECT_EQ(verify(fixed_keys(), mint(fixed_keys(), claims).value(), kNow).value(), claims);
}

TEST(TokenTest, WithoutAKeysNameAllKeysAreTried) {
  const auto rotated = fixed_keys().rotated().value();
  EXPECT_TRUE(verify(rotated, token_of("{}"), kNow));
  EXPECT_EQ(verify(auth::Keyring::generate().value(), token_of("{}"), kNow).error(),
            TokenFault::kBadSignature);
}

TEST(TokenTest, RotationsEndATokenAtTheSecond) {
  const auto first = auth::Keyring::generate().value();
  const auto token = mint(first, full_claims()).value();
  const auto second = first.rotated().value();
  EXPECT_TRUE(verify(second, token, kNow));
  EXPECT_TRUE(verify(second, mint(second, full_claims()).value(), kNow));
  EXPECT_FALSE(verify(first, mint(second, full_claims()).value(), kNow));
  EXPECT_EQ(verify(second.rotated().value(), token, kNow).error(), TokenFault::kUnknownKey);
}

}  // namespace
}  // namespace skep::test
