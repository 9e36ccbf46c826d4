#include "ratio_table.hpp"

#include <cstdio>

namespace skep::bench {
namespace {

struct Figure {
  std::string benchmark;
  std::string counter = "items_per_second";
};

// A ratio of two figures, and what it must be; `bar` 0 for a ratio that is only told.
struct Ratio {
  std::string title;
  Figure ours;
  Figure theirs;
  double bar = 0;
  bool at_most = false;
};

std::vector<Ratio> ratios() {
  std::vector<Ratio> all = {
      {"append, 64 callers / raw, batch 64",
       {"store_append/4096/64"},
       {"raw_append/4096/64"},
       0.85},
      {"append, 1 caller / raw, batch 1", {"store_append/4096/1"}, {"raw_append/4096/1"}, 0.65},
      {"append, 64 callers / plain way, empty",
       {"store_append/4096/64"},
       {"plain_append/4096/0"},
       30},
      {"append, 1 caller / plain way, 200,000 rows",
       {"store_append/4096/1"},
       {"plain_append/4096/200000"},
       25},
      {"append, 64 callers, p99 / p50",
       {"append_latency", "p99_ms"},
       {"append_latency", "p50_ms"},
       4,
       true},
      {"raw, commits of 64, p99 / p50", {"raw_latency", "p99_ms"}, {"raw_latency", "p50_ms"}},
      {"get, 64 in flight / raw", {"store_get/4096/64"}, {"raw_get/4096"}, 1.0},
      {"get, 64 in flight on all cores / raw", {"store_get_threads/4096/64"}, {"raw_get/4096"}},
      {"get, 1 caller / raw", {"store_get/4096/1"}, {"raw_get/4096"}, 0.3},
      {"list_for_attempt, rows, 1 caller / raw", {"store_list/4096/1"}, {"raw_list/4096"}, 0.7},
      {"list_for_attempt, rows, 8 callers / raw", {"store_list/4096/8"}, {"raw_list/4096"}, 0.7},
  };
  all.push_back(
      {"ancestors, chain of 100,000, nodes / raw recursion", {"lineage_up"}, {"raw_lineage_up"}});
  all.push_back(
      {"descendants of the same / raw recursion", {"lineage_down"}, {"raw_lineage_down"}});
  all.push_back({"256 B: append with a parent / without",
                 {"store_append_parents/1"},
                 {"store_append_parents/0"}});
  all.push_back({"256 B: append with four parents / without",
                 {"store_append_parents/4"},
                 {"store_append_parents/0"}});
  all.push_back(
      {"search, a word in all of 20,000 / raw FTS5", {"search_common"}, {"raw_search_common"}});
  all.push_back(
      {"search, a word in 20 of 20,000 / raw FTS5", {"search_rare"}, {"raw_search_rare"}});
  all.push_back({"append, 64 callers, with an index of words / without",
                 {"store_append_search/1"},
                 {"store_append_search/0"}});
  const std::string rate = "bytes_per_second";
  all.push_back({"2 KiB out of 10 MB / get", {"slice_bytes", rate}, {"slice_get", rate}});
  all.push_back({"30 lines out of 10 MB / get", {"slice_lines", rate}, {"slice_get", rate}});
  all.push_back({"grep over 10 MB / get", {"slice_grep", rate}, {"slice_get", rate}});
  all.push_back({"get of 10 MB / memcpy", {"slice_get", rate}, {"raw_copy", rate}});
  all.push_back({"grep over 10 MB / RE2 alone", {"slice_grep", rate}, {"raw_re2", rate}});
  all.push_back({"blob of 10 MB appended / hashed and written",
                 {"blob_append", rate},
                 {"raw_blob_write", rate},
                 0.7});
  all.push_back({"blob of 10 MB read / file read", {"blob_read", rate}, {"raw_file_read", rate}});
  all.push_back(
      {"2 KiB out of a blob / out of a value", {"blob_slice", rate}, {"slice_bytes", rate}});
  for (const std::string callers : {"64", "1"}) {
    for (const std::string counter : {"syncs/append", "written/body"}) {
      all.push_back(
          {counter + ", " + callers + (callers == "1" ? " caller" : " callers") + " / raw",
           {"store_append/4096/" + callers, counter},
           {"raw_append/4096/" + callers, counter}});
    }
  }
  for (const std::string bytes : {"256", "65536"}) {
    const auto add = [&](const std::string& title, const std::string& ours,
                         const std::string& theirs) {
      all.push_back({bytes + " B: " + title, {ours}, {theirs}});
    };
    add("append, 64 callers / raw", "store_append/" + bytes + "/64", "raw_append/" + bytes + "/64");
    add("append, 1 caller / raw", "store_append/" + bytes + "/1", "raw_append/" + bytes + "/1");
    add("get, 64 in flight / raw", "store_get/" + bytes + "/64", "raw_get/" + bytes);
    add("get, 1 caller / raw", "store_get/" + bytes + "/1", "raw_get/" + bytes);
  }
  all.push_back({"append rate, full store / empty store",
                 {"growth", "append_full"},
                 {"growth", "append_empty"},
                 0.8});
  all.push_back(
      {"the same, 64 agents that take turns", {"growth", "mixed_last"}, {"growth", "mixed_first"}});
  all.push_back({"peak memory of 256 callers, MiB / its bound",
                 {"growth", "peak_mib"},
                 {"growth", "bound_mib"},
                 1.0,
                 true});
  for (const std::string operation :
       {"get", "latest", "latest_in_run", "list", "list_task", "list_agent", "list_for_attempt",
        "tasks", "agents", "stats"}) {
    all.push_back({operation + ", us, full store / small store",
                   {"growth", operation + "_full_us"},
                   {"growth", operation + "_small_us"},
                   10,
                   true});
  }
  return all;
}

}  // namespace

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.error_occurred) continue;
    if (run.run_type != Run::RT_Iteration && run.aggregate_name != "median") continue;
    std::string name = run.run_name.function_name;
    if (!run.run_name.args.empty()) name += "/" + run.run_name.args;
    for (const auto& [counter, value] : run.counters) figures_[name][counter] = value;
  }
  ConsoleReporter::ReportRuns(runs);
}

std::optional<double> RatioReporter::figure(const std::string& benchmark,
                                            const std::string& counter) const {
  const auto counters = figures_.find(benchmark);
  if (counters == figures_.end()) return std::nullopt;
  const auto found = counters->second.find(counter);
  if (found == counters->second.end()) return std::nullopt;
  return found->second;
}

bool RatioReporter::print_ratios() const {
  bool all_met = true;
  std::printf("\n%-46s %12s %12s %8s  %s\n", "4 KiB bodies; a second, if not said", "skep", "other",
              "ratio", "bar");
  for (const Ratio& ratio : ratios()) {
    const auto ours = figure(ratio.ours.benchmark, ratio.ours.counter);
    const auto theirs = figure(ratio.theirs.benchmark, ratio.theirs.counter);
    if (!ours || !theirs) continue;
    const double value = *ours / *theirs;
    std::printf("%-46s %12.5g %12.5g %8.2f", ratio.title.c_str(), *ours, *theirs, value);
    if (ratio.bar > 0) {
      const bool met = ratio.at_most ? value <= ratio.bar : value >= ratio.bar;
      all_met &= met;
      std::printf("  %s %.4g %s", ratio.at_most ? "<=" : ">=", ratio.bar, met ? "met" : "MISSED");
    }
    std::printf("\n");
  }
  return all_met;
}

}  // namespace skep::bench
