// A console report that ends with the ratios that matter, all measured in the same run.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace skep::bench {

class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override;

  /// Prints the table to standard output.
  void print_ratios() const;

 private:
  void print_ratio(const std::string& title, const std::string& ours,
                   const std::string& theirs) const;

  std::map<std::string, double> items_per_second_;
};

}  // namespace skep::bench
