#include "support/store_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <chrono>
#include <thread>

namespace skep::test {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

ListQuery after(std::int64_t seq) {
  ListQuery query;
  query.after_seq = seq;
  return query;
}

class TailTest : public StoreTest {
 protected:
  // Starts to tail, and calls `act` once that may have begun to wait.
  template <class Act>
  Result<Page> tail_while(ListQuery query, Act act) {
    asio::io_context loop;
    auto page =
        asio::co_spawn(loop, store().tail(std::move(query), CallOptions(60s)), asio::use_future);
    std::jthread thread([&loop] { loop.run(); });
    std::this_thread::sleep_for(20ms);
    act();
    return page.get();
  }
};
SKEP_INSTANTIATE(TailTest, backends());

TEST_P(TailTest, GivesWhatIsThereAlready) {
  const auto first = append(request("t", 1, "a"));
  const auto second = append(request("t", 1, "b"));
  const auto page = run(store().tail(after(0)));
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(ids_of(page->listing.records), (std::vector{first.str(), second.str()}));
  EXPECT_EQ(page->next_after_seq, page->listing.records.back().seq);
}

TEST_P(TailTest, WaitsForWhatComes) {
  append(request("t", 1, "a"));
  OutputRef ref;
  const auto page =
      tail_while(after(all().back().seq), [&] { ref = append(request("t", 1, "b")); });
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(ids_of(page->listing.records), std::vector{ref.str()});
}

TEST_P(TailTest, SeesBatchesAndImports) {
  const std::vector<AppendRequest> batch(3, request("t", 1, "a"));
  const auto page =
      tail_while(after(0), [&] { EXPECT_TRUE(is_ok(run(store().append_all(batch)))); });
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(page->listing.records.size(), 3U);

  const std::vector<OutputRecord> records{record("out-0000000001", request("t", 1, "a"))};
  const auto imported = tail_while(after(*page->next_after_seq), [&] {
    EXPECT_TRUE(is_ok(run(store().import_records(records))));
  });
  ASSERT_TRUE(is_ok(imported));
  EXPECT_EQ(ids_of(imported->listing.records), std::vector<std::string>{"out-0000000001"});
}

TEST_P(TailTest, WaitsForWhatMatches) {
  ListQuery query;
  query.task_id = "t";
  query.attempt = 2;
  query.producer_agent = "a";
  query.type = "final";
  OutputRef ref;
  const auto page = tail_while(query, [&] {
    append(request("u", 2, "a"));
    append(request("t", 1, "a"));
    append(request("t", 2, "b"));
    append(AppendRequest("t", 2, "a", Progress("stage")));
    ref = append(request("t", 2, "a"));
  });
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(ids_of(page->listing.records), std::vector{ref.str()});
}

TEST_P(TailTest, KeepsToItsLimit) {
  for (int i = 0; i < 5; ++i) append(request("t", 1, "a"));
  ListQuery query;
  query.limit = 2;
  std::vector<std::string> seen;
  for (int i = 0; i < 3; ++i) {
    const auto page = run(store().tail(query));
    ASSERT_TRUE(is_ok(page));
    EXPECT_LE(page->listing.records.size(), 2U);
    for (const auto& id : ids_of(page->listing.records)) seen.push_back(id);
    query.after_seq = page->next_after_seq.value();
  }
  EXPECT_EQ(seen, ids_of(all()));
}

TEST_P(TailTest, TimesOutIfNothingComes) {
  append(request("t", 1, "a"));
  const auto page = run(store().tail(after(all().back().seq), CallOptions(30ms)));
  EXPECT_TRUE(is_error(page, ErrorKind::kTimedOut));
}

// Otherwise whoever comes back would look through the same records again, for ever if that takes
// longer than the timeout.
TEST_P(TailTest, WhenItTimesOutItSaysHowFarItGot) {
  for (int i = 0; i < 3; ++i) append(request("t", 1, "a"));
  const auto last = all().back().seq;
  ListQuery query = after(0);
  query.type = "artifact";
  const auto page = run(store().tail(query, CallOptions(1500ms)));
  ASSERT_TRUE(is_ok(page));
  EXPECT_TRUE(page->listing.records.empty());
  EXPECT_EQ(page->next_after_seq, last);
  query.after_seq = last;
  EXPECT_TRUE(is_error(run(store().tail(query, CallOptions(30ms))), ErrorKind::kTimedOut));
}

TEST_P(TailTest, CanBeCancelled) {
  asio::io_context loop;
  asio::cancellation_signal signal;
  std::optional<Result<Page>> answer;
  asio::co_spawn(loop, store().tail(after(0)),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, auto page) {
                   answer.emplace(std::move(page));
                 }));
  asio::steady_timer timer(loop, 20ms);
  timer.async_wait([&](auto) { signal.emit(asio::cancellation_type::terminal); });
  loop.run();
  EXPECT_TRUE(is_error(answer.value(), ErrorKind::kCancelled));
}

TEST_P(TailTest, EndsWithTheStore) {
  const auto page = tail_while(after(0), [&] { EXPECT_TRUE(is_ok(run(store().close()))); });
  EXPECT_TRUE(is_error(page, ErrorKind::kClosed));
}

TEST_P(TailTest, RefusesWhatAListRefuses) {
  ListQuery query;
  query.limit = 0;
  EXPECT_TRUE(is_error(run(store().tail(query)), ErrorKind::kInvalidArgument));
}

// While several write, whoever goes on from where the last page ended sees all, once and in order.
TEST_P(TailTest, MissesAndRepeatsNothing) {
  constexpr int kWriters = 3;
  constexpr int kAppends = 60;
  std::vector<std::jthread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([this] {
      for (int n = 0; n < kAppends; ++n) append(request("t", 1, "a"));
    });
  }
  std::vector<OutputRecord> seen;
  ListQuery query;
  while (seen.size() < std::size_t{kWriters} * kAppends) {
    auto page = run(store().tail(query, CallOptions(60s)));
    ASSERT_TRUE(is_ok(page));
    for (auto& record : page->listing.records) seen.push_back(std::move(record));
    query.after_seq = page->next_after_seq.value();
  }
  writers.clear();
  EXPECT_EQ(ids_of(seen), ids_of(all()));
}

class DurableTailTest : public TailTest {};
SKEP_INSTANTIATE(DurableTailTest, durable_backends());

TEST_P(DurableTailTest, SeesWhatAnotherStoreWrites) {
  const auto other = open_another();
  OutputRef ref;
  const auto page = tail_while(after(0), [&] {
    auto appended = run(other->append(request("t", 1, "a")));
    ASSERT_TRUE(is_ok(appended));
    ref = *appended;
  });
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(ids_of(page->listing.records), std::vector{ref.str()});
}

// Longer than the looks for others' commits go on without being asked for.
TEST_P(DurableTailTest, SeesItAfterALongPauseToo) {
  const auto other = open_another();
  EXPECT_TRUE(is_error(run(store().tail(after(0), CallOptions(10ms))), ErrorKind::kTimedOut));
  std::this_thread::sleep_for(1500ms);
  const auto page =
      tail_while(after(0), [&] { EXPECT_TRUE(is_ok(run(other->append(request("t", 1, "a"))))); });
  EXPECT_TRUE(is_ok(page));
}

}  // namespace
}  // namespace skep::test
