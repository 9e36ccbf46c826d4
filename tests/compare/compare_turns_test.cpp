// A comparison beside other work of its executor, and one that is given up.
#include "support/expect.hpp"
#include "support/run.hpp"

#include <skep/compare.hpp>
#include <skep/memory_store.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>

namespace skep::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono_literals::operator""ms;

// Calls `tick` every few milliseconds until it is stopped.
class Ticks {
 public:
  Ticks(boost::asio::io_context& context, std::function<void()> tick)
      : timer_(context), tick_(std::move(tick)) {
    wait();
  }
  void stop() {
    is_stopped_ = true;  // The timer may have expired already.
    timer_.cancel();
  }

 private:
  void wait() {
    timer_.expires_after(2ms);
    timer_.async_wait([this](boost::system::error_code error) {
      if (error || is_stopped_) return;
      tick_();
      wait();
    });
  }

  boost::asio::steady_timer timer_;
  std::function<void()> tick_;
  bool is_stopped_ = false;
};

class CompareTurnsTest : public testing::Test {
 protected:
  // Many pairs of bodies, each of which takes some milliseconds to compare.
  void SetUp() override {
    for (const std::uint32_t attempt : {1U, 2U}) {
      std::string text;
      for (std::uint32_t i = 0; i < 2'000; ++i) {
        text += std::to_string(attempt * 10'000 + i) + "\nboth\n" + std::to_string(i) + '\n';
      }
      std::vector<AppendRequest> requests;
      for (int i = 0; i < 60; ++i) {
        auto body = JsonText::from_string(text + std::to_string(i)).value();
        requests.emplace_back("t", attempt, "a", Final(Inline(std::move(body)), true));
      }
      ASSERT_TRUE(run(store_->append_all(std::move(requests))));
    }
  }

  struct Outcome {
    std::optional<Result<RunDiff>> diff;
    Clock::duration took{};
    Clock::duration longest_pause{};  // between two ticks of another timer
  };

  Outcome compare(CompareOptions options, std::optional<Clock::duration> cancel_after = {}) {
    boost::asio::io_context context;
    boost::asio::cancellation_signal cancel;
    Outcome outcome;
    const auto start = Clock::now();
    auto last = start;
    Ticks ticks(context, [&] {
      const auto now = Clock::now();
      outcome.longest_pause = std::max(outcome.longest_pause, now - last);
      last = now;
      if (cancel_after && now - start > *cancel_after) {
        cancel.emit(boost::asio::cancellation_type::terminal);
      }
    });
    boost::asio::co_spawn(
        context, compare_runs(*store_, RunId("t", 1), RunId("t", 2), options),
        boost::asio::bind_cancellation_slot(
            cancel.slot(), [&](const std::exception_ptr& thrown, Result<RunDiff> diff) {
              const auto end = Clock::now();
              outcome.longest_pause = std::max(outcome.longest_pause, end - last);
              outcome.took = end - start;
              if (!thrown) outcome.diff = std::move(diff);
              ticks.stop();
            }));
    context.run();
    return outcome;
  }

  std::unique_ptr<OutputStore> store_ = make_memory_store();
};

TEST_F(CompareTurnsTest, TheExecutorIsNeverHeldUpForLong) {
  const Outcome whole = compare({});
  ASSERT_TRUE(whole.diff.has_value() && whole.diff->has_value());
  EXPECT_EQ((*whole.diff)->producers[0].different_count, 60U);
  EXPECT_LT(whole.longest_pause, whole.took / 2);
}

TEST_F(CompareTurnsTest, CancellationAndTimeoutEndItSoon) {
  const Outcome whole = compare({});
  const Outcome cancelled = compare({}, 10ms);
  ASSERT_TRUE(cancelled.diff);
  EXPECT_TRUE(is_error(*cancelled.diff, ErrorKind::kCancelled));
  EXPECT_LT(cancelled.took, whole.took / 2);

  const Outcome late = compare(CompareOptions(CallOptions(10ms)));
  ASSERT_TRUE(late.diff);
  EXPECT_TRUE(is_error(*late.diff, ErrorKind::kTimedOut));
  EXPECT_LT(late.took, whole.took / 2);
}

}  // namespace
}  // namespace skep::test
