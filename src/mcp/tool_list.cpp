// list_run: the outputs of a run, or the runs there are.
#include "mcp/preview.hpp"
#include "mcp/run_filter.hpp"
#include "mcp/tools.hpp"

#include <limits>
#include <utility>

namespace skep::mcp {
namespace {

constexpr std::size_t kDefaultRows = 30;
constexpr std::size_t kMostRows = 200;

void add_cursor(ToolResult& result, const std::string& cursor) {
  result.text += "More: call list_run with cursor \"" + cursor + "\".\n";
  result.structured["cursor"] = cursor;
}

JsonObject list_row(const OutputRecord& record, const Preview& preview) {
  JsonObject row{{"ref", record.id.str()}, {"seq", record.seq}, {"task_id", record.task_id}};
  row["attempt"] = record.attempt;
  row["producer_agent"] = record.producer_agent;
  row["type"] = type_of(record.event);
  if (const auto* artifact = std::get_if<Artifact>(&record.event)) row["name"] = artifact->name;
  if (const auto* last = std::get_if<Final>(&record.event)) row["ok"] = last->ok;
  row["bytes"] = preview.bytes;
  row["preview"] = preview.text;
  return row;
}

ToolResult table_of(const Page& page, const RunFilter& filter) {
  ToolResult result;
  JsonArray outputs;
  for (const OutputRecord& record : page.listing.records) {
    const Preview preview = preview_of(record.event);
    result.text += record.id.str() + " " + record.producer_agent + " " + kind_of(record.event);
    if (!filter.attempt) {
      result.text +=
          " (task_id \"" + record.task_id + "\", attempt " + std::to_string(record.attempt) + ")";
    }
    result.text += ", " + std::to_string(preview.bytes) + " bytes: " + preview.text + "\n";
    outputs.push_back(list_row(record, preview));
  }
  if (!page.listing.damaged.empty()) {
    result.text += std::to_string(page.listing.damaged.size()) + " more can't be read.\n";
  }
  if (outputs.empty() && !page.next_after_seq) {
    result.text += "No outputs. Without arguments list_run shows the runs there are.\n";
  }
  result.structured["outputs"] = std::move(outputs);
  if (page.next_after_seq) {
    add_cursor(result, cursor_of(filter, {{"after_seq", std::to_string(*page.next_after_seq)}}));
  }
  return result;
}

ToolResult table_of(const std::vector<RunSummary>& runs, std::size_t limit) {
  ToolResult result;
  JsonArray rows;
  for (const RunSummary& run : runs) {
    result.text += "task_id \"" + run.task_id + "\", attempt " + std::to_string(run.attempt) +
                   ": " + std::to_string(run.output_count) +
                   (run.output_count == 1 ? " output\n" : " outputs\n");
    JsonObject row{{"task_id", run.task_id}, {"attempt", run.attempt}};
    row["output_count"] = run.output_count;
    rows.push_back(std::move(row));
  }
  if (rows.empty()) result.text += "No runs.\n";
  result.structured["runs"] = std::move(rows);
  if (runs.size() == limit) {
    add_cursor(result, to_form_text({{"after_task", runs.back().task_id},
                                     {"after_attempt", std::to_string(runs.back().attempt)}}));
  }
  return result;
}

// Where a page begins.
struct Start {
  std::int64_t after_seq = 0;
  std::optional<RunQuery::Position> after_run;
};

Start read_position(Arguments& arguments, const Form& position) {
  Start start;
  if (position.empty()) return start;
  const auto seq = parse_number(value_of(position, "after_seq").value_or(""),
                                std::numeric_limits<std::int64_t>::max());
  const auto task = value_of(position, "after_task");
  const auto attempt = parse_number(value_of(position, "after_attempt").value_or(""),
                                    std::numeric_limits<std::uint32_t>::max());
  if (seq) {
    start.after_seq = static_cast<std::int64_t>(*seq);
  } else if (task && attempt) {
    start.after_run.emplace(*task, static_cast<std::uint32_t>(*attempt));
  } else {
    arguments.refuse("'cursor' is not the cursor of an answer of this tool");
  }
  return start;
}

AwaitableResult list_runs(const Call& call, Start start, std::size_t limit) {
  RunQuery query;
  query.after = std::move(start.after_run);
  query.limit = limit;
  auto operation = call.store().runs(std::move(query), call.options());
  const auto runs = co_await std::move(operation);
  if (!runs) co_return std::unexpected(runs.error());
  co_return table_of(*runs, limit);
}

}  // namespace

AwaitableResult list_run(const Call& call, const JsonObject& object) {
  Arguments arguments(object, {"task_id", "attempt", "producer_agent", "type", "limit", "cursor"});
  Form position;
  const RunFilter filter = read_run_filter(arguments, call.scope, position);
  const std::size_t limit = arguments.number("limit", 1, kMostRows).value_or(kDefaultRows);
  Start start = read_position(arguments, position);
  const bool is_about_runs = !filter.task_id && !filter.producer_agent && start.after_seq == 0;
  if (is_about_runs && filter.type) arguments.refuse("'type' needs 'task_id' or 'producer_agent'");
  if (arguments.error()) co_return std::unexpected(*arguments.error());
  if (is_about_runs) {
    auto listing = list_runs(call, std::move(start), limit);
    co_return co_await std::move(listing);
  }
  ListQuery query;
  query.task_id = filter.task_id;
  query.attempt = filter.attempt;
  query.producer_agent = filter.producer_agent;
  query.type = filter.type;
  query.after_seq = start.after_seq;
  query.limit = limit;
  auto operation = call.store().list(std::move(query), call.options());
  const auto page = co_await std::move(operation);
  if (!page) co_return std::unexpected(page.error());
  co_return table_of(*page, filter);
}

}  // namespace skep::mcp
