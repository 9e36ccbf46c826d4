#include "ratio_table.hpp"

#include <cstdio>

namespace skep::bench {

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    const auto rate = run.counters.find("items_per_second");
    const bool counts = run.run_type == Run::RT_Iteration || run.aggregate_name == "median";
    if (counts && rate != run.counters.end()) {
      items_per_second_[run.run_name.function_name + "/" + run.run_name.args] = rate->second;
    }
  }
  ConsoleReporter::ReportRuns(runs);
}

void RatioReporter::print_ratio(const std::string& title, const std::string& ours,
                                const std::string& theirs) const {
  const auto a = items_per_second_.find(ours);
  const auto b = items_per_second_.find(theirs);
  if (a == items_per_second_.end() || b == items_per_second_.end()) return;
  std::printf("%-58s %12.0f %12.0f %9.2f\n", title.c_str(), a->second, b->second,
              a->second / b->second);
}

void RatioReporter::print_ratios() const {
  std::printf("\n%-58s %12s %12s %9s\n", "per second", "skep", "other", "ratio");
  for (const std::string bytes : {"256", "4096", "65536"}) {
    const std::string body = bytes + " B: ";
    print_ratio(body + "append, 64 callers / raw SQLite, batch 64", "store_append/" + bytes + "/64",
                "raw_append/" + bytes + "/64");
    print_ratio(body + "append, 1 caller / raw SQLite, batch 1", "store_append/" + bytes + "/1",
                "raw_append/" + bytes + "/1");
    print_ratio(body + "append, 64 callers / plain way, empty", "store_append/" + bytes + "/64",
                "plain_append/" + bytes + "/0");
    print_ratio(body + "append, 1 caller / plain way, 200,000 rows", "store_append/" + bytes + "/1",
                "plain_append/" + bytes + "/200000");
    print_ratio(body + "get, 64 in flight / raw SQLite", "store_get/" + bytes + "/64",
                "raw_get/" + bytes);
    print_ratio(body + "get, 1 caller / raw SQLite", "store_get/" + bytes + "/1",
                "raw_get/" + bytes);
  }
}

}  // namespace skep::bench
