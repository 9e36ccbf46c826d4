// The key file that a command works on.
#pragma once

#include "auth/keyring.hpp"
#include "cli/session.hpp"

#include <CLI/App.hpp>

#include <filesystem>
#include <string>

namespace skep::cli {

/// `--key-file`, or SKEP_KEY_FILE. `value` must outlive the parsing.
void add_key_file(CLI::App& command, std::string& value);

/// The file that was named, or, if `named` is empty, the one beside the store: `<db>.key`. Fails if
/// that is on a server.
[[nodiscard]] OrFailure<std::filesystem::path> key_file_path(const Session& session,
                                                             const std::string& named);

/// What an error with a key file is to the command.
[[nodiscard]] Failure key_failure(const Error& error);

/// The keys in `path`. If there is no file it is made, and standard error told so.
[[nodiscard]] OrFailure<auth::Keyring> load_or_create_keys(const std::filesystem::path& path);

}  // namespace skep::cli
