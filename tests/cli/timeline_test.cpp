// `skep show RUN`.
#include "cli/cli_fixture.hpp"

#include <algorithm>

namespace skep::test {
namespace {

class TimelineTest : public CliTest {};

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (const auto& line : lines_of(text)) most = std::max(most, line.size());
  return most;
}

TEST_F(TimelineTest, TellsWhoEmittedWhat) {
  const auto draft = emit("writer", "draft", {"--type", "artifact", "--name", "draft.md"});
  (void)emit("writer", "", {"--type", "progress", "--stage", "reading", "--note", "a\nb"});
  const auto last = emit("editor", "one\n\ntwo\n", {"--parent", draft, "--not-ok"});
  (void)emit("editor", "", {"--link", "/p", "--mime", "text/plain"});
  const Ran ran = skep({"show", "t/1"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 14U) << ran.out;
  EXPECT_TRUE(lines[0].starts_with("began 20") && lines[0].ends_with(" UTC")) << lines[0];
  EXPECT_EQ(lines[2], "+0.0 s    writer  artifact draft.md, 5 B  " + draft);
  EXPECT_EQ(lines[3], "          draft");
  EXPECT_TRUE(lines[4].ends_with("writer: reading: a b")) << lines[4];
  EXPECT_TRUE(lines[6].ends_with("editor  final, not ok, 9 B  " + last)) << lines[6];
  EXPECT_EQ(lines[7], "          from " + draft);
  EXPECT_EQ(lines[8], "          one");
  EXPECT_EQ(lines[9], "");
  EXPECT_EQ(lines[10], "          two");
  EXPECT_EQ(lines[13], "          file /p (text/plain)");
}

TEST_F(TimelineTest, ShowsTheFirstLinesOrAllOfThem) {
  std::string words;
  for (int i = 0; i < 200; ++i) words += "word" + std::to_string(i) + " ";
  (void)emit("a", words + std::string(300, 'x'));
  const Ran shortly = skep({"show", "t/1"});
  EXPECT_EQ(lines_of(shortly.out).size(), 3U + 6 + 1);
  EXPECT_TRUE(shortly.out.ends_with("          …\n"));
  EXPECT_LE(widest(shortly.out), 100U);
  const Ran full = skep({"show", "t/1", "--full"});
  EXPECT_LE(widest(full.out), 100U);
  EXPECT_NE(full.out.find("word199"), std::string::npos);
  EXPECT_EQ(std::ranges::count(full.out, 'x'), 300);
}

TEST_F(TimelineTest, ControlCharactersAreHarmless) {
  (void)emit("a\x1b[31m", "red \x1b[31m and \xe2\x80\xae");
  const Ran ran = skep({"show", "t/1"});
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  EXPECT_NE(ran.out.find("red \\x1b[31m and \\u202e"), std::string::npos) << ran.out;
  EXPECT_NE(skep_on_terminal({"show", "t/1"}).out.find("\x1b[1ma\\x1b[31m\x1b[0m"),
            std::string::npos);
}

TEST_F(TimelineTest, ManyOutputsComePageByPage) {
  (void)emit("a", "first");
  execute(
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 350) "
      "INSERT INTO outputs SELECT 'r' || i, task_id, attempt, producer_agent, event_json, "
      "parent_refs_json, i, NULL FROM outputs, n");
  const auto lines = lines_of(skep({"show", "t/1"}).out);
  EXPECT_EQ(lines.size(), 1U + 3 * 350);
  EXPECT_TRUE(lines.back().ends_with("first"));
}

TEST_F(TimelineTest, AsJsonItIsTheRecords) {
  (void)emit("a", "x");
  EXPECT_EQ(skep({"show", "t/1", "--json"}).out,
            skep({"list", "--task", "t", "--attempt", "1", "--json"}).out);
}

TEST_F(TimelineTest, TheLastSlashEndsTheTask) {
  ASSERT_EQ(skep({"emit", "--task", "a/2", "--agent", "x", "deep"}).code, 0);
  EXPECT_NE(skep({"show", "a/2/1"}).out.find("deep"), std::string::npos);
  const Ran missing = skep({"show", "a/2"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_NE(missing.err.find("attempt 2 of task 'a'"), std::string::npos) << missing.err;
  for (const std::string wrong : {"a", "a/", "a/x", "a/-1", "a/4294967296", "a/1 "}) {
    EXPECT_EQ(skep({"show", wrong}).code, 2) << wrong;
  }
  const Ran ref = skep({"show", "out-1a2b3c4d5e"});
  EXPECT_NE(ref.err.find("skep get"), std::string::npos) << ref.err;
}

TEST_F(TimelineTest, DamageIsNamedAtTheEnd) {
  (void)emit("a", "x");
  const auto bad = emit("a", "y");
  execute("UPDATE outputs SET event_json = '{' WHERE id = '" + bad + "'");
  const Ran ran = skep({"show", "t/1"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_NE(ran.err.find(bad), std::string::npos);
  EXPECT_NE(ran.out.find("          x"), std::string::npos);
}

}  // namespace
}  // namespace skep::test
