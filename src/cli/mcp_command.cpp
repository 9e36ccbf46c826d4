#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "mcp/stdio_server.hpp"

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

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
  const std::string files = options.files.value_or(".");
  std::error_code error;
  if (!std::filesystem::is_directory(files, error)) {
    return usage_error("--files: '" + files + "' is no directory");
  }
  auto store = options.read_only ? session.open_existing() : session.open_or_create();
  if (!store) return failed(store.error());
  mcp::Scope scope;
  scope.may_emit = !options.read_only;
  scope.task_id = options.task;
  scope.attempt = options.attempt;
  scope.producer_agent = options.agent;
  mcp::Service service(store->async(), SKEP_VERSION);
  service.file_root = files;
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
  add_text(command, "--task", options->task,
           "Fixes the task of what is emitted: the model can't name another")
      .type_name("ID");
  add_attempt(command, options->attempt, "Fixes the attempt at it");
  add_text(command, "--agent", options->agent, "Fixes the agent whose outputs they are")
      .type_name("NAME");
  add_text(command, "--files", options->files,
           "Files below this directory may be emitted (default: the working directory)")
      .type_name("DIR");
  command.add_flag("--read-only", options->read_only,
                   "Offers no tool that emits; the store must be there");
  command.footer(
      "Examples:\n"
      "  skep mcp --db swarm.db --task bees --attempt 1 --agent writer\n"
      "  SKEP_TOKEN=… skep mcp --url https://skep.example.org --agent writer\n"
      "  skep mcp --read-only\n"
      "An agent's host starts it as a child process, so give --db as a full path; docs/mcp.md has\n"
      "its settings. What is not fixed the model says. A running 'skep serve' speaks the same\n"
      "protocol at /mcp.");
  command.callback([&session, options] {
    session.action = [&session, options] { return serve_mcp(session, *options); };
  });
}

}  // namespace skep::cli
