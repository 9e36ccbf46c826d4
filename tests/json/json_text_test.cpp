#include "json/json_fixture.hpp"

namespace skep::test {
namespace {

std::string parse_error(std::string text) {
  const auto parsed = JsonText::parse(std::move(text));
  if (parsed) return {};
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalidArgument);
  EXPECT_EQ(parsed.error().outcome, Outcome::kNotApplied);
  return parsed.error().message;
}

struct Text {
  std::string json;
  std::string message;
};

TEST(JsonText, KeepsTheProducersText) {
  for (const std::string text :
       {"1e2", "-0", "1.0", "18446744073709551616", "1e-400", R"({"b":1,"a":2,"b":3})",
        "[ 1,\n\t2 ]", R"("\u0041\/\ud83d\ude00")", "null", "\"\u2028\x7f\""}) {
    const auto parsed = JsonText::parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->text(), text);
    EXPECT_TRUE(parsed->checked());
  }
}

TEST(JsonText, DropsTheSpaceAround) {
  EXPECT_EQ(JsonText::parse(" \n\t{ \"a\" : 1 }\r\n ")->text(), "{ \"a\" : 1 }");
}

TEST(JsonText, RefusesWhatIsNotJsonAndSaysWhere) {
  for (const auto& [json, message] : {
           Text{"", "the JSON text ends too early at byte 0"},
           Text{"[1,]", "malformed JSON (syntax error) at byte 3"},
           Text{"1 2", "text after the end of the JSON value at byte 2"},
           Text{"{} x", "text after the end of the JSON value at byte 3"},
           Text{"01", "text after the end of the JSON value at byte 1"},
           Text{"[1", "the JSON text ends too early at byte 2"},
           Text{"\"abc", "the JSON text ends too early at byte 4"},
           Text{"nan", "malformed JSON (syntax error) at byte 1"},
           Text{"\"a\nb\"", "malformed JSON (syntax error) at byte 2"},
           Text{"/**/1", "malformed JSON (syntax error) at byte 0"},
           Text{"1e400", "number outside the range of a double at byte 0"},
           Text{"-1e99999999999", "number outside the range of a double at byte 12"},
           Text{"[1.8e308]", "number outside the range of a double at byte 1"},
           Text{"\"\xff\"", "invalid UTF-8 at byte 1"},
           Text{"\"abc\xe2\x82", "invalid UTF-8 at byte 4"},
           Text{"[,\"\xff\"]", "malformed JSON (syntax error) at byte 1"},
           Text{"[\"\\ud800\"]", "lone surrogate in a string at byte 2"},
           Text{"\"\\\\ud800\n\"", "malformed JSON (syntax error) at byte 8"},
           Text{"\"\xc0\x80\"", "invalid UTF-8 at byte 1"},
           Text{"\"\xed\xa0\x80\"", "invalid UTF-8 at byte 1"},
       }) {
    EXPECT_EQ(parse_error(json), message) << json;
  }
}

TEST(JsonText, AcceptsEveryNumberWithinTheRangeOfADouble) {
  for (const std::string& json :
       {std::string("0e400"), std::string("-1.7976931348623158e308"), std::string("2e-400"),
        "17976931348623157" + std::string(292, '0')}) {
    EXPECT_EQ(parse_error(json), "") << json;
  }
}

TEST(JsonText, RefusesLoneSurrogates) {
  for (const std::string json : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\u0041")",
                                 R"("\ud800\ud800")", R"({"\udfff":1})"}) {
    EXPECT_NE(parse_error(json), "") << json;
  }
}

TEST(JsonText, LimitsNesting) {
  EXPECT_EQ(parse_error(nested(125)), "");
  EXPECT_EQ(parse_error(nested(126)), "value nested deeper than 125 levels at byte 125");
  EXPECT_NE(parse_error(nested(100'000)), "");
}

TEST(JsonText, SpellsAString) {
  std::string all;
  for (char c = 1; c < 0x7f; ++c) all += c;
  all += std::string("\x7f/\u2028\U0001F41D\0", 10);
  const auto spelt = JsonText::from_string(all);
  ASSERT_TRUE(spelt);
  EXPECT_TRUE(spelt->text().starts_with(
      R"("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f)"));
  EXPECT_NE(spelt->text().find("\x7f/\u2028\U0001F41D"), std::string::npos);
  EXPECT_EQ(spelt->as_string().value(), all);
  EXPECT_TRUE(JsonText::parse(spelt->text()));
}

TEST(JsonText, RefusesAStringThatIsNotUtf8) {
  const auto spelt = JsonText::from_string("abc\xff");
  ASSERT_FALSE(spelt);
  EXPECT_EQ(spelt.error().message, "the text is not valid UTF-8 at byte 3");
}

TEST(JsonText, OnlyAStringReadsAsOne) {
  EXPECT_EQ(JsonText::parse(R"("\ud83d\ude00\n")")->as_string().value(), "\U0001F600\n");
  EXPECT_FALSE(JsonText::parse("1")->as_string());
}

}  // namespace
}  // namespace skep::test
