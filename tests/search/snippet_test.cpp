#include "search/snippet.hpp"

#include "search/matcher.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace skep::search {
namespace {

Snippet snippet(std::string_view words, std::string_view text, std::size_t max_chars) {
  const Matcher matcher(parse_words(words).value());
  return make_snippet(text, matcher.ranges(text), max_chars);
}

std::vector<std::string> marked(const Snippet& snippet) {
  std::vector<std::string> parts;
  for (const TextRange& match : snippet.matches) {
    parts.push_back(snippet.text.substr(match.begin, match.length));
  }
  return parts;
}

using Parts = std::vector<std::string>;

TEST(SnippetTest, AShortTextIsShownWhole) {
  const auto shown = snippet("dance", "Bees\n  dance.\tThey dance!\n", 100);
  EXPECT_EQ(shown.text, "Bees dance. They dance!");
  EXPECT_EQ(marked(shown), (Parts{"dance", "dance"}));
  EXPECT_FALSE(shown.is_cut_before);
  EXPECT_FALSE(shown.is_cut_after);
}

TEST(SnippetTest, OfALongTextWhatIsFoundIsShown) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "filler ";
  text += "the waggle   dance of bees ";
  for (int i = 0; i < 100; ++i) text += "filler ";
  const auto shown = snippet("\"waggle dance\" bee*", text, 60);
  EXPECT_EQ(marked(shown), (Parts{"waggle dance", "bees"}));
  EXPECT_TRUE(shown.is_cut_before);
  EXPECT_TRUE(shown.is_cut_after);
  EXPECT_LE(shown.text.size(), 60U);
  EXPECT_GE(shown.text.size(), 40U);
  EXPECT_TRUE(shown.text.starts_with("filler") || shown.text.starts_with("the")) << shown.text;
  EXPECT_FALSE(shown.text.ends_with("fil")) << shown.text;
}

TEST(SnippetTest, ThePlaceWithMostIsShown) {
  const std::string gap(300, '.');
  const auto shown = snippet("a b c", "a " + gap + " a b c " + gap + " b", 40);
  EXPECT_EQ(marked(shown), (Parts{"a", "b", "c"}));
}

TEST(SnippetTest, WithoutMatchesTheBeginningIsShown) {
  const auto shown = make_snippet("one two three four", {}, 9);
  EXPECT_EQ(shown.text, "one two");
  EXPECT_TRUE(shown.is_cut_after);
}

TEST(SnippetTest, AMatchThatIsTooLongIsCut) {
  const auto shown = snippet("\"aaaa bbbb cccc\"", "x aaaa bbbb cccc y", 6);
  EXPECT_EQ(shown.text, "aaaa b");
  EXPECT_EQ(marked(shown), (Parts{"aaaa b"}));
}

TEST(SnippetTest, NoneIsAsked) { EXPECT_EQ(snippet("a", "a b", 0), Snippet()); }

TEST(SnippetTest, WhateverTheTextItIsWithinItsLimitsAndWhole) {
  const bool holds = rc::check([] {
    const auto piece = rc::gen::element<std::string>("a", "bb", " ", "\n", "\u00e9", "\u6771",
                                                     "ccc", "\U0001F41D", ".");
    const auto pieces = *rc::gen::container<std::vector<std::string>>(piece);
    std::string text;
    for (const auto& part : pieces) text += part;
    const auto max_chars = *rc::gen::inRange<std::size_t>(1, 30);
    const auto shown = snippet("a OR bb OR \u6771", text, max_chars);
    const auto chars = std::ranges::count_if(
        shown.text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    RC_ASSERT(static_cast<std::size_t>(chars) <= max_chars);
    std::size_t end = 0;
    for (const TextRange& match : shown.matches) {
      RC_ASSERT(match.begin >= end);
      RC_ASSERT(match.length > 0U);
      end = match.begin + match.length;
      RC_ASSERT(end <= shown.text.size());
      RC_ASSERT(!tokens_of(shown.text.substr(match.begin, match.length)).empty());
    }
    const Matcher matcher(parse_words("a OR bb OR \u6771").value());
    RC_ASSERT(matcher.ranges(text).empty() || !shown.matches.empty());
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace skep::search
