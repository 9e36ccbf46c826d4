// Copies of a file, and putting one back.
#include "sqlite/file_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

namespace skep::test {
namespace {

class FileBackupTest : public SqliteFileTest {
 protected:
  [[nodiscard]] std::filesystem::path copy() const { return copies_.path() / "copy.db"; }

  static BackupOptions replacing() {
    BackupOptions options;
    options.replace = true;
    return options;
  }

  void back_up(int count) const {
    auto store = open();
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(is_ok(store.append(request("t", 1, "a", json_string(200)))));
    }
    ASSERT_TRUE(is_ok(store.backup(copy(), replacing())));
  }

  [[nodiscard]] std::uint64_t count_in(const std::filesystem::path& file) const {
    return BlockingStore::open_sqlite(file).value().stats()->output_count;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(path().parent_path())) {
      all.push_back(entry.path().filename());
    }
    std::ranges::sort(all);
    return all;
  }

 private:
  TempDir copies_;
};

// A copy that began anew with each commit of another would not end, while these go on.
TEST_F(FileBackupTest, EndsUnderConstantAppendsWhichGoOn) {
  auto store = open();
  std::vector<AppendRequest> many(2'000, request("t", 1, "a", json_string(8'000)));
  ASSERT_TRUE(is_ok(store.append_all(std::move(many))));
  std::atomic<bool> stop = false;
  std::atomic<int> appended = 0;
  std::chrono::steady_clock::duration slowest{};
  std::thread writer([&] {
    while (!stop) {
      const auto begun = std::chrono::steady_clock::now();
      EXPECT_TRUE(is_ok(store.append(request("t", 1, "a", json_string(100)))));
      slowest = std::max(slowest, std::chrono::steady_clock::now() - begun);
      ++appended;
    }
  });
  int seen = 0;
  BackupOptions options = replacing();
  options.on_progress = [&](const BackupProgress& progress) {
    EXPECT_LE(progress.done_bytes, progress.total_bytes);
    // Between two pieces of it another commit takes place.
    if (seen < 5) {
      const int before = appended;
      while (appended == before) std::this_thread::yield();
      ++seen;
    }
    return true;
  };
  const auto report = store.backup(copy(), options);
  stop = true;
  writer.join();
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(seen, 5);
  EXPECT_GE(report->record_count, 2'000);
  EXPECT_LT(report->record_count, static_cast<std::uint64_t>(2'000 + appended));
  EXPECT_LT(slowest, std::chrono::seconds(5));
  RecordProperty("slowest_append_us", static_cast<int>(slowest / std::chrono::microseconds(1)));
}

TEST_F(FileBackupTest, EndsWhenItsCallerSaysSoAndLeavesNothing) {
  auto store = open();
  std::vector<AppendRequest> many(500, request("t", 1, "a", json_string(8'000)));
  ASSERT_TRUE(is_ok(store.append_all(std::move(many))));
  BackupOptions options;
  options.on_progress = [](const BackupProgress&) { return false; };
  EXPECT_TRUE(is_error(store.backup(copy(), options), ErrorKind::kCancelled));
  EXPECT_TRUE(std::filesystem::is_empty(copy().parent_path()));
}

TEST_F(FileBackupTest, IsAsPrivateAsTheStore) {
  auto store = open();
  std::filesystem::permissions(path(), std::filesystem::perms(0640));
  ASSERT_TRUE(is_ok(store.backup(copy())));
  EXPECT_EQ(std::filesystem::status(copy()).permissions(), std::filesystem::perms(0640));
}

TEST_F(FileBackupTest, IsPutBack) {
  back_up(3);
  EXPECT_TRUE(is_error(BlockingStore::restore_sqlite(copy(), path()), ErrorKind::kConflict));
  ASSERT_TRUE(is_ok(open().append(request("t", 1, "late"))));

  const auto report = BlockingStore::restore_sqlite(copy(), path(), replacing());
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->restored.record_count, 3);
  ASSERT_TRUE(report->moved_aside);
  EXPECT_EQ(count_in(path()), 3);
  EXPECT_EQ(count_in(*report->moved_aside), 4);
  std::filesystem::remove(path());
  const auto again = BlockingStore::restore_sqlite(copy(), path());
  ASSERT_TRUE(is_ok(again));
  EXPECT_FALSE(again->moved_aside);
  EXPECT_EQ(count_in(path()), 3);
}

TEST_F(FileBackupTest, IsNotPutWhereSomebodyHasTheStoreOpen) {
  back_up(3);
  auto store = open();
  EXPECT_TRUE(is_error(BlockingStore::restore_sqlite(copy(), path(), replacing()), ErrorKind::kBusy,
                       "in use"));
  ASSERT_TRUE(is_ok(store.append(request("t", 1, "a"))));
  EXPECT_EQ(store.stats()->output_count, 4);
}

TEST_F(FileBackupTest, ADamagedOneIsNotPutBack) {
  back_up(3);
  RawFile(copy()).execute("UPDATE outputs SET event_json = '{' WHERE seq = 2");
  EXPECT_TRUE(is_error(BlockingStore::restore_sqlite(copy(), path(), replacing()),
                       ErrorKind::kCorrupt, "(seq 2)"));
  EXPECT_EQ(count_in(path()), 3);
  EXPECT_TRUE(is_error(BlockingStore::restore_sqlite(copy().string() + "x", path(), replacing()),
                       ErrorKind::kNotFound));
  EXPECT_TRUE(is_error(BlockingStore::restore_sqlite(path(), path(), replacing()),
                       ErrorKind::kInvalidArgument, "from itself"));
}

// A log that was left behind would be taken for that of what is put there.
TEST_F(FileBackupTest, ALogThatWasLeftBehindIsMovedAside) {
  back_up(3);
  std::filesystem::remove(path());
  std::ofstream(path().string() + "-wal") << "a log";
  const auto report = BlockingStore::restore_sqlite(copy(), path());
  ASSERT_TRUE(is_ok(report));
  const std::string aside = report->moved_aside->filename();
  EXPECT_EQ(names(), (std::vector<std::string>{"outputs.db", aside + "-wal"}));
  EXPECT_EQ(count_in(path()), 3);
}

TEST_F(FileBackupTest, ADamagedStoreIsMovedAsideToo) {
  back_up(3);
  std::ofstream(path()) << std::string(5'000, 'x');
  const auto report = BlockingStore::restore_sqlite(copy(), path(), replacing());
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(std::filesystem::file_size(*report->moved_aside), 5'000);
  EXPECT_EQ(count_in(path()), 3);
}

}  // namespace
}  // namespace skep::test
