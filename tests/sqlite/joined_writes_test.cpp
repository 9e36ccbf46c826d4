// A commit is few writes to the log, and no write that fails is forgotten.
#include "sqlite/file_fixture.hpp"

#include <sqlite3.h>

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

namespace skep::test {
namespace {

// How often SQLite writes, and which of its writes fails (0: none), and how.
std::atomic<int> write_count = 0;
std::atomic<int> failing_write = 0;
std::atomic<int> failure = 0;
// Called at each write to the file of the database, if set; changed only while nothing writes.
std::function<void()> on_file_write;

bool is_log(int file) {
  const auto name = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file));
  return name.string().ends_with("-wal");
}

ssize_t counted_write(int file, const void* data, std::size_t bytes, off_t offset) {
  if (on_file_write && !is_log(file)) on_file_write();
  if (++write_count == failing_write) {
    // A disk takes what it has room for.
    if (failure == ENOSPC && bytes > 1 && ::pwrite(file, data, bytes / 2, offset) < 0) return -1;
    errno = failure;
    return -1;
  }
  return ::pwrite(file, data, bytes, offset);
}

// Stands between SQLite and the system's writes, by the means that SQLite has for that.
class CountedWrites {
 public:
  CountedWrites() { set(reinterpret_cast<sqlite3_syscall_ptr>(&counted_write)); }
  CountedWrites(const CountedWrites&) = delete;
  CountedWrites& operator=(const CountedWrites&) = delete;
  ~CountedWrites() { set(nullptr); }

 private:
  static void set(sqlite3_syscall_ptr call) {
    failing_write = 0;
    auto* vfs = sqlite3_vfs_find(nullptr);
    for (const char* name : {"pwrite", "pwrite64"}) {
      if (vfs->xGetSystemCall(vfs, name) != nullptr) vfs->xSetSystemCall(vfs, name, call);
    }
  }
};

class JoinedWritesTest : public SqliteFileTest {
 protected:
  static std::vector<AppendRequest> requests(int count) {
    std::vector<AppendRequest> made;
    for (int i = 0; i < count; ++i) {
      made.push_back(request("t", 1, "a" + std::to_string(i % 8), json_string(4'096)));
    }
    return made;
  }

  using Ids = std::set<std::string>;

  static Ids ids(BlockingStore& store) {
    Ids found;
    const auto listing = store.list_for_attempt("t", 1).value();
    for (const auto& record : listing.records) found.insert(record.id.str());
    return found;
  }

  static void add(Ids& known, const std::vector<OutputRef>& refs) {
    for (const auto& ref : refs) known.insert(ref.str());
  }

  void expect_whole(const Ids& expected) const {
    RawFile file(path());
    ASSERT_EQ(file.rows("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    const auto rows = file.rows("SELECT id FROM outputs");
    ASSERT_EQ(Ids(rows.begin(), rows.end()), expected);
  }
};

TEST_F(JoinedWritesTest, ACommitIsAFewWrites) {
  constexpr int kRecords = 256;  // of 4 KiB: at least 1 MiB, in writes of 128 KiB
  auto store = open();
  const CountedWrites writes;
  write_count = 0;
  ASSERT_TRUE(is_ok(store.append_all(requests(kRecords))));
  EXPECT_GE(write_count, 8);
  EXPECT_LE(write_count, kRecords / 8);
  EXPECT_EQ(store.list_for_attempt("t", 1).value().records.size(), std::size_t{kRecords});
}

// A reader of an older state keeps a checkpoint from finishing: what it did copy must be in the
// file, whoever reads next.
TEST_F(JoinedWritesTest, APartOfACheckpointIsWritten) {
  auto store = open();
  std::size_t count = 0;
  for (int i = 0; i < 20; ++i) {
    RawFile stays(path());
    stays.execute("BEGIN; SELECT COUNT(*) FROM outputs");
    for (int n = 0; n < 4; ++n) {
      count += 24;
      ASSERT_TRUE(is_ok(store.append_all(requests(24))));
      RawFile next(path());
      ASSERT_EQ(next.rows("SELECT COUNT(*), COUNT(DISTINCT event_json) FROM outputs"),
                std::vector<std::string>{std::to_string(count) + "|1"});
      ASSERT_EQ(next.rows("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    }
    stays.execute("COMMIT");
  }
}

// The other way for a checkpoint to become a part of one.
TEST_F(JoinedWritesTest, NobodyCommitsDuringACheckpoint) {
  auto store = open();
  RawFile other(path());
  other.execute("PRAGMA busy_timeout=0");
  int tried_count = 0;
  {
    const CountedWrites writes;
    on_file_write = [&] {
      ++tried_count;
      EXPECT_THROW(other.execute("BEGIN IMMEDIATE"), std::runtime_error);
    };
    for (int i = 0; i < 8; ++i) ASSERT_TRUE(is_ok(store.append_all(requests(64))));
    ASSERT_TRUE(is_ok(store.close()));
    on_file_write = nullptr;
  }
  EXPECT_GT(tried_count, 0);
}

// Each write of a while's work fails once, in commits and in checkpoints alike: what was answered
// is there, what failed is not, and the file is whole.
TEST_F(JoinedWritesTest, AFullDiskLosesNothing) {
  constexpr int kBatch = 24;
  int failed_count = 0;
  for (int n = 1; n <= 60; ++n) {
    // All of a file is looked at each time: in one that grows, that would be most of the work.
    if (n % 10 == 0) {
      for (const char* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(path().native() + suffix);
      }
    }
    Ids expected;
    {
      auto store = open();
      std::optional<RawFile> stays;
      if (n % 3 == 0) stays.emplace(path()).execute("BEGIN; SELECT COUNT(*) FROM outputs");
      expected = ids(store);
      const CountedWrites writes;
      write_count = 0;
      failure = ENOSPC;
      failing_write = n;
      for (int i = 0; i < 8; ++i) {
        const auto refs = store.append_all(requests(kBatch));
        if (refs) {
          add(expected, *refs);
        } else {
          ++failed_count;
          EXPECT_EQ(refs.error().outcome, Outcome::kNotApplied) << refs.error().message;
          EXPECT_EQ(refs.error().engine_code & 0xFF, SQLITE_FULL) << refs.error().message;
        }
      }
    }
    ASSERT_NO_FATAL_FAILURE(expect_whole(expected)) << "write " << n;
  }
  EXPECT_GE(failed_count, 5);  // the others met a checkpoint
}

// What a write that failed left on the disk is not known: the store ends, and the file is whole.
TEST_F(JoinedWritesTest, AFailingDiskEndsTheStore) {
  for (int n = 1; n <= 20; ++n) {
    Ids expected;
    {
      auto store = open();
      expected = ids(store);
      const CountedWrites writes;
      write_count = 0;
      failure = EIO;
      failing_write = n;
      bool ended = false;
      for (int i = 0; i < 8; ++i) {
        const auto refs = store.append_all(requests(24));
        EXPECT_TRUE(!ended || !refs);
        if (refs) {
          add(expected, *refs);
        } else {
          ended = true;
        }
      }
      EXPECT_TRUE(ended) << n;
    }
    ASSERT_NO_FATAL_FAILURE(expect_whole(expected)) << "write " << n;
  }
}

}  // namespace
}  // namespace skep::test
