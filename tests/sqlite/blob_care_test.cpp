// Blobs go where their store goes: they are verified, copied, put back and pruned with it.
#include "sqlite/file_fixture.hpp"
#include "support/run.hpp"
#include "support/text_source.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace skep::test {
namespace {

namespace fs = std::filesystem;

class BlobCareTest : public SqliteFileTest {
 protected:
  static OutputRef store_blob(BlockingStore& store, const std::string& bytes,
                              const std::string& agent = "a") {
    AppendRequest request("t", 1, agent, Final(FileRef("", "text/plain"), true));
    return store.append_blob(std::move(request), source_of(bytes)).value();
  }

  static fs::path file_of(BlockingStore& store, const OutputRef& ref) {
    const OutputRecord record = store.get(ref).value();
    return std::get<FileRef>(*content_of(record.event)).path;
  }

  static std::string read(BlockingStore& store, const OutputRef& ref) {
    const auto blob = store.open_blob(ref);
    return blob ? BlockingStore::read_blob(**blob, 0).value() : kind_of(blob.error());
  }

  static std::string kind_of(const Error& error) { return std::string(to_string(error.kind)); }

  static void alter(const fs::path& path, const std::string& bytes) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(path, std::ios::binary) << bytes;
  }

  // Long enough ago for any grace.
  static void make_old(const fs::path& path) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(48));
  }

  [[nodiscard]] fs::path beside(const std::string& name) const {
    return path().parent_path() / name;
  }
};

TEST_F(BlobCareTest, ASoundStoreIsFoundSound) {
  auto store = open();
  (void)store_blob(store, "honey");
  (void)store_blob(store, "honey");
  (void)store_blob(store, std::string(3'000'000, 'x'));
  const auto report = store.verify();
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(report->sound()) << to_json(*report);
  const auto blobs = std::ranges::find(report->checks, "blobs", &VerifyCheck::name);
  ASSERT_NE(blobs, report->checks.end());
  EXPECT_EQ(blobs->checked_count, 3U);
}

TEST_F(BlobCareTest, AMissingAndAnAlteredBlobAreFound) {
  auto store = open();
  const OutputRef missing = store_blob(store, "honey");
  const OutputRef altered = store_blob(store, "wax");
  (void)store_blob(store, "pollen");
  fs::remove(file_of(store, missing));
  alter(file_of(store, altered), "WAX");
  const auto report = store.verify();
  ASSERT_TRUE(is_ok(report));
  ASSERT_EQ(report->finding_count, 2U) << to_json(*report);
  for (const VerifyFinding& finding : report->findings) {
    const OutputRef& expected = finding.kind == "blob_missing" ? missing : altered;
    EXPECT_EQ(finding.where, expected.str());
    EXPECT_NE(finding.message.find(file_of(store, expected).string()), std::string::npos);
  }
  EXPECT_NE(report->findings[0].kind, report->findings[1].kind);
  VerifyOptions options;
  options.blobs = false;
  EXPECT_TRUE(store.verify(options).value().sound());
}

TEST_F(BlobCareTest, ABackupHasTheBlobsOfItsRecords) {
  const fs::path copy = beside("copy.db");
  OutputRef ref;
  {
    auto store = open();
    ref = store_blob(store, "honey");
    (void)store_blob(store, "honey");
    const auto report = store.backup(copy);
    ASSERT_TRUE(is_ok(report));
    EXPECT_EQ(report->blob_count, 1U);
    EXPECT_EQ(report->blob_bytes, 5U);
    EXPECT_EQ(report->blob_error_count, 0U);
    alter(file_of(store, ref), "money");
  }
  auto opened = BlockingStore::open_sqlite(copy).value();
  EXPECT_EQ(read(opened, ref), "honey") << "it is a copy of its own";
  EXPECT_TRUE(opened.verify().value().sound());
}

TEST_F(BlobCareTest, ADamagedBlobDoesNotEndABackup) {
  const fs::path copy = beside("copy.db");
  auto store = open();
  const OutputRef good = store_blob(store, "honey");
  const OutputRef bad = store_blob(store, "wax");
  alter(file_of(store, bad), "WAX");
  const auto report = store.backup(copy);
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->blob_count, 1U);
  ASSERT_EQ(report->blob_error_count, 1U);
  EXPECT_EQ(report->blob_errors[0].kind, ErrorKind::kBlobAltered);
  auto opened = BlockingStore::open_sqlite(copy).value();
  EXPECT_EQ(read(opened, good), "honey");
  EXPECT_EQ(read(opened, bad), "blob_missing");
}

TEST_F(BlobCareTest, RestoringBringsBlobsBackAndMovesThoseThatWereThereAside) {
  const fs::path copy = beside("copy.db");
  OutputRef ref;
  OutputRef later;
  {
    auto store = open();
    ref = store_blob(store, "honey");
    ASSERT_TRUE(is_ok(store.backup(copy)));
    later = store_blob(store, "wax");
  }
  BackupOptions options;
  options.replace = true;
  const auto report = BlockingStore::restore_sqlite(copy, path(), options);
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->restored.blob_count, 1U);
  {
    auto store = open();
    EXPECT_EQ(read(store, ref), "honey");
    EXPECT_EQ(read(store, later), "not_found");
  }
  auto aside = BlockingStore::open_sqlite(*report->moved_aside).value();
  EXPECT_EQ(read(aside, later), "wax");
  EXPECT_EQ(read(aside, ref), "honey");
}

TEST_F(BlobCareTest, AStoreThatIsReachedThroughALinkHasTheSameBlobs) {
  auto store = open();
  const OutputRef ref = store_blob(store, "honey");
  fs::create_symlink(path(), beside("link.db"));
  auto linked = BlockingStore::open_sqlite(beside("link.db")).value();
  EXPECT_EQ(read(linked, ref), "honey");
}

TEST_F(BlobCareTest, PruningTakesABlobWithItsLastRecord) {
  auto store = open();
  const OutputRef shared = store_blob(store, "honey", "a");
  const OutputRef alone = store_blob(store, "wax", "a");
  const fs::path honey = file_of(store, shared);
  const fs::path wax = file_of(store, alone);
  (void)store_blob(store, "honey", "b");
  (void)store.append(request("t", 1, "a", "1")).value();
  make_old(honey);
  make_old(wax);
  PruneQuery query;
  query.keep_per_producer = 1;
  query.dry_run = false;
  const auto report = run(store.async().prune(query));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->record_count, 2U);
  EXPECT_EQ(report->blob_count, 1U);
  EXPECT_EQ(report->blob_bytes, 3U);
  EXPECT_TRUE(fs::exists(honey));
  EXPECT_FALSE(fs::exists(wax));
}

}  // namespace
}  // namespace skep::test
