// Blobs go where their store goes: they are verified, copied, put back and pruned with it.
#include "blob/writer.hpp"
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

TEST_F(BlobCareTest, ALinkToAFileThatIsYetToBeMadeLeadsToItsBlobs) {
  fs::create_symlink(path().filename(), beside("link.db"));
  OutputRef ref;
  {
    auto linked = BlockingStore::open_sqlite(beside("link.db")).value();
    ref = store_blob(linked, "honey");
  }
  auto store = open();
  EXPECT_EQ(read(store, ref), "honey");
}

TEST_F(BlobCareTest, BlobsAreAsPrivateAsTheirStore) {
  auto store = open();
  fs::permissions(path(), fs::perms(0640));
  const fs::path blob = file_of(store, store_blob(store, "honey"));
  EXPECT_EQ(fs::status(blob).permissions(), fs::perms(0440));
  EXPECT_EQ(fs::status(blob.parent_path()).permissions(), fs::perms(0750));
  EXPECT_EQ(fs::status(blob.parent_path().parent_path()).permissions(), fs::perms(0750));
  ASSERT_TRUE(is_ok(store.backup(beside("copy.db"))));
  const fs::path copy = beside("copy.db.blobs") / blob.parent_path().filename() / blob.filename();
  EXPECT_EQ(fs::status(copy).permissions(), fs::perms(0440));
  EXPECT_EQ(fs::status(beside("copy.db.blobs")).permissions(), fs::perms(0750));
}

TEST_F(BlobCareTest, NothingIsCollectedWhileABackupReads) {
  auto store = open();
  const OutputRef ref = store_blob(store, "honey");
  const fs::path blob = file_of(store, ref);
  make_old(blob);
  auto other = open();
  BackupOptions options;
  bool tried = false;
  options.on_progress = [&](const BackupProgress&) {
    if (std::exchange(tried, true)) return true;
    RawFile(path()).execute("DELETE FROM outputs");
    EXPECT_TRUE(is_error(other.collect_blobs(), ErrorKind::kBusy, "backup"));
    return true;
  };
  const auto report = store.backup(beside("copy.db"), options);
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(tried);
  EXPECT_EQ(report->blob_error_count, 0U);
  EXPECT_EQ(other.collect_blobs().value().removed_count, 1U);
  EXPECT_FALSE(fs::exists(blob));
}

TEST_F(BlobCareTest, AnUploadThatIsUnderWayIsNotCollected) {
  auto store = open();
  blob::BlobWriter writer(path().string() + ".blobs", path());
  ASSERT_TRUE(is_ok(writer.begin()));
  ASSERT_TRUE(is_ok(writer.write("hon")));
  BlobCollectQuery query;
  query.grace = std::chrono::milliseconds(0);
  EXPECT_EQ(store.collect_blobs(query).value().unfinished_count, 0U);
  ASSERT_TRUE(is_ok(writer.write("ey")));
  EXPECT_TRUE(is_ok(writer.publish([] { return false; })));
}

TEST_F(BlobCareTest, ABlobThatIsStoredAgainCountsAsNew) {
  auto store = open();
  const auto source = [] { return source_of("honey"); };
  const BlobInfo info = store.put_blob(source()).value();
  const fs::path blob = path().string() + ".blobs/" + info.sha256.substr(0, 2) + "/" + info.sha256;
  make_old(blob);
  ASSERT_TRUE(is_ok(store.put_blob(source())));
  EXPECT_EQ(store.collect_blobs().value().kept_count, 1U);
  make_old(blob);
  EXPECT_EQ(store.collect_blobs().value().removed_count, 1U);
}

TEST_F(BlobCareTest, AStoreAndItsBlobsCanBeMovedTogether) {
  const auto send = [](BlockingStore& store) {
    AppendRequest request("t", 1, "a", Final(FileRef("", "text/plain"), true));
    return store.append_blob(std::move(request), source_of("honey"), AppendOptions("key"));
  };
  OutputRef ref;
  {
    auto store = open();
    ref = send(store).value();
  }
  fs::rename(path(), beside("moved.db"));
  fs::rename(beside("outputs.db.blobs"), beside("moved.db.blobs"));
  auto moved = BlockingStore::open_sqlite(beside("moved.db")).value();
  EXPECT_EQ(read(moved, ref), "honey");
  EXPECT_EQ(send(moved).value(), ref) << "the same request, wherever the blob lies";
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
