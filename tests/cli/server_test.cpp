// Which store the command takes, and how it speaks of a server that does not do what it is asked
// to.
#include "cli/cli_fixture.hpp"
#include "remote/peer.hpp"

#include <cstdlib>

namespace skep::test {
namespace {

const std::string kEmitted = R"({"out_id":"out-0123456789"})";

class ServerTest : public CliTest {
 protected:
  ~ServerTest() override {
    for (const char* name : {"SKEP_DB", "SKEP_URL", "SKEP_TOKEN"}) ::unsetenv(name);
  }

  [[nodiscard]] Ran emit_with(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"emit", "--task", "t", "--agent", "a", "x"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return skep(arguments);
  }
};

TEST_F(ServerTest, AUrlOrAVariableNamesIt) {
  const Peer peer(answering({kEmitted}));
  EXPECT_EQ(emit_with({"--url", peer.url()}).out, "out-0123456789\n");
  ::setenv("SKEP_URL", peer.url().c_str(), 1);
  EXPECT_EQ(emit_with({}).out, "out-0123456789\n");
  EXPECT_FALSE(std::filesystem::exists(path("skep.db")));
}

TEST_F(ServerTest, TheCommandLineBeatsTheEnvironment) {
  const Peer peer(answering({kEmitted}));
  ::setenv("SKEP_URL", "http://127.0.0.1:1", 1);
  EXPECT_EQ(emit_with({"--db", "here.db"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(path("here.db")));
  ::unsetenv("SKEP_URL");
  ::setenv("SKEP_DB", "there.db", 1);
  EXPECT_EQ(emit_with({"--url", peer.url()}).out, "out-0123456789\n");
  EXPECT_FALSE(std::filesystem::exists(path("there.db")));
}

TEST_F(ServerTest, OneStoreAtATime) {
  EXPECT_EQ(emit_with({"--db", "a.db", "--url", "http://h"}).err,
            "skep: --db and --url exclude each other\n");
  EXPECT_EQ(emit_with({"--ca-file", "f"}).err, "skep: --ca-file goes with --url\n");
  ::setenv("SKEP_URL", "http://h", 1);
  ::setenv("SKEP_DB", "a.db", 1);
  const Ran ran = emit_with({});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "skep: SKEP_DB and SKEP_URL are both set: say which with --db or --url\n");
  EXPECT_EQ(emit_with({"--url", "ftp://h"}).code, 2);
}

TEST_F(ServerTest, TheTokenComesFromTheEnvironment) {
  std::string seen;
  {
    const Peer peer([&seen](PeerConnection& connection) {
      while (const auto request = connection.read()) {
        seen = (*request)["Authorization"];
        connection.answer(200, kEmitted);
      }
    });
    ::setenv("SKEP_TOKEN", "a.b.c", 1);
    EXPECT_EQ(emit_with({"--url", peer.url()}).code, 0);
  }
  EXPECT_EQ(seen, "Bearer a.b.c");
}

TEST_F(ServerTest, EachFailureHasItsExitCode) {
  struct Case {
    unsigned status;
    std::string type;
    int code;
  };
  for (const Case& expected :
       {Case{401, "unauthorized", 9}, Case{403, "forbidden", 9}, Case{404, "not_found", 3},
        Case{422, "key_reused", 7}, Case{413, "too_large", 6}, Case{503, "overloaded", 4}}) {
    const Peer peer(
        answering({R"({"type":"urn:skep:problem:)" + expected.type + R"(","detail":"because"})"},
                  expected.status));
    const Ran ran = emit_with({"--url", peer.url()});
    EXPECT_EQ(ran.code, expected.code) << expected.type;
    const std::string hint =
        expected.code == 9 ? "; a command takes its token from SKEP_TOKEN" : "";
    EXPECT_EQ(ran.err, "skep: because" + hint + "\n");
  }
}

TEST_F(ServerTest, NobodyListens) {
  std::string url;
  {
    const Peer peer([](PeerConnection&) {});
    url = peer.url();
  }
  for (const std::string command : {"list", "tasks", "runs", "agents", "stats", "export", "tail"}) {
    const Ran ran = skep({command, "--url", url});
    EXPECT_EQ(ran.code, 4) << command;
    EXPECT_NE(ran.err.find("cannot reach " + url), std::string::npos) << ran.err;
  }
}

TEST_F(ServerTest, ADoubtfulEmitSaysSo) {
  const Peer peer([](PeerConnection& connection) { (void)connection.read(); });
  const Ran ran = emit_with({"--url", peer.url()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("it may have been written all the same"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace skep::test
