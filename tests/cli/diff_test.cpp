// `skep diff RUN RUN`.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class DiffTest : public CliTest {
 protected:
  void fill() {
    left_ = emit("writer", "a\nx\nb");
    right_ = emit("writer", "a\ny\x1b[31m\nb", {"--attempt", "2"});
    added_ = emit("editor", "more", {"--attempt", "2"});
  }

  std::string left_;
  std::string right_;
  std::string added_;
};

TEST_F(DiffTest, SaysWhereRunsPartWhoDiffersAndHow) {
  fill();
  const Ran ran = skep({"diff", "t/1", "t/2"});
  EXPECT_EQ(ran.code, 10);
  EXPECT_EQ(ran.err, "");
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 16U) << ran.out;
  EXPECT_EQ(lines[0], "t/1 (1 output) and t/2 (2 outputs) part at output 1, by its body:");
  EXPECT_EQ(lines[1], "  t/1: writer's final " + left_);
  EXPECT_EQ(lines[2], "  t/2: writer's final " + right_);
  EXPECT_TRUE(lines[5].ends_with("  writer")) << lines[5];
  EXPECT_TRUE(lines[6].ends_with("  editor")) << lines[6];
  EXPECT_EQ(lines[8], "--- t/1 writer final " + left_);
  EXPECT_EQ(lines[9], "+++ t/2 writer final " + right_);
  EXPECT_EQ(lines[10], "@@ -1,3 +1,3 @@");
  EXPECT_EQ(lines[12], "-x");
  EXPECT_EQ(lines[13], "+y\\x1b[31m");
  EXPECT_EQ(lines[15], "Only in t/2: editor final " + added_);
}

TEST_F(DiffTest, EqualRuns) {
  fill();
  const Ran ran = skep({"diff", "t/1", "t/1"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "t/1 and t/1 are equal: 1 output\n");
}

TEST_F(DiffTest, SummaryContextAndJson) {
  fill();
  const Ran summary = skep({"diff", "t/1", "t/2", "--summary"});
  EXPECT_EQ(summary.code, 10);
  EXPECT_EQ(lines_of(summary.out).size(), 7U) << summary.out;
  const Ran bare = skep({"diff", "t/1", "t/2", "--context", "0"});
  EXPECT_NE(bare.out.find("@@ -2 +2 @@\n-x\n+y"), std::string::npos) << bare.out;
  const Ran json = skep({"diff", "t/1", "t/2", "--json"});
  EXPECT_EQ(json.code, 10);
  const auto diff = boost::json::parse(json.out);
  EXPECT_EQ(diff.at_pointer("/divergence/what"), "body");
  EXPECT_EQ(diff.at_pointer("/producers/1/only_right_count"), 1);
  EXPECT_EQ(skep({"diff", "t/1", "t/2", "--context", "1001"}).code, 2);
}

TEST_F(DiffTest, ColoursOnATerminalOnly) {
  fill();
  const Ran ran = skep_on_terminal({"diff", "t/1", "t/2"});
  EXPECT_NE(ran.out.find("\x1b[31m-x\x1b[0m"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("\x1b[32m+y\\x1b[31m\x1b[0m"), std::string::npos) << ran.out;
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(skep_on_terminal({"diff", "t/1", "t/2"}).out.find('\x1b'), std::string::npos);
  ::unsetenv("NO_COLOR");
}

TEST_F(DiffTest, WhatIsNotThere) {
  fill();
  const Ran ran = skep({"diff", "t/1", "t/3"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("attempt 3 of task 't'"), std::string::npos) << ran.err;
  EXPECT_EQ(skep({"diff", "t/1", "t"}).code, 2);
  EXPECT_EQ(skep({"diff", "t/1"}).code, 2);
}

TEST_F(DiffTest, DamageIsNamed) {
  fill();
  execute("UPDATE outputs SET event_json = '{' WHERE id = '" + added_ + "'");
  const Ran ran = skep({"diff", "t/1", "t/2"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_NE(ran.err.find(added_), std::string::npos);
}

}  // namespace
}  // namespace skep::test
