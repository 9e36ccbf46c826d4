#include "mcp/run_filter.hpp"

#include "store/validate.hpp"

#include <limits>

namespace skep::mcp {

RunFilter read_run_filter(Arguments& arguments, const Scope& scope) {
  RunFilter filter;
  filter.task_id = arguments.text("task_id");
  const auto attempt = arguments.number("attempt", 0, std::numeric_limits<std::uint32_t>::max());
  if (attempt) filter.attempt = static_cast<std::uint32_t>(*attempt);
  filter.producer_agent = arguments.text("producer_agent");
  filter.type = arguments.text("type");
  if (filter.type && !is_event_type(*filter.type)) {
    arguments.refuse("'type' must be final, artifact, partial or progress");
  }
  if (scope.sees_only_its_task) {
    if (!filter.task_id) filter.task_id = scope.task_id;
    if (!filter.attempt) filter.attempt = scope.attempt;
    const bool is_own =
        filter.task_id == scope.task_id && (!scope.attempt || filter.attempt == scope.attempt);
    if (!is_own) arguments.refuse("you may read your own run only: leave out task_id and attempt");
  }
  if (filter.attempt && !filter.task_id) arguments.refuse("'attempt' needs 'task_id'");
  return filter;
}

}  // namespace skep::mcp
