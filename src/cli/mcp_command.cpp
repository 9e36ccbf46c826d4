#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "mcp/stdio_server.hpp"

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

namespace skep::cli {
namespace {

struct McpOptions {
  std::optional<std::string> task;
  std::optional<std::uint32_t> attempt;
  std::optional<std::string> agent;
  std::optional<std::string> files;
  bool read_only = false;
};

Status serve_mcp(Session& session, const McpOptions& options) {
  if (options.attempt && !options.task) return usage_error("--attempt needs --task");
  auto store = session.open_or_create();
  if (!store) return failed(store.error());
  mcp::Scope scope;
  scope.may_emit = !options.read_only;
  scope.task_id = options.task;
  scope.attempt = options.attempt;
  scope.producer_agent = options.agent;
  mcp::Service service(store->async(), SKEP_VERSION);
  service.file_root = options.files.value_or(".");
  mcp::StdioOptions stdio;
  stdio.input = STDIN_FILENO;
  stdio.output = STDOUT_FILENO;
  const auto served = mcp::serve_stdio(service, scope, stdio);
  const auto closed = store->close();
  if (!served) return failed(served.error());
  if (!closed) return failed(closed.error());
  return {};
}

}  // namespace

void add_mcp(CLI::App& app, Session& session) {
  auto& command =
      add_command(app, "mcp", "Serve the store to a model (MCP, on standard input and output)");
  const auto options = std::make_shared<McpOptions>();
  add_text(command, "--task", options->task, "Outputs are emitted in this task, whatever is asked")
      .type_name("ID");
  add_attempt(command, options->attempt, "Outputs are emitted in this attempt at it");
  add_text(command, "--agent", options->agent, "Outputs are emitted as this agent's")
      .type_name("NAME");
  add_text(command, "--files", options->files,
           "Files below this directory may be emitted (default: the working directory)")
      .type_name("DIR");
  command.add_flag("--read-only", options->read_only, "Nothing can be emitted");
  command.footer(
      "Examples:\n"
      "  skep mcp --db swarm.db --task bees --attempt 1 --agent writer\n"
      "  SKEP_TOKEN=… skep mcp --url https://skep.example.org --agent writer\n"
      "  skep mcp --read-only\n"
      "An agent's host starts it as a child process; docs/mcp.md has its settings. A running\n"
      "'skep serve' speaks the same protocol at /mcp.");
  command.callback([&session, options] {
    session.action = [&session, options] { return serve_mcp(session, *options); };
  });
}

}  // namespace skep::cli
