#include "sqlite/file_fixture.hpp"

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

namespace skep::test {
namespace {

TEST_F(SqliteFileTest, AFileOfTheOldestShapeIsBroughtUp) {
  make_old_file(3);
  {
    auto store = open();
    EXPECT_EQ(store.list_for_attempt("t", 1)->records.size(), 3U);
    EXPECT_EQ(store.get(OutputRef("out-0000000002"))->created_at, std::nullopt);
    const auto ref = store.append(request("t", 1, "a"));
    ASSERT_TRUE(is_ok(ref));
    EXPECT_EQ(store.get(*ref)->seq, 4);
    EXPECT_TRUE(store.get(*ref)->created_at);
  }
  RawFile file(path());
  EXPECT_EQ(file.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                      "ORDER BY name"),
            (std::vector<std::string>{"ix_outputs_attempt", "ix_outputs_producer",
                                      "ix_outputs_producer_run", "ix_outputs_seq",
                                      "ix_skep_blobs_sha256", "ix_skep_keys_age"}));
  EXPECT_EQ(file.rows("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
  EXPECT_EQ(file.rows("PRAGMA journal_mode"), std::vector<std::string>{"wal"});
}

TEST_F(SqliteFileTest, TheNextSeqAndEveryReadAreLookUps) {
  {
    const auto store = open();
  }
  RawFile file(path());
  for (const std::string query :
       {"SELECT COALESCE(MAX(seq), 0) + 1 FROM outputs", "SELECT * FROM outputs WHERE id = 'x'",
        "SELECT * FROM outputs WHERE producer_agent = 'x' ORDER BY seq DESC LIMIT 1",
        "SELECT * FROM outputs WHERE producer_agent = 'x' AND task_id = 't' AND attempt = 1 "
        "ORDER BY seq DESC LIMIT 1",
        "SELECT * FROM outputs WHERE task_id = 't' AND attempt = 1 AND seq > 5 ORDER BY seq",
        "SELECT * FROM outputs WHERE producer_agent = 'x' AND seq > 5 ORDER BY seq",
        "SELECT * FROM outputs WHERE seq > 5 ORDER BY seq"}) {
    for (const auto& step : file.rows("EXPLAIN QUERY PLAN " + query)) {
      EXPECT_NE(step.find("SEARCH outputs"), std::string::npos) << query << ": " << step;
    }
  }
}

TEST_F(SqliteFileTest, AFileThatIsUpToDateIsNotWrittenTo) {
  {
    const auto store = open();
  }
  const auto version = RawFile(path()).rows("PRAGMA schema_version");
  {
    const auto store = open();
  }
  EXPECT_EQ(RawFile(path()).rows("PRAGMA schema_version"), version);
}

TEST_F(SqliteFileTest, OpeningWaitsForAReaderOfAFileWithoutAWriteAheadLog) {
  make_old_file(1);
  RawFile other(path());
  other.execute("BEGIN; SELECT * FROM outputs");
  std::thread ending([&other] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    other.execute("COMMIT");
  });
  EXPECT_TRUE(is_ok(try_open()));
  ending.join();
}

TEST_F(SqliteFileTest, ManyMayOpenANewFileAtTheSameInstant) {
  constexpr std::size_t kOpenerCount = 8;
  for (int round = 0; round < 10; ++round) {
    const TempDir directory;
    std::vector<std::thread> openers;
    std::atomic<std::size_t> appended_count = 0;
    for (std::size_t i = 0; i < kOpenerCount; ++i) {
      openers.emplace_back([&] {
        auto store = BlockingStore::open_sqlite(directory.path() / "new.db");
        EXPECT_TRUE(is_ok(store));
        if (!store) return;
        const auto ref = store->append(request("t", 1, "a"));
        EXPECT_TRUE(is_ok(ref));
        if (ref) ++appended_count;
      });
    }
    for (auto& opener : openers) opener.join();
    EXPECT_EQ(appended_count, kOpenerCount);
    RawFile file(directory.path() / "new.db");
    EXPECT_EQ(file.rows("SELECT COUNT(DISTINCT seq), MAX(seq) FROM outputs"),
              std::vector<std::string>{"8|8"});
  }
}

TEST_F(SqliteFileTest, AMissingFileIsNotFoundUnlessItMayBeMade) {
  SqliteStoreOptions options;
  options.create_if_missing = false;
  EXPECT_TRUE(is_error(try_open(options), ErrorKind::kNotFound, "outputs.db"));
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(SqliteFileTest, AFileThatIsNoDatabaseIsCorrupt) {
  std::ofstream(path()) << std::string(8'192, 'x');
  EXPECT_TRUE(is_error(try_open(), ErrorKind::kCorrupt));
}

TEST_F(SqliteFileTest, AnotherTableOfThatNameIsRefusedUntouched) {
  RawFile(path()).execute("CREATE TABLE outputs (id TEXT, price REAL)");
  EXPECT_TRUE(is_error(try_open(), ErrorKind::kInvalidArgument, "task_id"));
  EXPECT_EQ(RawFile(path()).rows("SELECT COUNT(*) FROM sqlite_master"),
            std::vector<std::string>{"1"});
}

TEST_F(SqliteFileTest, NamesThatMeanSomethingToSqliteAreFileNames) {
  const TempDir directory;
  for (const std::string name : {":memory:", "file:x?mode=memory", "a b#?.db"}) {
    auto store = BlockingStore::open_sqlite(directory.path() / name);
    ASSERT_TRUE(is_ok(store));
    EXPECT_TRUE(std::filesystem::exists(directory.path() / name));
  }
  EXPECT_TRUE(is_error(BlockingStore::open_sqlite(""), ErrorKind::kInvalidArgument));
  EXPECT_TRUE(is_error(BlockingStore::open_sqlite(directory.path()), ErrorKind::kInvalidArgument));
}

TEST_F(SqliteFileTest, ALockedFileIsBusyAndNothingIsWritten) {
  SqliteStoreOptions options;
  options.busy_timeout = std::chrono::milliseconds(50);
  auto store = std::move(try_open(options).value());
  RawFile other(path());
  other.execute("BEGIN IMMEDIATE");
  const auto refused = store.append(request("t", 1, "a"));
  EXPECT_TRUE(is_error(refused, ErrorKind::kBusy));
  EXPECT_TRUE(refused.error().retryable);
  other.execute("ROLLBACK");
  EXPECT_EQ(store.stats()->output_count, 0U);
  EXPECT_TRUE(is_ok(store.append(request("t", 1, "a"))));
}

TEST_F(SqliteFileTest, AnEngineWithTheWalResetBugIsReported) {
  const auto stats = open().stats();
  ASSERT_TRUE(is_ok(stats));
  EXPECT_EQ(stats->engine_version, std::string("SQLite ") + sqlite3_libversion());
  EXPECT_EQ(stats->warnings.empty(), sqlite3_libversion_number() >= 3'051'003);
}

}  // namespace
}  // namespace skep::test
