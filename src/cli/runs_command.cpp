#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/summaries.hpp"

#include <memory>

namespace skep::cli {
namespace {

Status runs(Session& session, const std::optional<std::string>& task) {
  RunQuery first;
  first.task_id = task;
  return show_summaries(
      session, {{"outputs", true}, {"attempt", true}, {"last seq", true}, {"task"}},
      std::move(first),
      [](BlockingStore& store, const RunQuery& query) { return store.runs(query); },
      [](const RunSummary& run) { return RunQuery::Position{run.task_id, run.attempt}; },
      [](const RunSummary& run) {
        return std::vector<std::string>{std::to_string(run.output_count),
                                        std::to_string(run.attempt), std::to_string(run.last_seq),
                                        run.task_id};
      },
      [](const RunSummary& run) {
        return boost::json::object{{"task_id", run.task_id},
                                   {"attempt", run.attempt},
                                   {"output_count", run.output_count},
                                   {"last_seq", run.last_seq}};
      });
}

}  // namespace

void add_runs(CLI::App& app, Session& session) {
  auto& command = add_command(app, "runs", "List the runs (attempts at tasks) the store knows");
  const auto task = std::make_shared<std::optional<std::string>>();
  add_text(command, "--task", *task, "Only of this task").type_name("ID");
  command.footer("Example:\n  skep runs --task bees");
  command.callback(
      [&session, task] { session.action = [&session, task] { return runs(session, *task); }; });
}

}  // namespace skep::cli
