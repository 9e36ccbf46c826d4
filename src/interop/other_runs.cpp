#include "interop/other_runs.hpp"

#include <utility>

namespace skep::interop {

Awaitable<std::optional<RunId>> OtherRuns::run_of(OutputRef ref, CallOptions options) {
  if (const auto* known = known_.find(ref)) co_return *known;
  // The root of a lineage that goes nowhere is a row without its body.
  LineageQuery query;
  query.max_depth = 0;
  query.max_count = 1;
  auto operation = store_.ancestors(ref, query, options);
  auto lineage = co_await std::move(operation);
  std::optional<RunId> run;
  if (lineage) {
    const LineageNode& node = lineage->nodes.front();
    if (node.state == LineageState::kPresent) run.emplace(node.task_id, node.attempt);
  } else if (lineage.error().kind != ErrorKind::kNotFound) {
    co_return std::unexpected(std::move(lineage.error()));
  }
  known_.add(ref, run, run ? run->task_id.size() : 0);
  co_return run;
}

}  // namespace skep::interop
