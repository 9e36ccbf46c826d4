#include "cli/commands.hpp"
#include "cli/interruptible.hpp"
#include "cli/lifetime.hpp"
#include "cli/options.hpp"
#include "cli/progress_bar.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace skep::cli {
namespace {

struct PruneCommandOptions {
  std::optional<std::string> older_than;
  std::optional<std::size_t> keep;
  std::optional<std::string> task;
  bool newest = false;
  bool ancestors = false;
  bool yes = false;
};

OrFailure<PruneQuery> read_query(const PruneCommandOptions& given) {
  PruneQuery query;
  if (given.older_than) {
    const auto age = parse_lifetime("--older-than", *given.older_than);
    if (!age) return failed(age.error());
    if (!*age) return usage_error("--older-than: 'never' is no age");
    query.older_than =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now() - **age);
  }
  query.keep_per_producer = given.keep;
  query.task_id = given.task;
  if (!given.older_than && !given.keep && !given.task) {
    return usage_error("say what is to go: --older-than, --keep or --task (see skep prune --help)");
  }
  query.remove_newest = given.newest;
  query.remove_ancestors = given.ancestors;
  query.dry_run = !given.yes;
  return query;
}

std::string count_of(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

void print(Session& session, const PruneReport& report) {
  if (!report.groups.empty()) {
    Table table(session.out, {{"task"}, {"agent"}, {"records", true}, {"size", true}});
    for (const PruneGroup& group : report.groups) {
      table.add({group.task_id, group.producer_agent, std::to_string(group.record_count),
                 human_bytes(group.bytes)});
    }
    table.flush();
  }
  session.out.line((report.dry_run ? "would remove " : "removed ") + count_of(report.record_count) +
                   ", " + human_bytes(report.bytes));
  if (report.kept_newest_count > 0) {
    session.out.line("keeps " + count_of(report.kept_newest_count) +
                     ", the newest of their agents");
  }
  if (report.kept_ancestor_count > 0) {
    session.out.line("keeps " + count_of(report.kept_ancestor_count) +
                     ", from which others were derived that stay");
  }
  if (!report.dry_run) {
    session.out.line("the file is smaller by " + human_bytes(report.given_back_bytes));
  }
  if (report.blob_count > 0) {
    session.out.line("removed " + std::to_string(report.blob_count) +
                     (report.blob_count == 1 ? " blob, " : " blobs, ") +
                     human_bytes(report.blob_bytes));
  }
  if (!report.note.empty()) session.out.line(one_line(report.note));
  if (report.dry_run && report.record_count > 0) {
    session.out.line("nothing was removed: --yes does it");
  }
}

Status prune(Session& session, const PruneCommandOptions& given) {
  auto query = read_query(given);
  if (!query) return failed(query.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  ProgressBar bar(given.yes ? "pruning" : "looking", std::nullopt);
  PruneOptions options;
  options.on_progress = [&bar](std::uint64_t removed_count) {
    bar.update(removed_count);
    return !interrupted();
  };
  const auto report = run_interruptible(store->async().prune(std::move(*query), options));
  if (!report) return failed(report.error());
  if (session.json) {
    session.out.line(to_json(*report));
  } else {
    print(session, *report);
  }
  return {};
}

}  // namespace

void add_prune(CLI::App& app, Session& session) {
  auto& command = add_command(app, "prune", "Remove records that nobody needs any more");
  const auto options = std::make_shared<PruneCommandOptions>();
  add_text(command, "--older-than", options->older_than, "Stored longer ago, e.g. 30d or 12h")
      .type_name("AGE");
  add_count(command, "--keep", options->keep, "Not among the N newest of their agent")
      .type_name("N");
  add_text(command, "--task", options->task, "Of this task").type_name("ID");
  command.add_flag("--remove-newest", options->newest, "Also the newest of an agent");
  command.add_flag("--remove-ancestors", options->ancestors,
                   "Also what records that stay were derived from");
  command.add_flag("--yes", options->yes, "Do it; otherwise it only tells what would go");
  command.footer(
      "A record goes if it matches all that is given.\n"
      "Examples:\n"
      "  skep prune --older-than 30d\n"
      "  skep prune --older-than 30d --keep 100 --yes");
  command.callback([&session, options] {
    session.action = [&session, options] { return prune(session, *options); };
  });
}

}  // namespace skep::cli
