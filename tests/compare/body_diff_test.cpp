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

OutputEvent final_json(std::string text) {
  return Final(Inline(JsonText::parse(std::move(text)).value()), true);
}

TEST(FingerprintTest, ItSaysHowLargeAnEventIsToRead) {
  const auto event = final_json(R"({"b": [1, {}, "x\"y"]})");
  const auto whole = readable(event, 1'000);
  EXPECT_EQ(fingerprint(event).body_bytes, whole.body.size());
  EXPECT_EQ(fingerprint(event).head_bytes, whole.head.size());
  EXPECT_EQ(fingerprint(event).digest, fingerprint(final_json(R"({"b":[1,{},"x\"y"]})")).digest);
  EXPECT_NE(fingerprint(event).digest, fingerprint(final_json(R"({"b":[1,{},"xy"]})")).digest);
  const auto named = Artifact("name", Inline(JsonText::parse("1").value()));
  EXPECT_EQ(fingerprint(named).head_bytes, std::string("artifact name, JSON").size());
}

TEST(FingerprintTest, LongTextsCountWhole) {
  std::string text(200'000, 'x');
  const auto of = [](const std::string& body) {
    return fingerprint(Final(Inline(JsonText::from_string(body).value()), true));
  };
  const auto before = of(text);
  EXPECT_EQ(before.body_bytes, text.size());
  for (const std::size_t at : {0U, 65'535U, 65'536U, 131'072U, 199'999U}) {
    text[at] = 'y';
    EXPECT_NE(of(text).digest, before.digest) << at;
    text[at] = 'x';
  }
}

TEST(ReadableTest, NoMoreIsSpreadThanIsAskedFor) {
  std::string nested = "[";
  for (int i = 0; i < 10'000; ++i) nested += std::string(50, '[') + std::string(50, ']') + ',';
  nested += "0]";
  const auto event = final_json(nested);
  EXPECT_GT(fingerprint(event).body_bytes, 30 * nested.size());
  const auto body = readable(event, 5'000).body;
  EXPECT_GT(body.size(), 5'000U);
  EXPECT_LT(body.size(), 5'100U);
  EXPECT_EQ(readable(final_json('"' + std::string(1'000, 'x') + '"'), 100).body.size(), 101U);
}

}  // namespace
}  // namespace skep::compare
