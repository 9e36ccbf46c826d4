// Reads through the public API.
#include "callers.hpp"
#include "registered.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <string>
#include <vector>

namespace skep::bench {
namespace {

constexpr std::size_t kRounds = 16;  // reads of each caller between two looks at the clock

std::vector<OutputRef> fill(BlockingStore& store, std::int64_t body_bytes) {
  std::vector<AppendRequest> requests(record_count(body_bytes),
                                      request_of(body_of(static_cast<std::size_t>(body_bytes))));
  return store.append_all(std::move(requests)).value();
}

boost::asio::awaitable<void> get_each(OutputStore& store, const std::vector<OutputRef>& refs,
                                      std::size_t caller) {
  for (std::size_t i = 0; i < kRounds; ++i) {
    auto record = co_await store.get(refs[(caller * 131 + i * 7919) % refs.size()]);
    benchmark::DoNotOptimize(record.value());
  }
}

void store_get(benchmark::State& state) {
  const auto caller_count = static_cast<std::size_t>(state.range(1));
  const BenchFile file("store-get");
  auto store = open_store(file);
  const auto refs = fill(store, state.range(0));
  std::int64_t get_count = 0;
  for (auto _ : state) {
    run_callers(caller_count,
                [&](std::size_t caller) { return get_each(store.async(), refs, caller); });
    get_count += static_cast<std::int64_t>(caller_count * kRounds);
  }
  state.SetItemsProcessed(get_count);
}

// As `store_get`, with the callers on as many threads as this machine has cores.
void store_get_threads(benchmark::State& state) {
  const auto caller_count = static_cast<std::size_t>(state.range(1));
  const BenchFile file("store-get-threads");
  auto store = open_store(file);
  const auto refs = fill(store, state.range(0));
  boost::asio::thread_pool threads;
  std::int64_t get_count = 0;
  for (auto _ : state) {
    std::vector<std::future<void>> ends;
    for (std::size_t caller = 0; caller < caller_count; ++caller) {
      ends.push_back(boost::asio::co_spawn(threads, get_each(store.async(), refs, caller),
                                           boost::asio::use_future));
    }
    for (auto& end : ends) end.get();
    get_count += static_cast<std::int64_t>(caller_count * kRounds);
  }
  state.SetItemsProcessed(get_count);
}

boost::asio::awaitable<void> list_each(OutputStore& store, std::int64_t& row_count) {
  for (std::size_t i = 0; i < kRounds; ++i) {
    auto listing = co_await store.list_for_attempt("bench", static_cast<std::uint32_t>(i % 10));
    row_count += static_cast<std::int64_t>(listing.value().records.size());
  }
}

// Ten runs of 100 records each.
void store_list(benchmark::State& state) {
  const auto caller_count = static_cast<std::size_t>(state.range(1));
  const BenchFile file("store-list");
  auto store = open_store(file);
  std::vector<AppendRequest> requests(
      1'000, request_of(body_of(static_cast<std::size_t>(state.range(0)))));
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].attempt = static_cast<std::uint32_t>(i % 10);
  }
  store.append_all(std::move(requests)).value();
  std::int64_t row_count = 0;
  for (auto _ : state) {
    run_callers(caller_count, [&](std::size_t) { return list_each(store.async(), row_count); });
  }
  state.SetItemsProcessed(row_count);
}

BENCHMARK(store_get)->Apply(in_turn)->ArgsProduct({{256, 4096, 65'536}, {1, 64}});
BENCHMARK(store_get_threads)->Apply(in_turn)->ArgsProduct({{4096}, {64}});
BENCHMARK(store_list)->Apply(in_turn)->ArgsProduct({{4096}, {1, 8}});

void scale_get(benchmark::State& state) { store_get(state); }
BENCHMARK(scale_get)->Apply(scale);

}  // namespace
}  // namespace skep::bench
