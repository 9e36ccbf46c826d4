// What `skep emit` stores.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class EmitTest : public CliTest {
 protected:
  // The event of what these options emit, as JSON.
  std::string event_of(const std::vector<std::string>& more, const std::string& input = "") {
    const std::string ref = emit("a", input, more);
    const Ran ran = skep({"get", ref, "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const std::string from = "\"event\":";
    const auto begin = ran.out.find(from) + from.size();
    return ran.out.substr(begin, ran.out.find(",\"parent_refs\":") - begin);
  }
};

TEST_F(EmitTest, PrintsTheRef) {
  const std::string ref = emit("a", "x");
  ASSERT_EQ(ref.size(), 14U);
  EXPECT_TRUE(ref.starts_with("out-"));
  EXPECT_EQ(ref.find_first_not_of("0123456789abcdef", 4), std::string::npos);
}

TEST_F(EmitTest, PrintsTheRefAsJson) {
  const Ran ran = skep({"emit", "--task", "t", "--agent", "a", "--json", "text"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(boost::json::parse(ran.out).at("id").as_string().size(), 14U);
}

TEST_F(EmitTest, TakesATextFromAnArgument) {
  EXPECT_EQ(event_of({"Bees \"dance\"."}),
            R"({"type":"final","content":{"kind":"inline","value":"Bees \"dance\"."},"ok":true})");
}

TEST_F(EmitTest, TakesATextFromStandardInput) {
  const std::string wanted =
      R"({"type":"final","content":{"kind":"inline","value":"a\nb\n"},"ok":true})";
  EXPECT_EQ(event_of({}, "a\nb\n"), wanted);
  EXPECT_EQ(event_of({"-"}, "a\nb\n"), wanted);
}

TEST_F(EmitTest, KeepsTheTextOfAValue) {
  for (const std::string value : {R"({"b":1.0,"a":1e2,"b":2})", "[1, 2]", "{}", "-0", "[]", "null",
                                  "{ \"x\" : [ ] }", "\"s\""}) {
    const std::string wanted =
        R"({"type":"final","content":{"kind":"inline","value":)" + value + R"(},"ok":true})";
    EXPECT_EQ(event_of({"--value", value}), wanted);
    EXPECT_EQ(event_of({"--value", "-"}, value), wanted);
  }
}

TEST_F(EmitTest, TakesTextsThatLookLikeSomethingElse) {
  for (const std::string text : {"list", "[a,b]", "{}", "", "--help"}) {
    EXPECT_EQ(event_of({"--", text}), R"({"type":"final","content":{"kind":"inline","value":")" +
                                          text + R"("},"ok":true})");
  }
}

TEST_F(EmitTest, BuildsEveryType) {
  EXPECT_EQ(event_of({"--not-ok", "x"}),
            R"({"type":"final","content":{"kind":"inline","value":"x"},"ok":false})");
  EXPECT_EQ(event_of({"--type", "artifact", "--name", "n", "x"}),
            R"({"type":"artifact","name":"n","content":{"kind":"inline","value":"x"}})");
  EXPECT_EQ(event_of({"--type", "partial", "x"}),
            R"({"type":"partial","chunk":{"kind":"inline","value":"x"}})");
  EXPECT_EQ(event_of({"--type", "progress", "--stage", "s"}),
            R"({"type":"progress","stage":"s","note":null})");
  EXPECT_EQ(event_of({"--type", "progress", "--stage", "s", "--note", "n"}),
            R"({"type":"progress","stage":"s","note":"n"})");
}

TEST_F(EmitTest, KeepsThePathOfAFileAndItsSize) {
  write_file("five", "12345");
  const auto file = [](const std::string& rest) {
    return R"({"type":"final","content":{"kind":"file_ref",)" + rest + R"(},"ok":true})";
  };
  EXPECT_EQ(event_of({"--link", "./five", "--mime", "text/plain"}),
            file(R"("path":"./five","mime":"text/plain","size_hint":5)"));
  EXPECT_EQ(event_of({"--link", "/no/such"}),
            file(R"("path":"/no/such","mime":null,"size_hint":null)"));
}

TEST_F(EmitTest, TakesAWholeEvent) {
  const std::string event = R"({"type":"progress","stage":"s","note":null})";
  EXPECT_EQ(event_of({"--event", event}), event);
  EXPECT_EQ(event_of({"--event", "-"}, event), event);
}

TEST_F(EmitTest, KeepsTaskAttemptAgentAndParents) {
  const Ran emitted = skep({"emit", "--task", "", "--attempt", "4294967295", "--agent", "",
                            "--parent", "out-2", "--parent", "out-1", "--parent", "out-2", "x"});
  ASSERT_EQ(emitted.code, 0) << emitted.err;
  const Ran ran = skep({"get", lines_of(emitted.out).at(0), "--json"});
  const auto record = boost::json::parse(ran.out);
  EXPECT_EQ(record.at("task_id"), "");
  EXPECT_EQ(record.at("attempt"), 4294967295U);
  EXPECT_EQ(record.at("producer_agent"), "");
  EXPECT_EQ(record.at("parent_refs"), boost::json::value({"out-2", "out-1", "out-2"}));
}

TEST_F(EmitTest, FindsTheStoreByOptionOrEnvironment) {
  ASSERT_EQ(skep({"--db", "one.db", "emit", "--task", "t", "--agent", "a", "x"}).code, 0);
  ::setenv("SKEP_DB", "two.db", 1);
  ASSERT_EQ(skep({"emit", "--task", "t", "--agent", "b", "x"}).code, 0);
  EXPECT_EQ(skep({"latest", "b"}).code, 0);
  EXPECT_EQ(skep({"latest", "a", "--db", "one.db"}).code, 0);
  ::unsetenv("SKEP_DB");
  EXPECT_FALSE(std::filesystem::exists(path("skep.db")));
}

TEST_F(EmitTest, AKeyMakesARepetitionHarmless) {
  const std::vector<std::string> arguments = {
      "emit", "--task", "t", "--agent", "a", "--idempotency-key", "k", "x"};
  const Ran first = skep(arguments);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(skep(arguments).out, first.out);
  auto other = arguments;
  other.back() = "y";
  EXPECT_EQ(skep(other).code, 7);
  other.at(6) = "";
  EXPECT_EQ(skep(other).code, 2);
  EXPECT_EQ(lines_of(skep({"list", "--json"}).out).size(), 1U);
}

}  // namespace
}  // namespace skep::test
