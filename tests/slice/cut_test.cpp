#include "slice/slice_fixture.hpp"

namespace skep::test {
namespace {

constexpr std::string_view kText = "one\ntwo\nthree\nfour\n";

TEST(CutTest, Lines) {
  EXPECT_EQ(shown(kText, {{"lines", "2-3"}}), "two\nthree\n");
  EXPECT_EQ(shown(kText, {{"lines", "1"}}), "one\n");
  EXPECT_EQ(shown(kText, {{"lines", "3-"}}), "three\nfour\n");
  EXPECT_EQ(shown(kText, {{"lines", "4-99"}}), "four\n");
  EXPECT_EQ(shown("a\nb", {{"lines", "2"}}), "b");
  EXPECT_EQ(shown("\n\nx", {{"lines", "2"}}), "\n");
  EXPECT_EQ(shown("", {{"lines", "1-"}}), "");
  EXPECT_EQ(shown(kText, {{"lines", "18446744073709551615"}}),
            "invalid_argument: there is no line 18446744073709551615: the content has 4 lines");
  EXPECT_EQ(shown(kText, {{"lines", "1-18446744073709551615"}}), kText);
}

TEST(CutTest, LinesBeyondTheEndAreAnError) {
  EXPECT_EQ(shown(kText, {{"lines", "5-"}}),
            "invalid_argument: there is no line 5: the content has 4 lines");
  EXPECT_EQ(shown("a\nb", {{"lines", "3"}}),
            "invalid_argument: there is no line 3: the content has 2 lines");
  EXPECT_EQ(shown("", {{"lines", "2"}}),
            "invalid_argument: there is no line 2: the content has 0 lines");
}

TEST(CutTest, Bytes) {
  EXPECT_EQ(shown(kText, {{"bytes", "0-2"}}), "one");
  EXPECT_EQ(shown(kText, {{"bytes", "14-"}}), "four\n");
  EXPECT_EQ(shown(kText, {{"bytes", "3"}}), "\n");
  EXPECT_EQ(shown(kText, {{"bytes", "17-18446744073709551615"}}), "r\n");
  EXPECT_EQ(shown("", {{"bytes", "0-"}}), "");
  EXPECT_EQ(shown(kText, {{"bytes", "19-"}}),
            "invalid_argument: there is no byte 19: the content has 19 bytes");
}

TEST(CutTest, ACharacterBelongsToTheRangeOfItsFirstByte) {
  const std::string_view text = "a\u00e9\U0001F41Dz";  // at 0, 1, 3 and 7
  EXPECT_EQ(shown(text, {{"bytes", "0-1"}}), "a\u00e9");
  EXPECT_EQ(shown(text, {{"bytes", "2-5"}}), "\U0001F41D");
  EXPECT_EQ(shown(text, {{"bytes", "4-6"}}), "");
  EXPECT_EQ(shown(text, {{"bytes", "4-"}}), "z");
}

TEST(CutTest, FirstAndLastCharacters) {
  EXPECT_EQ(shown("\u00e9\u00e9\u00e9\u00e9", {{"first", "3"}}), "\u00e9\u00e9\u00e9");
  EXPECT_EQ(shown("\u00e9\u00e9\u00e9\u00e9", {{"last", "3"}}), "\u00e9\u00e9\u00e9");
  EXPECT_EQ(shown(kText, {{"first", "100"}}), kText);
  EXPECT_EQ(shown(kText, {{"last", "100"}}), kText);
  EXPECT_EQ(shown("aaaa bbbb cccc dddd", {{"first", "11"}}), "aaaa bbbb ");
  EXPECT_EQ(shown("aaaa bbbb cccc dddd", {{"last", "11"}}), "cccc dddd");
  EXPECT_EQ(shown("aaaa bbbb cccc dddd", {{"first", "11"}, {"max_chars", "2"}}), "aa");
  EXPECT_EQ(shown("aaaa bbbb cccc dddd", {{"last", "11"}, {"max_chars", "2"}}), "dd");
}

TEST(CutTest, TellsWhatItIs) {
  const Slice part = slice_of(kText, query({{"lines", "2-3"}})).value();
  EXPECT_EQ(part.begin_byte, 4U);
  EXPECT_EQ(part.end_byte, 14U);
  EXPECT_EQ(part.total_bytes, 19U);
  EXPECT_EQ(part.first_line, 2U);
  EXPECT_EQ(part.last_line, 3U);
  EXPECT_EQ(part.total_lines, 4U);
  EXPECT_EQ(part.remaining_bytes, 0U);
  EXPECT_FALSE(part.next);
  EXPECT_EQ(part.summary, "lines 2-3 of 4, bytes 4-13 of 19; left out: 4 bytes before, 5 after");
  EXPECT_EQ(slice_of(kText, {}).value().summary, "all of it: 4 lines, 19 bytes");
  EXPECT_EQ(slice_of("", {}).value().summary, "all of it: 0 lines, 0 bytes");
}

TEST(CutTest, ABudgetThatCutsTellsHowToReadOn) {
  const Slice part = slice_of(kText, query({{"lines", "1-3"}, {"max_chars", "9"}})).value();
  EXPECT_EQ(part.text, "one\ntwo\n");
  EXPECT_EQ(part.remaining_bytes, 6U);
  EXPECT_EQ(part.next, query({{"bytes", "8-13"}, {"max_chars", "9"}}));
  EXPECT_EQ(part.summary,
            "lines 1-2 of 4, bytes 0-7 of 19; left out: 0 bytes before, 11 after, of which 6 were "
            "asked for");
  EXPECT_EQ(slice_of(kText, *part.next).value().text, "three\n");
}

TEST(CutTest, TheDefaultBudget) {
  const std::string text(kDefaultSliceChars + 1, 'x');
  EXPECT_EQ(slice_of(text, {}).value().text.size(), kDefaultSliceChars);
  EXPECT_EQ(slice_of(text, query({{"first", std::to_string(text.size())}})).value().text, text);
}

TEST(CutTest, AfterTheLastCharactersComesWhatLiesBefore) {
  const auto slices = slices_of("aaaa bbbb cccc dddd", query({{"last", "5"}}));
  ASSERT_GT(slices.size(), 2U);
  EXPECT_EQ(slices[0].text, "dddd");
  EXPECT_EQ(slices[0].remaining_bytes, 15U);
  std::string rest;
  for (std::size_t i = 1; i < slices.size(); ++i) rest += slices[i].text;
  EXPECT_EQ(rest, "aaaa bbbb cccc ");
}

TEST(CutTest, BytesThatAreNotUtf8AreReplacedAndCounted) {
  const Slice part = slice_of("a\xff\xc3(\xe2\x82", {}).value();
  EXPECT_EQ(part.text, "a\ufffd\ufffd(\ufffd\ufffd");
  EXPECT_EQ(part.invalid_bytes, 4U);
  EXPECT_NE(part.summary.find("4 bytes that are not UTF-8"), std::string::npos);
  const std::string binary(100'000, '\x80');
  const Slice start = slice_of(binary, query({{"first", "10"}})).value();
  EXPECT_EQ(start.end_byte, 10U);
  EXPECT_EQ(slice_of(binary, query({{"last", "10"}})).value().invalid_bytes, 0U);
}

}  // namespace
}  // namespace skep::test
