// The write-ahead log stays bounded, whatever readers do.
#include "sqlite/checkpoint.hpp"
#include "sqlite/file_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace skep::test {
namespace {

constexpr std::uintmax_t kPageBytes = 4'096;

class LogSizeTest : public SqliteFileTest {
 protected:
  [[nodiscard]] std::uintmax_t log_bytes() const {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path().string() + "-wal", error);
    return error ? 0 : bytes;
  }

  // The largest log seen while `bytes` of bodies are appended.
  std::uintmax_t largest_log(BlockingStore& store, std::uintmax_t bytes) {
    const std::string body = json_string(std::size_t{1} << 18U);
    std::uintmax_t largest = 0;
    for (std::uintmax_t written = 0; written < bytes; written += body.size()) {
      EXPECT_TRUE(is_ok(store.append(request("t", 1, "a", body))));
      largest = std::max(largest, log_bytes());
    }
    return largest;
  }
  // The log once some more was appended.
  std::uintmax_t log_bytes_after(BlockingStore& store) {
    largest_log(store, std::uintmax_t{16} << 20U);
    return log_bytes();
  }
};

TEST_F(LogSizeTest, TheLogStartsAnewWithoutReaders) {
  auto store = open();
  EXPECT_LT(largest_log(store, std::uintmax_t{32} << 20U), std::uintmax_t{8} << 20U);
}

// At every instant one of two readers is in a transaction that began before the other's ended, so
// that the log is never free of readers: the worst that readers of another process can do, but for
// one that never ends.
TEST_F(LogSizeTest, TheLogIsBoundedUnderConstantReaders) {
  constexpr std::uintmax_t kMaxLogBytes = sqlite::kMaxLogPages * kPageBytes;
  auto store = open();
  ASSERT_TRUE(is_ok(store.append(request("t", 1, "a"))));
  std::atomic<bool> done = false;
  std::thread readers([this, &done] {
    RawFile first(path());
    RawFile second(path());
    RawFile* inside = &first;
    RawFile* outside = &second;
    inside->execute("BEGIN; SELECT MAX(seq) FROM outputs");
    while (!done) {
      outside->execute("BEGIN; SELECT MAX(seq) FROM outputs");
      inside->execute("COMMIT");
      std::swap(inside, outside);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    inside->execute("COMMIT");
  });
  const auto largest = largest_log(store, 3 * kMaxLogBytes);
  done = true;
  readers.join();
  EXPECT_LT(largest, kMaxLogBytes + kMaxLogBytes / 4);
}

// Nothing can be done about it, but to say so: its snapshot needs the log.
TEST_F(LogSizeTest, AReaderThatStaysIsReported) {
  const auto warns = [](BlockingStore& store) {
    const auto stats = store.stats().value();
    return std::ranges::any_of(stats.warnings, [](const std::string& warning) {
      return warning.find("log") != std::string::npos && warning.find("SQLite") != 0;
    });
  };
  auto store = open();
  ASSERT_TRUE(is_ok(store.append(request("t", 1, "a"))));
  RawFile reader(path());
  reader.execute("BEGIN; SELECT MAX(seq) FROM outputs");
  EXPECT_FALSE(warns(store));
  largest_log(store, 3 * sqlite::kMaxLogPages * kPageBytes);
  EXPECT_TRUE(warns(store));
  EXPECT_EQ(reader.rows("SELECT COUNT(*) FROM outputs"), std::vector<std::string>{"1"});
  reader.execute("COMMIT");
  // The log starts anew; the file shrinks to its limit then.
  EXPECT_LT(log_bytes_after(store), sqlite::kMaxLogPages * kPageBytes * 5 / 4);
  EXPECT_FALSE(warns(store));
}

}  // namespace
}  // namespace skep::test
