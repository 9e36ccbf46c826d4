#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/print_record.hpp"

#include <memory>

namespace skep::cli {
namespace {

struct LatestOptions {
  std::optional<std::string> name;
  std::optional<std::string> task;
  std::optional<std::uint32_t> attempt;
  bool body_only = false;
};

Status latest(Session& session, const LatestOptions& options) {
  if (options.attempt && !options.task) return usage_error("--attempt needs --task");
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto record = options.task ? store->get_latest_by_name_in_run(
                                         *options.task, options.attempt.value_or(1), *options.name)
                                   : store->get_latest_by_name(*options.name);
  if (!record) return failed(record.error());
  return print_record(session, *store, *record, options.body_only);
}

}  // namespace

void add_latest(CLI::App& app, Session& session) {
  auto& command = add_command(app, "latest", "Show the newest output of an agent");
  const auto options = std::make_shared<LatestOptions>();
  add_text(command, "NAME", options->name, "The agent's name").required();
  add_text(command, "--task", options->task, "Look within this task only").type_name("ID");
  add_attempt(command, options->attempt, "Which attempt at the task (default 1)");
  command.add_flag("--body", options->body_only, "Print the body alone, byte for byte");
  command.footer(
      "Examples:\n"
      "  skep latest editor\n"
      "  skep latest editor --task bees --attempt 2 --body");
  command.callback([&session, options] {
    session.action = [&session, options] { return latest(session, *options); };
  });
}

}  // namespace skep::cli
