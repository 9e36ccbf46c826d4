#include "auth/token.hpp"
#include "cli/claims_text.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "cli/token_commands.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <memory>
#include <string_view>

namespace skep::cli {
namespace {

constexpr std::size_t kMaxInputBytes = std::size_t{64} << 10U;

struct InspectOptions {
  std::optional<std::string> token;
  std::string key_file;
};

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

OrFailure<std::string> read_token(const InspectOptions& options) {
  if (!options.token) {
    return usage_error("no token: name one, or '-' for standard input, or set SKEP_TOKEN");
  }
  if (*options.token != "-") return trimmed(*options.token);
  const auto input = read_standard_input(kMaxInputBytes);
  if (!input) return failed(input.error());
  return trimmed(*input);
}

struct Verdict {
  std::string word;
  bool is_signature_checked = false;
};

Verdict judge(const std::filesystem::path& key_file, std::string_view token,
              const auth::Claims& claims) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto keys = auth::Keyring::load(key_file);
  if (!keys) {
    report("the signature was not checked: " + keys.error().message);
    const bool is_expired = claims.expires_at && now >= *claims.expires_at;
    return {is_expired ? "expired" : "not verified", false};
  }
  const auto verified = auth::verify(*keys, token, now);
  return {verified ? "valid" : std::string(auth::to_string(verified.error())), true};
}

Status inspect_token(Session& session, const InspectOptions& options) {
  const auto token = read_token(options);
  if (!token) return failed(token.error());
  const auto claims = auth::inspect(*token);
  if (!claims) {
    return usage_error("the token is " + std::string(auth::to_string(claims.error())));
  }
  const auto path = key_file_path(session, options.key_file);
  if (!path) return failed(path.error());
  const Verdict verdict = judge(*path, *token, *claims);
  if (session.json) {
    session.out.line(boost::json::serialize(
        boost::json::object{{"status", verdict.word},
                            {"signature_checked", verdict.is_signature_checked},
                            {"claims", json_of(*claims)}}));
    return {};
  }
  print_claim(session.out, "status", verdict.word);
  print_claims(session.out, *claims);
  return {};
}

}  // namespace

void add_token_inspect(CLI::App& token, Session& session) {
  auto& command = add_command(token, "inspect", "Show what a token claims, and if it is valid");
  const auto options = std::make_shared<InspectOptions>();
  add_text(command, "TOKEN", options->token,
           "The token; '-' reads standard input (default: SKEP_TOKEN)")
      .envname("SKEP_TOKEN");
  add_key_file(command, options->key_file);
  command.footer(
      "Examples:\n"
      "  skep token inspect\n"
      "  skep token inspect - < token.txt\n"
      "Others on this machine can read a command's arguments: '-' keeps a token from them.");
  command.callback([&session, options] {
    session.action = [&session, options] { return inspect_token(session, *options); };
  });
}

}  // namespace skep::cli
