#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/summaries.hpp"

namespace skep::cli {
namespace {

Status tasks(Session& session) {
  return show_summaries(
      session, {{"outputs", true}, {"attempts", true}, {"last seq", true}, {"task"}}, NameQuery(),
      [](BlockingStore& store, const NameQuery& query) { return store.tasks(query); },
      [](const TaskSummary& task) { return task.task_id; },
      [](const TaskSummary& task) {
        return std::vector<std::string>{std::to_string(task.output_count),
                                        std::to_string(task.attempt_count),
                                        std::to_string(task.last_seq), task.task_id};
      },
      [](const TaskSummary& task) {
        return boost::json::object{{"task_id", task.task_id},
                                   {"attempt_count", task.attempt_count},
                                   {"output_count", task.output_count},
                                   {"last_seq", task.last_seq}};
      });
}

}  // namespace

void add_tasks(CLI::App& app, Session& session) {
  auto& command = add_command(app, "tasks", "List the tasks that the store knows");
  command.footer("Example:\n  skep tasks --json");
  command.callback([&session] { session.action = [&session] { return tasks(session); }; });
}

}  // namespace skep::cli
