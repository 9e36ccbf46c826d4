// How benchmarks are registered: those that are compared run several times, in turn.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace skep::bench {

/// For what the ratio table compares: the median of several runs, which main.cpp shuffles, so that
/// both sides meet the same moods of the machine.
inline void in_turn(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseRealTime()->Repetitions(5)->ReportAggregatesOnly();
}

/// Body bytes, and callers (or rows in a transaction), of the scaling curves.
inline const std::vector<std::vector<std::int64_t>> kScale = {{256, 4096, 65'536, 1'048'576},
                                                              {1, 4, 16, 64, 256}};

}  // namespace skep::bench
