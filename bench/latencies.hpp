// How long single operations took.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace skep::bench {

/// Reports the percentiles of `latencies`, which must not be empty.
inline void report_latencies(benchmark::State& state,
                             std::vector<std::chrono::nanoseconds> latencies) {
  std::ranges::sort(latencies);
  const auto at = [&latencies](double part) {
    const auto last = static_cast<double>(latencies.size() - 1);
    const auto index = static_cast<std::size_t>(part * last);
    return std::chrono::duration<double, std::milli>(latencies[index]).count();
  };
  state.counters["p50_ms"] = at(0.5);
  state.counters["p99_ms"] = at(0.99);
  state.counters["p99.9_ms"] = at(0.999);
  state.counters["max_ms"] = at(1);
}

}  // namespace skep::bench
