#include "interchange/ndjson.hpp"

#include <skep/json.hpp>
#include <skep/memory_store.hpp>

#include <gtest/gtest.h>

#include <sstream>

namespace skep::interchange {
namespace {

BlockingStore empty_store() { return BlockingStore(make_memory_store()); }

std::string line_of(const std::string& id, const std::string& stage = "s") {
  OutputRecord record;
  record.id = OutputRef(id);
  record.task_id = "t";
  record.attempt = 1;
  record.producer_agent = "a";
  record.event = Progress(stage);
  return to_ndjson(record) + "\n";
}

FaultOr<ImportResult> import_text(BlockingStore& store, const std::string& text,
                                  std::size_t batch_count = 2) {
  std::istringstream in(text);
  ImportLimits limits;
  limits.max_batch_count = batch_count;
  limits.max_line_bytes = 1'000;
  return import_ndjson(store, in, limits);
}

std::string export_text(BlockingStore& store) {
  RunExport source(store.async(), ExportOptions());
  std::string text;
  for (;;) {
    const auto piece = store.next_piece(source);
    EXPECT_TRUE(piece);
    if (!piece || !*piece) return text;
    text += **piece;
  }
}

TEST(NdjsonTest, ImportsInBatchesAndKeepsTheOrder) {
  auto store = empty_store();
  const auto result = import_text(store, line_of("r1") + "\n  \n" + line_of("r2") + line_of("r3"));
  ASSERT_TRUE(result) << result.error().error.message;
  EXPECT_EQ(result->added_count, 3U);
  const auto page = store.list({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->listing.records.size(), 3U);
  EXPECT_EQ(page->listing.records[2].id.str(), "r3");
}

TEST(NdjsonTest, AnExportImportsAsTheSame) {
  auto store = empty_store();
  auto value = JsonText::parse("{\n\"b\":1.0}");
  ASSERT_TRUE(store.append({"t", 1, "a", Final(Inline(*value), false), {OutputRef("p")}}));
  ASSERT_TRUE(store.append({"t", 2, "b", Artifact("n", FileRef("/p", "m", 5U))}));
  const std::string text = export_text(store);
  auto copy = empty_store();
  ASSERT_TRUE(import_text(copy, text));
  EXPECT_EQ(export_text(copy), text);
  EXPECT_EQ(store.list({})->listing.records, copy.list({})->listing.records);
  const auto again = import_text(copy, text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->added_count, 0U);
  EXPECT_EQ(again->present_count, 2U);
}

TEST(NdjsonTest, ErrorsNameTheLineAndWhatStays) {
  auto store = empty_store();
  const auto malformed = import_text(store, line_of("r1") + line_of("r2") + line_of("r3") + "{}\n");
  ASSERT_FALSE(malformed);
  EXPECT_EQ(malformed.error().error.kind, ErrorKind::kInvalidArgument);
  EXPECT_TRUE(malformed.error().error.message.starts_with("line 4: "));
  EXPECT_TRUE(malformed.error().error.message.ends_with("; the first 2 records stay stored"));
  EXPECT_FALSE(store.get(OutputRef("r3")));

  const auto too_long = import_text(store, line_of("r4") + std::string(2'000, ' '));
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().error.kind, ErrorKind::kTooLarge);
  EXPECT_TRUE(too_long.error().error.message.starts_with("line 2: "));
  EXPECT_TRUE(too_long.error().error.message.ends_with("; nothing was imported"));
}

TEST(NdjsonTest, ConflictsNameTheLine) {
  auto store = empty_store();
  ASSERT_TRUE(import_text(store, line_of("r2")));
  const auto other = import_text(store, line_of("r1") + line_of("r2", "other"), 9);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().error.kind, ErrorKind::kConflict);
  EXPECT_TRUE(other.error().error.message.starts_with("line 2: ")) << other.error().error.message;
  const auto twice = import_text(store, line_of("r5") + line_of("r5", "other"), 9);
  ASSERT_FALSE(twice);
  EXPECT_TRUE(twice.error().error.message.starts_with("line 2: ")) << twice.error().error.message;
  EXPECT_FALSE(store.get(OutputRef("r5")));
}

TEST(NdjsonTest, ProgressCanEndIt) {
  auto store = empty_store();
  std::istringstream in(line_of("r1") + line_of("r2"));
  const auto result = import_ndjson(store, in, {}, [](std::uint64_t) { return false; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace skep::interchange
