// What strangers send.
#include "auth/auth_fixture.hpp"

#include <gtest/gtest.h>

namespace skep::test {
namespace {

using auth::TokenFault;

class ForgeryTest : public ::testing::Test {
 protected:
  void expect(const std::string& token, TokenFault fault) {
    const auto verified = verify(keys_, token, kNow);
    ASSERT_FALSE(verified) << token;
    EXPECT_EQ(to_string(verified.error()), to_string(fault)) << token;
  }
  // A token with this header, signed by the right key.
  std::string with_header(std::string_view header, const EVP_MD* digest = EVP_sha256()) {
    return signed_token(keys_.signing_key(), header, R"({"scope":"admin"})", digest);
  }

  const auth::Keyring keys_ = fixed_keys();
  const std::string good_ = mint(keys_, full_claims()).value();
  const std::string header_ = good_.substr(0, good_.find('.'));
  const std::string claims_ =
      good_.substr(header_.size() + 1, good_.rfind('.') - header_.size() - 1);
  const std::string signature_ = good_.substr(good_.rfind('.') + 1);
};

TEST_F(ForgeryTest, NoAlgorithmButOurs) {
  expect(with_header(R"({"alg":"none"})"), TokenFault::kWrongAlgorithm);
  expect(auth::to_base64url(R"({"alg":"none"})") + "." + claims_ + ".",
         TokenFault::kWrongAlgorithm);
  expect(with_header(R"({"alg":"HS512","kid":"k1"})", EVP_sha512()), TokenFault::kWrongAlgorithm);
  for (const std::string name :
       {"NONE", "None", "", "hs256", "HS256 ", "HS384", "RS256", "ES256", "PS256", "EdDSA"}) {
    expect(with_header(R"({"alg":")" + name + R"("})"), TokenFault::kWrongAlgorithm);
    expect(with_header(R"({"kid":"k1","alg":")" + name + R"("})"), TokenFault::kWrongAlgorithm);
  }
}

TEST_F(ForgeryTest, TheAlgorithmIsLookedAtBeforeAnyKey) {
  const auto token = with_header(R"({"alg":"none","kid":"unknown"})");
  expect(token, TokenFault::kWrongAlgorithm);
  EXPECT_EQ(auth::inspect(token).error(), TokenFault::kWrongAlgorithm);
}

TEST_F(ForgeryTest, HeadersThatAreNone) {
  for (const std::string header :
       {"{}", "[]", "[\"HS256\"]", "null", "\"HS256\"", "", "{", "{\"alg\":\"HS256\"",
        R"({"alg":7})", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":"HS256","kid":7})",
        R"({"alg":"HS256","kid":null})", R"({"alg":"HS256","crit":["exp"]})",
        R"({"alg":"HS256","kid":"k1)", "\xff\xfe"}) {
    expect(with_header(header), TokenFault::kMalformed);
  }
}

TEST_F(ForgeryTest, KeysThatAreNotThere) {
  for (const std::string id : {"k2", "", "K1", "k1 ", "../k1"}) {
    expect(with_header(R"({"alg":"HS256","kid":")" + id + R"("})"), TokenFault::kUnknownKey);
  }
  EXPECT_TRUE(verify(keys_, with_header(R"({"alg":"HS256","kid":"k1"})"), kNow));
}

TEST_F(ForgeryTest, AlteredParts) {
  auto claims = full_claims();
  claims.scopes = {auth::Scope::kAdmin};
  const auto other = mint(auth::Keyring::generate().value(), claims).value();
  const auto more = auth::to_base64url(R"({"scope":"admin"})");
  expect(header_ + "." + more + "." + signature_, TokenFault::kBadSignature);
  expect(header_ + "." + claims_ + other.substr(other.rfind('.')), TokenFault::kBadSignature);
  expect(auth::to_base64url(R"({"alg":"HS256"})") + "." + claims_ + "." + signature_,
         TokenFault::kBadSignature);
  expect(other, TokenFault::kUnknownKey);
}

TEST_F(ForgeryTest, SignaturesOfOtherLengths) {
  const std::string text = header_ + "." + claims_;
  const std::string right = hmac(keys_.signing_key(), text);
  ASSERT_TRUE(verify(keys_, text + "." + auth::to_base64url(right), kNow));
  for (const std::size_t length : {0U, 1U, 16U, 31U}) {
    expect(text + "." + auth::to_base64url(right.substr(0, length)), TokenFault::kBadSignature);
  }
  expect(text + "." + auth::to_base64url(right + '\0'), TokenFault::kBadSignature);
  expect(text + "." + auth::to_base64url(right + right), TokenFault::kBadSignature);
}

TEST_F(ForgeryTest, EveryBeginningIsRefused) {
  for (std::size_t length = 0; length < good_.size(); ++length) {
    EXPECT_FALSE(verify(keys_, good_.substr(0, length), kNow)) << length;
  }
}

TEST_F(ForgeryTest, NotThreeParts) {
  for (const std::string& token : std::initializer_list<std::string>{
           "", ".", "..", "...", "a", "a.b", "..." + good_, good_ + ".", "." + good_, good_ + ".x",
           header_ + ".." + signature_, "." + claims_ + "." + signature_, header_ + "." + claims_,
           header_ + "." + claims_ + "." + signature_ + "." + signature_}) {
    expect(token, TokenFault::kMalformed);
  }
}

TEST_F(ForgeryTest, NotBase64) {
  for (const std::string& part :
       std::initializer_list<std::string>{"*", "a b", "ab=", "ab==", "a+/b", "a\n", "\xc3\xa9",
                                          std::string("ab\0c", 4), "abcde"}) {
    expect(part + "." + claims_ + "." + signature_, TokenFault::kMalformed);
    expect(header_ + "." + part + "." + signature_, TokenFault::kMalformed);
    expect(header_ + "." + claims_ + "." + part, TokenFault::kMalformed);
  }
  expect(good_ + " ", TokenFault::kMalformed);
  expect(" " + good_, TokenFault::kMalformed);
  expect(good_ + std::string(1, '\0'), TokenFault::kMalformed);
  expect("Bearer " + good_, TokenFault::kMalformed);
}

TEST_F(ForgeryTest, ClaimsThatAreNone) {
  for (const std::string claims : {"[]", "[{\"scope\":\"admin\"}]", "null", "7", "\"admin\"", "{",
                                   "{}x", "{'scope':'admin'}", "{\"sub\":\"\xff\"}"}) {
    expect(token_of(claims), TokenFault::kMalformed);
  }
}

TEST_F(ForgeryTest, HugeOnes) {
  expect(std::string(std::size_t{64} << 20U, '.'), TokenFault::kMalformed);
  expect(std::string(auth::kMaxTokenBytes + 1, 'a'), TokenFault::kMalformed);
  const std::string inner(auth::kMaxTokenBytes, 'x');
  expect(token_of(R"({"sub":")" + inner + R"("})"), TokenFault::kMalformed);
  const std::string nested = std::string(1200, '[') + std::string(1200, ']');
  EXPECT_TRUE(verify(keys_, token_of(R"({"x":)" + nested + "}"), kNow));
  // Nothing but nesting, to the limit of the size.
  expect(token_of(std::string(2900, '[')), TokenFault::kMalformed);
}

TEST_F(ForgeryTest, BinaryGarbage) {
  std::string garbage;
  std::uint32_t state = 1;
  for (int round = 0; round < 2'000; ++round) {
    garbage.clear();
    for (int i = 0; i < round % 300; ++i) {
      state = state * 1'664'525U + 1'013'904'223U;
      const auto byte = static_cast<char>(state >> 24U);
      garbage.push_back(i % 41 == 40 ? '.' : byte);
    }
    EXPECT_FALSE(verify(keys_, garbage, kNow));
    EXPECT_FALSE(auth::inspect(garbage));
  }
}

}  // namespace
}  // namespace skep::test
