// The benchmarks: Skep beside raw SQLite and beside the plain way, on one disk, in one run.
#include "bench_files.hpp"
#include "ratio_table.hpp"

#include <sqlite3.h>

#include <cstdio>

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  std::printf("SQLite %s, synchronous=FULL everywhere, files in %s\n", sqlite3_libversion(),
              skep::bench::files_dir().c_str());
  skep::bench::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  reporter.print_ratios();
  return 0;
}
