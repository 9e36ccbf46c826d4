// What `skep get` and `skep latest` show.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class ShowTest : public CliTest {};

TEST_F(ShowTest, AReadableRecord) {
  const auto parent = emit("writer", "draft");
  const auto ref = emit("editor", "line 1\nline 2\n", {"--parent", parent, "--not-ok"});
  const Ran ran = skep({"get", ref});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 10U) << ran.out;
  EXPECT_EQ(lines[0], "ref      " + ref);
  EXPECT_EQ(lines[1], "task     t");
  EXPECT_EQ(lines[2], "attempt  1");
  EXPECT_EQ(lines[3], "agent    editor");
  EXPECT_EQ(lines[4], "type     final, not ok");
  EXPECT_EQ(lines[5], "parent   " + parent);
  EXPECT_TRUE(lines[6].starts_with("time     20") && lines[6].ends_with(" UTC")) << lines[6];
  EXPECT_EQ(lines[7], "");
  EXPECT_EQ(lines[8], "line 1");
  EXPECT_EQ(lines[9], "line 2");
  EXPECT_EQ(ran.err, "");
}

TEST_F(ShowTest, TheBodyAloneByteForByte) {
  const std::string text = "no line end, \x1b[31m, \xe6\x97\xa5, \t\r\n.";
  EXPECT_EQ(skep({"get", emit("a", text), "--body"}).out, text);
  const std::string value = "{ \"b\": 1.0,\n  \"a\": 1e2 }";
  EXPECT_EQ(skep({"get", emit("a", value, {"--value", "-"}), "--body"}).out, value);
}

TEST_F(ShowTest, TheRecordAsJson) {
  const auto ref = emit("a", "x");
  const auto record = boost::json::parse(skep({"get", ref, "--json"}).out);
  EXPECT_EQ(record.at("id"), boost::json::value(ref));
  EXPECT_EQ(record.at("seq"), 1);
}

TEST_F(ShowTest, ControlCharactersAreSpelledOut) {
  const auto ref = emit("evil\x1b]0;title\x07",
                        "a\x1b[2Jb\rc\xc2\x9b"
                        "d\xe2\x80\xae"
                        "e\ttab");
  const Ran ran = skep({"get", ref});
  EXPECT_EQ(ran.out.find_first_of("\x1b\x07\r"), std::string::npos);
  EXPECT_NE(ran.out.find("agent    evil\\x1b]0;title\\x07\n"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("a\\x1b[2Jb\\rc\\x9bd\\u202ee\ttab\n"), std::string::npos) << ran.out;
}

TEST_F(ShowTest, AFileAndAProgressEvent) {
  const auto file = emit("a", "", {"--link", "/x/y", "--mime", "m/n"});
  EXPECT_TRUE(skep({"get", file}).out.ends_with("\n\nfile /x/y (m/n)\n"));
  const auto progress = emit("a", "", {"--type", "progress", "--stage", "s", "--note", "n"});
  EXPECT_TRUE(skep({"get", progress}).out.ends_with("\n\ns\nn\n"));
}

TEST_F(ShowTest, TheLatestOfAnAgent) {
  (void)emit("a", "one");
  (void)emit("a", "two");
  (void)emit("a", "three", {"--attempt", "2"});
  (void)emit("b", "four");
  EXPECT_EQ(skep({"latest", "a", "--body"}).out, "three");
  EXPECT_EQ(skep({"latest", "a", "--task", "t", "--body"}).out, "two");
  EXPECT_EQ(skep({"latest", "a", "--task", "t", "--attempt", "2", "--body"}).out, "three");
}

}  // namespace
}  // namespace skep::test
