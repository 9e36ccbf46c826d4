#include "slice/slice_fixture.hpp"

#include "json/check.hpp"

#include <rapidcheck.h>

#include <algorithm>

namespace skep::test {
namespace {

// UTF-8 texts with lines, paragraphs, sentences and characters of all lengths.
std::string any_text() {
  const auto piece = rc::gen::element<std::string>(
      "a", "bee", " ", "  ", "\n", "\n\n", "\r\n", ". ", "! ", ",", "\t", "\u00e9", "蜂", "。",
      "\U0001F41D", "e\u0301", std::string(50, 'x'), "word word word ");
  std::string text;
  for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) text += part;
  // Some are longer than a window.
  if (*rc::gen::inRange(0, 20) == 0 && !text.empty()) {
    const std::string once = text;
    while (text.size() < 150'000) text += once;
  }
  return text;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::size_t any_budget(std::string_view text) {
  const std::size_t most = *rc::gen::inRange<std::size_t>(1, 200);
  return std::max<std::size_t>(most, text.size() / 500);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// Each slice keeps its promises; their texts, joined.
std::string joined(std::string_view text, const SliceQuery& query, std::size_t budget) {
  std::string all;
  std::optional<std::uint64_t> remaining;
  for (const Slice& part : slices_of(text, query)) {
    RC_ASSERT(!json::invalid_utf8_at(part.text));
    RC_ASSERT(characters(part.text) <= budget);
    RC_ASSERT(text.substr(part.begin_byte, part.end_byte - part.begin_byte) == part.text);
    RC_ASSERT(part.total_bytes == text.size());
    RC_ASSERT(part.next.has_value() == (part.remaining_bytes != 0));
    RC_ASSERT(!remaining || *remaining == part.text.size() + part.remaining_bytes);
    if (!part.text.empty()) {
      const auto before = text.substr(0, part.begin_byte);
      RC_ASSERT(part.first_line ==
                1U + static_cast<std::uint64_t>(std::ranges::count(before, '\n')));
    }
    remaining = part.remaining_bytes;
    all += part.text;
  }
  return all;
}

TEST(SlicePropertyTest, FollowingNextReadsEverythingOnce) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = any_text();
    const std::size_t budget = any_budget(text);
    RC_ASSERT(joined(text, SliceQuery(Whole(), budget), budget) == text);
    RC_ASSERT(joined(text, SliceQuery(FirstChars{budget}), budget) == text);
  }));
}

TEST(SlicePropertyTest, RangesOfLinesAreThoseOfAModel) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = any_text();
    const auto lines = lines_of(text);
    RC_PRE(!lines.empty());
    const auto first = *rc::gen::inRange<std::size_t>(0, lines.size());
    const auto last = *rc::gen::inRange<std::size_t>(first, lines.size() + 2);
    std::string expected;
    for (std::size_t i = first; i <= last && i < lines.size(); ++i) expected += lines[i];
    const std::size_t budget = any_budget(text);
    RC_ASSERT(joined(text, SliceQuery(LineRange{first + 1, last + 1}, budget), budget) == expected);
  }));
}

TEST(SlicePropertyTest, RangesOfBytesThatAdjoinGiveEachCharacterOnce) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = any_text();
    RC_PRE(text.size() > 1);
    const auto middle = *rc::gen::inRange<std::uint64_t>(1, text.size());
    const std::size_t budget = any_budget(text);
    const std::string head = joined(text, SliceQuery(ByteRange{0, middle - 1}, budget), budget);
    const std::string tail = joined(text, SliceQuery(ByteRange{middle, {}}, budget), budget);
    RC_ASSERT(head + tail == text);
  }));
}

TEST(SlicePropertyTest, TheLastCharactersAndWhatLiesBefore) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = any_text();
    const std::size_t budget = any_budget(text);
    const SliceQuery last(LastChars{budget});
    const Slice end = slice_of(text, last).value();
    RC_ASSERT(characters(end.text) <= budget);
    RC_ASSERT(text.ends_with(end.text));
    RC_ASSERT(end.next.has_value() == (end.begin_byte != 0));
    if (end.next) RC_ASSERT(joined(text, *end.next, budget) + end.text == text);
  }));
}

TEST(SlicePropertyTest, GrepFindsTheLinesOfAModel) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = any_text();
    // Each with a search that says the same.
    const std::vector<std::pair<std::string, std::string>> searches = {
        {"bee", "bee"}, {"蜂", "蜂"}, {"x{50}", std::string(50, 'x')}, {"(?i)BEE", "bee"}};
    const auto& [pattern, word] = searches[*rc::gen::inRange<std::size_t>(0, searches.size())];
    Grep grep(pattern);
    grep.context_lines = *rc::gen::inRange<std::size_t>(0, 4);
    grep.max_matches = *rc::gen::inRange<std::size_t>(1, 50);
    const std::size_t budget = *rc::gen::inRange<std::size_t>(kMinGrepChars, 2'000);
    std::vector<std::uint64_t> expected;
    std::uint64_t number = 0;
    for (const std::string& line : lines_of(text)) {
      ++number;
      RC_PRE(line.size() <= 4'096);
      if (line.find(word) != std::string::npos) expected.push_back(number);
    }
    std::vector<std::uint64_t> found;
    for (const Slice& part : slices_of(text, SliceQuery(grep, budget))) {
      RC_ASSERT(characters(part.text) <= budget);
      RC_ASSERT(part.matches.size() <= grep.max_matches);
      RC_ASSERT(!json::invalid_utf8_at(part.text));
      for (const SliceMatch& match : part.matches) {
        found.push_back(match.line);
        RC_ASSERT(text.substr(match.byte, match.length_bytes) == word);
      }
    }
    RC_ASSERT(found == expected);
  }));
}

TEST(SlicePropertyTest, AQueryIsTheSameAsParameters) {
  EXPECT_TRUE(rc::check([] {
    SliceQuery query;
    if (*rc::gen::arbitrary<bool>()) query.pointer = "/a~1b/" + any_text();
    if (*rc::gen::arbitrary<bool>()) query.max_chars = *rc::gen::arbitrary<std::size_t>();
    const auto number = *rc::gen::arbitrary<std::uint64_t>();
    const auto last = *rc::gen::maybe(rc::gen::arbitrary<std::uint64_t>());
    const std::optional<std::uint64_t> end = last ? std::optional(*last) : std::nullopt;
    Grep grep(any_text());
    grep.ignore_case = number % 2 == 0;
    grep.context_lines = number % 3;
    grep.max_matches = number;
    grep.from_byte = number % 5;
    grep.from_line = end;
    const std::vector<Selection> all{Whole(),
                                     LineRange{number, end},
                                     ByteRange{number, end},
                                     FirstChars{number},
                                     LastChars{number},
                                     grep};
    for (const Selection& selection : all) {
      query.selection = selection;
      const auto read = slice::from_parameters(slice::to_parameters(query));
      RC_ASSERT(read.has_value());
      RC_ASSERT(*read == query);
    }
  }));
}

}  // namespace
}  // namespace skep::test
