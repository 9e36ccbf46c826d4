// list_run: the outputs of a run, or the runs there are.
#include "mcp/preview.hpp"
#include "mcp/run_filter.hpp"
#include "mcp/tools.hpp"
#include "mcp/uri.hpp"
#include "store/validate.hpp"

#include <limits>
#include <utility>

namespace skep::mcp {
namespace {

constexpr std::size_t kDefaultRows = 30;
constexpr std::size_t kMostRows = 200;

std::optional<std::string> value_of(const Form& form, std::string_view name) {
  for (const auto& [given, value] : form) {
    if (given == name) return value;
  }
  return std::nullopt;
}

void add_cursor(ToolResult& result, const Form& form) {
  const std::string cursor = to_form_text(form);
  result.structured["cursor"] = cursor;
  result.text += "More: call again with cursor \"" + cursor + "\".\n";
}

ToolResult table_of(const Page& page, bool is_one_run) {
  ToolResult result;
  JsonArray outputs;
  for (const OutputRecord& record : page.listing.records) {
    const std::string preview = preview_of(record.event);
    const std::size_t bytes = text_bytes(record.event);
    std::string line =
        record.id.str() + " " + record.producer_agent + " " + std::string(type_of(record.event));
    if (!is_one_run) line += " attempt " + std::to_string(record.attempt);
    result.text += line + ", " + std::to_string(bytes) + " bytes: " + preview + "\n";
    JsonObject row{{"ref", record.id.str()},
                   {"seq", record.seq},
                   {"attempt", record.attempt},
                   {"producer_agent", record.producer_agent}};
    row["type"] = type_of(record.event);
    row["bytes"] = bytes;
    row["preview"] = preview;
    outputs.push_back(std::move(row));
  }
  if (!page.listing.damaged.empty()) {
    result.text += std::to_string(page.listing.damaged.size()) + " more can't be read.\n";
  }
  if (outputs.empty() && !page.next_after_seq) result.text += "No outputs.\n";
  result.structured["outputs"] = std::move(outputs);
  if (page.next_after_seq) {
    add_cursor(result, {{"after_seq", std::to_string(*page.next_after_seq)}});
  }
  return result;
}

ToolResult table_of(const std::vector<RunSummary>& runs, std::size_t limit) {
  ToolResult result;
  JsonArray rows;
  for (const RunSummary& run : runs) {
    result.text += "task_id \"" + run.task_id + "\", attempt " + std::to_string(run.attempt) +
                   ": " + std::to_string(run.output_count) + " outputs\n";
    JsonObject row{{"task_id", run.task_id}, {"attempt", run.attempt}};
    row["output_count"] = run.output_count;
    rows.push_back(std::move(row));
  }
  if (rows.empty()) result.text += "No runs.\n";
  result.structured["runs"] = std::move(rows);
  if (runs.size() == limit) {
    add_cursor(result, {{"after_task", runs.back().task_id},
                        {"after_attempt", std::to_string(runs.back().attempt)}});
  }
  return result;
}

// Where a page begins.
struct Start {
  std::int64_t after_seq = 0;
  std::optional<RunQuery::Position> after_run;
};

Start read_cursor(Arguments& arguments) {
  Start start;
  const auto cursor = arguments.text("cursor");
  if (!cursor) return start;
  const auto form = parse_form(*cursor);
  const auto seq = form ? value_of(*form, "after_seq") : std::nullopt;
  const auto task = form ? value_of(*form, "after_task") : std::nullopt;
  const auto attempt = form ? value_of(*form, "after_attempt") : std::nullopt;
  const auto seq_number = parse_number(seq.value_or(""), std::numeric_limits<std::int64_t>::max());
  const auto attempt_number =
      parse_number(attempt.value_or(""), std::numeric_limits<std::uint32_t>::max());
  if (seq_number) {
    start.after_seq = static_cast<std::int64_t>(*seq_number);
  } else if (task && attempt_number) {
    start.after_run.emplace(*task, static_cast<std::uint32_t>(*attempt_number));
  } else {
    arguments.refuse("'cursor' is not the cursor of an answer of this tool");
  }
  return start;
}

}  // namespace

AwaitableResult list_run(const Call& call, const JsonObject& object) {
  Arguments arguments(object, {"task_id", "attempt", "producer_agent", "type", "limit", "cursor"});
  RunFilter filter = read_run_filter(arguments, call.scope);
  const std::size_t limit = arguments.number("limit", 1, kMostRows).value_or(kDefaultRows);
  Start start = read_cursor(arguments);
  const bool lists_runs = !filter.task_id && !filter.producer_agent && start.after_seq == 0;
  if (lists_runs && filter.type) arguments.refuse("'type' needs 'task_id' or 'producer_agent'");
  if (arguments.error()) co_return std::unexpected(*arguments.error());
  if (lists_runs) {
    RunQuery query;
    query.after = std::move(start.after_run);
    query.limit = limit;
    auto operation = call.store().runs(std::move(query), call.options());
    const auto runs = co_await std::move(operation);
    if (!runs) co_return std::unexpected(runs.error());
    co_return table_of(*runs, limit);
  }
  ListQuery query;
  query.task_id = std::move(filter.task_id);
  query.attempt = filter.attempt;
  query.producer_agent = std::move(filter.producer_agent);
  query.type = std::move(filter.type);
  query.after_seq = start.after_seq;
  query.limit = limit;
  const bool is_one_run = query.attempt.has_value();
  auto operation = call.store().list(std::move(query), call.options());
  const auto page = co_await std::move(operation);
  if (!page) co_return std::unexpected(page.error());
  co_return table_of(*page, is_one_run);
}

}  // namespace skep::mcp
