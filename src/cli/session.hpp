// What all commands share: the global options, standard output, and the store.
#pragma once

#include "cli/failure.hpp"
#include "cli/output.hpp"

#include <skep/blocking_store.hpp>

#include <functional>
#include <optional>
#include <string>

namespace skep::cli {

/// The store where nothing else is said.
inline constexpr const char* kDefaultDatabase = "skep.db";

/// Which store, as the command line names it; unset is not given.
struct StoreOptions {
  std::optional<std::string> database;
  std::optional<std::string> url;
  std::optional<std::string> ca_file;
  const char* token_variable = nullptr;  ///< Looked up before SKEP_TOKEN.
};

struct Session {
  Session();

  StoreOptions store;
  bool json = false;
  Output out;

  /// What the command line asked for; set while it is parsed, run afterwards.
  std::function<Status()> action;

  /// Fills in what `store` leaves open, from the environment and by default. What the command line
  /// names beats all of the environment.
  [[nodiscard]] Status choose_store();

  /// The same of a store that a command names itself: a file, or the URL of a server.
  void choose_store(const std::string& place);

  /// Whether the store is on a server, and no token is there to go with it.
  [[nodiscard]] bool lacks_token() const;

  /// The file or the server, for people.
  [[nodiscard]] const std::string& place() const;

  /// The store, which must exist: looking must not create a file. Of a server, only the first call
  /// tells whether it is there.
  [[nodiscard]] OrFailure<BlockingStore> open_existing(std::optional<bool> search = {}) const;

  /// The store, created if it is missing. The options are for a file.
  [[nodiscard]] OrFailure<BlockingStore> open_or_create(SqliteStoreOptions options = {}) const;
};

}  // namespace skep::cli
