#include "cli/record_table.hpp"

#include "cli/body.hpp"
#include "cli/options.hpp"
#include "cli/text.hpp"

#include <skep/json.hpp>

namespace skep::cli {
namespace {

std::vector<Column> columns(const RecordFilter& filter) {
  std::vector<Column> columns{{"ref"}, {"seq", true}};
  if (!filter.task) columns.push_back({"task", false, 24});
  if (!filter.attempt) columns.push_back({"attempt", true});
  columns.push_back({"agent", false, 24});
  columns.push_back({"type"});
  columns.push_back({"size", true});
  columns.push_back({"preview"});
  return columns;
}

}  // namespace

OrFailure<ListQuery> RecordFilter::query() const {
  if (attempt && !task) return usage_error("--attempt needs --task");
  ListQuery query;
  query.task_id = task;
  query.attempt = attempt;
  query.producer_agent = agent;
  query.type = type;
  return query;
}

void add_filter(CLI::App& command, RecordFilter& filter) {
  add_text(command, "--task", filter.task, "Only of this task").type_name("ID");
  add_attempt(command, filter.attempt, "Only of this attempt at the task");
  add_text(command, "--agent", filter.agent, "Only by this agent").type_name("NAME");
  add_text(command, "--type", filter.type, "Only final, artifact, partial or progress")
      .check(CLI::IsMember({"final", "artifact", "partial", "progress"}))
      ->type_name("TYPE");
}

RecordTable::RecordTable(Session& session, const RecordFilter& filter)
    : session_(session),
      shows_task_(!filter.task),
      shows_attempt_(!filter.attempt),
      table_(session.out, columns(filter)) {}

void RecordTable::add(const OutputRecord& record) {
  if (session_.json) {
    session_.out.line(to_ndjson(record));
    return;
  }
  std::vector<std::string> cells{record.id.str(), std::to_string(record.seq)};
  if (shows_task_) cells.push_back(record.task_id);
  if (shows_attempt_) cells.push_back(std::to_string(record.attempt));
  const auto size_bytes = body_bytes(record.event);
  cells.push_back(record.producer_agent);
  cells.emplace_back(type_of(record.event));
  cells.push_back(size_bytes ? human_bytes(*size_bytes) : "-");
  cells.push_back(preview(digest_of(record.event), table_.line_width()));
  table_.add(std::move(cells));
}

void RecordTable::flush() {
  if (!session_.json) table_.flush();
}

}  // namespace skep::cli
