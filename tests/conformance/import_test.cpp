#include "support/store_test.hpp"

#include <chrono>

namespace skep::test {
namespace {

class ImportTest : public StoreTest {
 protected:
  Result<ImportResult> import(std::vector<OutputRecord> records) {
    return run(store().import_records(std::move(records)));
  }
};
SKEP_INSTANTIATE(ImportTest, backends());

OutputRecord brought(int number, std::string value = "null") {
  return record("out-000000000" + std::to_string(number), request("t", 1, "a", std::move(value)));
}

TEST_P(ImportTest, KeepsIdsTimesAndOrder) {
  append(request("t", 1, "a"));
  std::vector<OutputRecord> records = {brought(3), brought(1), brought(2)};
  records[0].created_at = Timestamp(std::chrono::milliseconds(1'234'567'890'123));
  records[1].created_at = Timestamp(std::chrono::milliseconds(-1));
  records[0].seq = 77;
  const auto result = import(records);
  ASSERT_TRUE(is_ok(result));
  EXPECT_EQ(result->added_count, 3);
  EXPECT_EQ(result->present_count, 0);

  const auto stored = all();
  ASSERT_EQ(stored.size(), 4);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(stored[i + 1], records[i]);
    EXPECT_EQ(stored[i + 1].created_at, records[i].created_at);
    EXPECT_EQ(stored[i + 1].seq, static_cast<std::int64_t>(i) + 2);
  }
}

TEST_P(ImportTest, RefusesATimeThatCannotBeWritten) {
  std::vector<OutputRecord> records = {brought(1)};
  records[0].created_at = Timestamp::max();
  EXPECT_TRUE(is_error(import(records), ErrorKind::kInvalidArgument, "created_at"));
  EXPECT_TRUE(all().empty());
}

TEST_P(ImportTest, TakesIdsOfAnyForm) {
  const std::string with_nul("x\0y", 3);
  const std::vector<OutputRecord> records = {
      record("1", request("t", 1, "a")), record(" ", request("t", 1, "a")),
      record("é/\"\\", request("t", 1, "a")), record(with_nul, request("t", 1, "a"))};
  ASSERT_TRUE(is_ok(import(records)));
  for (const OutputRecord& expected : records) EXPECT_EQ(get(expected.id), expected);
}

TEST_P(ImportTest, AnEqualRecordIsLeftAlone) {
  ASSERT_TRUE(is_ok(import({brought(1)})));
  const OutputRecord before = get(brought(1).id);
  std::vector<OutputRecord> again = {brought(1), brought(2)};
  again[0].created_at = Timestamp(std::chrono::milliseconds(5));
  again[0].seq = 9;
  const auto result = import(again);
  ASSERT_TRUE(is_ok(result));
  EXPECT_EQ(result->added_count, 1);
  EXPECT_EQ(result->present_count, 1);
  EXPECT_EQ(get(brought(1).id).seq, before.seq);
  EXPECT_EQ(get(brought(1).id).created_at, before.created_at);
}

TEST_P(ImportTest, ReadsBackWhatWasAppended) {
  append(request("t", 1, "a", R"({"b":1, "a": 1e2})"));
  append(request("u", 2, "b"));
  const auto result = import(all());
  ASSERT_TRUE(is_ok(result));
  EXPECT_EQ(result->added_count, 0);
  EXPECT_EQ(result->present_count, 2);
}

TEST_P(ImportTest, ADifferentRecordStoresNone) {
  ASSERT_TRUE(is_ok(import({brought(2)})));
  for (int field = 0; field < 5; ++field) {
    OutputRecord other = brought(2);
    if (field == 0) other.task_id = "u";
    if (field == 1) other.attempt = 2;
    if (field == 2) other.producer_agent = "b";
    if (field == 3) other.event = final_of("1");
    if (field == 4) other.parent_refs = {OutputRef("p")};
    const auto result = import({brought(1), other, brought(3)});
    EXPECT_TRUE(is_error(result, ErrorKind::kConflict, "out-0000000002")) << field;
  }
  EXPECT_EQ(all(), std::vector{brought(2)});
}

TEST_P(ImportTest, TheSpellingOfAValueCounts) {
  ASSERT_TRUE(is_ok(import({brought(1, "1.0")})));
  EXPECT_TRUE(is_error(import({brought(1, "1")}), ErrorKind::kConflict));
}

TEST_P(ImportTest, OneImportMayRepeatARecord) {
  const auto result = import({brought(1), brought(2), brought(1)});
  ASSERT_TRUE(is_ok(result));
  EXPECT_EQ(result->added_count, 2);
  EXPECT_EQ(result->present_count, 1);
  EXPECT_EQ(all(), (std::vector{brought(1), brought(2)}));
}

TEST_P(ImportTest, OneImportMayNotContradictItself) {
  const auto result = import({brought(1), brought(2), brought(1, "1")});
  EXPECT_TRUE(is_error(result, ErrorKind::kConflict, "out-0000000001"));
  EXPECT_TRUE(all().empty());
}

TEST_P(ImportTest, OneBadRecordStoresNone) {
  std::vector<OutputRecord> records = {brought(1), brought(2), brought(3)};
  records[1].id = OutputRef();
  EXPECT_TRUE(is_error(import(records), ErrorKind::kInvalidArgument, "record 1: "));
  records[1].id = OutputRef("\xff");
  EXPECT_TRUE(is_error(import(records), ErrorKind::kInvalidArgument, "record 1: "));
  EXPECT_TRUE(all().empty());
}

TEST_P(ImportTest, NothingIsNothing) {
  const auto result = import({});
  ASSERT_TRUE(is_ok(result));
  EXPECT_EQ(result->added_count, 0);
  EXPECT_EQ(result->present_count, 0);
}

TEST_P(ImportTest, AnAppendComesAfterIt) {
  ASSERT_TRUE(is_ok(import({brought(1), brought(2)})));
  EXPECT_EQ(get(append(request("t", 1, "a"))).seq, 3);
  EXPECT_EQ(run(store().get_latest_by_name("a"))->seq, 3);
}

}  // namespace
}  // namespace skep::test
