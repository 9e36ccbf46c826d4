// What is stored comes back as its producer wrote it.
#include "support/store_test.hpp"

#include <skep/json.hpp>

#include <limits>

namespace skep::test {
namespace {

using namespace std::string_literals;

class ValuesTest : public StoreTest {
 protected:
  // By each way there is to read it.
  void expect_kept(const AppendRequest& said) {
    const OutputRef ref = append(said);
    const OutputRecord expected = record(ref.str(), said);
    const OutputRecord stored = get(ref);
    EXPECT_EQ(stored, expected);
    EXPECT_EQ(to_json(stored.event), to_json(said.event));
    EXPECT_EQ(run(store().get_latest_by_name(said.producer_agent)), expected);
    EXPECT_EQ(
        run(store().get_latest_by_name_in_run(said.task_id, said.attempt, said.producer_agent)),
        expected);
    const auto listing = run(store().list_for_attempt(said.task_id, said.attempt));
    ASSERT_TRUE(is_ok(listing));
    ASSERT_FALSE(listing->records.empty());
    EXPECT_EQ(listing->records.back(), expected);
  }
};
SKEP_INSTANTIATE(ValuesTest, backends());

const std::vector<std::string>& awkward_texts() {
  static const std::vector<std::string> kTexts = {"",
                                                  " ",
                                                  "\0"s,
                                                  "a\0b\0"s,
                                                  "'; DROP TABLE outputs; --",
                                                  "\"\\/\b\f\n\r\t\x01\x1f\x7f",
                                                  "line\r\nline\n",
                                                  "\u2028\u2029\u0085",
                                                  "\ufeffbyte order mark",
                                                  "\uffff\ufdd0",
                                                  "e\u0301 \u00e9",
                                                  "\U0001F41D\U0010FFFF",
                                                  "null",
                                                  "%s%n?1:a@b$c",
                                                  "\\u0041"};
  return kTexts;
}

const std::vector<std::string>& awkward_values() {
  static const std::vector<std::string> kValues = {
      "null",
      "true",
      "0",
      "-0",
      "-0.0",
      "1.0",
      "1.50",
      "1e2",
      "1E+2",
      "1e-400",
      "18446744073709551615",
      "18446744073709551616",
      "123456789012345678901234567890.0987654321",
      "1.7976931348623157e308",
      R"("")",
      R"("\u0000")",
      R"("\/\u002f\u00e9\ud83d\udc1d")",
      "\"\u2028\x7f\U0010FFFF\"",
      "[]",
      "{}",
      R"({"b":1,"a":2})",
      R"({"a":1,"a":2})",
      R"({"":{"":[]}})",
      R"({"type":"final","content":{"kind":"inline","value":1},"ok":false})",
      "{ \"a\" :\t[ 1 , 2 ] }",
      "{\n  \"a\": 1,\r\n  \"b\": [\n    2\n  ]\n}",
      "[1,\n\n2]"};
  return kValues;
}

TEST_P(ValuesTest, EveryFormOfEvent) {
  const std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  const std::vector<OutputEvent> events = {
      Progress("s"),
      Progress("s", "n"),
      Progress("s", ""),
      Partial(Inline(json("1"))),
      Partial(FileRef("/p")),
      Artifact("n", Inline(json("{}"))),
      Artifact("n", FileRef("/p", "text/plain", 0)),
      Final(Inline(json("[]")), true),
      Final(Inline(json("[]")), false),
      Final(FileRef("", "", largest), true),
      Final(FileRef("relative/../path", std::nullopt, largest), false)};
  for (const OutputEvent& event : events) expect_kept(AppendRequest("t", 1, "a", event));
}

TEST_P(ValuesTest, AwkwardTextsEverywhere) {
  for (const std::string& text : awkward_texts()) {
    expect_kept(AppendRequest(text, 1, "a", Progress("s")));
    expect_kept(AppendRequest("t", 1, text, Progress("s")));
    expect_kept(AppendRequest("t", 1, "a", Progress(text, text)));
    expect_kept(AppendRequest("t", 1, "a", Artifact(text, Inline(json("1")))));
    expect_kept(AppendRequest("t", 1, "a", Partial(FileRef(text, text))));
    expect_kept(AppendRequest("t", 1, "a", Final(Inline(*JsonText::from_string(text)), true)));
    expect_kept(AppendRequest("t", 1, "a", Progress("s"), {OutputRef(text)}));
  }
}

TEST_P(ValuesTest, AwkwardNamesStayApart) {
  const std::vector<std::string>& names = awkward_texts();
  std::vector<OutputRef> refs;
  for (const std::string& name : names) refs.push_back(append(request(name, 1, name)));
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(run(store().get_latest_by_name(names[i]))->id, refs[i]);
    EXPECT_EQ(run(store().list_for_attempt(names[i], 1))->records.size(), 1);
  }
  EXPECT_EQ(run(store().stats())->agent_count, names.size());
}

TEST_P(ValuesTest, AwkwardValuesByteForByte) {
  for (const std::string& text : awkward_values()) {
    expect_kept(AppendRequest("t", 1, "a", Final(Inline(json(text)), true)));
    expect_kept(AppendRequest("t", 1, "a", Artifact("n", Inline(json(text)))));
    const OutputRecord stored = *run(store().get_latest_by_name("a"));
    EXPECT_EQ(std::get<Inline>(*content_of(stored.event)).value.text(), text);
  }
}

TEST_P(ValuesTest, AttemptsOfEverySize) {
  for (const std::uint32_t attempt : {0U, 1U, 2'147'483'647U, 2'147'483'648U, 4'294'967'295U}) {
    expect_kept(request("t", attempt, "a"));
  }
  EXPECT_EQ(run(store().list_for_attempt("t", 4'294'967'295U))->records.size(), 1);
}

TEST_P(ValuesTest, ParentsKeepTheirOrderAndRepeats) {
  const OutputRef stored = append(request("t", 1, "a"));
  AppendRequest child = request("t", 1, "b");
  child.parent_refs = {OutputRef("z"), stored,        OutputRef("a"),
                       stored,         OutputRef(""), OutputRef("out-ffffffffff")};
  expect_kept(child);
}

TEST_P(ValuesTest, TheDeepestValue) {
  const std::string arrays = std::string(kMaxValueDepth, '[') + std::string(kMaxValueDepth, ']');
  std::string objects = "1";
  for (std::size_t i = 0; i < kMaxValueDepth; ++i) objects = "{\"a\":" + objects + "}";
  expect_kept(request("t", 1, "a", arrays));
  expect_kept(request("t", 1, "a", objects));
  EXPECT_FALSE(JsonText::parse("[" + objects + "]").has_value());
}

TEST_P(ValuesTest, ALargeBody) {
  std::string text;
  for (std::size_t i = 0; text.size() < (std::size_t{1} << 20U); ++i) {
    text += "line " + std::to_string(i) + " \"é\"\n";
  }
  expect_kept(AppendRequest("t", 1, "a", Final(Inline(*JsonText::from_string(text)), true)));
  const OutputRecord stored = *run(store().get_latest_by_name("a"));
  EXPECT_EQ(*std::get<Inline>(*content_of(stored.event)).value.as_string(), text);
}

}  // namespace
}  // namespace skep::test
