#include "isle/isle_fixture.hpp"

#include <boost/asio/detached.hpp>

namespace skep::test {

TEST_F(IsleTest, RunsJobsThroughACopiedHandle) {
  const Isle<Connection> copy = isle();
  auto inserted =
      copy.call([](Connection& c) { return insert(c, 7); }, {}, boost::asio::use_future);
  EXPECT_TRUE(inserted.get());
  EXPECT_EQ(row_count(), 1);
}

TEST_F(IsleTest, CommitsATransaction) {
  const auto done = call([](Connection& c) -> Result<void> {
    auto transaction = sqlite::Transaction::begin(c);
    if (!transaction) return std::unexpected(transaction.error());
    if (auto first = insert(c, 1); !first) return first;
    if (auto second = insert(c, 2); !second) return second;
    return transaction->commit();
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(row_count(), 2);
}

TEST_F(IsleTest, RollsATransactionBackOnError) {
  const auto failed = call([](Connection& c) -> Result<void> {
    auto transaction = sqlite::Transaction::begin(c);
    if (auto first = insert(c, 1); !first) return first;
    return fail(ErrorKind::kConflict, "no");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, CompletesOnTheAwaitingExecutor) {
  const auto same_thread = [](const Isle<Connection>& isle) -> boost::asio::awaitable<bool> {
    const auto before = std::this_thread::get_id();
    const auto isles_thread =
        co_await isle.call([](Connection&) { return std::this_thread::get_id(); });
    co_return isles_thread.value() != before&& std::this_thread::get_id() == before;
  };
  EXPECT_TRUE(run(same_thread(isle())));
}

TEST_F(IsleTest, AllowsResultsThatOnlyMove) {
  const auto moved = call([](Connection&) { return std::make_unique<int>(5); });
  ASSERT_TRUE(moved);
  EXPECT_EQ(**moved, 5);
}

TEST_F(IsleTest, TryCallReportsAFullQueueWhereCallWaits) {
  Hold hold(isle());
  auto queued = isle().try_call([](Connection&) { return 1; }, {}, boost::asio::use_future);

  const auto full =
      isle().try_call([](Connection&) { return 2; }, {}, boost::asio::use_future).get();
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::kQueueFull);
  EXPECT_TRUE(full.error().retryable);

  auto waiting = isle().call([](Connection&) { return 3; }, {}, boost::asio::use_future);
  EXPECT_EQ(waiting.wait_for(10ms), std::future_status::timeout);
  hold.release();
  EXPECT_EQ(queued.get().value(), 1);
  EXPECT_EQ(waiting.get().value(), 3);
}

TEST_F(IsleTest, BoundsTheCallersThatWaitForRoom) {
  Hold hold(isle());
  std::vector<std::future<Result<int>>> waiting;
  for (int i = 0; i < 66; ++i) {
    waiting.push_back(isle().call([i](Connection&) { return i; }, {}, boost::asio::use_future));
  }
  // Room for 1, and 64 that wait: the last has no place.
  ASSERT_EQ(waiting.back().wait_for(5s), std::future_status::ready);
  EXPECT_EQ(waiting.back().get().error().kind, ErrorKind::kQueueFull);
  hold.release();
  for (int i = 0; i < 65; ++i) EXPECT_EQ(waiting[static_cast<std::size_t>(i)].get().value(), i);
}

TEST_F(IsleTest, ADetachedJobCompletes) {
  isle().call([](Connection& c) { return insert(c, 1); }, {}, boost::asio::detached);
  EXPECT_EQ(row_count(), 1);
}

TEST_F(IsleTest, ABusyDatabaseIsNotATimeout) {
  const auto busy = call(
      [](Connection&) -> Result<void> {
        Error error(ErrorKind::kBusy, "database is locked");
        error.engine_code = SQLITE_BUSY;
        return std::unexpected(error);
      },
      CallOptions(5s));
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().kind, ErrorKind::kBusy);
  EXPECT_EQ(busy.error().engine_code, SQLITE_BUSY);
}

}  // namespace skep::test
