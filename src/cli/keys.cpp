#include "cli/keys.hpp"

#include "cli/report.hpp"

namespace skep::cli {

void add_key_file(CLI::App& command, std::string& value) {
  command.add_option("--key-file", value, "The keys that sign tokens (default: DB.key)")
      ->envname("SKEP_KEY_FILE")
      ->type_name("FILE");
}

OrFailure<std::filesystem::path> key_file_path(const Session& session, const std::string& named) {
  if (!named.empty()) return named;
  if (session.store.url) {
    return usage_error("keys lie in a file, not on a server: name it with --key-file, or --db");
  }
  return *session.store.database + ".key";
}

Failure key_failure(const Error& error) {
  Failure failure(error);
  if (error.kind == ErrorKind::kInternal) failure.code = ExitCode::kIo;
  return failure;
}

OrFailure<auth::Keyring> load_or_create_keys(const std::filesystem::path& path) {
  const auto made = auth::create_keys_if_missing(path);
  if (!made) return failed(key_failure(made.error()));
  if (*made) report("made the key file '" + path.string() + "'");
  auto keys = auth::Keyring::load(path);
  if (!keys) return failed(key_failure(keys.error()));
  return std::move(*keys);
}

}  // namespace skep::cli
