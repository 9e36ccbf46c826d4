// Appends through the public API.
#include "callers.hpp"
#include "latencies.hpp"
#include "registered.hpp"

#include <algorithm>
#include <vector>

namespace skep::bench {
namespace {

// Appends of each caller between two looks at the clock.
std::uint64_t rounds(std::size_t body_bytes, std::size_t caller_count) {
  const auto most = static_cast<std::uint64_t>(kMaxHeldBytes) / (body_bytes * caller_count);
  return std::clamp<std::uint64_t>(most, 1, 16);
}

void store_append(benchmark::State& state) {
  const auto body_bytes = static_cast<std::size_t>(state.range(0));
  const auto caller_count = static_cast<std::size_t>(state.range(1));
  const BenchFile file("store-append");
  auto store = open_store(file);
  const JsonText body = body_of(body_bytes);
  const std::uint64_t round_count = rounds(body_bytes, caller_count);
  std::uint64_t append_count = 0;
  const WriteMeter meter;
  for (auto _ : state) {
    run_callers(caller_count,
                [&](std::size_t) { return append_each(store.async(), body, round_count); });
    append_count += caller_count * round_count;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(append_count));
  meter.report(state, append_count, body_bytes);
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
  report_latencies(state, std::move(latencies));
}

BENCHMARK(store_append)->Apply(in_turn)->ArgsProduct({{256, 4096, 65536}, {1, 64}});
BENCHMARK(append_latency)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void scale_append(benchmark::State& state) { store_append(state); }
BENCHMARK(scale_append)->Apply(scale);

}  // namespace
}  // namespace skep::bench
