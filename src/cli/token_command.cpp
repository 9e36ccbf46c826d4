#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/token_commands.hpp"

namespace skep::cli {

void add_token(CLI::App& app, Session& session) {
  auto& command = add_command(app, "token", "Make and look at tokens for 'skep serve'");
  command.require_subcommand(1);
  add_token_mint(command, session);
  add_token_inspect(command, session);
  add_token_rotate(command, session);
  command.footer(
      "Examples:\n"
      "  skep token mint --subject dashboard --scope read\n"
      "  skep token inspect\n"
      "  skep token rotate");
}

}  // namespace skep::cli
