// What pruning does to a file, and to those who use it meanwhile.
#include "sqlite/file_fixture.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace skep::test {
namespace {

class FilePruneTest : public SqliteFileTest {
 protected:
  static PruneQuery keeping(std::uint64_t count) {
    PruneQuery query;
    query.keep_per_producer = count;
    query.dry_run = false;
    return query;
  }

  static void fill(BlockingStore& store, std::size_t count, std::size_t bytes) {
    std::vector<AppendRequest> many(count, request("t", 1, "a", json_string(bytes)));
    ASSERT_TRUE(is_ok(store.append_all(std::move(many))));
  }
};

TEST_F(FilePruneTest, AFileThatSkepMadeGivesTheSpaceBack) {
  auto store = open();
  fill(store, 2'000, 8'000);
  const auto before = store.stats()->database_bytes;
  const auto report = store.prune(keeping(10));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->record_count, 1'990);
  EXPECT_EQ(report->note, "");
  EXPECT_GT(report->given_back_bytes, 14'000'000);
  ASSERT_TRUE(is_ok(store.close()));
  EXPECT_LT(std::filesystem::file_size(path()), 1'000'000);
  EXPECT_GT(before, report->given_back_bytes);
  EXPECT_TRUE(BlockingStore::verify_sqlite_file(path())->sound());
}

TEST_F(FilePruneTest, AnOlderFileSaysThatItStaysAsLarge) {
  make_old_file(9);
  auto store = open();
  const auto report = store.prune(keeping(1));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->record_count, 8);
  EXPECT_EQ(report->given_back_bytes, 0);
  EXPECT_NE(report->note.find("stays as large"), std::string::npos) << report->note;
}

TEST_F(FilePruneTest, RecordsOfOtherProgramsMatchByCountButNotByAge) {
  make_old_file(9);
  auto store = open();
  auto query = keeping(8);
  query.older_than = Timestamp::max();
  query.older_than = std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::system_clock::now() + std::chrono::hours(24));
  EXPECT_EQ(store.prune(query)->record_count, 0);
  EXPECT_EQ(store.prune(keeping(8))->record_count, 1);
}

TEST_F(FilePruneTest, AChildThatAnotherProgramStoredKeepsItsParents) {
  auto store = open();
  fill(store, 5, 10);
  RawFile file(path());
  file.execute(
      "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json, parent_refs_json, "
      R"(seq) SELECT 'foreign', 't', 1, 'b', '{"type":"progress","stage":"s","note":null}', )"
      R"('["' || id || '"]', 6 FROM outputs WHERE seq = 2)");
  EXPECT_EQ(store.prune(keeping(1))->record_count, 3);
  EXPECT_EQ(file.rows("SELECT seq FROM outputs ORDER BY seq"),
            (std::vector<std::string>{"2", "5", "6"}));
}

TEST_F(FilePruneTest, DamagedRowsAreNoObstacle) {
  auto store = open();
  fill(store, 5, 10);
  RawFile file(path());
  file.execute("UPDATE outputs SET event_json = '{' WHERE seq = 2");
  file.execute("UPDATE outputs SET seq = 'x' WHERE seq = 3");
  file.execute("UPDATE outputs SET id = NULL WHERE seq = 4");
  EXPECT_EQ(store.prune(keeping(1))->record_count, 2);
  EXPECT_EQ(file.rows("SELECT seq FROM outputs ORDER BY seq"),
            (std::vector<std::string>{"4", "5", "x"}));
}

TEST_F(FilePruneTest, AppendsDoNotWaitForLong) {
  auto store = open();
  fill(store, 20'000, 1'000);
  std::atomic<bool> stop = false;
  std::atomic<int> appended = 0;
  std::chrono::steady_clock::duration slowest{};
  std::thread writer([&] {
    while (!stop) {
      const auto begun = std::chrono::steady_clock::now();
      EXPECT_TRUE(is_ok(store.append(request("t", 1, "b", json_string(100)))));
      slowest = std::max(slowest, std::chrono::steady_clock::now() - begun);
      ++appended;
    }
  });
  while (appended < 5) std::this_thread::yield();
  const int before = appended;
  const auto report = store.prune(keeping(100));
  const int during = appended - before;
  stop = true;
  writer.join();
  ASSERT_TRUE(is_ok(report));
  EXPECT_GE(report->record_count, 19'900);
  // Many more than the handful of transactions that one long one would let through.
  EXPECT_GT(during, 50);
  EXPECT_LT(slowest, std::chrono::seconds(3));
  RecordProperty("slowest_append_us", static_cast<int>(slowest / std::chrono::microseconds(1)));
  RecordProperty("appended", during);
}

TEST_F(FilePruneTest, OneThatIsEndedSaysHowMuchItDid) {
  auto store = open();
  fill(store, 1'000, 10);
  PruneOptions options;
  options.on_progress = [](std::uint64_t removed_count) { return removed_count == 0; };
  const auto report = store.prune(keeping(1), options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(report.error().outcome, Outcome::kInDoubt);
  EXPECT_NE(report.error().message.find("records were removed before"), std::string::npos);
  const auto left = store.stats()->output_count;
  EXPECT_LT(left, 1'000);
  EXPECT_GT(left, 1);
}

}  // namespace
}  // namespace skep::test
