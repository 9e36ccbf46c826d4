// Putting a backup in the place of a store.
#include "blob/layout.hpp"
#include "sqlite/blob_copy.hpp"
#include "sqlite/open.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/snapshot.hpp"
#include "sqlite/verify.hpp"
#include "store/descriptor.hpp"
#include "store/placed_file.hpp"
#include "store/remaining.hpp"

#include <skep/isle.hpp>
#include <skep/sqlite_store.hpp>

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace skep {
namespace sqlite {
namespace {

namespace fs = std::filesystem;

// What belongs to a database in write-ahead mode. Of these the log goes first: with another
// database it would be taken for that one's.
constexpr const char* kCompanions[] = {"-wal", "-shm", "-journal", blob::kDirectorySuffix, ""};

// Removes a directory that was not put in its place.
class LeftOver {
 public:
  explicit LeftOver(fs::path path) : path_(std::move(path)) {}
  LeftOver(const LeftOver&) = delete;
  LeftOver& operator=(const LeftOver&) = delete;
  ~LeftOver() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  const fs::path path_;
};

bool is_occupied(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// Fails if another connection, of whatever process, has the database at `path` open. On leaving,
// the last one to have it moves its log into it. A damaged one can't be asked.
Result<void> check_unused(const fs::path& path) {
  auto connection =
      Connection::open(path.string(), Connection::Mode::kReadWrite, std::chrono::milliseconds(0));
  if (!connection) return {};
  auto locked = (*connection)->execute("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
  if (locked || locked.error().kind != ErrorKind::kBusy) return {};
  locked.error().message = path.string() + " is in use: end what has it open first";
  return locked;
}

// A name beside `path` that nothing has.
fs::path name_aside(const fs::path& path) {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  ::gmtime_r(&now, &utc);
  char stamp[32] = {};
  std::strftime(stamp, sizeof stamp, ".old-%Y%m%dT%H%M%SZ", &utc);
  const std::string base = path.string() + stamp;
  fs::path name = base;
  for (int i = 2; is_occupied(name); ++i) name = base + "-" + std::to_string(i);
  return name;
}

Result<std::optional<fs::path>> move_aside(const fs::path& path) {
  std::optional<fs::path> moved;
  const fs::path aside = name_aside(path);
  for (const char* suffix : kCompanions) {
    const std::string from = path.string() + suffix;
    if (!is_occupied(from)) continue;
    if (std::rename(from.c_str(), (aside.string() + suffix).c_str()) != 0) {
      return io_failed("can't move aside", from, errno);
    }
    moved = aside;
  }
  if (auto synced = sync_directory_of(path); !synced) return std::unexpected(synced.error());
  return moved;
}

Result<void> place_blobs(const fs::path& from, const fs::path& to) {
  if (!is_occupied(from)) return {};
  if (std::rename(from.c_str(), to.c_str()) != 0) return io_failed("can't place", to, errno);
  return sync_directory_of(to);
}

Result<RestoreReport> restore(Connection& source, const fs::path& backup, const fs::path& path,
                              const BackupOptions& options) {
  const bool is_there = is_occupied(path);
  if (is_there && !options.replace) {
    return fail(ErrorKind::kConflict, "there is a store at " + path.string() + " already");
  }
  if (is_there) {
    if (auto unused = check_unused(path); !unused) {
      return std::unexpected(std::move(unused.error()));
    }
  }
  auto file = PlacedFile::create(path, options.replace);
  if (!file) return std::unexpected(std::move(file.error()));
  const std::string copy = file->temporary();
  if (auto copied = copy_snapshot(source, copy, options.on_progress); !copied) {
    return std::unexpected(std::move(copied.error()));
  }
  auto restored = inspect_snapshot(copy);
  if (!restored) return std::unexpected(std::move(restored.error()));
  const LeftOver blobs(blob::directory_of(copy));
  if (options.blobs) {
    const auto stop = [&source] { return source.interrupted(); };
    auto copied = copy_blobs(copy, blob::directory_of(backup), blobs.path(), stop, *restored);
    if (!copied) return std::unexpected(std::move(copied.error()));
  }
  auto moved = move_aside(path);
  if (!moved) return std::unexpected(std::move(moved.error()));
  auto placed = place_blobs(blobs.path(), blob::directory_of(path));
  if (placed) placed = file->commit();
  if (!placed) {
    if (*moved) {
      placed.error().message += " (the store that was there is at " + (*moved)->string() + ")";
    }
    return std::unexpected(std::move(placed.error()));
  }
  return RestoreReport{*restored, std::move(*moved)};
}

std::unexpected<Error> unsound(const fs::path& file, const VerifyReport& report) {
  const VerifyFinding& first = report.findings.front();
  return fail(ErrorKind::kCorrupt, file.string() + " is damaged, and not restored: " + first.where +
                                       ": " + first.message + " (" +
                                       std::to_string(report.finding_count) +
                                       " findings: see 'skep verify')");
}

}  // namespace
}  // namespace sqlite

Awaitable<RestoreReport> restore_sqlite_store(std::filesystem::path file,
                                              std::filesystem::path path, BackupOptions options) {
  const auto started = std::chrono::steady_clock::now();
  const CallOptions call_options = options;
  VerifyOptions verify_options(call_options);
  verify_options.blobs = false;  // a damaged one keeps nobody from having the others back
  auto verification = verify_sqlite_file(file, std::move(verify_options));
  const auto report = co_await std::move(verification);
  if (!report) co_return std::unexpected(report.error());
  if (!report->sound()) co_return sqlite::unsound(file, *report);

  auto source = sqlite::existing_file(file);
  if (!source) co_return std::unexpected(std::move(source.error()));
  std::error_code error;
  const auto target = std::filesystem::absolute(path, error);
  if (path.empty() || error) {
    co_return fail(ErrorKind::kInvalidArgument, "\"" + path.string() + "\" is not a file path");
  }
  if (std::filesystem::equivalent(*source, target, error)) {
    co_return fail(ErrorKind::kInvalidArgument, "a store can't be restored from itself");
  }
  auto reader = start_isle<sqlite::Connection>(
      [name = *source] { return sqlite::open_reader(name, sqlite::kBusyTimeout); });
  auto job = [source = *source, target,
              options = std::move(options)](sqlite::Connection& connection) {
    return sqlite::restore(connection, source, target, options);
  };
  co_return co_await reader.isle.call(std::move(job), remaining(call_options, started));
}

}  // namespace skep
