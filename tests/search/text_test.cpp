#include "search/text.hpp"

#include "search/tokens.hpp"
#include "support/expect.hpp"

#include <gtest/gtest.h>

#include <string>

namespace skep::search {
namespace {

using test::final_of;

TEST(SearchableTextTest, OfAStringItsCharacters) {
  EXPECT_EQ(searchable_text(final_of(R"("Bees \"dance\"\n\u00e9\ud83d\udc1d\/\\")")),
            "Bees \"dance\"\n\u00e9\U0001F41D/\\");
}

TEST(SearchableTextTest, OfAnyOtherValueItsKeysAndValuesByLine) {
  EXPECT_EQ(
      searchable_text(final_of(R"({"France": {"capital": "Paris"}, "list": [1.50, "a\tb", null,
                                         true], "empty": {}})")),
      "France: \ncapital: Paris\nlist: \n1.50\na b\nnull\ntrue\nempty: ");
  EXPECT_EQ(searchable_text(final_of("42")), "42");
}

TEST(SearchableTextTest, OfOtherEventsWhatTheySay) {
  EXPECT_EQ(searchable_text(Progress("reading", "page 3")), "reading\npage 3");
  EXPECT_EQ(searchable_text(Progress("reading")), "reading");
  EXPECT_EQ(searchable_text(Artifact("draft.md", Inline(test::json("\"x\"")))), "draft.md\nx");
  EXPECT_EQ(searchable_text(Final(FileRef("/tmp/report.pdf", "application/pdf"), true)),
            "/tmp/report.pdf");
  EXPECT_EQ(searchable_text(Partial(Inline(test::json("\"so far\"")))), "so far");
}

TEST(SearchableTextTest, ControlCharactersAndBreaksAreSpaces) {
  EXPECT_EQ(searchable_text(final_of("\"a\\u0000b\\u0001c\\u200bd\\u007fe\"")), "a b c d e");
}

TEST(SearchableTextTest, ItIsCutBetweenCharacters) {
  std::string text(kMaxSearchedBytes - 1, 'x');
  EXPECT_EQ(searchable_text(final_of('"' + text + "\u00e9y\"")), text);
  text.pop_back();
  EXPECT_EQ(searchable_text(final_of('"' + text + "\u00e9y\"")), text + "\u00e9");
  EXPECT_EQ(searchable_text(final_of('"' + text + "\\u00e9y\"")), text + "\u00e9");
  EXPECT_LE(searchable_text(Artifact(std::string(70'000, 'n'), Inline(test::json("1")))).size(),
            kMaxSearchedBytes);
}

TEST(SearchableTextTest, MalformedJsonIsReadAsFarAsItGoes) {
  for (const std::string value :
       {R"({"a": "b)", R"("a\)", R"("a\u12)", R"("\ud83d x")", "[[[[", "\""}) {
    const OutputEvent event = Final(Inline(JsonText()), true);
    EXPECT_LE(searchable_text(event, value).size(), value.size() + 8) << value;
  }
  EXPECT_EQ(searchable_text(Final(Inline(JsonText()), true), R"({"a": "b)"), "a: b");
}

}  // namespace
}  // namespace skep::search
