// Skep through its public API: appends and gets, from one caller and from 64 at once.
#include "bench_files.hpp"

#include <skep/blocking_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <string>
#include <vector>

namespace skep::bench {
namespace {

constexpr int kRounds = 16;  // operations of each caller between two looks at the clock

BlockingStore open(const BenchFile& file) {
  return std::move(BlockingStore::open_sqlite(file.path()).value());
}

boost::asio::awaitable<void> append_rounds(OutputStore& store, const JsonText& body,
                                           std::vector<OutputRef>* refs) {
  for (int i = 0; i < kRounds; ++i) {
    AppendRequest request("bench", 1, "agent", Final(Inline(body), true));
    auto ref = co_await store.append(std::move(request));
    refs->push_back(std::move(ref.value()));
  }
}

boost::asio::awaitable<void> get_rounds(OutputStore& store, const std::vector<OutputRef>& refs,
                                        std::size_t caller) {
  for (std::size_t i = 0; i < kRounds; ++i) {
    auto record = co_await store.get(refs[(caller * 131 + i * 7919) % refs.size()]);
    benchmark::DoNotOptimize(record.value());
  }
}

// Starts `work(caller)` for each caller at once and runs all to their end.
template <class Work>
void run_callers(std::size_t caller_count, Work work) {
  boost::asio::io_context context(1);
  for (std::size_t caller = 0; caller < caller_count; ++caller) {
    boost::asio::co_spawn(context, work(caller), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
  }
  context.run();
}

JsonText body_of(std::size_t bytes) { return JsonText::from_string(body_text(bytes)).value(); }

void store_append(benchmark::State& state) {
  const auto body_bytes = static_cast<std::size_t>(state.range(0));
  const auto caller_count = static_cast<std::size_t>(state.range(1));
  const BenchFile file("store-append");
  auto store = open(file);
  const JsonText body = body_of(body_bytes);
  std::vector<OutputRef> refs;
  std::uint64_t append_count = 0;
  const WriteMeter meter;
  for (auto _ : state) {
    refs.clear();
    run_callers(caller_count,
                [&](std::size_t) { return append_rounds(store.async(), body, &refs); });
    append_count += refs.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(append_count));
  meter.report(state, append_count, body_bytes);
}

void store_get(benchmark::State& state) {
  const auto caller_count = static_cast<std::size_t>(state.range(1));
  const BenchFile file("store-get");
  auto store = open(file);
  const JsonText body = body_of(static_cast<std::size_t>(state.range(0)));
  std::vector<AppendRequest> requests(
      1'000, AppendRequest("bench", 1, "agent", Final(Inline(body), true)));
  const auto refs = store.append_all(std::move(requests)).value();
  std::int64_t get_count = 0;
  for (auto _ : state) {
    run_callers(caller_count,
                [&](std::size_t caller) { return get_rounds(store.async(), refs, caller); });
    get_count += static_cast<std::int64_t>(caller_count) * kRounds;
  }
  state.SetItemsProcessed(get_count);
}

BENCHMARK(store_append)->ArgsProduct({{256, 4096, 65536}, {1, 64}})->UseRealTime();
BENCHMARK(store_get)->ArgsProduct({{256, 4096, 65536}, {1, 64}})->UseRealTime();

}  // namespace
}  // namespace skep::bench
