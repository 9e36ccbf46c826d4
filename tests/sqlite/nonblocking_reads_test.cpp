// Reads that fail instead of waiting for the disk.
#include "sqlite/nonblocking_reads.hpp"

#include "sqlite/evict.hpp"
#include "sqlite/file_fixture.hpp"
#include "sqlite/read.hpp"
#include "sqlite/schema.hpp"

#include <thread>

namespace skep::test {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;
using sqlite::NonblockingReads;

class NonblockingReadsTest : public SqliteFileTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(NonblockingReads::available());
    auto store = open();
    const std::vector<AppendRequest> requests(500, request("t", 1, "a", json_string(4'000)));
    refs_ = store.append_all(requests).value();
    store = open();  // closing the first moves its log into the file
    reader_ = sqlite::open_reader(path().string(), 0ms).value();
  }

  // Reads a record from the file, not from SQLite's own cache.
  Result<OutputRecord> read(std::size_t i) {
    sqlite3_db_release_memory(reader_->handle());
    return sqlite::read(*reader_, sqlite::ById{refs_[i]});
  }

  std::vector<OutputRef> refs_;
  std::unique_ptr<Connection> reader_;
};

TEST_F(NonblockingReadsTest, WhatTheKernelHoldsIsRead) {
  SKEP_NEEDS_EVICTION(path());
  ASSERT_TRUE(is_ok(read(400)));
  const NonblockingReads guard;
  EXPECT_TRUE(is_ok(read(400)));
}

TEST_F(NonblockingReadsTest, WhatItDoesNotHoldIsAnErrorUntilItIsWaitedFor) {
  SKEP_NEEDS_EVICTION(path());
  ASSERT_TRUE(is_ok(read(400)));
  ASSERT_TRUE(evict(path()));
  {
    const NonblockingReads guard;
    const auto missed = read(400);
    ASSERT_FALSE(missed);
    EXPECT_EQ(missed.error().engine_code, SQLITE_IOERR_READ);
  }
  EXPECT_TRUE(is_ok(read(400)));
  const NonblockingReads guard;
  EXPECT_TRUE(is_ok(read(400)));
}

TEST_F(NonblockingReadsTest, OtherThreadsReadAsEver) {
  SKEP_NEEDS_EVICTION(path());
  ASSERT_TRUE(is_ok(read(400)));
  ASSERT_TRUE(evict(path()));
  const NonblockingReads guard;
  std::thread([this] { EXPECT_TRUE(is_ok(read(400))); }).join();
}

}  // namespace
}  // namespace skep::test
