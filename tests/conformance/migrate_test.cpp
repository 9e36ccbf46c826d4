// All of one store in another, and blobs without a record.
#include "support/store_test.hpp"
#include "support/text_source.hpp"

#include <skep/memory_store.hpp>
#include <skep/migrate.hpp>

#include <filesystem>
#include <fstream>

namespace skep::test {
namespace {

namespace fs = std::filesystem;

class MigrateTest : public StoreTest {
 protected:
  MigrateTest() : target_(GetParam().open(directory_.path(), kDefaultMaxBodyBytes)) {}

  [[nodiscard]] OutputStore& target() noexcept { return *target_; }

  Result<MigrateReport> migrate_to(OutputStore& target) {
    auto operation = migrate(store(), target);
    return run(std::move(operation));
  }

  OutputRef append_blob(const std::string& bytes) {
    auto operation = store().append_blob({"t", 1, "files", Final(FileRef("", "text/plain"), true)},
                                         source_of(bytes, 1'000));
    auto ref = run(std::move(operation));
    EXPECT_TRUE(is_ok(ref));
    return ref.value_or(OutputRef());
  }

 private:
  TempDir directory_;
  std::unique_ptr<OutputStore> target_;
};
SKEP_INSTANTIATE(MigrateTest, backends());

fs::path path_of(const OutputRecord& record) {
  return std::get<FileRef>(*content_of(record.event)).path;
}

std::vector<OutputRecord> all_of(OutputStore& store) {
  ListQuery query;
  query.limit = kMaxPageCount;
  std::vector<OutputRecord> records;
  for (;;) {
    auto page = run(store.list(query));
    EXPECT_TRUE(is_ok(page));
    if (!page) return records;
    for (OutputRecord& record : page->listing.records) records.push_back(std::move(record));
    if (!page->next_after_seq) return records;
    query.after_seq = *page->next_after_seq;
  }
}

TEST_P(MigrateTest, AllComesInItsOrder) {
  std::vector<AppendRequest> requests;
  for (int i = 0; i < 1'205; ++i) {
    requests.push_back(request("task " + std::to_string(i % 7), 1, "a", std::to_string(i)));
  }
  auto appending = store().append_all(std::move(requests));
  ASSERT_TRUE(is_ok(run(std::move(appending))));
  append(request("t", 2, "é", R"({ "spaced" :  1.0 })"));

  const auto report = migrate_to(target());
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(report->equal());
  EXPECT_EQ(report->added_count, 1'206);
  EXPECT_EQ(report->present_count, 0);
  EXPECT_EQ(report->source.record_count, 1'206);
  EXPECT_EQ(report->source.sha256.size(), 64);
  const auto expected = all_of(store());
  const auto records = all_of(target());
  ASSERT_EQ(records.size(), expected.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i], expected[i]);
    EXPECT_EQ(records[i].created_at, expected[i].created_at);
  }

  const auto again = migrate_to(target());
  ASSERT_TRUE(is_ok(again));
  EXPECT_TRUE(again->equal());
  EXPECT_EQ(again->added_count, 0);
  EXPECT_EQ(again->present_count, 1'206);
  EXPECT_EQ(again->source, report->source);
}

TEST_P(MigrateTest, AnEmptyStoreToo) {
  const auto report = migrate_to(target());
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(report->equal());
  EXPECT_EQ(report->source.record_count, 0);
}

TEST_P(MigrateTest, BlobsComeAlongOnceEach) {
  const std::string bytes(700'000, 'b');
  const OutputRef first = append_blob(bytes);
  const OutputRef second = append_blob(bytes);
  append(AppendRequest("t", 1, "a", Final(FileRef("/somewhere/else"), true)));
  const auto report = migrate_to(target());
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(report->equal());
  EXPECT_EQ(report->source.blob_count, 2);
  EXPECT_EQ(report->source.blob_bytes, 1'400'000);

  const auto blob = run(target().open_blob(second));
  ASSERT_TRUE(is_ok(blob));
  EXPECT_EQ((*blob)->info().size_bytes, bytes.size());
  EXPECT_EQ((*blob)->info().media_type, "text/plain");
  const auto there = run(target().get(first));
  ASSERT_TRUE(is_ok(there));
  EXPECT_NE(path_of(*there), path_of(get(first))) << "a path into the other store's directory";
  EXPECT_EQ(fs::file_size(path_of(*there)), bytes.size());
}

TEST_P(MigrateTest, ABlobThatIsGoneIsToldAndItsRecordComes) {
  const OutputRef ref = append_blob("gone");
  append_blob("here");
  fs::remove(path_of(get(ref)));
  const auto report = migrate_to(target());
  ASSERT_TRUE(is_ok(report));
  EXPECT_FALSE(report->equal());
  EXPECT_EQ(report->added_count, 2);
  EXPECT_EQ(report->blob_error_count, 1);
  ASSERT_EQ(report->blob_errors.size(), 1);
  EXPECT_NE(report->blob_errors[0].find(path_of(get(ref)).filename().string()), std::string::npos);
  EXPECT_EQ(report->source.blob_count, 1);
  EXPECT_EQ(report->target.blob_count, 1);
}

TEST_P(MigrateTest, ABlobThatIsBroughtLaterIsItsRecords) {
  const OutputRef ref = append_blob("mended");
  const fs::path path = path_of(get(ref));
  fs::rename(path, path.string() + ".away");
  const auto without = migrate_to(target());
  ASSERT_TRUE(is_ok(without));
  EXPECT_EQ(without->blob_error_count, 1);
  fs::rename(path.string() + ".away", path);
  const auto again = migrate_to(target());
  ASSERT_TRUE(is_ok(again));
  EXPECT_TRUE(again->equal());
  EXPECT_EQ(again->present_count, 1);
  EXPECT_TRUE(is_ok(run(target().open_blob(ref))));
}

TEST_P(MigrateTest, APathThatOnlyNamesABlobGetsNone) {
  const OutputRef ref = append_blob("mine");
  AppendRequest theirs("t", 1, "thief", Final(FileRef(path_of(get(ref)).string()), true));
  const OutputRef thief = append(std::move(theirs));
  const auto report = migrate_to(target());
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(report->equal());
  EXPECT_EQ(report->target.blob_count, 1);
  EXPECT_TRUE(is_error(run(target().open_blob(thief)), ErrorKind::kNotFound));
}

TEST_P(MigrateTest, ATargetThatFailsEndsIt) {
  append_blob("a blob");
  MemoryStoreOptions options;
  options.max_blob_bytes = 3;
  const auto small = make_memory_store(options);
  EXPECT_TRUE(is_error(migrate_to(*small), ErrorKind::kTooLarge));
  EXPECT_TRUE(all_of(*small).empty());
}

TEST_P(MigrateTest, WhatElseTheTargetHoldsMakesThemDiffer) {
  append(request("t", 1, "a", "1"));
  ASSERT_TRUE(is_ok(run(target().append(request("t", 1, "b", "2")))));
  const auto report = migrate_to(target());
  ASSERT_TRUE(is_ok(report));
  EXPECT_FALSE(report->equal());
  EXPECT_EQ(report->target.record_count, 2);
  EXPECT_NE(report->source.sha256, report->target.sha256);
}

TEST_P(MigrateTest, AnOrderThatDiffersIsADifference) {
  std::vector<OutputRecord> records = {record("out-0000000001", request("t", 1, "a", "1")),
                                       record("out-0000000002", request("t", 1, "a", "2"))};
  ASSERT_TRUE(is_ok(run(store().import_records(records))));
  std::swap(records[0], records[1]);
  ASSERT_TRUE(is_ok(run(target().import_records(records))));
  const auto report = migrate_to(target());
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->present_count, 2);
  EXPECT_FALSE(report->equal());
}

TEST_P(MigrateTest, ARecordUnderTheRefOfAnotherIsAConflict) {
  const std::vector<OutputRecord> one = {record("out-0000000001", request("t", 1, "a", "1"))};
  const std::vector<OutputRecord> other = {record("out-0000000001", request("t", 1, "a", "2"))};
  ASSERT_TRUE(is_ok(run(store().import_records(one))));
  ASSERT_TRUE(is_ok(run(target().import_records(other))));
  EXPECT_TRUE(is_error(migrate_to(target()), ErrorKind::kConflict, "out-0000000001"));
}

TEST_P(MigrateTest, BetweenBackEnds) {
  append(request("t", 1, "a", R"({"n":1})"));
  const OutputRef ref = append_blob("a blob");
  const auto memory = make_memory_store();
  const auto to_memory = migrate_to(*memory);
  ASSERT_TRUE(is_ok(to_memory));
  EXPECT_TRUE(to_memory->equal());
  auto back = migrate(*memory, target());
  const auto from_memory = run(std::move(back));
  ASSERT_TRUE(is_ok(from_memory));
  EXPECT_TRUE(from_memory->equal());
  EXPECT_EQ(from_memory->target, to_memory->source);
  EXPECT_TRUE(is_ok(run(target().open_blob(ref))));
}

TEST_P(MigrateTest, TheCallerSeesHowFarItIsAndMayEndIt) {
  for (int i = 0; i < 3; ++i) append(request("t", 1, "a"));
  std::vector<std::uint64_t> seen;
  MigrateOptions options;
  options.on_progress = [&seen](std::uint64_t done, std::uint64_t total) {
    seen.push_back(done);
    EXPECT_EQ(total, 6);
    return true;
  };
  auto whole = migrate(store(), target(), options);
  ASSERT_TRUE(is_ok(run(std::move(whole))));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 3, 3, 6}));
  options.on_progress = [](std::uint64_t, std::uint64_t) { return false; };
  auto ended = migrate(store(), target(), options);
  EXPECT_TRUE(is_error(run(std::move(ended)), ErrorKind::kCancelled));
}

TEST_P(MigrateTest, ABlobWithoutARecordIsThereForOne) {
  const auto put = run(store().put_blob(source_of("bytes", 2)));
  ASSERT_TRUE(is_ok(put));
  EXPECT_EQ(put->sha256, "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9");
  EXPECT_EQ(put->size_bytes, 5);
  EXPECT_EQ(put->media_type, "application/octet-stream");
  EXPECT_TRUE(all().empty());

  const std::string elsewhere = "/elsewhere/x.blobs/27/" + put->sha256;
  const OutputRecord brought =
      record("out-0000000001", {"t", 1, "a", Final(FileRef(elsewhere), true)});
  ImportOptions options;
  options.adopt_blobs = true;
  ASSERT_TRUE(is_ok(run(store().import_records({brought}, options))));
  const auto blob = run(store().open_blob(brought.id));
  ASSERT_TRUE(is_ok(blob));
  EXPECT_EQ((*blob)->info(), *put);
  // The record that was brought is equal to the one that is there, wherever its path led.
  const auto again = run(store().import_records({brought}, options));
  ASSERT_TRUE(is_ok(again));
  EXPECT_EQ(again->present_count, 1);

  BlobCollectQuery query;
  query.grace = std::chrono::milliseconds(0);
  const auto kept = run(store().collect_blobs(query));
  ASSERT_TRUE(is_ok(kept));
  EXPECT_EQ(kept->kept_count, 1);
}

}  // namespace
}  // namespace skep::test
