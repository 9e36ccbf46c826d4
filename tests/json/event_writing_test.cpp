#include "json/json_fixture.hpp"

namespace skep::test {
namespace {

TEST(EventWriting, IsCompactTagFirstWithNullsForWhatIsAbsent) {
  const JsonText value = JsonText::parse(R"({ "b":1e2 })").value();
  EXPECT_EQ(to_json(Progress("s")), R"({"type":"progress","stage":"s","note":null})");
  EXPECT_EQ(to_json(Progress("s", "n\"\\/\t")),
            R"({"type":"progress","stage":"s","note":"n\"\\/\t"})");
  EXPECT_EQ(to_json(Partial(Inline(value))),
            R"({"type":"partial","chunk":{"kind":"inline","value":{ "b":1e2 }}})");
  EXPECT_EQ(to_json(Artifact("n", FileRef("/p"))),
            R"({"type":"artifact","name":"n","content":)"
            R"({"kind":"file_ref","path":"/p","mime":null,"size_hint":null}})");
  EXPECT_EQ(to_json(Final(FileRef("/p", "text/plain", 18446744073709551615U), false)),
            R"({"type":"final","content":{"kind":"file_ref","path":"/p","mime":"text/plain",)"
            R"("size_hint":18446744073709551615},"ok":false})");
  EXPECT_EQ(to_json(Final(Inline(), true)),
            R"({"type":"final","content":{"kind":"inline","value":null},"ok":true})");
}

}  // namespace
}  // namespace skep::test
