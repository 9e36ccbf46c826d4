#include "isle/isle_fixture.hpp"

#include <skep/isle_pool.hpp>

#include <stdexcept>

namespace skep::test {
namespace {

using boost::asio::use_future;
using Pool = IslePool<Connection>;

class PoolTest : public ::testing::Test {
 protected:
  static IslePoolOptions two() {
    IslePoolOptions options;
    options.max_isle_count = 2;
    return options;
  }

  std::thread::id thread_of(const Pool::Lease& lease) {
    return lease->call([](Connection&) { return std::this_thread::get_id(); }, {}, use_future)
        .get()
        .value();
  }

  std::atomic<int> opened_ = 0;
  Pool pool_{[this] {
               ++opened_;
               return open_memory();
             },
             two()};
};

TEST_F(PoolTest, StartsIslesLazily) {
  EXPECT_EQ(opened_, 0);
  {
    auto lease = pool_.try_checkout();
    thread_of(*lease);
  }
  EXPECT_EQ(opened_, 1);
  auto again = pool_.try_checkout();
  thread_of(*again);
  EXPECT_EQ(opened_, 1);
}

TEST_F(PoolTest, LendsTheMostRecentlyUsedFirst) {
  auto first = pool_.try_checkout();
  auto second = pool_.try_checkout();
  const auto first_thread = thread_of(*first);
  const auto second_thread = thread_of(*second);
  EXPECT_NE(first_thread, second_thread);
  first.reset();
  second.reset();
  auto third = pool_.try_checkout();
  EXPECT_EQ(thread_of(*third), second_thread);
}

TEST_F(PoolTest, GivesNothingAtOnceWhenAllAreLent) {
  auto first = pool_.try_checkout();
  auto second = pool_.try_checkout();
  EXPECT_FALSE(pool_.try_checkout());
  first.reset();
  EXPECT_TRUE(pool_.try_checkout());
}

TEST_F(PoolTest, ACheckoutTimesOut) {
  auto first = pool_.try_checkout();
  auto second = pool_.try_checkout();
  boost::asio::io_context context;
  const auto wait = [this]() -> boost::asio::awaitable<ErrorKind> {
    const auto late = co_await pool_.checkout(CallOptions(20ms));
    co_return late ? ErrorKind::kInternal : late.error().kind;
  };
  auto kind = boost::asio::co_spawn(context, wait(), use_future);
  context.run();
  EXPECT_EQ(kind.get(), ErrorKind::kTimedOut);
  first.reset();
  EXPECT_TRUE(pool_.try_checkout()) << "a caller that gave up keeps no place";
}

TEST_F(PoolTest, AReturnWakesTheFirstWaiter) {
  auto first = pool_.try_checkout();
  auto second = pool_.try_checkout();
  auto early = pool_.checkout({}, use_future);
  auto late = pool_.checkout({}, use_future);
  first.reset();
  EXPECT_TRUE(early.get());
  EXPECT_TRUE(late.get());  // the lease of `early` went back when its future died
}

TEST_F(PoolTest, DiscardsAnIsleThatDied) {
  {
    auto lease = pool_.try_checkout();
    (void)(*lease)
        ->call(
            [](Connection& c) -> int {
              c.distrust();
              throw std::runtime_error("boom");
            },
            {}, use_future)
        .get();
    while (!(*lease)->closed()) std::this_thread::yield();
  }
  auto fresh = pool_.try_checkout();
  ASSERT_TRUE(fresh);
  EXPECT_FALSE((*fresh)->closed());
  thread_of(*fresh);
  EXPECT_EQ(opened_, 2);
}

TEST_F(PoolTest, ShutdownRefusesAndEndsWaiting) {
  auto first = pool_.try_checkout();
  auto second = pool_.try_checkout();
  auto waiting = pool_.checkout({}, use_future);
  pool_.shutdown();
  EXPECT_EQ(waiting.get().error().kind, ErrorKind::kClosed);
  EXPECT_FALSE(pool_.try_checkout());
  EXPECT_EQ(pool_.checkout({}, use_future).get().error().kind, ErrorKind::kClosed);
  EXPECT_TRUE((*first)->call([](Connection&) { return 1; }, {}, use_future).get())
      << "an isle that is lent works until it comes back";
}

TEST_F(PoolTest, ServesManyThreads) {
  std::atomic<int> served = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        auto lease = pool_.checkout({}, use_future).get();
        if (lease && (*lease)->call([](Connection& c) { return count(c); }, {}, use_future).get()) {
          ++served;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(served, 800);
  EXPECT_LE(opened_, 2);
}

}  // namespace
}  // namespace skep::test
