// What a terminal gets to see.
#include "cli/cli_fixture.hpp"

namespace skep::test {
namespace {

class TerminalTest : public CliTest {};

TEST_F(TerminalTest, EvenABodyAloneIsHarmless) {
  const auto ref = emit("a", "x\x1b[2J\x07y");
  const Ran ran = skep_on_terminal({"get", ref, "--body"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "x\\x1b[2J\\x07y\r\n");
}

TEST_F(TerminalTest, LinesFitAndHeadingsAreDim) {
  (void)emit("a", std::string(300, 'x'));
  const Ran ran = skep_on_terminal({"list", "--task", "t", "--attempt", "1"});
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with("\x1b[2mref"));
  EXPECT_EQ(lines[1].size(), 80U + 2 + 1);  // "…" has two bytes more; then the carriage return.
}

TEST_F(TerminalTest, NoColor) {
  (void)emit("a", "x");
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(skep_on_terminal({"list"}).out.find('\x1b'), std::string::npos);
  ::unsetenv("NO_COLOR");
}

TEST_F(TerminalTest, NothingToEmit) {
  const Ran ran = skep_on_terminal({"emit", "--task", "t", "--agent", "a"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_TRUE(ran.out.starts_with("skep: nothing to emit")) << ran.out;
}

TEST_F(TerminalTest, AnExportShowsHowFarItIs) {
  (void)emit("a", "x");
  const Ran ran = skep_on_terminal({"export", "file"});
  EXPECT_NE(ran.out.find("exporting ["), std::string::npos) << ran.out;
  EXPECT_TRUE(ran.out.ends_with("\r\x1b[Kexported 1 record\r\n")) << ran.out;
}

}  // namespace
}  // namespace skep::test
