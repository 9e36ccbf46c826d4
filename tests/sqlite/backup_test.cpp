// Copies of a file, and putting one back.
#include "sqlite/file_fixture.hpp"
#include "support/run.hpp"

#include <skep/sqlite_store.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <optional>
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

TEST_F(FileBackupTest, DoesNotReplaceAStoreThatIsInUse) {
  auto store = open();
  const OutputRef ref = store.append(request("t", 1, "a")).value();
  EXPECT_TRUE(is_error(store.backup(path(), replacing()), ErrorKind::kBusy, path().string()));
  auto other = BlockingStore::open_sqlite(copy()).value();
  EXPECT_TRUE(is_error(store.backup(copy(), replacing()), ErrorKind::kBusy, "in use"));
  EXPECT_TRUE(is_ok(store.append(request("t", 1, "a"))));
  EXPECT_TRUE(is_ok(other.append(request("t", 1, "a"))));
  EXPECT_TRUE(is_ok(open().get(ref)));
}

TEST_F(FileBackupTest, TheLogOfWhatItReplacesIsNotTakenForItsOwn) {
  back_up(1);
  const std::string log = copy().string() + "-wal";
  std::ofstream(log) << "left behind by a process that was killed";
  back_up(2);
  EXPECT_FALSE(std::filesystem::exists(log));
  EXPECT_EQ(count_in(copy()), 3);
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

TEST_F(FileBackupTest, AStoreThatComesWhileItIsPutBackStays) {
  back_up(3);
  std::filesystem::remove(path());
  BackupOptions options;
  OutputRef ref;
  options.on_progress = [&](const BackupProgress&) {
    if (ref.str().empty()) ref = open().append(request("t", 1, "a")).value();
    return true;
  };
  const auto refused = run(restore_sqlite_store(copy(), path(), options));
  EXPECT_TRUE(is_error(refused, ErrorKind::kConflict, path().string()));
  EXPECT_TRUE(is_ok(open().get(ref)));

  options.replace = true;
  std::optional<BlockingStore> user;
  options.on_progress = [&](const BackupProgress&) {
    if (!user) user.emplace(open());
    return true;
  };
  const auto busy = run(restore_sqlite_store(copy(), path(), options));
  EXPECT_TRUE(is_error(busy, ErrorKind::kBusy, "in use"));
  EXPECT_TRUE(is_ok(user->append(request("t", 1, "a"))));
  EXPECT_TRUE(is_ok(open().get(ref)));
}

TEST_F(FileBackupTest, OneThatIsEndedAfterItsPagesLeavesTheStoreAlone) {
  back_up(3);
  const auto before = names();
  boost::asio::io_context context;
  boost::asio::cancellation_signal stop;
  BackupOptions options = replacing();
  options.on_progress = [&](const BackupProgress& progress) {
    if (progress.done_bytes < progress.total_bytes) return true;
    std::promise<void> stopped;
    boost::asio::post(context, [&] {
      stop.emit(boost::asio::cancellation_type::terminal);
      stopped.set_value();
    });
    stopped.get_future().wait();
    return true;
  };
  std::optional<Result<RestoreReport>> report;
  auto operation = restore_sqlite_store(copy(), path(), options);
  boost::asio::co_spawn(
      context, std::move(operation),
      boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr thrown, auto result) {
        EXPECT_FALSE(thrown);
        report = std::move(result);
      }));
  context.run();
  ASSERT_TRUE(report);
  EXPECT_FALSE(*report);
  EXPECT_EQ(names(), before);
  EXPECT_EQ(count_in(path()), 3);
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
