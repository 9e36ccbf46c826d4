#include "cli/session.hpp"

#include "remote/http_store.hpp"

#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace skep::cli {
namespace {

// An empty variable is one that is not set.
std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

void choose_certificates(StoreOptions& store) {
  if (store.url && store.url->starts_with("https:") && !store.ca_file) {
    store.ca_file = variable("SKEP_CA_FILE");
  }
}

// The engine's message does not always name the file.
Error named(Error error, const std::string& database) {
  if (error.message.find(database) == std::string::npos) {
    error.message = "store '" + database + "': " + error.message;
  }
  return error;
}

std::optional<std::string> token_for(const StoreOptions& store) {
  if (store.token_variable != nullptr) {
    if (auto token = variable(store.token_variable)) return token;
  }
  return variable("SKEP_TOKEN");
}

OrFailure<BlockingStore> open_server(const StoreOptions& store) {
  remote::HttpStoreOptions options;
  options.url = *store.url;
  options.token = token_for(store).value_or("");
  options.ca_file = store.ca_file.value_or("");
  auto opened = remote::make_http_store(std::move(options));
  if (!opened) return failed(opened.error());
  return BlockingStore(std::move(*opened));
}

}  // namespace

Session::Session() : out(STDOUT_FILENO, "standard output") {}

Status Session::choose_store() {
  if (store.database && store.url) return usage_error("--db and --url exclude each other");
  if (!store.database && !store.url) {
    store.database = variable("SKEP_DB");
    store.url = variable("SKEP_URL");
    if (store.database && store.url) {
      return usage_error("SKEP_DB and SKEP_URL are both set: say which with --db or --url");
    }
  }
  if (!store.url) {
    if (store.ca_file) return usage_error("--ca-file goes with --url");
    if (!store.database) store.database = kDefaultDatabase;
  }
  choose_certificates(store);
  return {};
}

void Session::choose_store(const std::string& place) {
  const bool is_server = place.starts_with("http://") || place.starts_with("https://");
  (is_server ? store.url : store.database) = place;
  choose_certificates(store);
}

bool Session::lacks_token() const { return store.url && !token_for(store); }

const std::string& Session::place() const { return store.url ? *store.url : *store.database; }

OrFailure<BlockingStore> Session::open_existing(std::optional<bool> search) const {
  if (store.url) return open_server(store);
  const std::string& database = *store.database;
  SqliteStoreOptions options;
  options.create_if_missing = false;
  options.search = search;
  auto opened = BlockingStore::open_sqlite(database, options);
  if (opened) return std::move(*opened);
  if (opened.error().kind == ErrorKind::kNotFound) {
    const bool is_bare = database.find('/') == std::string::npos;
    return fail_with(ExitCode::kNotFound,
                     "no store at " + (is_bare ? "./" + database : database) +
                         "; create one with 'skep emit', or name it with --db");
  }
  return failed(named(opened.error(), database));
}

OrFailure<BlockingStore> Session::open_or_create(SqliteStoreOptions options) const {
  if (store.url) return open_server(store);
  auto opened = BlockingStore::open_sqlite(*store.database, options);
  if (!opened) return failed(named(opened.error(), *store.database));
  return std::move(*opened);
}

}  // namespace skep::cli
