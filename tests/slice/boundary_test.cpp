#include "slice/boundary.hpp"

#include <gtest/gtest.h>

namespace skep::test {
namespace {

using slice::sensible_begin;
using slice::sensible_end;

std::string_view head(std::string_view text) { return text.substr(0, sensible_end(text)); }
std::string_view tail(std::string_view text) { return text.substr(sensible_begin(text)); }

TEST(BoundaryTest, AParagraphIsBetterThanALineASentenceAWord) {
  const std::string start(90, 'x');
  EXPECT_EQ(head(start + "a\n\nb\nc. d e"), start + "a\n\n");
  EXPECT_EQ(head(start + "a\r\n\r\nb\nc. d e"), start + "a\r\n\r\n");
  EXPECT_EQ(head(start + "a b\nc. d e"), start + "a b\n");
  EXPECT_EQ(head(start + "a b c. d e"), start + "a b c. ");
  EXPECT_EQ(head(start + "a b c.\" d e"), start + "a b c.\" ");
  EXPECT_EQ(head(start + "a b c d"), start + "a b c ");
  EXPECT_EQ(head(start + "a,b,c"), start + "a,b,");
  EXPECT_EQ(head(start + "蜂。蜂"), start + "蜂。");
  EXPECT_EQ(head(start + "abc"), start + "abc");
}

TEST(BoundaryTest, LooksOnlyNearTheEnd) {
  const std::string far = "a\n\n" + std::string(100, 'x');
  EXPECT_EQ(head(far), far);
  EXPECT_EQ(head("a b"), "a b");
  EXPECT_EQ(head(""), "");
}

TEST(BoundaryTest, ATailBeginsWhereItReadsWell) {
  const std::string end(90, 'x');
  EXPECT_EQ(tail("a b\nc\n\nd e " + end), "d e " + end);
  EXPECT_EQ(tail("a b\nc. d e " + end), "c. d e " + end);
  EXPECT_EQ(tail("ab cd " + end), "cd " + end);
  EXPECT_EQ(tail("abcd" + end), "abcd" + end);
  EXPECT_EQ(tail(""), "");
}

}  // namespace
}  // namespace skep::test
