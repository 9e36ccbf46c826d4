#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <boost/json.hpp>

namespace skep::cli {
namespace {

std::string json_text_of(const StoreStats& stats) {
  boost::json::array warnings;
  for (const auto& warning : stats.warnings) warnings.emplace_back(warning);
  return boost::json::serialize(boost::json::object{{"backend", stats.backend},
                                                    {"engine_version", stats.engine_version},
                                                    {"output_count", stats.output_count},
                                                    {"task_count", stats.task_count},
                                                    {"agent_count", stats.agent_count},
                                                    {"last_seq", stats.last_seq},
                                                    {"database_bytes", stats.database_bytes},
                                                    {"wal_bytes", stats.wal_bytes},
                                                    {"warnings", std::move(warnings)}});
}

Status stats(Session& session) {
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto stats = store->stats();
  if (!stats) return failed(stats.error());
  if (session.json) {
    session.out.line(json_text_of(*stats));
    return {};
  }
  const auto line = [&session](std::string name, std::string_view value) {
    name.resize(10, ' ');
    session.out.line(dim(name) + one_line(value));
  };
  line("store", session.place());
  line("engine", stats->engine_version.empty() ? stats->backend : stats->engine_version);
  line("outputs", std::to_string(stats->output_count));
  line("tasks", std::to_string(stats->task_count));
  line("agents", std::to_string(stats->agent_count));
  line("last seq", std::to_string(stats->last_seq));
  line("size", human_bytes(stats->database_bytes) + ", and " + human_bytes(stats->wal_bytes) +
                   " in the write-ahead log");
  for (const auto& warning : stats->warnings) line("warning", warning);
  return {};
}

}  // namespace

void add_stats(CLI::App& app, Session& session) {
  auto& command = add_command(app, "stats", "Show counts, sizes, and what an operator should know");
  command.footer("Example:\n  skep stats --json");
  command.callback([&session] { session.action = [&session] { return stats(session); }; });
}

}  // namespace skep::cli
