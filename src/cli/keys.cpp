#include "cli/keys.hpp"

#include "cli/report.hpp"

namespace skep::cli {

void add_key_file(CLI::App& command, std::string& value) {
  command.add_option("--key-file", value, "The keys that sign tokens (default: DB.key)")
      ->envname("SKEP_KEY_FILE")
      ->type_name("FILE");
}

std::filesystem::path key_file_path(const Session& session, const std::string& named) {
  return named.empty() ? session.store.database.value_or(kDefaultDatabase) + ".key" : named;
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
