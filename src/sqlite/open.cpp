#include "sqlite/open.hpp"

#include "sqlite/schema.hpp"
#include "sqlite/search_schema.hpp"

#include <memory>
#include <system_error>
#include <utility>

namespace skep::sqlite {

Result<void> check(const SqliteStoreOptions& options) {
  if (options.reader_count < 1 || options.reader_count > 64) {
    return fail(ErrorKind::kInvalidArgument, "reader_count must be from 1 to 64");
  }
  if (options.max_commit_count < 1 || options.max_queued_count < 1) {
    return fail(ErrorKind::kInvalidArgument,
                "max_commit_count and max_queued_count must be at least 1");
  }
  return {};
}

Result<std::string> existing_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (path.empty() || error) {
    return fail(ErrorKind::kInvalidArgument, "\"" + path.string() + "\" is not a file path");
  }
  if (!std::filesystem::exists(absolute, error)) {
    return fail(ErrorKind::kNotFound, "there is no store at " + path.string());
  }
  if (std::filesystem::is_directory(absolute, error)) {
    return fail(ErrorKind::kInvalidArgument, path.string() + " is a directory");
  }
  return absolute.string();
}

StartedIsle<Connection> start_writer(const std::string& path, const SqliteStoreOptions& options) {
  const bool in_memory = path.empty();
  auto mode = Connection::Mode::kMemory;
  if (!in_memory) {
    mode = options.create_if_missing ? Connection::Mode::kCreate : Connection::Mode::kReadWrite;
  }
  return start_isle<Connection>([path, mode, in_memory, timeout = options.busy_timeout,
                                 search = options.search]() -> Result<std::unique_ptr<Connection>> {
    auto connection = Connection::open(path, mode, timeout);
    if (!connection) return connection;
    if (auto ready = prepare_writer(**connection, in_memory, timeout); !ready) {
      return std::unexpected(std::move(ready.error()));
    }
    if (search) {
      auto set = *search ? make_search_index(**connection) : drop_search_index(**connection);
      if (!set) return std::unexpected(std::move(set.error()));
    }
    return connection;
  });
}

}  // namespace skep::sqlite
