// Giving up: with a timeout, a signal, or an operator. Whatever an operation reports is true.
#include "support/store_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>
#include <thread>

namespace skep::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class CancelTest : public StoreTest {
 protected:
  // Appends carry their index as the producer. An acknowledged one is stored; one that was not
  // applied is not stored, now or later.
  void expect_truthful(const std::vector<Result<OutputRef>>& results, ErrorKind reason) {
    append(request("t", 1, "after all of them"));
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto stored = run(store().get_latest_by_name(std::to_string(i)));
      if (results[i]) {
        ASSERT_TRUE(is_ok(stored)) << i;
        EXPECT_EQ(stored->id, *results[i]);
        continue;
      }
      EXPECT_EQ(results[i].error().kind, reason) << results[i].error().message;
      EXPECT_FALSE(results[i].error().message.empty());
      if (results[i].error().outcome == Outcome::kNotApplied) {
        EXPECT_TRUE(is_error(stored, ErrorKind::kNotFound)) << i;
      }
    }
  }
};
SKEP_INSTANTIATE(CancelTest, backends());

// Lets every cancellation through, and none of them become an exception.
template <class T>
asio::awaitable<Result<T>> cancellable(asio::awaitable<Result<T>> operation) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  co_await asio::this_coro::throw_if_cancelled(false);
  co_return co_await std::move(operation);
}

TEST_P(CancelTest, AnAppendThatTimesOutTellsTheTruth) {
  std::vector<Result<OutputRef>> results;
  for (const auto timeout : {0ns, 1ns, 20'000ns, 200'000ns, 2'000'000ns, 20'000'000ns}) {
    asio::io_context context;
    const std::size_t first = results.size();
    results.resize(first + 100);
    for (std::size_t i = first; i < results.size(); ++i) {
      asio::co_spawn(context,
                     store().append(request("t", 1, std::to_string(i)), CallOptions(timeout)),
                     [&results, i](std::exception_ptr thrown, Result<OutputRef> result) {
                       EXPECT_FALSE(thrown);
                       results[i] = std::move(result);
                     });
    }
    context.run();
  }
  expect_truthful(results, ErrorKind::kTimedOut);
}

TEST_P(CancelTest, ANegativeTimeoutHasPassed) {
  std::vector<Result<OutputRef>> results;
  results.push_back(run(store().append(request("t", 1, "0"), CallOptions(-1ns))));
  results.push_back(
      run(store().append(request("t", 1, "1"), CallOptions(std::chrono::nanoseconds::min()))));
  expect_truthful(results, ErrorKind::kTimedOut);
  for (const auto timeout : {std::chrono::nanoseconds(-1), std::chrono::nanoseconds::min()}) {
    const auto listing = run(store().list_for_attempt("t", 1, CallOptions(timeout)));
    EXPECT_TRUE(listing.has_value() || is_error(listing, ErrorKind::kTimedOut));
    const auto latest = run(store().get_latest_by_name("after all of them", CallOptions(timeout)));
    EXPECT_TRUE(latest.has_value() || is_error(latest, ErrorKind::kTimedOut));
  }
}

TEST_P(CancelTest, ALongTimeoutIsNone) {
  const CallOptions options(std::chrono::nanoseconds::max());
  EXPECT_TRUE(is_ok(run(store().append(request("t", 1, "a"), options))));
  EXPECT_TRUE(is_ok(run(store().get_latest_by_name("a", options))));
  EXPECT_TRUE(is_ok(run(store().list_for_attempt("t", 1, options))));
}

TEST_P(CancelTest, AReadThatTimesOutSaysSo) {
  append(request("t", 1, "a"));
  for (const auto timeout : {0ns, 1ns, 10'000ns, 1'000'000ns}) {
    const CallOptions options(timeout);
    const auto check = [](const auto& result) {
      if (!result) {
        EXPECT_TRUE(is_error(result, ErrorKind::kTimedOut));
      }
    };
    for (int i = 0; i < 20; ++i) {
      check(run(store().get_latest_by_name("a", options)));
      check(run(store().get_latest_by_name_in_run("t", 1, "a", options)));
      check(run(store().list_for_attempt("t", 1, options)));
      check(run(store().list(ListQuery(), options)));
      check(run(store().tasks(NameQuery(), options)));
      check(run(store().agents(NameQuery(), options)));
      check(run(store().stats(options)));
    }
  }
  EXPECT_EQ(all().size(), 1);
}

TEST_P(CancelTest, ABatchThatTimesOutIsWholeOrAbsent) {
  std::vector<AppendRequest> batch(50, request("t", 1, "a"));
  std::size_t acknowledged_count = 0;
  std::size_t doubtful_count = 0;
  for (const auto timeout : {0ns, 1ns, 50'000ns, 300'000ns, 1'000'000ns, 5'000'000ns}) {
    const auto refs = run(store().append_all(batch, CallOptions(timeout)));
    if (refs) {
      ++acknowledged_count;
    } else {
      EXPECT_EQ(refs.error().kind, ErrorKind::kTimedOut) << refs.error().message;
      if (refs.error().outcome == Outcome::kInDoubt) ++doubtful_count;
    }
  }
  append(request("t", 2, "after all of them"));
  const auto stored = all().size() - 1;
  EXPECT_EQ(stored % batch.size(), 0);
  EXPECT_GE(stored, acknowledged_count * batch.size());
  EXPECT_LE(stored, (acknowledged_count + doubtful_count) * batch.size());
}

// The signal comes at once, after some turns of the event loop, or when much may be done.
TEST_P(CancelTest, AnAppendThatIsCancelledTellsTheTruth) {
  std::vector<Result<OutputRef>> results(300);
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto operation = store().append(request("t", 1, std::to_string(i)));
    auto type = asio::cancellation_type::terminal;  // which needs no preparation
    if (i % 3 != 0) {
      operation = cancellable(std::move(operation));
      type = i % 3 == 1 ? asio::cancellation_type::partial : asio::cancellation_type::total;
    }
    asio::io_context context;
    asio::cancellation_signal signal;
    asio::co_spawn(
        context, std::move(operation),
        asio::bind_cancellation_slot(
            signal.slot(), [&results, i](std::exception_ptr thrown, Result<OutputRef> result) {
              EXPECT_FALSE(thrown);
              results[i] = std::move(result);
            }));
    for (std::size_t turn = 0; turn <= i % 5; ++turn) context.poll_one();
    if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::microseconds(i * i / 20));
    signal.emit(type);
    context.run();
  }
  expect_truthful(results, ErrorKind::kCancelled);
}

TEST_P(CancelTest, AReadThatIsCancelledSaysSo) {
  const std::string value = json_string(std::size_t{1} << 20U);
  for (int i = 0; i < 20; ++i) append(request("t", 1, "a", value));
  for (std::size_t i = 0; i < 30; ++i) {
    asio::io_context context;
    asio::cancellation_signal signal;
    std::optional<Result<Listing>> result;
    asio::co_spawn(context, cancellable(store().list_for_attempt("t", 1)),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&result](std::exception_ptr thrown, Result<Listing> listed) {
                         EXPECT_FALSE(thrown);
                         result = std::move(listed);
                       }));
    for (std::size_t turn = 0; turn <= i % 5; ++turn) context.poll_one();
    std::this_thread::sleep_for(std::chrono::microseconds(i * 200));
    signal.emit(asio::cancellation_type::terminal);
    context.run();
    ASSERT_TRUE(result.has_value());
    if (*result) {
      EXPECT_EQ((*result)->records.size(), 20);
    } else {
      EXPECT_TRUE(is_error(*result, ErrorKind::kCancelled));
    }
  }
}

// A slice and a lineage that are cancelled after so many turns and so long are whole, or say so.
template <class T>
std::optional<Result<T>> cancelled_after(std::size_t turns, std::chrono::microseconds time,
                                         asio::awaitable<Result<T>> operation) {
  asio::io_context context;
  asio::cancellation_signal signal;
  std::optional<Result<T>> result;
  asio::co_spawn(context, cancellable(std::move(operation)),
                 asio::bind_cancellation_slot(signal.slot(),
                                              [&result](std::exception_ptr thrown, Result<T> got) {
                                                EXPECT_FALSE(thrown);
                                                result = std::move(got);
                                              }));
  for (std::size_t turn = 0; turn <= turns; ++turn) context.poll_one();
  std::this_thread::sleep_for(time);
  signal.emit(asio::cancellation_type::terminal);
  context.run();
  return result;
}

TEST_P(CancelTest, ASliceThatIsCancelledSaysSo) {
  const auto ref = append(request("t", 1, "a", json_string(std::size_t{8} << 20U)));
  for (std::size_t i = 0; i < 10; ++i) {
    auto operation = store().slice(ref, SliceQuery(Grep("y")));
    const auto result =
        cancelled_after(i % 5, std::chrono::microseconds(i * 500), std::move(operation));
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->has_value() || is_error(*result, ErrorKind::kCancelled));
  }
}

TEST_P(CancelTest, ALineageThatIsCancelledSaysSo) {
  constexpr std::size_t kCount = 5'000;
  std::vector<OutputRecord> records;
  for (std::size_t i = 0; i < kCount; ++i) {
    AppendRequest output = request("t", 1, "a");
    if (i > 0) output.parent_refs.emplace_back(std::to_string(i - 1));
    records.push_back(record(std::to_string(i), std::move(output)));
  }
  ASSERT_TRUE(is_ok(run(store().import_records(std::move(records)))));
  LineageQuery query;
  query.max_depth = query.max_count = kCount;
  for (std::size_t i = 0; i < 20; ++i) {
    auto operation = i % 2 == 0 ? store().descendants(OutputRef("0"), query)
                                : store().ancestors(OutputRef(std::to_string(kCount - 1)), query);
    const auto result =
        cancelled_after(i % 5, std::chrono::microseconds(i * 200), std::move(operation));
    ASSERT_TRUE(result.has_value());
    if (*result) {
      EXPECT_EQ((*result)->nodes.size(), kCount);
    } else {
      EXPECT_TRUE(is_error(*result, ErrorKind::kCancelled));
    }
  }
}

// Whichever wins, the loser is cancelled by the operator.
asio::awaitable<void> race(OutputStore& store, std::vector<Result<OutputRef>>& results) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (std::size_t i = 0; i < results.size(); ++i) {
    timer.expires_after(std::chrono::microseconds((i % 10) * (i % 10) * 100));
    auto either =
        store.append(request("t", 1, std::to_string(i))) || timer.async_wait(asio::use_awaitable);
    auto winner = co_await std::move(either);
    if (auto* result = std::get_if<0>(&winner)) {
      results[i] = std::move(*result);
    } else {
      Error unknown(ErrorKind::kCancelled, "the timer won");
      unknown.outcome = Outcome::kInDoubt;
      results[i] = std::unexpected(std::move(unknown));
    }
  }
}

TEST_P(CancelTest, OperatorsCancelHarmlessly) {
  std::vector<Result<OutputRef>> results(100);
  run(race(store(), results));
  expect_truthful(results, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace skep::test
