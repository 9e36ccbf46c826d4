// What all commands share: the global options, standard output, and the store.
#pragma once

#include "cli/failure.hpp"
#include "cli/output.hpp"

#include <skep/blocking_store.hpp>

#include <functional>
#include <string>

namespace skep::cli {

struct Session {
  Session();

  std::string database = "skep.db";
  bool json = false;
  Output out;

  /// What the command line asked for; set while it is parsed, run afterwards.
  std::function<Status()> action;

  /// The store, which must exist: looking must not create a file.
  [[nodiscard]] OrFailure<BlockingStore> open_existing() const;

  /// The store, created if it is missing.
  [[nodiscard]] OrFailure<BlockingStore> open_or_create() const;
};

}  // namespace skep::cli
