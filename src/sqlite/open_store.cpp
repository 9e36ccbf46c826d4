#include "sqlite/open.hpp"
#include "sqlite/sqlite_store.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace skep {
namespace {

Awaitable<std::unique_ptr<OutputStore>> open(std::string path, SqliteStoreOptions options) {
  if (auto valid = sqlite::check(options); !valid)
    co_return std::unexpected(std::move(valid.error()));
  auto store = std::make_unique<sqlite::SqliteStore>(std::move(path), options);
  if (auto ready = co_await store->wait_until_open(); !ready) {
    co_return std::unexpected(std::move(ready.error()));
  }
  co_return std::unique_ptr<OutputStore>(std::move(store));
}

}  // namespace

Awaitable<std::unique_ptr<OutputStore>> open_sqlite_store(std::filesystem::path path,
                                                          SqliteStoreOptions options) {
  // Absolute, so that no name means something else to SQLite ("", ":memory:", "file:…").
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (path.empty() || error) {
    co_return fail(ErrorKind::kInvalidArgument, "\"" + path.string() + "\" is not a file path");
  }
  if (!options.create_if_missing && !std::filesystem::exists(absolute, error)) {
    co_return fail(ErrorKind::kNotFound, "there is no store at " + path.string());
  }
  if (std::filesystem::is_directory(absolute, error)) {
    co_return fail(ErrorKind::kInvalidArgument, path.string() + " is a directory");
  }
  co_return co_await open(absolute.string(), options);
}

Awaitable<std::unique_ptr<OutputStore>> open_sqlite_store_in_memory(SqliteStoreOptions options) {
  return open({}, options);
}

}  // namespace skep
