#include "json/json_fixture.hpp"

namespace skep::test {
namespace {

TEST(EventReading, TakesMembersInAnyOrderAndIgnoresUnknownOnes) {
  EXPECT_EQ(event(R"( {"x":[{"type":1}],"ok":false,"content":{"value":[1, 2],"q":0,"kind":"inline"},
                      "ty\u0070e":"final","x":2} )"),
            OutputEvent(Final(Inline(JsonText::parse("[1, 2]").value()), false)));
}

TEST(EventReading, TakesOptionalMembersAbsentOrNull) {
  EXPECT_EQ(event(R"({"type":"progress","stage":"s"})"), OutputEvent(Progress("s")));
  EXPECT_EQ(event(R"({"type":"progress","stage":"s","note":null})"), OutputEvent(Progress("s")));
  EXPECT_EQ(event(R"({"type":"partial","chunk":{"kind":"file_ref","path":"p"}})"),
            OutputEvent(Partial(FileRef("p"))));
}

TEST(EventReading, KeepsTheValueByteForByte) {
  for (const std::string value :
       {"null", "-0", "1e2", "18446744073709551616", R"({"z":1,"a":{"z":1 , "z":2}})", "[ 1,\n 2 ]",
        R"("\u0041\u005d}")", R"("]}\\\"")", "\"\"", "{}"}) {
    const auto read = event(inline_final(" " + value + "\n"));
    const auto& inlined = std::get<Inline>(*content_of(read));
    EXPECT_EQ(inlined.value.text(), value);
    EXPECT_TRUE(inlined.value.checked());
    EXPECT_EQ(to_json(read), inline_final(value));
  }
}

TEST(EventReading, ReadsIntegersExactly) {
  const auto with_size = [](const std::string& size) {
    return R"({"type":"partial","chunk":{"kind":"file_ref","path":"p","size_hint":)" + size + "}}";
  };
  EXPECT_EQ(event(with_size("18446744073709551615")),
            OutputEvent(Partial(FileRef("p", std::nullopt, 18446744073709551615U))));
  EXPECT_EQ(event(with_size("0")), OutputEvent(Partial(FileRef("p", std::nullopt, 0))));
  for (const std::string size :
       {"18446744073709551616", "-1", "-0", "1.0", "1e2", "\"5\"", "true", "[]"}) {
    EXPECT_EQ(refusal(with_size(size)),
              "size_hint must be an integer from 0 to 18446744073709551615, at byte 68")
        << size;
  }
}

TEST(EventReading, RefusesWhatDoesNotFitAndSaysWhere) {
  struct Case {
    std::string json;
    std::string message;
  };
  for (const auto& [json, message] : {
           Case{"[]", "expected event (an object) at byte 0"},
           Case{"{}", R"(missing member "type" in the event at byte 0)"},
           Case{R"({"type":"finale"})", R"(unknown event type "finale" at byte 8)"},
           Case{R"({"type":"Final"})", R"(unknown event type "Final" at byte 8)"},
           Case{R"({"type":7})", "expected type (a string) at byte 8"},
           Case{R"({"type":"progress"})", R"(missing member "stage" in the event at byte 0)"},
           Case{R"({"type":"progress","stage":null})", "expected stage (a string) at byte 27"},
           Case{R"({"type":"progress","stage":"a","note":1})",
                "expected note (a string) at byte 38"},
           Case{R"({"type":"progress","stage":"a","stage":"b"})",
                R"(repeated member "stage" at byte 31)"},
           Case{R"({"type":"progress","stage":"a","type":"progress"})",
                R"(repeated member "type" at byte 31)"},
           Case{R"({"type":"partial","chunk":"x"})", "expected content (an object) at byte 26"},
           Case{R"({"type":"partial","chunk":{"kind":"blob"}})",
                R"(unknown content kind "blob" at byte 34)"},
           Case{R"({"type":"partial","chunk":{"kind":"inline"}})",
                R"(missing member "value" in the content at byte 26)"},
           Case{R"({"type":"partial","chunk":{"kind":"inline","value":1,"value":1}})",
                R"(repeated member "value" at byte 53)"},
           Case{R"({"type":"artifact","content":{"kind":"inline","value":1}})",
                R"(missing member "name" in the event at byte 0)"},
           Case{R"({"type":"final","content":{"kind":"inline","value":1}})",
                R"(missing member "ok" in the event at byte 0)"},
           Case{R"({"type":"final","content":{"kind":"inline","value":1},"ok":1})",
                "ok must be true or false, at byte 59"},
           Case{R"({"type":"final","content":{"kind":"inline","value":1},"ok":true} x)",
                "text after the end of the JSON value at byte 65"},
       }) {
    EXPECT_EQ(refusal(json), message) << json;
  }
}

TEST(EventReading, ARepeatOfAnotherVariantsMemberIsIgnored) {
  EXPECT_EQ(event(R"({"type":"progress","stage":"s","chunk":1,"chunk":2})"),
            OutputEvent(Progress("s")));
}

TEST(EventReading, ChecksTheValue) {
  for (const std::string value :
       {"tru", "[1,]", "1e400", R"("\ud800")", R"("\udc00")", "\"\xff\"", "01", "\"a\tb\""}) {
    EXPECT_NE(refusal(inline_final(value)), "") << value;
  }
}

TEST(EventReading, LimitsNestingOfTheValue) {
  EXPECT_EQ(refusal(inline_final(nested(125))), "");
  EXPECT_EQ(refusal(inline_final(nested(126))), "value nested deeper than 125 levels at byte 176");
}

TEST(EventReading, LimitsTheBody) {
  const std::string json = inline_final("1");
  EXPECT_TRUE(event_from_json(json, json.size()));
  const auto refused = event_from_json(json, json.size() - 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kTooLarge);
}

}  // namespace
}  // namespace skep::test
