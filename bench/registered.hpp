// How benchmarks are registered: those that are compared run several times, in turn.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace skep::bench {

/// For what the ratio table compares: the median of several runs, which main.cpp shuffles, so that
/// both sides meet the same moods of the machine.
inline void in_turn(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseRealTime()->Repetitions(5)->ReportAggregatesOnly();
}

/// What one benchmark holds in flight, or keeps to read from, at the most.
inline constexpr std::int64_t kMaxHeldBytes = std::int64_t{128} << 20U;

/// Body bytes, and callers (or rows in a transaction), of the scaling curves.
inline void scale(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseRealTime()->MinTime(0.3);
  for (const std::int64_t body_bytes : {256, 4096, 65'536, 1'048'576}) {
    for (const std::int64_t callers : {1, 4, 16, 64, 256}) {
      if (body_bytes * callers <= kMaxHeldBytes) benchmark->Args({body_bytes, callers});
    }
  }
}

/// Records of that size to read from.
[[nodiscard]] inline std::size_t record_count(std::int64_t body_bytes) {
  return static_cast<std::size_t>(std::min<std::int64_t>(1'000, kMaxHeldBytes / body_bytes));
}

}  // namespace skep::bench
