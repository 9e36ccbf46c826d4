#include "slice/slice_fixture.hpp"

namespace skep::test {
namespace {

constexpr std::string_view kLetters = "a\nB\nc\nd\ne\nbb\ng\n";

TEST(GrepTest, ShowsLinesWithNumbers) {
  EXPECT_EQ(shown(kLetters, {{"grep", "b"}}), "6:bb\n");
  EXPECT_EQ(shown(kLetters, {{"grep", "b"}, {"ignore_case", "true"}}), "2:B\n6:bb\n");
  EXPECT_EQ(shown(kLetters, {{"grep", "^[ag]$"}}), "1:a\n7:g\n");
  EXPECT_EQ(shown(kLetters, {{"grep", "x"}}), "");
  EXPECT_EQ(shown("a\nb", {{"grep", "b"}}), "2:b\n");
  EXPECT_EQ(shown("", {{"grep", ""}}), "");
}

TEST(GrepTest, WithContext) {
  EXPECT_EQ(shown(kLetters, {{"grep", "bb"}, {"context", "1"}}), "5-e\n6:bb\n7-g\n");
  EXPECT_EQ(shown(kLetters, {{"grep", "[Bb]"}, {"context", "1"}}),
            "1-a\n2:B\n3-c\n--\n5-e\n6:bb\n7-g\n");
  EXPECT_EQ(shown(kLetters, {{"grep", "[Bb]"}, {"context", "2"}}),
            "1-a\n2:B\n3-c\n4-d\n5-e\n6:bb\n7-g\n");
  EXPECT_EQ(shown("x\nx\ny\n", {{"grep", "x"}, {"context", "5"}}), "1:x\n2:x\n3-y\n");
}

TEST(GrepTest, NeverMatchesAcrossLines) {
  EXPECT_EQ(shown(kLetters, {{"grep", "a.*B"}}), "");
  EXPECT_EQ(shown(kLetters, {{"grep", "a\\nB"}}), "");
  EXPECT_EQ(shown(kLetters, {{"grep", "a[^x]B"}}), "");
  EXPECT_EQ(shown("a\n\nb\n", {{"grep", "^$"}}), "2:\n");
  EXPECT_EQ(shown("a\n", {{"grep", "x*"}}), "1:a\n");
  EXPECT_EQ(shown("a\nb", {{"grep", "$"}}), "1:a\n2:b\n");
  EXPECT_EQ(shown("a\nab\n", {{"grep", "\\Aa"}}), "1:a\n");
}

TEST(GrepTest, TellsWhatItFound) {
  const Slice part = slice_of("one\nt\u00e9o two\n", query({{"grep", "two"}})).value();
  EXPECT_EQ(part.matches, (std::vector<SliceMatch>{{2, 9, 3}}));
  EXPECT_EQ(part.begin_byte, 0U);
  EXPECT_EQ(part.end_byte, 13U);
  EXPECT_EQ(part.first_line, 1U);
  EXPECT_EQ(part.last_line, 2U);
  EXPECT_EQ(part.total_lines, 2U);
  EXPECT_FALSE(part.next);
  EXPECT_EQ(part.summary, "1 match in all of it: 2 lines, 13 bytes");
}

TEST(GrepTest, ABudgetThatCutsTellsHowToReadOn) {
  std::string text;
  for (int i = 1; i <= 100; ++i) text += "line " + std::to_string(i) + "\n";
  std::string found;
  std::size_t match_count = 0;
  for (const Slice& part : slices_of(text, query({{"grep", "e .*5"}, {"max_chars", "100"}}))) {
    EXPECT_LE(part.text.size(), 100U);
    found += part.text;
    match_count += part.matches.size();
    if (part.next) {
      EXPECT_EQ(part.remaining_bytes, text.size() - part.end_byte);
    }
  }
  EXPECT_EQ(match_count, 19U);
  EXPECT_EQ(found, shown(text, {{"grep", "e .*5"}}));
}

TEST(GrepTest, StopsAfterSoManyMatches) {
  const Slice part = slice_of("x\nx\ny\nx\n", query({{"grep", "x"}, {"max_matches", "2"}})).value();
  EXPECT_EQ(part.text, "1:x\n2:x\n");
  ASSERT_TRUE(part.next);
  EXPECT_EQ(slice_of("x\nx\ny\nx\n", *part.next).value().text, "4:x\n");
  EXPECT_FALSE(slice_of("x\nx\n", query({{"grep", "x"}, {"max_matches", "2"}})).value().next);
}

TEST(GrepTest, ContextOfTheNextSliceIsNotLost) {
  const std::string text = "x\n1\n2\n3\n4\nx\n5\n";
  const auto slices =
      slices_of(text, query({{"grep", "x"}, {"context", "2"}, {"max_matches", "1"}}));
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0].text, "1:x\n2-1\n3-2\n");
  EXPECT_EQ(slices[1].text, "4-3\n5-4\n6:x\n7-5\n");
}

TEST(GrepTest, ALongLineIsShownAroundTheMatch) {
  const std::string text =
      "short\n" + std::string(3'000, 'a') + "needle" + std::string(900, 'b') + "\n";
  const Slice part = slice_of(text, query({{"grep", "needle"}})).value();
  EXPECT_TRUE(part.text.starts_with("2:…aaa")) << part.text;
  EXPECT_TRUE(part.text.ends_with("bbb…\n")) << part.text;
  EXPECT_NE(part.text.find("needle"), std::string::npos);
  EXPECT_LT(part.text.size(), 520U);
  EXPECT_EQ(part.matches, (std::vector<SliceMatch>{{2, 3'006, 6}}));
}

TEST(GrepTest, ALineWithoutEndIsSearchedInPieces) {
  std::string text;
  std::vector<std::uint64_t> places;
  for (int i = 0; i < 40; ++i) {
    text += std::string(static_cast<std::size_t>(9'000 + i * 37), 'a');
    places.push_back(text.size());
    text += "n" + std::string(900, 'e') + "dle";
  }
  text += "\nneedle\n";
  const Slice part = slice_of(text, query({{"grep", "ne+dle"}, {"max_chars", "100000"}})).value();
  std::vector<std::uint64_t> found;
  for (const SliceMatch& match : part.matches) {
    found.push_back(match.byte);
    EXPECT_EQ(match.line, match.byte > places.back() ? 2U : 1U);
  }
  places.push_back(text.size() - 7);
  EXPECT_EQ(found, places);
  EXPECT_EQ(shown(text, {{"grep", "^ne"}}), "2:needle\n");
  EXPECT_EQ(slice_of(text, query({{"grep", "e$"}})).value().matches.size(), 2U);
}

TEST(GrepTest, ABadPatternIsNamed) {
  EXPECT_EQ(shown("x", {{"grep", "ab(c"}}),
            "invalid_argument: the pattern is not a regular expression of RE2: missing ): ab(c, at "
            "byte 0");
  EXPECT_NE(shown("x", {{"grep", "ab[[:nope:]]"}}).find("at byte 3"), std::string::npos);
  EXPECT_NE(shown("x", {{"grep", "(?=a)"}}).find("invalid_argument"), std::string::npos);
  EXPECT_NE(shown("x", {{"grep", "((a{100}){100}){100}"}}).find("invalid_argument"),
            std::string::npos);
}

TEST(GrepTest, APatternThatWouldTakeSecondsIsRefused) {
  EXPECT_NE(shown("x", {{"grep", "a.{1000}b|a.{999}b"}}).find("the pattern is too large"),
            std::string::npos);
  EXPECT_EQ(shown("x", {{"grep", R"(\pL{1,8})"}}), "1:x\n");
}

TEST(GrepTest, WhatMatchesBytesIsRefused) {
  for (const char* pattern : {R"(\C)", R"(a\C*B)", R"(\\\C)", R"(\Q\C\E\C)", R"((a|\C))"}) {
    EXPECT_NE(shown("a\nB\n", {{"grep", pattern}}).find("invalid_argument: the pattern has \\C"),
              std::string::npos)
        << pattern;
  }
  EXPECT_NE(shown("x", {{"grep", R"(ab\C)"}}).find("at byte 2"), std::string::npos);
  EXPECT_EQ(shown("a\\C\n", {{"grep", R"(\\C)"}}), "1:a\\C\n");
  EXPECT_EQ(shown("a\\C\n", {{"grep", R"(\Q\C)"}}), "1:a\\C\n");
  EXPECT_EQ(shown("a\\C\n", {{"grep", R"(\Q\C\E$)"}}), "1:a\\C\n");
  EXPECT_EQ(shown("aC\n", {{"grep", R"(\pLC)"}}), "1:aC\n");
}

TEST(GrepTest, BeginsWhereItIsTold) {
  EXPECT_EQ(shown(kLetters, {{"grep", "."}, {"from_byte", "10"}}), "6:bb\n7:g\n");
  EXPECT_EQ(shown(kLetters, {{"grep", "."}, {"from_byte", "10"}, {"from_line", "60"}}),
            "60:bb\n61:g\n");
  EXPECT_EQ(shown(kLetters, {{"grep", "^b"}, {"from_byte", "11"}}), "");
  EXPECT_NE(shown(kLetters, {{"grep", "."}, {"from_byte", "99"}}).find("there is no byte 99"),
            std::string::npos);
}

TEST(GrepTest, TheFirstMatchFitsAnyBudget) {
  std::string text = std::string(2'000, 'c') + "\n" + std::string(2'000, 'm') + "needle\n";
  const Slice part =
      slice_of(text, query({{"grep", "needle"}, {"context", "3"}, {"max_chars", "100"}})).value();
  EXPECT_EQ(part.matches.size(), 1U);
  EXPECT_NE(part.text.find("needle"), std::string::npos);
}

}  // namespace
}  // namespace skep::test
