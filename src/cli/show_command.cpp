#include "cli/commands.hpp"
#include "cli/damage_report.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/run_name.hpp"
#include "cli/timeline.hpp"

#include <skep/json.hpp>

#include <memory>

namespace skep::cli {
namespace {

struct ShowOptions {
  std::optional<std::string> run;
  bool full = false;
};

Status show(Session& session, const ShowOptions& options) {
  const auto run = parse_run(*options.run);
  if (!run) return failed(run.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  ListQuery query;
  query.task_id = run->task_id;
  query.attempt = run->attempt;
  Timeline timeline(session.out, options.full);
  DamageReport damage;
  bool is_empty = true;
  while (session.out.ok()) {
    if (interrupted()) return fail_with(ExitCode::kInterrupted, "interrupted");
    const auto page = store->list(query);
    if (!page) return failed(page.error());
    for (const auto& record : page->listing.records) {
      if (session.json) {
        session.out.line(to_ndjson(record));
      } else {
        timeline.add(record);
      }
    }
    session.out.flush();
    damage.add(page->listing.damaged);
    is_empty = is_empty && page->listing.records.empty() && page->listing.damaged.empty();
    if (!page->next_after_seq) break;
    query.after_seq = *page->next_after_seq;
  }
  if (is_empty) {
    return fail_with(ExitCode::kNotFound, "there are no outputs in attempt " +
                                              std::to_string(run->attempt) + " of task '" +
                                              run->task_id + "' (see 'skep runs')");
  }
  return damage.finish();
}

}  // namespace

void add_show(CLI::App& app, Session& session) {
  auto& command = add_command(app, "show", "Show a run as a timeline");
  const auto options = std::make_shared<ShowOptions>();
  add_text(command, "RUN", options->run, "The run: TASK/ATTEMPT").required();
  command.add_flag("--full", options->full, "Show bodies whole, not their first lines");
  command.footer(
      "Examples:\n"
      "  skep show bees/1\n"
      "  skep show bees/1 --full | less\n"
      "The last '/' ends the task. With --json it prints a record a line, as 'skep list' does.");
  command.callback([&session, options] {
    session.action = [&session, options] { return show(session, *options); };
  });
}

}  // namespace skep::cli
