#include "cli/session.hpp"

#include <unistd.h>

namespace skep::cli {
namespace {

// The engine's message does not always name the file.
Error named(Error error, const std::string& database) {
  if (error.message.find(database) == std::string::npos) {
    error.message = "store '" + database + "': " + error.message;
  }
  return error;
}

}  // namespace

Session::Session() : out(STDOUT_FILENO, "standard output") {}

OrFailure<BlockingStore> Session::open_existing() const {
  SqliteStoreOptions options;
  options.create_if_missing = false;
  auto store = BlockingStore::open_sqlite(database, options);
  if (store) return std::move(*store);
  if (store.error().kind == ErrorKind::kNotFound) {
    const bool is_bare = database.find('/') == std::string::npos;
    return fail_with(ExitCode::kNotFound,
                     "no store at " + (is_bare ? "./" + database : database) +
                         "; create one with 'skep emit', or name it with --db");
  }
  return failed(named(store.error(), database));
}

OrFailure<BlockingStore> Session::open_or_create() const {
  auto store = BlockingStore::open_sqlite(database);
  if (!store) return failed(named(store.error(), database));
  return std::move(*store);
}

}  // namespace skep::cli
