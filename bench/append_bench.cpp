// Appends through the public API.
#include "callers.hpp"
#include "registered.hpp"

#include <algorithm>
#include <vector>

namespace skep::bench {
namespace {

constexpr std::uint64_t kRounds = 16;  // appends of each caller between two looks at the clock

void store_append(benchmark::State& state) {
  const auto body_bytes = static_cast<std::size_t>(state.range(0));
  const auto caller_count = static_cast<std::size_t>(state.range(1));
  const BenchFile file("store-append");
  auto store = open_store(file);
  const JsonText body = body_of(body_bytes);
  std::uint64_t append_count = 0;
  const WriteMeter meter;
  for (auto _ : state) {
    run_callers(caller_count,
                [&](std::size_t) { return append_each(store.async(), body, kRounds); });
    append_count += caller_count * kRounds;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(append_count));
  meter.report(state, append_count, body_bytes);
}

double milliseconds_at(const std::vector<std::chrono::nanoseconds>& sorted, double part) {
  const auto last = static_cast<double>(sorted.size() - 1);
  const auto at = static_cast<std::size_t>(part * last);
  return std::chrono::duration<double, std::milli>(sorted[at]).count();
}

// What one append takes while 64 callers append, over a run with many checkpoints.
void append_latency(benchmark::State& state) {
  constexpr std::uint64_t kCount = 200'000;
  std::vector<std::chrono::nanoseconds> latencies;
  latencies.reserve(kCount);
  for (auto _ : state) {
    const BenchFile file("append-latency");
    auto store = open_store(file);
    latencies.clear();
    append_rate(store.async(), body_of(4096), 64, kCount, &latencies);
  }
  std::ranges::sort(latencies);
  state.counters["p50_ms"] = milliseconds_at(latencies, 0.5);
  state.counters["p99_ms"] = milliseconds_at(latencies, 0.99);
  state.counters["p99.9_ms"] = milliseconds_at(latencies, 0.999);
  state.counters["max_ms"] = milliseconds_at(latencies, 1);
}

BENCHMARK(store_append)->Apply(in_turn)->ArgsProduct({{256, 4096, 65536}, {1, 64}});
BENCHMARK(append_latency)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void scale_append(benchmark::State& state) { store_append(state); }
BENCHMARK(scale_append)->UseRealTime()->ArgsProduct(kScale);

}  // namespace
}  // namespace skep::bench
