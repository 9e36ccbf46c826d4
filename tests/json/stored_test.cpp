#include "json/stored.hpp"

#include "json/canonical_event.hpp"
#include "json/event_json.hpp"
#include "json/json_fixture.hpp"

#include <skep/json.hpp>

namespace skep::test {
namespace {

TEST(StoredEvent, AValueNestedTooDeepForAppendIsStillRead) {
  const std::string value = nested(5'000);
  const auto read = json::event_from_stored(inline_final(value));
  ASSERT_TRUE(read) << read.error().message;
  const auto& inlined = std::get<Inline>(*content_of(*read));
  EXPECT_EQ(inlined.value.text(), value);
  EXPECT_FALSE(inlined.value.checked());
  EXPECT_FALSE(json::check_event(*read)) << "it must not be appended again";
}

TEST(StoredEvent, DamageIsCorrupt) {
  const std::string good = inline_final(R"({"a":["b"]})");
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto read = json::event_from_stored(good.substr(0, length));
    ASSERT_FALSE(read) << length;
    EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
  }
  EXPECT_FALSE(json::event_from_stored(inline_final("\"\xff\"")));
  EXPECT_FALSE(json::event_from_stored(good + "x"));
}

TEST(StoredEvent, NoByteCrashesIt) {
  const std::string good = inline_final(R"({"a":["b\\\"",1]})");
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string damaged = good;
      damaged[i] = static_cast<char>(byte);
      const auto read = json::event_from_stored(damaged);
      EXPECT_TRUE(read || read.error().kind == ErrorKind::kCorrupt);
    }
  }
}

// Whatever the short way reads, the long way reads as well, and alike.
TEST(StoredEvent, TheCanonicalSpellingIsReadAsAnyOther) {
  const Inline value(JsonText::parse(R"({"a":["}\\\"",1]})").value());
  for (const OutputEvent& event :
       {OutputEvent(Final(value, true)), OutputEvent(Final(value, false)),
        OutputEvent(Partial(value)), OutputEvent(Artifact("n", value))}) {
    const std::string good = to_json(event);
    EXPECT_EQ(json::read_canonical_event(good), event) << good;
    EXPECT_FALSE(json::read_canonical_event(good + " "));
    for (std::size_t i = 0; i < good.size(); ++i) {
      EXPECT_FALSE(json::read_canonical_event(good.substr(0, i)));
      for (int byte = 0; byte < 128; ++byte) {
        std::string other = good;
        other[i] = static_cast<char>(byte);
        const auto canonical = json::read_canonical_event(other);
        if (!canonical) continue;
        json::Cursor cursor(other);
        const auto read = json::read_event(cursor, json::Trust::kStored);
        ASSERT_TRUE(read && cursor.expect_end()) << other;
        EXPECT_EQ(*canonical, *read) << other;
      }
    }
  }
  // Events all the same, read the long way.
  EXPECT_FALSE(json::read_canonical_event(to_json(Progress("s"))));
  EXPECT_FALSE(json::read_canonical_event(to_json(Final(FileRef("p"), true))));
  EXPECT_FALSE(json::read_canonical_event(to_json(Artifact("\"", value))));
}

TEST(StoredParents, RoundTripAndDamageIsCorrupt) {
  const std::vector<OutputRef> parents = {OutputRef("out-1"), OutputRef(""), OutputRef("\"\n"),
                                          OutputRef("out-1")};
  EXPECT_EQ(json::parent_refs_from_stored(json::parent_refs_to_json(parents)).value(), parents);
  EXPECT_EQ(json::parent_refs_to_json({}), "[]");
  for (const std::string text : {"", "{}", "[1]", "[\"a\"", "[\"a\",]", "[\"a\"]x", "null"}) {
    const auto read = json::parent_refs_from_stored(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
  }
}

TEST(CheckEvent, FindsTextThatIsNotUtf8) {
  EXPECT_EQ(json::check_event(Progress("a\xff")).error().message,
            "stage is not valid UTF-8 at byte 1");
  EXPECT_FALSE(json::check_event(Progress("a", "\xc3")));
  EXPECT_FALSE(json::check_event(Artifact("\xff", Inline())));
  EXPECT_FALSE(json::check_event(Partial(FileRef("p", "\xff"))));
  EXPECT_FALSE(json::check_event(Final(Inline(JsonText::from_stored("{")), true)));
  EXPECT_TRUE(json::check_event(Final(Inline(JsonText::from_stored("{}")), true)));
}

}  // namespace
}  // namespace skep::test
