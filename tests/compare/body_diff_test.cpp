// Line diffs: applied to the left text they give the right one.
#include "compare/body_diff.hpp"

#include "compare/lines.hpp"
#include "compare/readable.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace skep::compare {
namespace {

std::size_t index_of(std::size_t line, std::size_t count) { return count == 0 ? line : line - 1; }

// As patch(1) does it: what the hunks say is there must be there.
std::string apply(const BodyDiff& diff, const std::string& text) {
  const auto lines = lines_of(text);
  std::vector<std::string> result;
  std::size_t at = 0;
  for (const auto& hunk : diff.hunks) {
    const std::size_t start = index_of(hunk.left_line, hunk.left_count);
    RC_ASSERT(start >= at);
    for (; at < start; ++at) result.emplace_back(lines[at]);
    RC_ASSERT(index_of(hunk.right_line, hunk.right_count) == result.size());
    std::size_t left_count = 0;
    std::size_t right_count = 0;
    for (const auto& line : hunk.lines) {
      if (line[0] != '+') {
        RC_ASSERT(at < lines.size());
        RC_ASSERT(line.substr(1) == lines[at++]);
        ++left_count;
      }
      if (line[0] != '-') {
        result.push_back(line.substr(1));
        ++right_count;
      }
    }
    RC_ASSERT(left_count == hunk.left_count);
    RC_ASSERT(right_count == hunk.right_count);
  }
  for (; at < lines.size(); ++at) result.emplace_back(lines[at]);
  std::string joined;
  for (std::size_t i = 0; i < result.size(); ++i) joined += (i == 0 ? "" : "\n") + result[i];
  return joined;
}

rc::Gen<std::string> texts() {
  return rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\n\n\n")));
}

RC_GTEST_PROP(BodyDiffTest, AppliedToTheLeftTextGivesTheRightOne, ()) {
  const auto left = *texts();
  const auto right = *texts();
  const auto context = *rc::gen::inRange<std::size_t>(0, 4);
  const auto max_edits = *rc::gen::elementOf(std::vector<std::size_t>{0, 2, 1'000});
  const auto diff = diff_texts(left, right, context, max_edits);
  RC_ASSERT(apply(diff, left) == right);
  RC_ASSERT(diff.hunks.empty() == (left == right));
}

RC_GTEST_PROP(BodyDiffTest, HunksShowNoMoreContextThanAskedFor, ()) {
  const auto left = *texts();
  const auto right = *texts();
  const auto context = *rc::gen::inRange<std::size_t>(0, 3);
  for (const auto& hunk : diff_texts(left, right, context).hunks) {
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const auto& line : hunk.lines) {
      run = line[0] == ' ' ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    RC_ASSERT(longest <= 2 * context);
    RC_ASSERT(run <= context);
  }
}

TEST(BodyDiffTest, ReadsAsDiffWritesIt) {
  const auto diff = diff_texts("a\nb\nc\nd\ne", "a\nb\nC\nd\ne\nf", 1);
  ASSERT_EQ(diff.hunks.size(), 1U);
  const auto& hunk = diff.hunks[0];
  EXPECT_EQ(hunk.lines, (std::vector<std::string>{" b", "-c", "+C", " d", " e", "+f"}));
  EXPECT_EQ(hunk.left_line, 2U);
  EXPECT_EQ(hunk.left_count, 4U);
  EXPECT_EQ(hunk.right_line, 2U);
  EXPECT_EQ(hunk.right_count, 5U);
}

TEST(ReadableTest, JsonHasAMemberALine) {
  EXPECT_EQ(spread_json(R"({"b":1.0,"a":[1e2,{}, [ ] ],"c{,":"x:\",y"})"),
            "{\n  \"b\": 1.0,\n  \"a\": [\n    1e2,\n    {},\n    []\n  ],\n"
            "  \"c{,\": \"x:\\\",y\"\n}");
  EXPECT_EQ(spread_json("{ \"a\" : 1 }"), spread_json("{\"a\":1}"));
  EXPECT_EQ(spread_json("null"), "null");
  EXPECT_EQ(spread_json("\"cut \\"), "\"cut \\");  // Stored by another program.
}

TEST(ReadableTest, DeepNestingIsNotIndentedWithoutEnd) {
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  EXPECT_LT(spread_json(deep).size(), 10'000U * 2 * 70);
}

}  // namespace
}  // namespace skep::compare
