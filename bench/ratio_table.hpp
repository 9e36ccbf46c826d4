// A console report that ends with the ratios that matter, all measured in the same run.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::bench {

class RatioReporter : public benchmark::ConsoleReporter {
 public:
  RatioReporter() : ConsoleReporter(OO_None) {}

  void ReportRuns(const std::vector<Run>& runs) override;

  /// Prints the table to standard output. Returns whether every bar was met by what was measured.
  [[nodiscard]] bool print_ratios() const;

 private:
  [[nodiscard]] std::optional<double> figure(const std::string& benchmark,
                                             const std::string& counter) const;

  // By name of the benchmark, without options, and name of the counter.
  std::map<std::string, std::map<std::string, double>> figures_;
};

}  // namespace skep::bench
