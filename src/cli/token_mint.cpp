#include "auth/token.hpp"
#include "cli/claims_text.hpp"
#include "cli/keys.hpp"
#include "cli/lifetime.hpp"
#include "cli/options.hpp"
#include "cli/token_commands.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace skep::cli {
namespace {

struct MintOptions {
  std::vector<std::string> scopes{"emit read"};
  std::string expires = "30d";
  std::optional<std::string> subject;
  std::optional<std::string> task;
  std::optional<std::uint32_t> attempt;
  std::optional<std::string> agent;
  std::string key_file;
};

OrFailure<auth::Claims> claims_of(const MintOptions& options) {
  if (options.attempt && !options.task) return usage_error("--attempt needs --task");
  std::string words;
  for (const auto& scope : options.scopes) words += scope + ' ';
  const auto scopes = auth::Scopes::parse(words);
  if (!scopes) return usage_error("--scope: " + scopes.error().message);
  const auto lifetime = parse_lifetime("--expires", options.expires);
  if (!lifetime) return std::unexpected(lifetime.error());
  auto id = auth::new_token_id();
  if (!id) return failed(id.error());
  auth::Claims claims;
  claims.id = std::move(*id);
  claims.subject = options.subject.value_or("");
  claims.scopes = *scopes;
  claims.task_id = options.task;
  claims.attempt = options.attempt;
  claims.producer_agent = options.agent;
  claims.issued_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (*lifetime) claims.expires_at = claims.issued_at + **lifetime;
  return claims;
}

Status mint_token(Session& session, const MintOptions& options) {
  const auto claims = claims_of(options);
  if (!claims) return failed(claims.error());
  const auto path = key_file_path(session, options.key_file);
  if (!path) return failed(path.error());
  const auto keys = load_or_create_keys(*path);
  if (!keys) return failed(keys.error());
  const auto token = auth::mint(*keys, *claims);
  if (!token) return failed(token.error());
  session.out.line(session.json ? boost::json::serialize(boost::json::object{
                                      {"token", *token}, {"claims", json_of(*claims)}})
                                : *token);
  return {};
}

}  // namespace

void add_token_mint(CLI::App& token, Session& session) {
  auto& command = add_command(token, "mint", "Print a new token");
  const auto options = std::make_shared<MintOptions>();
  command
      .add_option("--scope", options->scopes,
                  "What it allows: emit, read, admin (default \"emit read\"); may be repeated")
      ->allow_extra_args(false)
      ->type_name("WORDS");
  command
      .add_option("--expires", options->expires,
                  "How long it is valid, in s, m, h or d, or 'never' (default 30d)")
      ->type_name("TIME");
  add_text(command, "--subject", options->subject, "Who holds it, for the log").type_name("NAME");
  add_text(command, "--task", options->task, "Limit it to this task").type_name("ID");
  add_attempt(command, options->attempt, "And to this attempt at the task");
  add_text(command, "--agent", options->agent, "Let it emit as this agent only").type_name("NAME");
  add_key_file(command, options->key_file);
  command.footer(
      "Examples:\n"
      "  export SKEP_TOKEN=$(skep token mint)\n"
      "  skep token mint --scope emit --task bees --attempt 2 --agent writer --expires 2h\n"
      "The key file is made if it is missing. Who can read it can make tokens.");
  command.callback([&session, options] {
    session.action = [&session, options] { return mint_token(session, *options); };
  });
}

}  // namespace skep::cli
