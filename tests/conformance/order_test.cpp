// Order and visibility, with many writers and readers at once.
#include "support/store_test.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <future>
#include <set>

namespace skep::test {
namespace {

namespace asio = boost::asio;

class OrderTest : public StoreTest {};
SKEP_INSTANTIATE(OrderTest, backends());

constexpr int kWriterCount = 8;
constexpr int kAppendCount = 40;

// Raises `maximum` to `value`.
void raise(std::atomic<std::int64_t>& maximum, std::int64_t value) {
  std::int64_t current = maximum.load();
  while (current < value && !maximum.compare_exchange_weak(current, value)) {
  }
}

// An append that starts after another was acknowledged comes after it, whoever made it; and the
// writer sees it at once.
asio::awaitable<void> write(OutputStore& store, std::string agent,
                            std::atomic<std::int64_t>& acknowledged_seq) {
  for (int i = 0; i < kAppendCount; ++i) {
    const std::int64_t before = acknowledged_seq.load();
    const auto ref = co_await store.append(request("t", 1, agent, std::to_string(i)));
    EXPECT_TRUE(is_ok(ref));
    if (!ref) co_return;
    const auto stored = co_await store.get(*ref);
    EXPECT_TRUE(is_ok(stored));
    if (!stored) co_return;
    EXPECT_GT(stored->seq, before);
    raise(acknowledged_seq, stored->seq);
    const auto latest = co_await store.get_latest_by_name(agent);
    EXPECT_EQ(latest.value().id, *ref);
  }
}

// Follows the store with a cursor until it has seen `count` records or `ended` says that no more
// will come. A record that turned up behind the cursor would be missing here.
std::vector<OutputRecord> follow(OutputStore& store, std::size_t count,
                                 const std::atomic<bool>& ended) {
  std::vector<OutputRecord> seen;
  ListQuery query;
  query.limit = 7;
  while (seen.size() < count) {
    const bool last_look = ended.load();
    auto page = run(store.list(query));
    EXPECT_TRUE(is_ok(page));
    if (!page || (last_look && page->listing.records.empty())) break;
    for (OutputRecord& record : page->listing.records) {
      EXPECT_GT(record.seq, query.after_seq);
      query.after_seq = record.seq;
      seen.push_back(std::move(record));
    }
  }
  return seen;
}

TEST_P(OrderTest, AReaderNeverMissesARecord) {
  asio::thread_pool pool(4);
  std::atomic<std::int64_t> acknowledged_seq = 0;
  std::atomic<bool> ended = false;
  constexpr std::size_t kCount = std::size_t{kWriterCount} * kAppendCount;
  std::vector<std::future<std::vector<OutputRecord>>> readers;
  for (int i = 0; i < 2; ++i) {
    readers.push_back(
        std::async(std::launch::async, [&] { return follow(store(), kCount, ended); }));
  }
  std::vector<std::future<void>> writers;
  for (int i = 0; i < kWriterCount; ++i) {
    writers.push_back(asio::co_spawn(
        pool, write(store(), "agent " + std::to_string(i), acknowledged_seq), asio::use_future));
  }
  for (auto& writer : writers) writer.get();
  ended = true;

  const auto everything = all();
  ASSERT_EQ(everything.size(), kCount);
  for (auto& reader : readers) EXPECT_EQ(ids_of(reader.get()), ids_of(everything));
  std::set<std::string> ids;
  for (const OutputRecord& record : everything) ids.insert(record.id.str());
  EXPECT_EQ(ids.size(), kCount);
  EXPECT_EQ(everything.back().seq, acknowledged_seq.load());
}

// The outputs of one writer keep its order among those of others.
TEST_P(OrderTest, EachWriterKeepsItsOrder) {
  asio::thread_pool pool(4);
  std::atomic<std::int64_t> acknowledged_seq = 0;
  std::vector<std::future<void>> writers;
  for (int i = 0; i < kWriterCount; ++i) {
    writers.push_back(asio::co_spawn(pool, write(store(), std::to_string(i), acknowledged_seq),
                                     asio::use_future));
  }
  for (auto& writer : writers) writer.get();
  for (int i = 0; i < kWriterCount; ++i) {
    ListQuery query;
    query.producer_agent = std::to_string(i);
    const auto records = walk(query);
    ASSERT_EQ(records.size(), kAppendCount);
    for (int k = 0; k < kAppendCount; ++k) {
      EXPECT_EQ(records[static_cast<std::size_t>(k)].event, final_of(std::to_string(k)));
    }
  }
}

asio::awaitable<void> write_batches(OutputStore& store, std::string agent) {
  for (int i = 0; i < 10; ++i) {
    const std::vector<AppendRequest> batch(9, request("t", 1, agent));
    const auto refs = co_await store.append_all(batch);
    EXPECT_TRUE(is_ok(refs));
  }
}

TEST_P(OrderTest, NothingComesBetweenTheRecordsOfABatch) {
  asio::thread_pool pool(4);
  std::atomic<std::int64_t> acknowledged_seq = 0;
  std::vector<std::future<void>> writers;
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    writers.push_back(asio::co_spawn(pool, write_batches(store(), number), asio::use_future));
    writers.push_back(asio::co_spawn(pool, write(store(), "single " + number, acknowledged_seq),
                                     asio::use_future));
  }
  for (auto& writer : writers) writer.get();

  const auto everything = all();
  for (std::size_t i = 0; i < everything.size();) {
    if (everything[i].producer_agent.starts_with("single")) {
      ++i;
      continue;
    }
    for (std::size_t k = 0; k < 9; ++k, ++i) {
      ASSERT_LT(i, everything.size());
      EXPECT_EQ(everything[i].producer_agent, everything[i - k].producer_agent);
    }
  }
}

TEST_P(OrderTest, OtherThreadsSeeAnAcknowledgedRecord) {
  for (int i = 0; i < 50; ++i) {
    const OutputRef ref = append(request("t", static_cast<std::uint32_t>(i), "a"));
    std::async(std::launch::async, [&] {
      EXPECT_EQ(get(ref).id, ref);
      EXPECT_EQ(run(store().get_latest_by_name("a"))->id, ref);
      EXPECT_EQ(run(store().list_for_attempt("t", static_cast<std::uint32_t>(i)))->records.size(),
                1);
      EXPECT_EQ(run(store().stats())->output_count, i + 1);
    }).get();
  }
}

}  // namespace
}  // namespace skep::test
