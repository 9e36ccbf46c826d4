// The benchmarks: Skep beside raw SQLite and beside the plain way, on one disk, in one run.
#include "bench_files.hpp"
#include "ratio_table.hpp"

#include <malloc.h>
#include <sqlite3.h>

#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  // Whether the heap gives memory back to the kernel after each listing, and faults it in again,
  // hangs on what ran before: here nobody pays for it.
  constexpr int kKeptBytes = 256 << 20;
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_MMAP_THRESHOLD, kKeptBytes);

  // What is compared runs in turn, so that both sides meet the same moods of the machine.
  std::string in_turn = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, in_turn.data());
  int count = static_cast<int>(arguments.size());

  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  std::printf("SQLite %s, synchronous=FULL everywhere, files in %s\n", sqlite3_libversion(),
              skep::bench::files_dir().c_str());
  skep::bench::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return reporter.print_ratios() ? 0 : 1;
}
