// Every command says the same of a server as of the file that it serves.
#include "cli/cli_fixture.hpp"
#include "http/server.hpp"
#include "support/run.hpp"

#include <skep/sqlite_store.hpp>

namespace skep::test {
namespace {

class ServedTest : public CliTest {
 protected:
  ServedTest() : store_(run(open_sqlite_store(path("skep.db"))).value()) {
    http::ServerOptions options;
    options.port = 0;
    options.no_auth = true;
    server_ = http::Server::start(*store_, options).value();
  }

  [[nodiscard]] Ran on_server(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.end(), {"--url", server_->url()});
    return skep(arguments, input);
  }

  [[nodiscard]] std::string url() const { return server_->url(); }

  // Runs it on both, and gives what both print.
  std::string both(const std::vector<std::string>& arguments) {
    const Ran there = on_server(arguments);
    const Ran here = skep(arguments);
    EXPECT_EQ(there.code, here.code) << there.err;
    EXPECT_EQ(there.out, here.out) << arguments.front();
    EXPECT_EQ(there.err, here.err) << arguments.front();
    return there.out;
  }

 private:
  std::unique_ptr<OutputStore> store_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(ServedTest, EveryCommandThatReads) {
  const Ran emitted = on_server(
      {"emit", "--task", "bees", "--agent", "writer", "--value", "{ \"b\": 1.0,\n  \"a\": [] }"});
  ASSERT_EQ(emitted.code, 0) << emitted.err;
  const std::string ref = lines_of(emitted.out).at(0);
  (void)emit("editor", "Bees dance.", {"--attempt", "2", "--parent", ref});
  (void)emit("editor", "", {"--type", "progress", "--stage", "reading"});
  for (const std::string form : {"--json", "--task=bees", "--agent=editor", "--type=progress"}) {
    EXPECT_NE(both({"list", form}), "");
  }
  EXPECT_NE(both({"get", ref}), "");
  EXPECT_NE(both({"get", ref, "--json"}), "");
  EXPECT_EQ(both({"get", ref, "--body"}), "{ \"b\": 1.0,\n  \"a\": [] }");
  EXPECT_NE(both({"latest", "editor"}), "");
  EXPECT_NE(both({"latest", "editor", "--task", "t", "--attempt", "2"}), "");
  both({"slice", ref, "--json", "--max-chars", "5"});
  both({"slice", "editor"});
  both({"slice", ref, "--pointer", "/c"});
  EXPECT_EQ(both({"slice", ref, "--grep", "\"a\"", "-C", "1"}),
            "1-{ \"b\": 1.0,\n2:  \"a\": [] }\n");
  write_file("map", "honey");
  const Ran blob = on_server(
      {"emit", "--task", "bees", "--agent", "painter", "--file", "map", "--mime", "image/png"});
  ASSERT_EQ(blob.code, 0) << blob.err;
  EXPECT_EQ(both({"get", lines_of(blob.out).at(0), "--body"}), "honey");
  both({"slice", lines_of(blob.out).at(0)});
  EXPECT_EQ(both({"collect"}), "removed 0 files, 0 B that no output names\nkept 1 file, 5 B\n");
  for (const std::string command : {"tasks", "runs", "agents", "export"}) {
    EXPECT_NE(both({command}), "");
    EXPECT_NE(both({command, "--json"}), "");
  }
  EXPECT_NE(both({"runs", "--task", "t"}), "");
  for (const std::string command : {"why", "impact"}) {
    EXPECT_NE(both({command, ref}), "");
    EXPECT_NE(both({command, "editor", "--json", "--depth", "1"}), "");
    both({command, "out-nope"});
  }
  EXPECT_EQ(lines_of(on_server({"verify"}).out).back(), "sound");
  both({"prune", "--task", "t", "--keep", "1", "--json"});
  EXPECT_EQ(on_server({"backup", "there.db"}).code, 0);
  EXPECT_EQ(skep({"backup", "here.db"}).code, 0);
  EXPECT_EQ(skep({"export", "--db", "there.db"}).out, skep({"export", "--db", "here.db"}).out);
  for (const std::string format : {"ndjson", "openlineage", "otlp"}) {
    EXPECT_NE(both({"export", "--format", format}), "");
  }
  both({"search", "dance"});  // not enabled
  ASSERT_EQ(skep({"index"}).code, 0);
  EXPECT_NE(both({"search", "dance"}), "");
  EXPECT_NE(both({"search", "dance OR a", "--json", "--since", "1h", "--task=t"}), "");
  both({"search", "\"dance"});
  EXPECT_NE(both({"show", "t/2"}), "");
  EXPECT_NE(both({"diff", "t/1", "t/2"}), "");
  EXPECT_NE(both({"diff", "t/1", "bees/1", "--json"}), "");
  both({"get", "out-nope"});
  both({"latest", "nobody"});
  EXPECT_NE(on_server({"stats"}).out.find("\noutputs   4\n"), std::string::npos);
}

TEST_F(ServedTest, EveryCommandThatWrites) {
  const std::vector<std::string> keyed = {
      "emit", "--task", "t", "--agent", "a", "x", "--idempotency-key", "k"};
  const Ran first = on_server(keyed);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(on_server(keyed).out, first.out);
  EXPECT_EQ(skep(keyed).out, first.out);
  auto reused = keyed;
  reused.at(5) = "y";
  EXPECT_EQ(on_server(reused).code, 7);

  const Ran exported = on_server({"export"});
  EXPECT_EQ(skep({"import", "-", "--db", "copy.db"}, exported.out).out,
            "added 1, already present 0\n");
  EXPECT_EQ(on_server({"import", "-"}, exported.out).out, "added 0, already present 1\n");

  write_file("map", "honey");
  EXPECT_EQ(on_server({"emit", "--task", "t", "--agent", "b", "--file", "map"}).code, 0);
  const Ran away = skep({"migrate", url(), "away.db"});
  EXPECT_EQ(away.code, 0) << away.err;
  EXPECT_EQ(skep({"latest", "b", "--body", "--db", "away.db"}).out, "honey");
  EXPECT_EQ(skep({"migrate", "away.db", url()}).code, 0);
}

}  // namespace
}  // namespace skep::test
