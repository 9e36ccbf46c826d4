#include "cli/commands.hpp"
#include "cli/damage_report.hpp"
#include "cli/interruptible.hpp"
#include "cli/options.hpp"
#include "cli/record_table.hpp"

#include <memory>
#include <utility>

namespace skep::cli {
namespace {

struct TailOptions {
  RecordFilter filter;
  std::optional<std::int64_t> after_seq;
  bool all = false;
};

// Where to begin.
OrFailure<std::int64_t> first_seq(BlockingStore& store, const TailOptions& options) {
  if (options.all) return 0;
  if (options.after_seq) return *options.after_seq;
  const auto stats = store.stats();
  if (stats) return stats->last_seq;
  Failure failure(stats.error());
  if (stats.error().kind == ErrorKind::kDenied) {
    failure.message += " (with --all or --after-seq it need not be asked what is the newest)";
  }
  return failed(failure);
}

Status tail(Session& session, const TailOptions& options) {
  if (options.all && options.after_seq) {
    return usage_error("--all and --after-seq exclude each other");
  }
  auto query = options.filter.query();
  if (!query) return failed(query.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto first = first_seq(*store, options);
  if (!first) return failed(first.error());
  query->after_seq = *first;
  RecordTable table(session, options.filter);
  DamageReport damage;
  while (session.out.ok() && !interrupted()) {
    const auto page = run_interruptible(store->async().tail(*query));
    // To interrupt it is how it is ended.
    if (!page && page.error().kind == ErrorKind::kCancelled && interrupted()) break;
    if (!page) return failed(page.error());
    for (const auto& record : page->listing.records) table.add(record);
    table.flush();
    session.out.flush();
    damage.add(page->listing.damaged);
    query->after_seq = page->next_after_seq.value_or(query->after_seq);
  }
  return damage.finish();
}

}  // namespace

void add_tail(CLI::App& app, Session& session) {
  auto& command = add_command(app, "tail", "Show outputs as they are committed, until Ctrl-C");
  const auto options = std::make_shared<TailOptions>();
  add_filter(command, options->filter);
  add_seq(command, "--after-seq", options->after_seq, "Begin after this seq, not with what is new");
  command.add_flag("--all", options->all, "Begin with the first output");
  command.footer(
      "Examples:\n"
      "  skep tail\n"
      "  skep tail --task bees --type final --all\n"
      "  skep tail --json | jq -r .id\n"
      "Ctrl-C ends it, with exit code 0. Go on later with the last seq that it showed.");
  command.callback([&session, options] {
    session.action = [&session, options] { return tail(session, *options); };
  });
}

}  // namespace skep::cli
