#include "isle/isle_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

namespace skep::test {

using boost::asio::bind_cancellation_slot;
using boost::asio::cancellation_signal;
using boost::asio::cancellation_type;
using boost::asio::use_future;

TEST_F(IsleTest, CancelInterruptsTheRunningJobAndTheIsleSurvives) {
  cancellation_signal signal;
  Gate started;
  auto answer = isle().call(
      [&](Connection& c) {
        started.open();
        return run_forever(c);
      },
      {}, bind_cancellation_slot(signal.slot(), use_future));
  started.wait();
  signal.emit(cancellation_type::terminal);
  const auto result = answer.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(result.error().outcome, Outcome::kNotApplied);
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, ACancelledQueuedJobNeverRuns) {
  Hold hold(isle());
  cancellation_signal signal;
  auto queued = isle().call([](Connection& c) { return insert(c, 1); }, {},
                            bind_cancellation_slot(signal.slot(), use_future));
  signal.emit(cancellation_type::total);
  // Answered although the isle is still at work.
  ASSERT_EQ(queued.wait_for(5s), std::future_status::ready);
  const auto result = queued.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(result.error().outcome, Outcome::kNotApplied);
  hold.release();
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, AnInterruptBetweenTwoStatementsIsNotLost) {
  cancellation_signal signal;
  Gate between;
  Gate go_on;
  auto answer = isle().call(
      [&](Connection& c) -> Result<void> {
        if (auto first = insert(c, 1); !first) return first;
        between.open();
        go_on.wait();
        return insert(c, 2);
      },
      {}, bind_cancellation_slot(signal.slot(), use_future));
  between.wait();
  signal.emit(cancellation_type::terminal);
  go_on.open();
  const auto result = answer.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(row_count(), 1);
}

TEST_F(IsleTest, AJobThatFinishesAfterItsCancelIsInDoubt) {
  cancellation_signal signal;
  Gate done;
  Gate go_on;
  auto answer = isle().call(
      [&](Connection& c) -> Result<void> {
        auto inserted = insert(c, 1);
        done.open();
        go_on.wait();
        return inserted;
      },
      {}, bind_cancellation_slot(signal.slot(), use_future));
  done.wait();
  signal.emit(cancellation_type::terminal);
  go_on.open();
  const auto result = answer.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(result.error().outcome, Outcome::kInDoubt);
  EXPECT_EQ(row_count(), 1);
}

TEST_F(IsleTest, ATimeoutInterruptsTheRunningJob) {
  const auto work = [](const Isle<Connection>& isle) -> boost::asio::awaitable<Result<void>> {
    co_return co_await isle.call([](Connection& c) { return run_forever(c); }, CallOptions(20ms));
  };
  const auto result = run(work(isle()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kTimedOut);
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, ATimeoutCountsTheTimeInTheQueue) {
  Hold hold(isle());
  const auto work = [](const Isle<Connection>& isle) -> boost::asio::awaitable<Result<void>> {
    co_return co_await isle.call([](Connection& c) { return insert(c, 1); }, CallOptions(20ms));
  };
  const auto result = run(work(isle()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kTimedOut);
  EXPECT_EQ(result.error().outcome, Outcome::kNotApplied);
  hold.release();
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, TheFirstReasonWins) {
  cancellation_signal signal;
  Gate started;
  Gate release;
  auto answer = isle().call(
      [&](Connection&) {
        started.open();
        release.wait();
      },
      {}, bind_cancellation_slot(signal.slot(), use_future));
  started.wait();
  signal.emit(cancellation_type::terminal);
  auto ended = driver().shutdown_now(use_future);
  release.open();
  EXPECT_EQ(answer.get().error().kind, ErrorKind::kCancelled);
  EXPECT_TRUE(ended.get());
}

TEST_F(IsleTest, AbandoningTheAwaitStopsTheJob) {
  Gate started;
  const auto inserting = [&started](const Isle<Connection>& isle) -> boost::asio::awaitable<void> {
    const auto job = [&started](Connection& c) -> Result<void> {
      started.open();
      if (auto stopped = run_forever(c); !stopped) return stopped;
      return insert(c, 1);
    };
    (void)co_await isle.call(job);
  };
  const auto abandoning = [&](const Isle<Connection>& isle) -> boost::asio::awaitable<void> {
    using namespace boost::asio::experimental::awaitable_operators;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 30ms);
    co_await (inserting(isle) || timer.async_wait(boost::asio::use_awaitable));
  };
  run(abandoning(isle()));
  started.wait();
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, LateCancelsHarmNoOtherJob) {
  for (int i = 0; i < 30; ++i) {
    cancellation_signal signal;
    auto first = isle().call([i](Connection& c) { return insert(c, i); }, {},
                             bind_cancellation_slot(signal.slot(), use_future));
    EXPECT_TRUE(first.get());
    auto next = isle().call([](Connection& c) { return count(c); }, {}, use_future);
    signal.emit(cancellation_type::terminal);
    EXPECT_EQ(next.get().value(), i + 1);
  }
}

TEST_F(IsleTest, CancelsAtRandomMomentsLoseNothingAndInventNothing) {
  std::int64_t inserted = 0;
  std::int64_t in_doubt = 0;
  for (int i = 0; i < 300; ++i) {
    cancellation_signal signal;
    auto answer = isle().call([i](Connection& c) { return insert(c, i); }, {},
                              bind_cancellation_slot(signal.slot(), use_future));
    for (int spin = 0; spin < (i % 30) * 100; ++spin)
      std::atomic_signal_fence(std::memory_order_seq_cst);
    signal.emit(cancellation_type::terminal);
    const auto result = answer.get();
    if (result) {
      ++inserted;
    } else if (result.error().outcome == Outcome::kInDoubt) {
      ++in_doubt;
    }
  }
  const auto rows = row_count();
  EXPECT_GE(rows, inserted);
  EXPECT_LE(rows, inserted + in_doubt);
}

}  // namespace skep::test
