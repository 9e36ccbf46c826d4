#include "interchange/line_reader.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace skep::interchange {
namespace {

std::vector<std::string> read_all(const std::string& text, std::size_t max_line_bytes = 1'000'000) {
  std::istringstream in(text);
  LineReader reader(in, max_line_bytes);
  std::vector<std::string> lines;
  for (;;) {
    auto line = reader.next();
    if (!line) {
      lines.push_back("error at " + std::to_string(reader.line_number()));
      return lines;
    }
    if (!*line) return lines;
    lines.push_back(**line);
  }
}

using Lines = std::vector<std::string>;

TEST(LineReaderTest, SplitsAtLineFeeds) {
  EXPECT_EQ(read_all(""), Lines());
  EXPECT_EQ(read_all("\n"), Lines{""});
  EXPECT_EQ(read_all("a\n\nb"), (Lines{"a", "", "b"}));
  EXPECT_EQ(read_all("a\r\nb\n"), (Lines{"a\r", "b"}));
  EXPECT_EQ(read_all(std::string("a\0b\n", 4)), (Lines{std::string("a\0b", 3)}));
}

TEST(LineReaderTest, LinesCrossBlocks) {
  const std::string big(200'000, 'x');
  EXPECT_EQ(read_all(big + "\n" + big + "\ny"), (Lines{big, big, "y"}));
}

TEST(LineReaderTest, TheLimitHoldsForALine) {
  EXPECT_EQ(read_all("123\n123\n", 3), (Lines{"123", "123"}));
  EXPECT_EQ(read_all("123\n1234\n", 3), (Lines{"123", "error at 2"}));
  EXPECT_EQ(read_all(std::string(300'000, 'x'), 200'000), Lines{"error at 1"});
}

TEST(LineReaderTest, CountsWhatItConsumed) {
  std::istringstream in("ab\nc");
  LineReader reader(in, 10);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.consumed_bytes(), 3U);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.consumed_bytes(), 4U);
  EXPECT_EQ(reader.line_number(), 2U);
}

TEST(LineReaderTest, AStreamThatFailsIsAnIoFault) {
  std::istringstream in("ab\nc");
  in.setstate(std::ios::badbit);
  LineReader reader(in, 10);
  const auto line = reader.next();
  ASSERT_FALSE(line);
  EXPECT_TRUE(line.error().is_io);
}

}  // namespace
}  // namespace skep::interchange
