// `skep token`: minting, looking at tokens, rotating keys.
#include "auth/token.hpp"
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>

namespace skep::test {
namespace {

class TokenTest : public CliTest {
 protected:
  std::string mint(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"token", "mint"});
    const Ran ran = skep(more);
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto lines = lines_of(ran.out);
    EXPECT_EQ(lines.size(), 1U);
    return lines.empty() ? "" : lines[0];
  }
  std::string status_of(const std::string& token) {
    const Ran ran = skep({"token", "inspect", token, "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return boost::json::parse(ran.out).at("status").as_string().c_str();
  }
  void expect_failure(const std::vector<std::string>& arguments, int code, const std::string& part,
                      const std::string& input = "") {
    const Ran ran = skep(arguments, input);
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_NE(ran.err.find(part), std::string::npos) << ran.err;
  }
  auth::Claims claims_of(const std::string& token) {
    const auto keys = auth::Keyring::load(path("skep.db.key")).value();
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return verify(keys, token, now).value();
  }
};

TEST_F(TokenTest, MintMakesAKeyFileOnceAndSaysSo) {
  const Ran first = skep({"token", "mint"});
  EXPECT_EQ(first.code, 0);
  EXPECT_EQ(first.err, "skep: made the key file 'skep.db.key'\n");
  struct stat status = {};
  ASSERT_EQ(::stat(path("skep.db.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(path("skep.db")));
  const Ran second = skep({"token", "mint"});
  EXPECT_EQ(second.err, "");
  EXPECT_NE(first.out, second.out);
}

TEST_F(TokenTest, TheDefaultsOfAToken) {
  const auto claims = claims_of(mint());
  EXPECT_EQ(claims.scopes, (auth::Scopes{auth::Scope::kEmit, auth::Scope::kRead}));
  EXPECT_EQ(claims.expires_at, claims.issued_at + std::chrono::days(30));
  EXPECT_EQ(claims.id.size(), 16U);
  EXPECT_EQ(claims.subject, "");
  EXPECT_FALSE(claims.task_id || claims.attempt || claims.producer_agent);
}

TEST_F(TokenTest, EveryOption) {
  const auto claims =
      claims_of(mint({"--scope", "read", "--scope", "admin,emit", "--expires", "90m", "--subject",
                      "n", "--task", "bees", "--attempt", "2", "--agent", ""}));
  EXPECT_EQ(claims.scopes.to_string(), "emit read admin");
  EXPECT_EQ(claims.expires_at, claims.issued_at + std::chrono::minutes(90));
  EXPECT_EQ(claims.subject, "n");
  EXPECT_EQ(claims.task_id, "bees");
  EXPECT_EQ(claims.attempt, 2U);
  EXPECT_EQ(claims.producer_agent, "");
  EXPECT_EQ(claims_of(mint({"--expires", "never"})).expires_at, std::nullopt);
}

TEST_F(TokenTest, AsJson) {
  const auto json = boost::json::parse(skep({"--json", "token", "mint", "--task", "t"}).out);
  const auto claims = claims_of(json.at("token").as_string().c_str());
  EXPECT_EQ(json.at("claims").at("jti").as_string(), claims.id);
  EXPECT_EQ(json.at("claims").at("task_id").as_string(), "t");
  EXPECT_EQ(json.at("claims").at("scope").as_string(), "emit read");
  EXPECT_EQ(json.at("claims").at("exp").as_int64(), claims.expires_at->time_since_epoch().count());
}

TEST_F(TokenTest, WrongOptions) {
  expect_failure({"token", "mint", "--attempt", "1"}, 2, "--attempt needs --task");
  expect_failure({"token", "mint", "--scope", "write"}, 2, "--scope: 'write' is not a scope");
  expect_failure({"token", "mint", "--scope", ""}, 2, "no scope");
  for (const std::string time : {"", "0s", "-1d", "1", "d", "1w", "1.5h", "3 d", "36501d",
                                 "99999999999999999999s", "1d2h", "Never"}) {
    expect_failure({"token", "mint", "--expires=" + time}, 2, "--expires");
  }
  EXPECT_FALSE(std::filesystem::exists(path("skep.db.key")));
  expect_failure({"token"}, 2, "no command given (see skep token --help)");
  expect_failure({"token", "frob"}, 2, "unknown command or option 'frob' (see skep token --help)");
  expect_failure({"token", "mint", "--frob"}, 2, "(see skep token mint --help)");
}

TEST_F(TokenTest, ATokenThatWouldBeTooLong) {
  (void)mint();
  expect_failure({"token", "mint", "--subject", std::string(5000, 'x')}, 6, "longer than 4096");
}

TEST_F(TokenTest, TheKeyFileIsBesideTheStoreOrWhereItIsNamed) {
  (void)mint({"--db", "other.db"});
  EXPECT_TRUE(std::filesystem::exists(path("other.db.key")));
  (void)mint({"--key-file", "named"});
  EXPECT_TRUE(std::filesystem::exists(path("named")));
  ::setenv("SKEP_KEY_FILE", "from-environment", 1);
  (void)mint();
  EXPECT_EQ(skep({"token", "rotate", "--key-file", "named"}).code, 0);
  ::unsetenv("SKEP_KEY_FILE");
  EXPECT_TRUE(std::filesystem::exists(path("from-environment")));
  EXPECT_FALSE(std::filesystem::exists(path("skep.db.key")));
}

TEST_F(TokenTest, AKeyFileThatIsNone) {
  write_file("skep.db.key", "skep keys 1\n");
  std::filesystem::permissions(path("skep.db.key"), std::filesystem::perms(0644));
  expect_failure({"token", "mint"}, 2, "chmod 600 skep.db.key");
  expect_failure({"token", "rotate"}, 2, "chmod 600 skep.db.key");
  std::filesystem::permissions(path("skep.db.key"), std::filesystem::perms(0600));
  expect_failure({"token", "mint"}, 2, "key file 'skep.db.key', line 2");
  expect_failure({"token", "mint", "--key-file", "no/such/folder"}, 8,
                 "cannot write 'no/such/folder'");
}

TEST_F(TokenTest, InspectShowsTheClaims) {
  const auto token =
      mint({"--task", "a\x1b[31m", "--attempt", "3", "--agent", "writer", "--subject", "me"});
  const Ran ran = skep({"token", "inspect", token});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 9U) << ran.out;
  EXPECT_EQ(lines[0], "status    valid");
  EXPECT_EQ(lines[1], "id        " + claims_of(token).id);
  EXPECT_EQ(lines[2], "subject   me");
  EXPECT_EQ(lines[3], "scope     emit read");
  EXPECT_EQ(lines[4], "task      a\\x1b[31m");
  EXPECT_EQ(lines[5], "attempt   3");
  EXPECT_EQ(lines[6], "agent     writer");
  EXPECT_TRUE(lines[7].starts_with("issued    20") && lines[7].ends_with(" UTC")) << lines[7];
  EXPECT_TRUE(lines[8].starts_with("expires   20")) << lines[8];
  EXPECT_EQ(lines_of(skep({"token", "inspect", mint({"--expires", "never"})}).out).back(),
            "expires   never");
}

TEST_F(TokenTest, InspectReadsTheEnvironmentOrStandardInput) {
  const auto token = mint();
  EXPECT_EQ(lines_of(skep({"token", "inspect", "-"}, "  " + token + "\r\n").out)[0],
            "status    valid");
  ::setenv("SKEP_TOKEN", token.c_str(), 1);
  EXPECT_EQ(lines_of(skep({"token", "inspect"}).out)[0], "status    valid");
  ::unsetenv("SKEP_TOKEN");
  expect_failure({"token", "inspect"}, 2, "set SKEP_TOKEN");
}

TEST_F(TokenTest, InspectOfWhatIsNoToken) {
  for (const std::string token : {"", "x", "a.b.c", "..", "eyJhbGciOiJIUzI1NiJ9.e30"}) {
    expect_failure({"token", "inspect", "-"}, 2, "the token is malformed", token);
  }
  expect_failure({"token", "inspect", "eyJhbGciOiJub25lIn0.e30."}, 2, "not signed with HS256");
  expect_failure({"token", "inspect", "-"}, 6, "longer than", std::string(100'000, 'x'));
}

TEST_F(TokenTest, InspectOfATokenThatIsNotValid) {
  const auto token = mint();
  EXPECT_EQ(status_of(mint({"--key-file", "other"})), "signed by another key");
  const auto dot = token.rfind('.');
  EXPECT_EQ(status_of(token.substr(0, dot + 1) + std::string(43, 'A')),
            "altered or wrongly signed");

  const auto keys = auth::Keyring::load(path("skep.db.key")).value();
  auto claims = claims_of(token);
  claims.expires_at = claims.issued_at;
  EXPECT_EQ(status_of(auth::mint(keys, claims).value()), "expired");

  std::filesystem::remove(path("skep.db.key"));
  const Ran ran = skep({"token", "inspect", token});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(lines_of(ran.out)[0], "status    not verified");
  EXPECT_NE(ran.err.find("the signature was not checked"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(path("skep.db.key")));
}

TEST_F(TokenTest, TimesOfStrangersAreShown) {
  (void)mint();
  const auto keys = auth::Keyring::load(path("skep.db.key")).value();
  auth::Claims claims;
  claims.issued_at = std::chrono::sys_seconds::min();
  claims.expires_at = std::chrono::sys_seconds::max();
  const auto lines = lines_of(skep({"token", "inspect", auth::mint(keys, claims).value()}).out);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[3], "issued    -9223372036854775808 s since 1970");
  EXPECT_EQ(lines[4], "expires   9223372036854775807 s since 1970");
}

TEST_F(TokenTest, Rotation) {
  expect_failure({"token", "rotate"}, 3, "no key file at 'skep.db.key'");
  const auto token = mint();
  const Ran first = skep({"token", "rotate"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("signs from now on"), std::string::npos);
  EXPECT_EQ(status_of(token), "valid");
  EXPECT_EQ(status_of(mint()), "valid");
  const auto json = boost::json::parse(skep({"token", "rotate", "--json"}).out);
  EXPECT_NE(json.at("signing_key"), json.at("former_key"));
  EXPECT_EQ(status_of(token), "signed by another key");
}

TEST_F(TokenTest, HelpOfEachCommand) {
  for (const std::string command : {"mint", "inspect", "rotate"}) {
    const Ran ran = skep({"token", command, "--help"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_NE(ran.out.find("Example"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("--key-file"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("SKEP_DB"), std::string::npos) << ran.out;
  }
}

}  // namespace
}  // namespace skep::test
