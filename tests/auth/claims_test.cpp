#include "auth/claims.hpp"

#include <gtest/gtest.h>

namespace skep::auth {
namespace {

TEST(ScopesTest, AdminIncludesTheOthers) {
  const Scopes admin{Scope::kAdmin};
  EXPECT_TRUE(admin.allows(Scope::kEmit) && admin.allows(Scope::kRead) &&
              admin.allows(Scope::kAdmin));
  const Scopes read{Scope::kRead};
  EXPECT_TRUE(read.allows(Scope::kRead));
  EXPECT_FALSE(read.allows(Scope::kEmit) || read.allows(Scope::kAdmin));
  EXPECT_FALSE((Scopes{Scope::kEmit, Scope::kRead}).allows(Scope::kAdmin));
  EXPECT_FALSE(Scopes().allows(Scope::kRead));
}

TEST(ScopesTest, WordsOfPeople) {
  EXPECT_EQ(Scopes::parse("emit read").value(), (Scopes{Scope::kEmit, Scope::kRead}));
  EXPECT_EQ(Scopes::parse(" read,emit,, read ").value().to_string(), "emit read");
  EXPECT_EQ(Scopes::parse("admin").value().to_string(), "admin");
  const auto unknown = Scopes::parse("emit write");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::kInvalidArgument);
  EXPECT_NE(unknown.error().message.find("'write'"), std::string::npos);
  EXPECT_FALSE(Scopes::parse("Emit"));
  EXPECT_FALSE(Scopes::parse(""));
  EXPECT_FALSE(Scopes::parse(" , "));
}

TEST(ScopesTest, WordsOfATokenThatAreNotKnownAreIgnored) {
  EXPECT_EQ(Scopes::from_claim("openid read x"), Scopes{Scope::kRead});
  EXPECT_EQ(Scopes::from_claim("emit,read"), Scopes());
  EXPECT_EQ(Scopes::from_claim("ADMIN adminx"), Scopes());
  EXPECT_EQ(Scopes::from_claim(""), Scopes());
}

TEST(TokenIdTest, Differs) {
  const auto one = new_token_id().value();
  EXPECT_EQ(one.size(), 16U);
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(one, new_token_id().value());
}

}  // namespace
}  // namespace skep::auth
