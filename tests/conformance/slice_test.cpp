#include "support/store_test.hpp"

#include <skep/slice.hpp>

#include <string>
#include <vector>

namespace skep::test {
namespace {

class SliceTest : public StoreTest {
 protected:
  OutputRef store_text(const std::string& text) {
    return append(request("t", 1, "a", JsonText::from_string(text)->text()));
  }
  Slice slice(const OutputRef& ref, const SliceQuery& query = {}) {
    const auto part = run(store().slice(ref, query));
    EXPECT_TRUE(is_ok(part));
    return part.value_or(Slice());
  }
  std::string shown(const OutputRef& ref, Selection selection) {
    return slice(ref, SliceQuery(std::move(selection))).text;
  }
  Result<Slice> failed(const OutputRef& ref, const SliceQuery& query) {
    return run(store().slice(ref, query));
  }
};
SKEP_INSTANTIATE(SliceTest, backends());

TEST_P(SliceTest, AStringIsSlicedAsItsCharacters) {
  const OutputRef ref = store_text("one\ntw\u00e9\n\U0001F41D \"three\"\n");
  const Slice whole = slice(ref);
  EXPECT_EQ(whole.id, ref);
  EXPECT_EQ(whole.text, "one\ntw\u00e9\n\U0001F41D \"three\"\n");
  EXPECT_EQ(whole.media_type, "text/plain; charset=utf-8");
  EXPECT_EQ(whole.total_bytes, whole.text.size());
  EXPECT_EQ(whole.total_lines, 3U);
  EXPECT_EQ(whole.summary, "all of it: 3 lines, 22 bytes");
  EXPECT_FALSE(whole.next);
  EXPECT_EQ(shown(ref, LineRange{2, 2}), "tw\u00e9\n");
  EXPECT_EQ(shown(ref, LineRange{3, {}}), "\U0001F41D \"three\"\n");
  EXPECT_EQ(shown(ref, ByteRange{0, 2}), "one");
  EXPECT_EQ(shown(ref, FirstChars{4}), "one\n");
  EXPECT_EQ(shown(ref, LastChars{9}), "\"three\"\n");
}

TEST_P(SliceTest, AnyOtherValueIsSlicedAsItWasWritten) {
  const std::string value = "{\"z\": 1.0,\n \"a\": [1, \"b\\n\"]}";
  const OutputRef ref = append(request("t", 1, "a", value));
  const Slice whole = slice(ref);
  EXPECT_EQ(whole.text, value);
  EXPECT_EQ(whole.media_type, "application/json");
  EXPECT_EQ(shown(ref, LineRange{2, {}}), " \"a\": [1, \"b\\n\"]}");
}

TEST_P(SliceTest, APointerSelectsAValue) {
  const OutputRef ref =
      append(request("t", 1, "a", R"({"list": [{"x": "a\nb"}, 1.50], "k/~": null})"));
  SliceQuery query;
  query.pointer = "/list/0/x";
  query.selection = LineRange{2, 2};
  EXPECT_EQ(slice(ref, query).text, "b");
  EXPECT_EQ(slice(ref, query).media_type, "text/plain; charset=utf-8");
  query.selection = Whole();
  query.pointer = "/list/1";
  EXPECT_EQ(slice(ref, query).text, "1.50");
  EXPECT_EQ(slice(ref, query).media_type, "application/json");
  query.pointer = "/k~1~0";
  EXPECT_EQ(slice(ref, query).text, "null");
  query.pointer = "/list/2";
  EXPECT_TRUE(is_error(failed(ref, query), ErrorKind::kInvalidArgument,
                       "the value at \"/list\" is an array of 2 elements: 0 to 1"));
  query.pointer = "/lost";
  EXPECT_TRUE(is_error(failed(ref, query), ErrorKind::kInvalidArgument,
                       "an object, whose members are \"list\", \"k/~\""));
}

TEST_P(SliceTest, FollowingNextReadsAll) {
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += "line " + std::to_string(i) + ", \u00e9. And more\n";
  const OutputRef ref =
      append(request("t", 1, "a", "{\"x\":[" + JsonText::from_string(text)->text() + "]}"));
  SliceQuery query;
  query.pointer = "/x/0";
  std::string all;
  for (;;) {
    const Slice part = slice(ref, query);
    ASSERT_FALSE(part.text.empty());
    EXPECT_EQ(part.begin_byte, all.size());
    all += part.text;
    EXPECT_EQ(part.remaining_bytes, text.size() - all.size());
    if (!part.next) break;
    EXPECT_TRUE(part.text.ends_with('\n'));
    query = *part.next;
  }
  EXPECT_EQ(all, text);
}

TEST_P(SliceTest, Grep) {
  const OutputRef ref = store_text("alpha\nbeta\ngamma\nALPHA\ndelta\n");
  Grep grep("alp|del");
  const Slice found = slice(ref, SliceQuery(grep));
  EXPECT_EQ(found.text, "1:alpha\n5:delta\n");
  EXPECT_EQ(found.matches, (std::vector<SliceMatch>{{1, 0, 3}, {5, 23, 3}}));
  grep.ignore_case = true;
  grep.context_lines = 1;
  grep.max_matches = 2;
  const Slice with_context = slice(ref, SliceQuery(grep));
  EXPECT_EQ(with_context.text, "1:alpha\n2-beta\n3-gamma\n4:ALPHA\n");
  ASSERT_TRUE(with_context.next);
  const Slice rest = slice(ref, *with_context.next);
  EXPECT_EQ(rest.text, "5:delta\n");
  EXPECT_EQ(rest.matches, (std::vector<SliceMatch>{{5, 23, 3}}));
  EXPECT_FALSE(rest.next);
}

TEST_P(SliceTest, WhatHasNoBodyCannotBeSliced) {
  AppendRequest sign("t", 1, "a", Progress("reading"));
  EXPECT_TRUE(is_error(failed(append(sign), {}), ErrorKind::kNotFound, "it is a progress event"));
  AppendRequest file("t", 1, "a", Final(FileRef("/tmp/x.txt"), true));
  EXPECT_TRUE(is_error(failed(append(file), {}), ErrorKind::kNotFound,
                       "it is the file /tmp/x.txt, which Skep does not open"));
  EXPECT_TRUE(is_error(failed(OutputRef("out-0000000000"), {}), ErrorKind::kNotFound,
                       "output not found: out-0000000000"));
  EXPECT_TRUE(is_error(failed(OutputRef(""), {}), ErrorKind::kNotFound));
}

TEST_P(SliceTest, WhatDoesNotFitTheContentIsAnError) {
  const OutputRef ref = store_text("one\ntwo\n");
  EXPECT_TRUE(is_error(failed(ref, SliceQuery(LineRange{3, {}})), ErrorKind::kInvalidArgument,
                       "there is no line 3: the content has 2 lines"));
  EXPECT_TRUE(is_error(failed(ref, SliceQuery(ByteRange{8, {}})), ErrorKind::kInvalidArgument,
                       "there is no byte 8: the content has 8 bytes"));
  EXPECT_TRUE(is_error(failed(ref, SliceQuery(Grep("a("))), ErrorKind::kInvalidArgument,
                       "missing ): a(, at byte 0"));
}

TEST_P(SliceTest, AMalformedQueryIsAnError) {
  const OutputRef ref = store_text("x");
  const auto refused = [&](const SliceQuery& query, ErrorKind kind, std::string_view part) {
    return is_error(failed(ref, query), kind, part);
  };
  constexpr auto kInvalid = ErrorKind::kInvalidArgument;
  EXPECT_TRUE(refused(SliceQuery(LineRange{0, {}}), kInvalid, "line 0"));
  EXPECT_TRUE(refused(SliceQuery(LineRange{3, 2}), kInvalid, "before they begin"));
  EXPECT_TRUE(refused(SliceQuery(ByteRange{3, 2}), kInvalid, "before they begin"));
  EXPECT_TRUE(refused(SliceQuery(FirstChars{0}), kInvalid, "first"));
  EXPECT_TRUE(refused(SliceQuery(LastChars{kMaxSliceChars + 1}), kInvalid, "last"));
  EXPECT_TRUE(refused(SliceQuery(Whole(), 0), kInvalid, "max_chars"));
  EXPECT_TRUE(refused(SliceQuery(Whole(), kMaxSliceChars + 1), kInvalid, "max_chars"));
  EXPECT_TRUE(refused(SliceQuery(Grep("x"), kMinGrepChars - 1), kInvalid, "max_chars of a grep"));
  Grep grep("x");
  grep.context_lines = kMaxGrepContextLines + 1;
  EXPECT_TRUE(refused(SliceQuery(grep), kInvalid, "context"));
  grep.context_lines = 0;
  grep.max_matches = 0;
  EXPECT_TRUE(refused(SliceQuery(grep), kInvalid, "max_matches"));
  EXPECT_TRUE(refused(SliceQuery(Grep("\xff")), kInvalid, "not valid UTF-8"));
  const std::string long_pattern(kMaxPatternBytes + 1, 'x');
  EXPECT_TRUE(refused(SliceQuery(Grep(long_pattern)), ErrorKind::kTooLarge, "the pattern"));
  SliceQuery query;
  query.pointer = "x";
  EXPECT_TRUE(refused(query, kInvalid, "must be empty or begin with '/'"));
  query.pointer = "/" + std::string(kMaxPointerBytes, 'x');
  EXPECT_TRUE(refused(query, ErrorKind::kTooLarge, "the JSON Pointer"));
}

TEST_P(SliceTest, ALargeTextIsSlicedAnywhere) {
  std::string text;
  while (text.size() < 3'000'000)
    text += "a line of sixty-four bytes, with \"quotes\" that need escapes...\n";
  const OutputRef ref = store_text(text);
  EXPECT_EQ(shown(ref, ByteRange{1'920'000, 1'920'099}), text.substr(1'920'000, 100));
  const Slice end = slice(ref, SliceQuery(LastChars{130}));
  EXPECT_TRUE(text.ends_with(end.text));
  EXPECT_EQ(end.last_line, end.total_lines);
  EXPECT_TRUE(slice(ref, SliceQuery(Grep("no such thing"))).matches.empty());
}

TEST_P(SliceTest, OfAClosedStoreThereIsNone) {
  const OutputRef ref = store_text("x");
  ASSERT_TRUE(is_ok(run(store().close())));
  EXPECT_TRUE(is_error(failed(ref, {}), ErrorKind::kClosed));
}

}  // namespace
}  // namespace skep::test
