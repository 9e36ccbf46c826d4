#include "cli/body.hpp"
#include "cli/commands.hpp"
#include "cli/damage_report.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <skep/json.hpp>

#include <memory>

namespace skep::cli {
namespace {

struct ListOptions {
  std::optional<std::string> task;
  std::optional<std::uint32_t> attempt;
  std::optional<std::string> agent;
  std::optional<std::string> type;
};

// Shows records one after the other, as a table or as JSON. What the query fixes has no column.
class RecordPrinter {
 public:
  RecordPrinter(Session& session, const ListOptions& options)
      : session_(session), options_(options), table_(session.out, columns(options)) {}

  void add(const OutputRecord& record) {
    if (options_.type && type_of(record.event) != *options_.type) return;
    if (session_.json) {
      session_.out.line(to_ndjson(record));
      return;
    }
    std::vector<std::string> cells{record.id.str(), std::to_string(record.seq)};
    if (!options_.task) cells.push_back(record.task_id);
    if (!options_.attempt) cells.push_back(std::to_string(record.attempt));
    const auto size_bytes = body_bytes(record.event);
    cells.push_back(record.producer_agent);
    cells.emplace_back(type_of(record.event));
    cells.push_back(size_bytes ? human_bytes(*size_bytes) : "-");
    cells.push_back(preview(digest_of(record.event), table_.line_width()));
    table_.add(std::move(cells));
  }

  void flush() {
    if (!session_.json) table_.flush();
  }

 private:
  static std::vector<Column> columns(const ListOptions& options) {
    std::vector<Column> columns{{"ref"}, {"seq", true}};
    if (!options.task) columns.push_back({"task", false, 24});
    if (!options.attempt) columns.push_back({"attempt", true});
    columns.push_back({"agent", false, 24});
    columns.push_back({"type"});
    columns.push_back({"size", true});
    columns.push_back({"preview"});
    return columns;
  }

  Session& session_;
  const ListOptions& options_;
  Table table_;
};

Status list(Session& session, const ListOptions& options) {
  if (options.attempt && !options.task) return usage_error("--attempt needs --task");
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  ListQuery query;
  query.task_id = options.task;
  query.attempt = options.attempt;
  query.producer_agent = options.agent;
  RecordPrinter printer(session, options);
  DamageReport damage;
  while (session.out.ok()) {
    if (interrupted()) return fail_with(ExitCode::kInterrupted, "interrupted");
    const auto page = store->list(query);
    if (!page) return failed(page.error());
    for (const auto& record : page->listing.records) printer.add(record);
    printer.flush();
    damage.add(page->listing.damaged);
    if (!page->next_after_seq) break;
    query.after_seq = *page->next_after_seq;
  }
  session.out.flush();
  return damage.finish();
}

}  // namespace

void add_list(CLI::App& app, Session& session) {
  auto& command = add_command(app, "list", "List outputs in the order they were committed");
  const auto options = std::make_shared<ListOptions>();
  add_text(command, "--task", options->task, "Only of this task").type_name("ID");
  add_attempt(command, options->attempt, "Only of this attempt at the task");
  add_text(command, "--agent", options->agent, "Only by this agent").type_name("NAME");
  add_text(command, "--type", options->type, "Only final, artifact, partial or progress")
      .check(CLI::IsMember({"final", "artifact", "partial", "progress"}))
      ->type_name("TYPE");
  command.footer(
      "Examples:\n"
      "  skep list --task bees --attempt 1\n"
      "  skep list --agent editor --type final\n"
      "  skep list --task bees --json | jq -r .id\n"
      "With --json it prints a record a line, as 'skep export' does.");
  command.callback([&session, options] {
    session.action = [&session, options] { return list(session, *options); };
  });
}

}  // namespace skep::cli
