// What `skep slice` shows.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class CliSliceTest : public CliTest {
 protected:
  std::string ref_ = emit("writer", "one\ntwo\nthree\nfour\n");
};

TEST_F(CliSliceTest, APartAndWhatItIs) {
  const Ran ran = skep({"slice", ref_, "--lines", "2-3"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "two\nthree\n");
  EXPECT_EQ(ran.err, "skep: lines 2-3 of 4, bytes 4-13 of 19; left out: 4 bytes before, 5 after\n");
  EXPECT_EQ(skep({"slice", ref_, "--first", "4"}).out, "one\n");
  EXPECT_EQ(skep({"slice", ref_, "--last", "6"}).out, "four\n");
  EXPECT_EQ(skep({"slice", ref_, "--bytes", "0-2"}).out, "one");
  EXPECT_EQ(skep({"slice", ref_, "--grep", "O", "-i", "-C", "1"}).out,
            "1:one\n2:two\n3-three\n4:four\n");
}

TEST_F(CliSliceTest, TellsTheCommandThatReadsOn) {
  const Ran ran = skep({"slice", ref_, "--max-chars", "9", "--db", "./skep.db"});
  EXPECT_EQ(ran.out, "one\ntwo\n");
  EXPECT_TRUE(ran.err.ends_with("; read on: skep slice " + ref_ +
                                " --bytes 8- --max-chars 9 --db ./skep.db\n"))
      << ran.err;
  EXPECT_EQ(skep({"slice", ref_, "--bytes", "8-", "--max-chars", "7"}).out, "three\n");
  const Ran grep = skep({"slice", ref_, "--grep=-|o'?", "-i", "--max-matches", "1"});
  EXPECT_TRUE(grep.err.ends_with("; read on: skep slice " + ref_ +
                                 R"( --grep='-|o'\''?' --ignore-case --max-matches 1)" +
                                 " --from-byte 4 --from-line 2\n"))
      << grep.err;
  EXPECT_EQ(skep({"slice", ref_, "--grep=-|o'?", "--ignore-case", "--max-matches", "1",
                  "--from-byte", "4", "--from-line", "2"})
                .out,
            "2:two\n");
}

TEST_F(CliSliceTest, ByTheNameOfAnAgent) {
  (void)emit("writer", "newest");
  EXPECT_EQ(skep({"slice", "writer"}).out, "newest");
  const Ran unknown = skep({"slice", "nobody"});
  EXPECT_EQ(unknown.code, 3);
  EXPECT_EQ(unknown.err, "skep: output not found: nobody\n");
}

TEST_F(CliSliceTest, ARefGoesBeforeTheNameOfAnAgent) {
  (void)emit("out-0123456789", "the agent's");
  EXPECT_EQ(skep({"slice", "out-0123456789"}).out, "the agent's");
  std::string imported = skep({"get", ref_, "--json"}).out;
  imported.replace(imported.find(ref_), ref_.size(), "out-0123456789");
  ASSERT_EQ(skep({"import", "-"}, imported).code, 0);
  EXPECT_EQ(skep({"slice", "out-0123456789", "--first", "4"}).out, "one\n");
}

TEST_F(CliSliceTest, AValueWithinJson) {
  const auto json = emit("a", R"({"list": [{"x": "a\nb"}]})", {"--value", "-"});
  EXPECT_EQ(skep({"slice", json, "--pointer", "/list/0/x", "--lines", "2"}).out, "b");
  const Ran lost = skep({"slice", json, "--pointer", "/list/1"});
  EXPECT_EQ(lost.code, 2);
  EXPECT_NE(lost.err.find("an array of 1 element: 0"), std::string::npos) << lost.err;
}

TEST_F(CliSliceTest, AsJson) {
  const Ran ran = skep({"slice", ref_, "--json", "--max-chars", "9"});
  const auto part = boost::json::parse(ran.out);
  EXPECT_EQ(part.at("id"), boost::json::value(ref_));
  EXPECT_EQ(part.at("text"), "one\ntwo\n");
  EXPECT_EQ(part.at("remaining_bytes"), 11);
  EXPECT_EQ(part.at("next").at("bytes"), "8-");
  EXPECT_EQ(part.at("next").at("max_chars"), 9);
  EXPECT_EQ(ran.err, "");
}

TEST_F(CliSliceTest, OnATerminalControlCharactersAreSpelledOut) {
  const auto evil = emit("a", "x\x1b[2Jy");
  EXPECT_NE(skep_on_terminal({"slice", evil}).out.find("x\\x1b[2Jy"), std::string::npos);
}

TEST_F(CliSliceTest, WhatIsWrongIsTold) {
  const auto fails = [this](std::vector<std::string> more, int code, const std::string& why) {
    more.insert(more.begin(), {"slice", ref_});
    const Ran ran = skep(more);
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_NE(ran.err.find(why), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  };
  fails({"--lines", "2-3", "--grep", "x"}, 2, "'lines' and 'grep' exclude each other");
  fails({"--lines", "x"}, 2, "'lines' must be a range, as 10-20 or 10-");
  fails({"--first=-1"}, 2, "'first' must be a number");
  fails({"-C", "1"}, 2, "'context' goes with 'grep'");
  fails({"--lines", "9"}, 2, "there is no line 9: the content has 4 lines");
  fails({"--grep", "a("}, 2, "missing ): a(");
  const auto progress = emit("a", "", {"--type", "progress", "--stage", "s"});
  const Ran ran = skep({"slice", progress});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err, "skep: " + progress + " has no body in the store: it is a progress event\n");
}

}  // namespace
}  // namespace skep::test
