#include "mcp/run_filter.hpp"

#include "store/validate.hpp"

#include <limits>
#include <utility>

namespace skep::mcp {
namespace {

constexpr std::uint64_t kMaxAttempt = std::numeric_limits<std::uint32_t>::max();

// What the cursor says; the arguments may repeat it, not change it.
void take(Arguments& arguments, const Form& cursor, std::string_view name,
          std::optional<std::string>& field) {
  auto value = value_of(cursor, name);
  if (field && field != value) {
    arguments.refuse("'" + std::string(name) + "' was another one for that cursor: leave it out");
  }
  field = std::move(value);
}

Form take_cursor(Arguments& arguments, RunFilter& filter) {
  const auto cursor = arguments.text("cursor");
  if (!cursor) return {};
  auto form = parse_form(*cursor);
  if (!form || form->empty()) {
    arguments.refuse("'cursor' is not the cursor of an answer of this tool");
    return {};
  }
  std::optional<std::string> attempt;
  if (filter.attempt) attempt = std::to_string(*filter.attempt);
  take(arguments, *form, "task_id", filter.task_id);
  take(arguments, *form, "attempt", attempt);
  take(arguments, *form, "producer_agent", filter.producer_agent);
  take(arguments, *form, "type", filter.type);
  filter.attempt.reset();
  const auto number = parse_number(attempt.value_or(""), kMaxAttempt);
  if (number) filter.attempt = static_cast<std::uint32_t>(*number);
  return std::move(*form);
}

}  // namespace

RunFilter read_run_filter(Arguments& arguments, const Scope& scope, Form& position) {
  RunFilter filter;
  filter.task_id = arguments.text("task_id");
  const auto attempt = arguments.number("attempt", 0, kMaxAttempt);
  if (attempt) filter.attempt = static_cast<std::uint32_t>(*attempt);
  filter.producer_agent = arguments.text("producer_agent");
  filter.type = arguments.text("type");
  position = take_cursor(arguments, filter);
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

std::string cursor_of(const RunFilter& filter, Form position) {
  if (filter.task_id) position.emplace_back("task_id", *filter.task_id);
  if (filter.attempt) position.emplace_back("attempt", std::to_string(*filter.attempt));
  if (filter.producer_agent) position.emplace_back("producer_agent", *filter.producer_agent);
  if (filter.type) position.emplace_back("type", *filter.type);
  return to_form_text(position);
}

}  // namespace skep::mcp
