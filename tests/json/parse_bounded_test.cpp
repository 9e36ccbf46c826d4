#include "json/parse_bounded.hpp"
#include "support/expect.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace skep::json {
namespace {

constexpr std::size_t kDepth = 64;

std::string zeros(std::size_t count) {
  std::string text = "[0";
  for (std::size_t i = 1; i < count; ++i) text += ",0";
  return text + ']';
}

TEST(ParseBoundedTest, ReadsWhatThereIsRoomFor) {
  const std::string text = zeros(100'000);
  const auto value = parse_bounded(text, kDepth);
  ASSERT_TRUE(test::is_ok(value));
  EXPECT_EQ(boost::json::serialize(*value), text);
}

TEST(ParseBoundedTest, ReadsObjects) {
  const std::string text = R"({"a long name of a member":{"b":[null,true]},"c":"d"})";
  const auto value = parse_bounded(text, kDepth);
  ASSERT_TRUE(test::is_ok(value));
  EXPECT_EQ(boost::json::serialize(*value), text);
}

TEST(ParseBoundedTest, ReadsALargeTextThatIsFullOfEscapes) {
  std::string text = "\"";
  for (int i = 0; i < 4'000'000; ++i) text += R"(\n)";
  text += '"';
  const auto value = parse_bounded(text, kDepth);
  ASSERT_TRUE(test::is_ok(value));
  EXPECT_EQ(value->as_string().size(), 4'000'000U);
}

TEST(ParseBoundedTest, RefusesSmallValuesThatWouldTakeTwelveTimesTheirText) {
  EXPECT_TRUE(test::is_error(parse_bounded(zeros(6'000'000), kDepth), ErrorKind::kTooLarge));
}

TEST(ParseBoundedTest, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "[1,]", "1 2", "nul"}) {
    EXPECT_TRUE(test::is_error(parse_bounded(text, kDepth), ErrorKind::kInvalidArgument)) << text;
  }
}

TEST(ParseBoundedTest, RefusesWhatIsTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(test::is_ok(parse_bounded(nested(kDepth), kDepth)));
  EXPECT_TRUE(
      test::is_error(parse_bounded(nested(kDepth + 1), kDepth), ErrorKind::kInvalidArgument));
}

}  // namespace
}  // namespace skep::json
