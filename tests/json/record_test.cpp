#include "json/json_fixture.hpp"

#include <filesystem>
#include <fstream>

namespace skep::test {
namespace {

const std::string kRecord =
    R"({"id":"out-0000000001","task_id":"t","attempt":4294967295,"producer_agent":"a",)"
    R"("event":{"type":"progress","stage":"s","note":null},"parent_refs":["out-1","x","x"],)"
    R"("seq":7,"created_at":"2026-11-24T13:20:00.123Z"})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refused(const std::string& json) {
  const auto record = record_from_json(json);
  if (record) return {};
  EXPECT_EQ(record.error().kind, ErrorKind::kInvalidArgument);
  return record.error().message;
}

TEST(RecordJson, RoundTrips) {
  const auto record = record_from_json(kRecord);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->seq, 7);
  EXPECT_EQ(record->attempt, 4294967295U);
  EXPECT_EQ(record->parent_refs.size(), 3U);
  EXPECT_EQ(record->created_at->time_since_epoch().count() % 1000, 123);
  EXPECT_EQ(to_json(*record), kRecord);
  EXPECT_EQ(to_ndjson(*record), kRecord);
}

TEST(RecordJson, OwnFieldsAndParentsMayBeAbsent) {
  const auto record =
      record_from_json(R"({"id":"i","task_id":"","attempt":0,"producer_agent":"","event":)"
                       R"({"type":"progress","stage":""}})");
  ASSERT_TRUE(record);
  EXPECT_EQ(to_json(*record),
            R"({"id":"i","task_id":"","attempt":0,"producer_agent":"","event":)"
            R"({"type":"progress","stage":"","note":null},"parent_refs":[],"seq":0,)"
            R"("created_at":null})");
}

TEST(RecordJson, RefusesWhatDoesNotFitAndSaysWhere) {
  EXPECT_EQ(refused(replaced(kRecord, "4294967295", "4294967296")),
            "attempt must be an integer from 0 to 4294967295, at byte 47");
  EXPECT_EQ(refused(replaced(kRecord, "4294967295", "-1")),
            "attempt must be an integer from 0 to 4294967295, at byte 47");
  EXPECT_EQ(refused(replaced(kRecord, R"(["out-1","x","x"])", "null")),
            "expected parent_refs (an array of refs) at byte 145");
  EXPECT_EQ(refused(replaced(kRecord, R"("x","x")", "1")),
            "expected a parent ref (a string) at byte 154");
  EXPECT_EQ(refused(replaced(kRecord, "\"seq\":7", "\"seq\":-7")),
            "seq must be an integer from 0 to 9223372036854775807, at byte 169");
  EXPECT_NE(refused(replaced(kRecord, "11-24T", "02-30T")), "");
  EXPECT_NE(refused(replaced(kRecord, ".123Z", ".123+")), "");
  EXPECT_NE(refused(replaced(kRecord, "\"task_id\":\"t\",", "")), "");
  EXPECT_NE(refused(replaced(kRecord, "\"task_id\":\"t\"", "\"id\":\"t\"")), "");
  EXPECT_EQ(refused(replaced(kRecord, "progress", "regress")),
            R"(unknown event type "regress" at byte 95)");
}

TEST(RecordJson, LimitsTheEventAlone) {
  const std::size_t event_bytes =
      std::string(R"({"type":"progress","stage":"s","note":null})").size();
  EXPECT_TRUE(record_from_json(kRecord, event_bytes));
  const auto record = record_from_json(kRecord, event_bytes - 1);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().kind, ErrorKind::kTooLarge);
}

TEST(RecordJson, ALineHoldsAValueThatSpansLines) {
  OutputRecord record;
  record.id = OutputRef("out-0000000001");
  record.event = Final(Inline(JsonText::parse("[1,\r\n \"a\\nb\"\n]").value()), true);
  EXPECT_NE(to_json(record).find('\n'), std::string::npos);

  const std::string line = to_ndjson(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line.find('\r'), std::string::npos);
  const auto back = record_from_json(line);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, record);
  EXPECT_TRUE(std::get<Inline>(*content_of(back->event)).value.checked());
}

TEST(RecordJson, AValueTextMustSpellTheValue) {
  OutputRecord record;
  record.id = OutputRef("out-0000000001");
  record.event = Final(Inline(JsonText::parse("[1,\n2]").value()), true);
  const std::string line = to_ndjson(record);
  EXPECT_NE(refused(replaced(line, R"("[1,\n2]")", R"("[1,\n3]")")), "");
  EXPECT_NE(refused(replaced(line, R"("[1,\n2]")", "7")), "");
  // A line break that folds from inside a string would smuggle in text that is not JSON.
  record.event = Final(Inline(JsonText::parse("[ \"a b\"]").value()), true);
  const std::string plain = to_ndjson(record);
  EXPECT_NE(refused(replaced(plain, ",\"seq\"", R"(,"value_text":"[ \"a\nb\"]","seq")")), "");
}

TEST(RecordJson, ReadsAndWritesWhatTheReferenceWrote) {
  const std::filesystem::path file =
      std::filesystem::path(SKEP_SHARED_DIR) / "fixtures/mlua-swarm/reference.jsonl";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no fixture at " << file;
  std::ifstream lines(file);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto record = record_from_json(line);
    ASSERT_TRUE(record) << record.error().message;
    std::string written = to_json(*record);
    written.erase(written.rfind(",\"seq\":"));
    EXPECT_EQ(written + "}", line);
  }
  EXPECT_EQ(count, 12U);
}

}  // namespace
}  // namespace skep::test
