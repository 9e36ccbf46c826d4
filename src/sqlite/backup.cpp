#include "sqlite/backup.hpp"

#include "blob/hold.hpp"
#include "blob/layout.hpp"
#include "sqlite/blob_copy.hpp"
#include "sqlite/open.hpp"
#include "sqlite/replaced_store.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/snapshot.hpp"
#include "sqlite/sqlite_store.hpp"
#include "store/cancelled.hpp"
#include "store/placed_file.hpp"
#include "store/stop_flag.hpp"

#include <memory>
#include <system_error>
#include <utility>

namespace skep {
namespace sqlite {
namespace {

// A backup is no less private than what it is a copy of.
void take_mode_of(Connection& source, const std::string& copy) {
  const char* name = sqlite3_db_filename(source.handle(), "main");
  if (name == nullptr || *name == '\0') return;
  std::error_code ignored;
  const auto status = std::filesystem::status(name, ignored);
  if (!ignored) std::filesystem::permissions(copy, status.permissions(), ignored);
}

}  // namespace

Result<BackupReport> make_backup(Connection& source, const std::filesystem::path& path,
                                 const BackupOptions& options, const std::filesystem::path& blobs) {
  auto file = PlacedFile::create(path, options.replace);
  if (!file) return std::unexpected(std::move(file.error()));
  // What is in use must not vanish from under who uses it; the store itself least of all.
  if (auto unused = check_unused(path); !unused) {
    return std::unexpected(std::move(unused.error()));
  }
  // What the copy names is to be there until it was copied.
  const auto hold = blob::Hold::against_collection(blobs);
  if (!hold) return std::unexpected(hold.error());
  const std::string copy = file->temporary();
  if (auto copied = copy_snapshot(source, copy, options.on_progress); !copied) {
    return std::unexpected(std::move(copied.error()));
  }
  auto report = inspect_snapshot(copy);
  if (!report) return report;
  take_mode_of(source, copy);
  if (options.blobs) {
    const auto stop = [&source] { return source.interrupted(); };
    auto copied = copy_blobs(copy, blobs, blob::directory_of(path), stop, *report);
    if (!copied) return std::unexpected(std::move(copied.error()));
  }
  auto placed = file->sync();
  if (placed && source.interrupted()) placed = skep::cancelled();
  if (placed) placed = make_way(path);
  if (placed) placed = file->commit();
  if (!placed) return std::unexpected(std::move(placed.error()));
  return report;
}

Awaitable<BackupReport> SqliteStore::do_backup(std::filesystem::path path, BackupOptions options) {
  if (writer_.isle.closed()) co_return fail(ErrorKind::kClosed, "the store is closed");
  const CallOptions call_options = options;
  auto job = [path = std::move(path), options = std::move(options), blobs = blobs_.path()](
                 Connection& connection) { return make_backup(connection, path, options, blobs); };
  // A database in memory belongs to its one connection: appends wait.
  if (path_.empty()) co_return co_await writer_.isle.call(std::move(job), call_options);
  auto reader = start_isle<Connection>([name = path_] { return open_reader(name, kBusyTimeout); });
  co_return co_await reader.isle.call(std::move(job), call_options);
}

}  // namespace sqlite

Awaitable<void> make_way_for_sqlite_backup(std::filesystem::path path, CallOptions options) {
  auto worker = start_isle<StopFlag>(
      []() -> Result<std::unique_ptr<StopFlag>> { return std::make_unique<StopFlag>(); });
  auto job = [path = std::move(path)](StopFlag&) { return sqlite::make_way(path); };
  co_return co_await worker.isle.call(std::move(job), options);
}

Awaitable<BackupReport> inspect_sqlite_backup(std::filesystem::path path, CallOptions options) {
  auto file = sqlite::existing_file(path);
  if (!file) co_return std::unexpected(std::move(file.error()));
  auto reader = start_isle<sqlite::Connection>(
      [name = *file] { return sqlite::open_reader(name, sqlite::kBusyTimeout); });
  auto job = [name = *file](sqlite::Connection&) { return sqlite::inspect_snapshot(name); };
  co_return co_await reader.isle.call(std::move(job), options);
}

}  // namespace skep
