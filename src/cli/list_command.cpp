#include "cli/commands.hpp"
#include "cli/damage_report.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/record_table.hpp"

#include <memory>

namespace skep::cli {
namespace {

Status list(Session& session, const RecordFilter& filter) {
  auto query = filter.query();
  if (!query) return failed(query.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  RecordTable table(session, filter);
  DamageReport damage;
  while (session.out.ok()) {
    if (interrupted()) return fail_with(ExitCode::kInterrupted, "interrupted");
    const auto page = store->list(*query);
    if (!page) return failed(page.error());
    for (const auto& record : page->listing.records) table.add(record);
    table.flush();
    damage.add(page->listing.damaged);
    if (!page->next_after_seq) break;
    query->after_seq = *page->next_after_seq;
  }
  session.out.flush();
  return damage.finish();
}

}  // namespace

void add_list(CLI::App& app, Session& session) {
  auto& command = add_command(app, "list", "List outputs in the order they were committed");
  const auto filter = std::make_shared<RecordFilter>();
  add_filter(command, *filter);
  command.footer(
      "Examples:\n"
      "  skep list --task bees --attempt 1\n"
      "  skep list --agent editor --type final\n"
      "  skep list --task bees --json | jq -r .id\n"
      "With --json it prints a record a line, as 'skep export' does.");
  command.callback([&session, filter] {
    session.action = [&session, filter] { return list(session, *filter); };
  });
}

}  // namespace skep::cli
