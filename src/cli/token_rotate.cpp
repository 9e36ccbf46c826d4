#include "cli/keys.hpp"
#include "cli/options.hpp"
#include "cli/token_commands.hpp"

#include <boost/json.hpp>

#include <memory>

namespace skep::cli {
namespace {

Status rotate(Session& session, const std::string& named) {
  const auto path = key_file_path(session, named);
  if (!path) return failed(path.error());
  const auto keys = auth::Keyring::load(*path);
  if (!keys) {
    if (keys.error().kind != ErrorKind::kNotFound) return failed(key_failure(keys.error()));
    return fail_with(ExitCode::kNotFound,
                     "no key file at '" + path->string() + "'; 'skep token mint' makes one");
  }
  const auto rotated = keys->rotated();
  if (!rotated) return failed(rotated.error());
  if (const auto replaced = rotated->replace(*path); !replaced) {
    return failed(key_failure(replaced.error()));
  }
  const auto& signing = rotated->signing_key().id;
  const auto& former = keys->signing_key().id;
  if (session.json) {
    session.out.line(boost::json::serialize(
        boost::json::object{{"signing_key", signing}, {"former_key", former}}));
  } else {
    session.out.line("key " + signing + " signs from now on; tokens of key " + former +
                     " are valid until the next rotation");
  }
  return {};
}

}  // namespace

void add_token_rotate(CLI::App& token, Session& session) {
  auto& command = add_command(token, "rotate", "Sign with a new key from now on");
  const auto key_file = std::make_shared<std::string>();
  add_key_file(command, *key_file);
  command.footer(
      "Example:\n"
      "  skep token rotate\n"
      "Tokens of the key before stay valid until the next rotation, older ones are not.\n"
      "A running server follows within a second or two.");
  command.callback([&session, key_file] {
    session.action = [&session, key_file] { return rotate(session, *key_file); };
  });
}

}  // namespace skep::cli
