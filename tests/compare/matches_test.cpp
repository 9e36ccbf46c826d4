// What two sequences have in common: Myers' algorithm against the table that everybody knows.
#include "compare/matches.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace skep::compare {
namespace {

using Sequence = std::vector<std::uint32_t>;

std::size_t longest_common(const Sequence& a, const Sequence& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      table[i + 1][j + 1] =
          a[i] == b[j] ? table[i][j] + 1 : std::max(table[i][j + 1], table[i + 1][j]);
    }
  }
  return table[a.size()][b.size()];
}

std::size_t matched(const Matches& matches) {
  std::size_t count = 0;
  for (const auto& match : matches.list) count += match.count;
  return count;
}

// In order, apart, and equal.
void expect_sound(const Matches& matches, const Sequence& a, const Sequence& b) {
  std::size_t left = 0;
  std::size_t right = 0;
  for (const auto& match : matches.list) {
    RC_ASSERT(match.count > 0U);
    RC_ASSERT(match.left >= left);
    RC_ASSERT(match.right >= right);
    RC_ASSERT(left == 0U || match.left > left || match.right > right);
    RC_ASSERT(match.left + match.count <= a.size());
    RC_ASSERT(match.right + match.count <= b.size());
    for (std::size_t i = 0; i < match.count; ++i) {
      RC_ASSERT(a[match.left + i] == b[match.right + i]);
    }
    left = match.left + match.count;
    right = match.right + match.count;
  }
}

rc::Gen<Sequence> sequences() {
  return rc::gen::container<Sequence>(rc::gen::inRange<std::uint32_t>(0, 4));
}

RC_GTEST_PROP(MatchesTest, AreTheMostThereAre, ()) {
  const auto a = *sequences();
  const auto b = *sequences();
  const auto matches = find_matches(a, b, a.size() + b.size());
  RC_ASSERT(matches.is_longest);
  expect_sound(matches, a, b);
  RC_ASSERT(matched(matches) == longest_common(a, b));
}

RC_GTEST_PROP(MatchesTest, WithinALimitTheyAreTheMostOrSayTheyMayNotBe, ()) {
  const auto a = *sequences();
  const auto b = *sequences();
  const auto max_edits = *rc::gen::inRange<std::size_t>(0, 6);
  const auto matches = find_matches(a, b, max_edits);
  expect_sound(matches, a, b);
  const std::size_t most = longest_common(a, b);
  const std::size_t edits = a.size() + b.size() - 2 * most;
  // A side that is a part of the other needs no search, so no limit holds for it.
  if (edits <= max_edits) RC_ASSERT(matches.is_longest);
  if (matches.is_longest) RC_ASSERT(matched(matches) == most);
}

TEST(MatchesTest, BeyondTheLimitTheEndsStillMatch) {
  const Sequence a{1, 2, 3, 9, 4, 5};
  const Sequence b{1, 2, 8, 9, 7, 5};
  const auto matches = find_matches(a, b, 1);
  EXPECT_FALSE(matches.is_longest);
  EXPECT_EQ(matched(matches), 3U);
}

TEST(MatchesTest, LongSequencesThatShareNothingEndAtTheLimit) {
  Sequence a(100'000);
  Sequence b(100'000);
  std::iota(a.begin(), a.end(), 0U);
  std::iota(b.begin(), b.end(), 200'000U);
  const auto matches = find_matches(a, b, 1'000);
  EXPECT_FALSE(matches.is_longest);
  EXPECT_TRUE(matches.list.empty());
}

}  // namespace
}  // namespace skep::compare
